"""A sheet of villages through the pack's own rules, from file to file."""

import csv
import io

import pytest

from builders import QUZHOU
from chengzai.cycle import NotASheet, RuleMissing, type_villages, villages_csv

pytestmark = pytest.mark.django_db
HEAD = (
    "村,列入保护名录,水库或重大项目搬迁,隐患无法治理,常住占户籍,常住人口,到学校医院分钟,群众同意,"
    "在城镇开发边界内,到建成区分钟,非农就业占比,规划集聚点,服务项数,有可建设用地"
)
ROWS = """古村,是,否,是,0.5,300,20,是,否,40,0.3,否,4,否
山头,否,否,否,18.75%,18,45,是,否,60,0.2,否,1,否
城边,否,否,否,0.9,600,10,是,否,8,65%,否,5,否
中心,否,否,否,0.9,1050,10,是,否,30,0.4,否,7,是
平常,否,否,否,0.8,420,12,是,否,12,0.4,否,5,否
不明,否,否,,0.8,420,12,是,否,12,0.4,否,5,否
写错,否,否,也许,0.8,很多,12,是,否,12,0.4,否,5,否
平常,否,否,否,0.8,420,12,是,否,12,0.4,否,5,否"""


def test_villages_are_typed_with_their_reasons_and_bad_cells_have_a_place(tmp_path):
    told = type_villages(QUZHOU, tmp_path, "v.csv", f"{HEAD}\n{ROWS}\n".encode())
    by_name = {row["village"]: row for row in told["rows"]}

    assert [by_name[v]["type"] for v in ("古村", "山头", "城边", "中心", "平常")] == [
        "特色保护", "搬迁撤并", "城郊融合", "集聚建设", "整治提升",
    ]  # fmt: skip
    assert by_name["不明"]["type"] == by_name["写错"]["type"] == "待定"
    assert by_name["不明"]["missing"] == ["隐患无法治理"]
    assert told["status"] == "draft"
    assert (told["open"], told["never"]) == ([], [])
    assert [f["message"] for f in told["findings"]] == [
        "第8行“写错”的隐患无法治理“也许”不是是或否，按不知道处理。",
        "第8行“写错”的常住人口“很多”不是数，按不知道处理。",
        "第9行重复，没有分类。",
    ]
    assert ["列入保护名录", "特色保护"] in by_name["平常"]["changes"]
    rows = list(csv.DictReader(io.StringIO(villages_csv(told).decode("utf-8-sig"))))
    assert [r["类型"] for r in rows] == [r["type"] for r in told["rows"]]


def test_what_is_no_sheet_of_villages_says_so(tmp_path):
    for sheet, says in ((b"\xff\xfe", "不是 UTF-8"), ("名称\n甲\n".encode(), "缺少列：村")):
        with pytest.raises(NotASheet, match=says):
            type_villages(QUZHOU, tmp_path, "v.csv", sheet)
    from builders import COUNTY

    with pytest.raises(RuleMissing, match="policy/villages"):
        type_villages(COUNTY, tmp_path, "v.csv", b"x")
