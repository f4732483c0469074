"""The settings of a simulated region: money, weights, prices by way of settling, doubt; every number made up."""

from collections.abc import Sequence


def region_settings(first_year: int, seed: int, villages: int, projects: Sequence[Sequence[object]]) -> str:
    """Return a simulated region's settings: money enough for some of its villages and of its projects (sheet rows)."""
    years = 5
    whole = {str(row[0]): float(str(row[4])) for row in reversed(projects) if row[4] != ""}
    building = round(sum(whole.values()) * 0.4 / years, 1)
    budget = round(villages * 0.0025 * 50 / 5 + 0.8, 1)
    return f"""# 决策底数的设定。模拟：由种子 {seed} 生成，没有一个数是真实的；编码、名称和已知坐标除外。
simulated = true
first_year = {first_year}
budget = [{budget}, {budget}, {budget}, {budget}, {budget}]   # 每年搬迁预算（亿元），可结转
projects = [{building}, {building}, {building}, {building}, {building}]   # 每年补短板项目的资金（亿元），可结转
weight = [1.0, 0.9, 0.8, 0.7, 0.6]         # 每年搬迁的收益权重：早搬为好
consent = 0.95                             # 同意比例不到这个数的村不搬
farthest = 60                              # 仍要种地的农户，到原耕地最多几分钟
count = 0
guidance = {{ city = 0.7, town = 0.2, village = 0.1 }}
elsewhere = ["房票"]                       # 不占安置点新房、在现有住房里安家的方式
nearest = 8                                # 每个村可去本县最近的几个点
boys = 1.08                                # 出生性别比

[price]   # 每人搬迁的财政支出（亿元），按去向和安置方式
city = {{ "公寓" = 0.0043, "房票" = 0.0048 }}
town = {{ "公寓" = 0.0037, "联建" = 0.0034 }}
village = {{ "联建" = 0.0028 }}

[take_up]   # 没有问过意愿的村，各种安置方式的户数比例
city = {{ "公寓" = 0.6, "房票" = 0.4 }}
town = {{ "公寓" = 0.5, "联建" = 0.5 }}

[doubt]   # 可能偏离多少：一个村至多贵这么多；原想拿房票的人至多这么多改要新房
cost = 0.2
built = 0.2
"""
