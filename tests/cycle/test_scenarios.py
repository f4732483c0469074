"""The planner's table from its sheets: the simulated region whole, what is wrong in a sheet, what a scenario tells."""

import csv
import dataclasses
import datetime as dt
import io
import json
import math
import re
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from builders import QUZHOU, edited
from chengzai.collect import Sheet
from chengzai.cycle import (
    NotASheet,
    act_on,
    choice_of,
    decide_page,
    enter,
    open_table,
    presets,
    propose_kit,
    propose_sites,
    record_circles,
    scenario_page,
    scenario_workbook,
    side_by_side,
    traffic_between,
    try_site,
    why_stays,
    work_out,
)
from chengzai.cycle._choices import FIELDS
from chengzai.cycle._chosen import chosen
from chengzai.cycle._region import read_region
from chengzai.cycle._register_amenities import Registered, bearing
from chengzai.decide import Choice, seated, unfold
from chengzai.kernel import Actor, Period, UserError
from chengzai.store import load_facts, read_pack
from chengzai_twin import SimulatedTown, simulate_region
from office import COUNTY, REPORTER, REVIEWER, TASK_FORCE, office_at

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 31)
TOWNS = [
    SimulatedTown("3308C", "中心城区", ("330802", "330803"), 58.0, 64.0),
    SimulatedTown("330825T", "龙游县城", ("330825",), 16.8, 18.0),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    places = read_pack(QUZHOU).places
    found = tmp_path_factory.mktemp("decide")
    for name, body in simulate_region(places, TOWNS, seed=3, first_year=2027).items():
        (found / name).write_bytes(body)
    return found


@pytest.fixture
def table(folder, tmp_path):
    return open_table(QUZHOU, tmp_path, DAY, folder, real=False)  # read once: the sheets stay the same


@pytest.fixture
def same_streets(table, monkeypatch):
    """Streets are read once: what is looked at here stands in other sheets."""
    monkeypatch.setattr("chengzai.cycle._region._roads", lambda *_: table.region.roads)


def test_the_same_seed_makes_the_same_region_and_every_sheet_can_be_read(table):
    files = simulate_region(read_pack(QUZHOU).places, TOWNS, seed=3, first_year=2027)
    again = simulate_region(read_pack(QUZHOU).places, TOWNS, seed=3, first_year=2027)
    other = simulate_region(read_pack(QUZHOU).places, TOWNS, seed=4, first_year=2027)
    assert files == again
    assert files != other
    region = table.region
    assert table.simulated
    assert {t.id for t in region.towns} == {"中心城区", "龙游县城"}
    town = sum(b.persons for b in region.blocks if b.town == "中心城区")
    assert town == pytest.approx(580_000, rel=0.001)
    assert all((roads.network.component == 0).all() for roads in region.roads.values())


def test_one_more_school_shows_at_once_who_gains(table):
    block = max((b for b in table.region.blocks if b.town), key=lambda b: b.lon)
    told = try_site(table, {"kind": "小学", "lon": block.lon, "lat": block.lat})
    assert {c["name"] for c in told["circles"]} == {"城镇5—10—15分钟幸福生活圈", "乡村30分钟内有小学和卫生机构（驾车）"}
    assert all(c["after"] >= c["before"] for c in told["circles"])
    with pytest.raises(NotASheet, match="类别"):
        try_site(table, {"lon": 1.0, "lat": 1.0})
    between = traffic_between(table)
    assert between["names"][0] == "柯城区县城"
    assert between["minutes"][0][0] == 0


@pytest.mark.parametrize(
    ("sheet", "old", "new", "says"),
    [
        ("boards.csv", ",58.0\n", ",五十八\n", "boards.csv 第2行“现有”应为不小于0的数"),
        ("villages.csv", "否,,,,330", "否,,,,x330", "不在 blocks.csv 里"),
        ("ages.csv", "城,女,0", "镇,女,0", "城乡写城或乡"),
        ("settings.toml", "first_year", "erste", "缺少：first_year"),
        ("settings.toml", "simulated = true", "simulated = false", "不能与模拟数据混用"),
        ("settings.toml", "simulated = true", 'simulated = "false"', "写 true 或 false"),
        ("settings.toml", 'city = { "公寓" = 0.0043', 'town2 = { "公寓" = 0.0043', "没有“city”"),
        ("settings.toml", '"公寓" = 0.6,', '"公寓" = 0.7,', "take_up.city"),
        ("settings.toml", '["房票"]', '["房"]', "没有“房”"),
        ("settings.toml", "cost = 0.2", "cost = 2.0", "0到1之间的比例"),
        ("settings.toml", "cost = 0.2", "cost = true", "0到1之间的比例"),
        ("settings.toml", 'elsewhere = ["房票"]', 'elsewhere = "房票"', "写成一列"),
        ("settings.toml", '"联建" = 0.0034', '"小学" = 0.0034', "会与学位混在一起"),
        ("settings.toml", 'elsewhere = ["房票"]', 'elsewhere = [["房票"]]', "没有“['房票']”"),
        ("settings.toml", 'village = { "联建" = 0.0028 }', "village = {}", "不小于0的数"),
        ("settings.toml", 'village = { "联建" = 0.0028 }', 'village = { "联建" = -0.0028 }', "不小于0的数"),
        ("settings.toml", 'village = { "联建" = 0.0028 }', 'village = { "联建" = nan }', "不小于0的数"),
        ("settings.toml", "[take_up]", "[take_up]\nvillage = 0.5", "take_up.village"),
        ("settings.toml", "[take_up]", '[take_up]\ncty = { "公寓" = 1.0 }', "没有价格"),
        ("settings.toml", '"公寓" = 0.6, ', '"公寓" = nan, ', "take_up.city"),
        ("villages.csv", "愿选联建", "愿选货币", "没有这种安置方式"),
        ("settings.toml", "weight = [1.0, ", "weight = [", "年数要一样"),
        ("amenities.csv", "\n幼儿园,", "\n幼儿园,x,28.9,118.9,,\n幼儿园,", "经纬度是否写反"),
        ("ages.csv", "城,女,0", "城,女,200", "在 rates.csv 里没有"),
        ("blocks.csv", "是,", "是,nan", "应为数"),
        ("sites.csv", ",330802,1", ",柯城区,1", "写代码"),
        ("projects.csv", ",供水,", ",供电,", "boards.csv 里没有“中心城区”的“供电”"),
        (
            "projects.csv",
            "中心城区新建小学,中心城区,建设用地,-0.05,,",
            "中心城区新建小学,中心城区,建设用地,-0.05,8,",
            "只有一个",
        ),
        ("settings.toml", "projects = [", "projects = [1, ", "projects 是每年补短板项目的资金"),
    ],
)
@pytest.mark.usefixtures("same_streets")
def test_what_is_wrong_in_a_sheet_is_named(folder, tmp_path, sheet, old, new, says):
    shutil.copytree(folder, tmp_path / "r")
    path = tmp_path / "r" / sheet
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(NotASheet) as problem:
        open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    assert says in problem.value.text.zh


def test_without_sheets_the_way_to_them_is_told(tmp_path):
    with pytest.raises(NotASheet, match="chengzai twin"):
        open_table(QUZHOU, tmp_path, DAY, real=False)


def test_a_scenario_tells_what_the_plan_s_targets_become(table, edition, monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 100_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 1000)
    today, moved = (
        work_out(table, s, edition, gap=0.2, seconds=5.0) for s in (presets(table)[0], {"name": "少", "budget": 0.1})
    )
    effects = {e["target"]: e for e in moved["effects"]}
    assert today["cost"] == 0
    assert today["moves"]["villages"] == 0
    assert moved["moves"]["broken"] == []
    done = edition.city["village-relocation"].value
    assert effects["village-relocation"]["today"] == done
    assert effects["village-relocation"]["end"] == done + moved["moves"]["villages"] > done
    assert effects["population-central-city"]["goal"] == 64
    large = [s for s in table.region.relocation.sites if s.residents >= 1000]
    assert effects["settlement-points"]["today"] == len(large) <= effects["settlement-points"]["end"]
    assert effects["population-central-city"]["met"] is False
    assert effects["life-circle-5-10-15"]["draft"]
    assert sum(moved["urban_parts"].values()) == pytest.approx(
        (moved["urban"][-1][""] - moved["urban"][0][""]) * 100, abs=0.002
    )
    stages = {row["kind"]: row for row in moved["seats"]}
    assert set(stages) == {"幼儿园", "小学", "初中"}
    assert all(0 < row["end"]["seated"] <= row["end"]["near"] <= 1 for row in stages.values())
    assert all(set(c["ages"]) == {"65岁及以上", "6岁以下"} for c in moved["circles"])
    out = next(v.id for v in table.region.relocation.villages if v.consent < 0.95 and not v.must)
    assert why_stays(table, moved, out)["words"] == "同意比例不到95%。"
    assert why_stays(table, today, out)["reason"] == "nobody"
    assert why_stays(table, moved, moved["moves"]["list"][0]["village"])["reason"] == "moves"
    with pytest.raises(NotASheet, match="候选村里没有"):
        why_stays(table, moved, "天上村")
    rows = {r["name"]: r["values"] for r in side_by_side([today, moved])}
    assert rows["搬迁村数"] == [0, moved["moves"]["villages"]]
    with pytest.raises(NotASheet, match="没有“天上”"):
        work_out(table, {"relief": {"天上": 1}}, edition)
    with pytest.raises(NotASheet, match="budget"):
        work_out(table, {"budget": -1}, edition)


_KEPT = {}


def worked(table, edition):
    """Return one small scenario, worked out once for the tests that only look at it."""
    if not _KEPT:
        small = {"name": "少", "budget": 0.1, "project_share": 0.3}
        _KEPT.update(work_out(table, small, edition, gap=0.3, seconds=5.0))
    return dict(_KEPT)


def test_a_scenario_goes_out_as_a_workbook_that_says_simulated_on_every_sheet(table, edition, monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 100_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 1000)
    told = worked(table, edition)
    name, content = scenario_workbook(told, edition)
    book = load_workbook(io.BytesIO(content))
    who, ready = book["搬迁名单"], book["要备好的"]
    heads = [cell.value for cell in ready[2]]
    ways = [n for n, head in enumerate(heads) if head.endswith("（户）")]

    assert name == "推演-少.xlsx"
    assert all("模拟" in sheet["A1"].value for sheet in book.worksheets)
    assert who.max_row - 2 == told["moves"]["villages"]
    assert sum(row[4] for row in who.iter_rows(min_row=3, values_only=True)) == told["moves"]["persons"]
    for row in ready.iter_rows(min_row=3, values_only=True):
        assert sum(row[n] for n in ways) == row[heads.index("户数")]
    assert sum(sum(row[n] for n in ways) for row in ready.iter_rows(min_row=3, values_only=True)) == sum(
        told["moves"]["ways"].values()
    )


def test_where_region_and_reports_differ_page_workbook_and_list_say_by_how_much_and_which_holds(
    table, edition, monkeypatch
):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 100_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 1000)
    told = worked(table, edition)
    outlook = {"outlooks": [{"target": "population-central-city", "city": True, "middle": "64.71"}]}
    page = {e["target"]: e for e in scenario_page(table, edition, told, outlook)["effects"]}
    sheet = load_workbook(io.BytesIO(scenario_workbook(told, edition, outlook=outlook)[1]))["方案的目标"]
    head, *rows = sheet.iter_rows(min_row=2, values_only=True)
    book = {(row[0], row[1]): dict(zip(head, row, strict=True)) for row in rows}
    city, circle = page["population-central-city"], page["life-circle-5-10-15"]

    reported = round(edition.city["population-central-city"].value / 1e4, 2)
    assert (city["reported"], city["forecast"]) == (reported, 64.71)
    assert city["change"] == pytest.approx(city["by"] - city["nothing"], abs=0.011)
    assert city["expected"] == pytest.approx(64.71 + city["change"], abs=0.001)
    assert city["met"] is (city["expected"] >= 64)
    assert f"2027年按填报预测为64.71万人，按底数推算为{city['nothing']:g}万人" in city["words"]
    done = edition.city["life-circle-5-10-15"].value >= 1
    assert bool(circle["words"]) is (done is not (circle["today"] >= circle["goal"]))
    for effect in page.values():
        row = book[effect["scope"], effect["name"]]
        assert row["两处不同的说明"] == (effect["words"] or None)
        for column, field in (("填报现值", "reported"), ("推演底数", "today"), ("到期（预测加本方案）", "expected")):
            assert row[column] == ("不知道" if effect[field] is None else effect[field])
        differs = effect["apart"] not in {None, 0}
        assert ("现值填报为" in effect["words"]) is differs
        assert ("以填报为准" in effect["words"]) is (differs or "填报为" in effect["words"][:3])
    kept = told | {"by": "某", "at": "2026-11-01T00:00:00+00:00"}
    listed = {a["target"] for a in decide_page(table, edition, {"少": kept})["apart"]}
    assert listed == {t for t, e in page.items() if "以填报为准" in e["words"]}


def test_everything_that_was_chosen_is_said_in_words_of_both_languages(table, edition):
    village, other = (v.id for v in table.region.relocation.villages[:2])
    told = {
        "choice": {
            "budget": Decimal("0.6"), "least": {"city": 0.7, "hamlet": 0.1}, "floor": 0.3, "count": 3, "hedge": 0,
            "relief_each": 2.5, "relief_year": 1, "relief": {"城": 1}, "centres": {"1000": 2}, "within_boards": False,
            "must": [village, other], "stay": [], "projects": {"水厂": 2},
            "build": [{"kind": "小学", "lon": 1, "lat": 2}, {"kind": "诊所", "name": "新诊所"}],
        },
        "years": ["2025", "2026", "2027"],
    }  # fmt: skip

    said = [(c.words.zh, c.value, c.names) for c in chosen(told)]
    assert said == [
        ("搬迁预算", "60%", ()),
        ("每县至少", "30%", ()),
        ("进城不少于", "70%", ()),
        ("hamlet不少于", "10%", ()),
        ("至少搬迁几个村", "3", ()),
        ("达到1000人的点至少", "2", ()),
        ("每个城镇补短板（亿元）", "2.5", ()),
        ("城补短板（亿元）", "1", ()),
        ("短板补上的年份", "2027", ()),
        ("必须搬的村", "2", (village, other)),
        ("新建设施", "2", ("小学", "新诊所")),
        ("补短板项目", "1", ("水厂（2028）",)),
        ("城镇可以超过短板", "", ()),
    ]
    assert not any(re.search("[一-鿿]", c.words.en.replace("城", "")) for c in chosen(told))
    assert set(FIELDS) == set(told["choice"]) | {"project_share"}


def test_scenarios_kept_before_there_were_ways_of_settling_still_open(table, edition, monkeypatch):
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 100_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 1000)
    monkeypatch.setattr("chengzai.cycle._why._SECONDS", 1.0)
    told = worked(table, edition)
    new = {"ways", "doubt", "unsettled"}
    book = [{k: v for k, v in row.items() if k not in {"ways", "beds"}} for row in told["moves"]["to_book"]]
    moves = {k: v for k, v in told["moves"].items() if k not in new} | {"to_book": book}
    old = told | {"moves": moves, "by": "某", "at": "2026-11-01T00:00:00+00:00"}

    assert scenario_page(table, edition, old)["chosen"][0]["value"] == "10%"
    assert len(load_workbook(io.BytesIO(scenario_workbook(old, edition)[1])).worksheets) == 7
    assert {row["name"]: row["values"] for row in side_by_side([old])}["预算够的把握"] == [None]
    assert decide_page(table, edition, {"旧": old})["scenarios"][0]["clash"] is False
    staying = next(v.id for v in table.region.relocation.villages
                   if v.consent >= 0.95 and v.id not in {m["village"] for m in moves["list"]})  # fmt: skip
    assert why_stays(table, old, staying)["words"]


def test_whole_projects_are_chosen_by_their_money_or_named_and_open_after_their_time(table, edition):
    by_money = work_out(table, {"project_share": 1.0}, edition)["projects"]
    region = table.region
    named = work_out(table, {"projects": {"中心城区水厂扩建": 1}}, edition)
    water = next(p for p in region.projects if p.id == "中心城区水厂扩建")
    today = work_out(table, {}, edition)

    assert 0 < by_money["cost"] <= by_money["money"]
    assert by_money["broken"] == []
    assert [p["project"] for p in named["projects"]["list"]] == ["中心城区水厂扩建"]
    assert named["projects"]["list"][0]["opens"] == region.first_year + 1 + water.lead
    assert [m["projects"] for m in named["money"]] == [0.0, water.cost, 0.0, 0.0, 0.0]
    before, after = ({b["name"]: b["bears"] for b in t["towns"][0]["boards"]} for t in (today, named))
    assert after["供水"] - before["供水"] == pytest.approx(water.adds["中心城区", "供水"], abs=2e-3)
    with pytest.raises(NotASheet, match="没有“天上水厂”"):
        choice_of(table, {"projects": {"天上水厂": 0}})
    for wrong in (
        {"projects": ["甲"]},
        {"projects": {"中心城区水厂扩建": True}},
        {"least": 0.7},
        {"least": {"city": 1.2}},
    ):
        with pytest.raises(NotASheet):
            choice_of(table, wrong)
    with pytest.raises(NotASheet, match="写0到4"):
        choice_of(table, {"projects": {"中心城区水厂扩建": 9}})


def test_today_s_circles_are_recorded_as_facts_with_what_they_rest_on(table, edition, tmp_path):
    planner = Actor("p", "规划员")
    for period, says in (("2030-01", "2023-01 至 2027-12"), ("2026", "月份"), ("2027-12", "还没有到")):
        with pytest.raises(UserError, match=says):
            record_circles(table, tmp_path, Period.parse(period), edition.plan, planner)
    told = record_circles(table, tmp_path, Period.parse("2026-10"), edition.plan, planner)
    facts = load_facts(tmp_path, simulated=True)

    said = {f.element: f for f in told}
    assert {e for e, f in said.items() if f.element.endswith("_done")} == {
        "life_circle_5_10_15_done", "fitness_circle_10_done", "transport_circle_50_done", "three_tier_commerce_done",
    }  # fmt: skip
    assert 0 < said["culture_circle_15"].value <= 100
    assert said["life_circle_5_10_15_done"].value == 0
    assert "达到90%才算形成（草案）" in said["life_circle_5_10_15_done"].evidence
    kept = next(o for o in facts.observations() if o.element == "culture_circle_15")
    assert (kept.value, kept.source, kept.entered_by) == (said["culture_circle_15"].value, "simulated", "规划员")
    assert table.sha256[:12] in kept.evidence


def test_the_places_proposed_serve_as_many_as_told_and_more_than_any_one_alone(table):
    told = propose_sites(table, "小学", 3)
    one = propose_sites(table, "小学", 1)

    assert told["gap"] == 0
    assert told["cost_each"] == 0.9
    assert told["circle"]["target"] == "life-circle-5-10-15"
    assert sum(s["added"] for s in told["sites"]) == pytest.approx(told["added"], abs=3)
    assert told["added"] <= told["lacking"]
    assert one["sites"][0]["added"] <= told["added"]
    alone = try_site(table, {k: one["sites"][0][k] for k in ("kind", "lon", "lat")})
    assert next(c for c in alone["circles"] if c["name"] == told["circle"]["name"])["gain"] >= 0
    with pytest.raises(NotASheet, match="没有生活圈要求"):
        propose_sites(table, "火箭发射场", 1)


def test_a_floor_without_money_is_a_clash_not_nothing(table, edition):
    told = work_out(table, {"name": "空", "floor": 0.4}, edition, seconds=5.0)

    assert told["moves"]["villages"] == 0
    assert any("搬出的人不少于40%" in demand for demand in told["moves"]["conflict"])
    assert not any("330" in demand for demand in told["moves"]["conflict"]), "counties are named, not numbered"


def test_a_clash_is_kept_and_shown_like_any_other(table, edition):
    from chengzai.cycle import decide_page, keep_scenario, kept_scenarios, scenario_page

    told = work_out(table, {"id": "x", "name": "太多", "budget": 0.01, "count": 9999}, edition, seconds=2.0)
    assert told["moves"]["conflict"]
    json.dumps(told, allow_nan=False)
    keep_scenario(told, Actor("p", "规划员"))
    page = decide_page(table, edition, kept_scenarios(simulated=True))
    assert page["scenarios"][0]["name"] == "太多"
    json.dumps(page, allow_nan=False)
    json.dumps(scenario_page(table, edition, kept_scenarios(simulated=True)["x"]), allow_nan=False)


@pytest.mark.parametrize(
    ("sheet", "head", "cell", "says"),
    [
        ("villages", "户数", "0", "至少有一户"),
        ("villages", "户数", "-4", "不小于0的整数"),
        ("villages", "人数", "1e20", "不小于0的整数"),
        ("villages", "愿选公寓", "3000", "多于户数"),
        ("villages", "愿选房票", "1.5", "整数"),
        ("villages", "同意", "95", "0到1的比例或百分数"),
        ("villages", "最晚年", "2024", "或2027到2031"),
        ("villages", "县", "999999", "写代码"),
        ("sites", "最早年", "0", "1到5（第几年）"),
        ("sites", "容量", "-100", "不小于0的整数"),
        ("sites", "城镇", "没有的镇", "不在 boards.csv 里"),
        ("blocks", "人口", "-50000", "不小于0的数"),
        ("blocks", "地块", "", "空着"),
        ("blocks", "城镇", "没有的镇", "不在 boards.csv 里"),
        ("amenities", "类别", "幼儿园园", "设施类别"),
        ("amenities", "座位", "-5", "不小于0的数"),
        ("boards", "学段", "小学校", "学段"),
        ("boards", "县", "339999", "写代码"),
        ("boards", "现有", "99", "与该镇首行相同"),
        ("ages", "人数", "-5", "不小于0的数"),
        ("ages", "县", "339999", "对不上的"),
        ("rates", "年龄", "0", "重复"),
        ("rates", "年龄", "400", "每岁一行"),
        ("rates", "女存活", "1.5", "0到1"),
        ("rates", "进城", "-0.5", "0到1"),
    ],
)
@pytest.mark.usefixtures("same_streets")
def test_a_cell_that_cannot_be_is_named(folder, tmp_path, sheet, head, cell, says):
    shutil.copytree(folder, tmp_path / "r")
    with edited(tmp_path / "r" / f"{sheet}.csv") as rows:
        rows[3] |= {head: cell}
    with pytest.raises(NotASheet) as problem:
        open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    assert says in problem.value.text.zh
    assert "第5行" in problem.value.text.zh or says == "对不上的"


def test_rates_go_by_their_age_and_years_by_number_or_as_they_are(folder, tmp_path):
    plain = read_region(folder, read_pack(QUZHOU), DAY)
    shutil.copytree(folder, tmp_path / "r")
    with edited(tmp_path / "r" / "rates.csv") as rows:
        rows.reverse()
    with edited(tmp_path / "r" / "sites.csv") as rows:
        for row in rows:
            row["最早年"] = str(plain.first_year - 1 + int(row["最早年"]))
    other = read_region(tmp_path / "r", read_pack(QUZHOU), DAY)

    assert np.array_equal(plain.ages.rates.survival, other.ages.rates.survival)
    assert np.array_equal(plain.ages.rates.moves, other.ages.rates.moves)
    assert plain.relocation.sites == other.relocation.sites


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"relief_year": 9}, "最晚只能推演到2031年"),
        ({"build": [{"kind": "小学", "lon": 118.9, "lat": 28.9, "town": "天上"}]}, "没有“天上”"),
        ({"build": [{"kind": "小学", "lon": 28.9, "lat": 118.9}]}, "经纬度是否写反"),
        ({"build": [{"kind": "小学", "lon": 0, "lat": 0}]}, "离路网太远"),
        ({"must": 5}, "“must”写成一列"),
        ({"relief": [1]}, "“relief”写成表"),
        ({"hedge": 2.5}, "整数"),
        ({"centres": {"千人": 3}}, "centres"),
        ({"centres": 3}, "centres"),
        ({"floor": 1.5}, "0到1的比例"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(table, told, says):
    with pytest.raises(NotASheet, match=says):
        choice_of(table, told)


def test_a_kit_of_several_kinds_completes_more_circles_within_its_money(table):
    little, more = (propose_kit(table, "life-5-10-15", money) for money in (0.2, 2.0))

    assert little["broken"] == more["broken"] == []
    assert little["cost"] <= 0.2
    assert little["share"][0] == more["share"][0] < little["share"][1] < more["share"][1]
    assert sum(s["cost"] for s in more["sites"]) == pytest.approx(more["cost"], abs=1e-3)
    assert more["added"] == pytest.approx((more["share"][1] - more["share"][0]) / 100 * more["people"], rel=0.01)
    assert propose_kit(table, "commerce-3", 1.0)["unpriced"] == ["镇级商业", "县级商业"]
    outside = tuple(dataclasses.replace(b, town="") for b in table.region.blocks)
    nobody = dataclasses.replace(table.region, blocks=outside, site_town=dict.fromkeys(table.region.site_town, ""))
    with pytest.raises(NotASheet, match="没有这个生活圈所说的人"):
        propose_kit(dataclasses.replace(table, region=nobody), "life-5-10-15", 1.0)
    with pytest.raises(NotASheet, match="没有“天上圈”"):
        propose_kit(table, "天上圈", 1.0)


def test_a_click_tells_who_comes_within_how_many_minutes(table):
    block = max((b for b in table.region.blocks if b.town), key=lambda b: b.persons)
    ways = try_site(table, {"kind": "小学", "lon": block.lon, "lat": block.lat})["ways"]

    assert ways["minutes"][table.region.blocks.index(block)] < 5
    counts = [people for _, people in ways["people"]]
    assert block.persons <= counts[0] <= counts[-1]
    assert counts == sorted(counts)


def test_areas_of_people_take_the_place_of_points(table, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "r")
    with (tmp_path / "r" / "blocks.csv").open(encoding="utf-8") as sheet:
        rows = list(csv.DictReader(sheet))
    features = []
    for row in rows:
        x, y = float(row.pop("经度")), float(row.pop("纬度"))
        ring = [[x + a * 1e-4, y + b * 1e-4] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": row, "geometry": geometry})
    told = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "r" / "blocks.geojson").write_text(told, "utf-8")
    (tmp_path / "r" / "blocks.csv").unlink()
    again = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False).region

    assert [b.persons for b in again.blocks] == [b.persons for b in table.region.blocks]
    assert all(
        (a.lon, a.lat) == pytest.approx((b.lon, b.lat), abs=1e-9)
        for a, b in zip(again.blocks, table.region.blocks, strict=True)
    )
    features[3]["properties"].pop("人口")
    told = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "r" / "blocks.geojson").write_text(told, "utf-8")
    with pytest.raises(NotASheet, match=r"blocks\.geojson 缺少列：人口"):
        open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)


def test_what_nobody_gave_is_unknown_until_somebody_says_there_is_none(folder, edition, tmp_path, same_streets):
    shutil.copytree(folder, tmp_path / "r")
    path, settings = tmp_path / "r" / "amenities.csv", tmp_path / "r" / "settings.toml"
    lines = [line for line in path.read_text("utf-8-sig").splitlines() if not line.startswith("小学,")]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    table = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    page = decide_page(table, edition, {}, "小学")
    outcome = unfold(table.region, Choice())
    told = outcome.circles[0]

    assert table.region.unlisted == {"小学"}
    assert (page["unlisted"], page["reach"]["shares"]) == (["小学"], [])
    asking = [k for k in told if k.rule.limit_of("小学") is not None]
    assert asking
    assert all(math.isnan(k.with_all) and math.isnan(k.with_each["小学"]) for k in asking)
    seats = seated(table.region, Choice(), outcome.moves, asking[0].rule, "小学", 0)
    assert math.isnan(seats.near)
    assert math.isnan(seats.seated)

    settings.write_text('none = ["小学"]\n' + settings.read_text("utf-8"), "utf-8")
    table = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    assert not table.region.unlisted
    assert all(
        k.with_all == 0 for k in unfold(table.region, Choice()).circles[0] if k.rule.limit_of("小学") is not None
    )
    settings.write_text(settings.read_text("utf-8").replace('["小学"]', '["小菜"]'), "utf-8")
    with pytest.raises(NotASheet, match="没有“小菜”这类设施"):
        open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)


REAL_MAP = Path(__file__).parents[2].parent / "shared" / "data" / "roads" / "liechtenstein.osm.pbf"


@pytest.mark.skipif(not REAL_MAP.is_file(), reason="the real map lies beside the project, not in it")
def test_a_scenario_runs_on_a_real_map_and_its_own_facilities(folder, edition, tmp_path, monkeypatch):
    """The sheets are moved into the country that the map shows; streets and facilities are the map's."""
    monkeypatch.setattr("chengzai.decide._anneal._LEAST", 100_000)
    monkeypatch.setattr("chengzai.decide._anneal._STEPS", 1000)
    shutil.copytree(folder, tmp_path / "r")
    shutil.copy(REAL_MAP, tmp_path / "r" / "roads.osm.pbf")
    (tmp_path / "r" / "roads.geojson").unlink()
    (tmp_path / "r" / "amenities.csv").unlink()
    for name in ("blocks", "villages", "sites"):
        with edited(tmp_path / "r" / f"{name}.csv") as rows:
            for row in rows:
                row["经度"] = str(9.47 + (float(row["经度"]) - 118.0) * 0.1)
                row["纬度"] = str(47.05 + (float(row["纬度"]) - 28.2) * 0.15)
    table = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    kinds = {a.kind for a in table.region.amenities}
    told = work_out(table, {"budget": 0.1}, edition, gap=0.2, seconds=5.0)
    circles = {c["id"]: c for c in told["circles"]}

    assert {"幼儿园", "便利店", "健身场地"} <= kinds
    assert "小学" not in kinds, "no school there is called 小学"
    assert len(table.region.roads["car"].network) > 2000
    assert told["moves"]["villages"] > 0
    assert told["moves"]["broken"] == []
    assert 0 < circles["culture-15-rural"]["after"] < 1
    assert circles["life-5-10-15"]["after"] is None, "nobody gave a 小学: unknown, not lacking"
    assert table.region.unlisted >= {"镇级物流", "县级物流", "小学"}
    assert circles["logistics-3"]["after"] is None, "nobody lists them: unknown, not lacking"
    with pytest.raises(NotASheet, match="谁缺它说不了"):
        propose_sites(table, "县级物流", 1)


def register_centre(office, name, **content):
    told = {"name": name, "place": COUNTY, "state": "建成", "done": "2026-10-05", **content}
    key = enter(office, REPORTER, "village-care-centres", COUNTY, told, distinct=True)["key"]
    sheet = Sheet("register/village-care-centres", COUNTY)
    act_on(office, REVIEWER, sheet, "review", {key: {}})
    act_on(office, TASK_FORCE, sheet, "accept", {key: {}})


def test_what_the_registers_hold_is_among_the_facilities(folder, table, tmp_path, monkeypatch):
    """Accepted, done by the day and with a point near a street: then it counts."""
    office = office_at(tmp_path, monkeypatch)
    lon, lat = next((f"{b.lon:.5f}", f"{b.lat:.5f}") for b in table.region.blocks if b.county == COUNTY)
    register_centre(office, "甲", lon=lon, lat=lat)
    register_centre(office, "乙")
    register_centre(office, "丙", lon="80", lat="40")
    register_centre(office, "丁", lon=lon, lat=lat, done="2026-11-05")
    enter(
        office,
        REPORTER,
        "village-care-centres",
        COUNTY,
        {"name": "戊", "place": COUNTY, "state": "在建"},
        distinct=True,
    )
    after = open_table(QUZHOU, tmp_path, DAY, folder, real=False)
    centres = [a for a in after.region.amenities if a.kind == "居家养老照料中心"]

    assert [a.name for a in centres] == ["甲"]
    assert after.registered.without == 2
    assert after.sha256 == table.sha256, "no circle asks for them: scenarios stand"
    assert bearing(
        table.region, Registered((("小学", "新校", float(lon), float(lat)), ("敬老院", "院", 118.9, 28.9)))
    ) == (("小学", "新校", float(lon), float(lat)),)
    assert {a.kind for a in table.region.amenities}.isdisjoint({"居家养老照料中心"})


def test_pupils_nobody_counted_are_worked_out_from_the_county_s_ages(folder, table, tmp_path):
    shutil.copytree(folder, tmp_path / "r")
    with edited(tmp_path / "r" / "villages.csv") as rows:
        for row in rows[1:]:
            row["小学生"] = ""
    again = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    with (folder / "ages.csv").open(encoding="utf-8") as sheet:
        ages = [row for row in csv.DictReader(sheet) if row["城乡"] == "乡"]

    assert (table.guessed, again.guessed) == (0, len(rows) - 1)
    first, last = again.region.ages.stages["小学"]
    for village in again.region.relocation.villages[1:20]:
        mine = [row for row in ages if row["县"] == village.county]
        share = sum(float(r["人数"]) for r in mine if first <= int(r["年龄"]) <= last) / sum(
            float(r["人数"]) for r in mine
        )
        enrolled = again.region.ages.enrolled["小学"]
        assert village.pupils["小学"] == pytest.approx(village.persons * share * enrolled, rel=0.05, abs=1.0)


def shifted(path, by=(0.0050, -0.0029)):
    with edited(path) as rows:
        for row in rows:
            for head, degrees in zip(("经度", "纬度"), by, strict=True):
                row[head] = f"{float(row[head]) + degrees:.7f}"


def test_facilities_that_all_lie_shifted_alike_are_doubted_until_the_settings_say_why(
    folder, table, tmp_path, monkeypatch
):
    monkeypatch.setattr("chengzai.cycle._region._roads", lambda *_: table.region.roads)
    shutil.copytree(folder, tmp_path / "r")
    shifted(tmp_path / "r" / "amenities.csv")
    doubted = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
    settings = tmp_path / "r" / "settings.toml"
    settings.write_text('coordinates = { amenities = "gcj02" }\n' + settings.read_text("utf-8"), "utf-8")
    declared = open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)

    assert not table.region.findings
    assert [f.code for f in doubted.region.findings] == ["decide.coordinates-shifted"]
    assert "amenities.csv" in doubted.region.findings[0].message.zh
    assert not declared.region.findings
    for was, now in zip(table.region.amenities, declared.region.amenities, strict=True):
        assert abs(was.lon - now.lon) < 0.0006
        assert abs(was.lat - now.lat) < 0.0006

    settings.write_text(settings.read_text("utf-8").replace("gcj02", "beijing54"), "utf-8")
    with pytest.raises(NotASheet, match="“beijing54”不认识"):
        open_table(QUZHOU, tmp_path, DAY, tmp_path / "r", real=False)
