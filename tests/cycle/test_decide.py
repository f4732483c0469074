"""Decisions from a planner's own sheets, from the front door: the examples, and what is wrong in a sheet."""

import json
import math
import shutil
import subprocess
import sys

import pytest

from builders import ROOT, edited
from chengzai.cli import main
from chengzai.cycle import NotASheet, capacity_of, read_relocation, relocation_of

EXAMPLES = ROOT / "examples"


def test_the_example_town_says_what_binds_and_what_it_costs(capsys):
    assert main(["capacity", str(EXAMPLES / "capacity.csv"), "--budget", "5"]) == 0
    told = capsys.readouterr().out

    for words in (
        "最短的是学位",
        "最多能承载14.5万人",
        "至少要22.3亿元",
        "可能更短：污水",
        "最多可到16.025万人",
        "多0.125万人",
    ):
        assert words in told
    town = capacity_of(EXAMPLES / "capacity.csv", 5.0)["towns"][0]
    assert [s["price"] for s in town["frontier"]] == pytest.approx([1.2, 7.2, 8.0, 9.5])
    assert 0 <= town["chance"] < 0.05


def test_nothing_but_json_is_printed_where_a_program_reads():
    call = [sys.executable, "-m", "chengzai.cli", "relocate", str(EXAMPLES / "relocation"), "--json"]
    told = subprocess.run(call, capture_output=True, check=True, timeout=120).stdout  # also what C code prints
    assert json.loads(told)["broken"] == []


def test_the_example_villages_move_as_worked_out_by_hand(capsys):
    assert main(["relocate", str(EXAMPLES / "relocation"), "--why", "丁村", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["aims"]["benefit"] == 1480
    assert {(m["village"], m["site"], m["year"]) for m in told["moves"]} == {
        ("丙村", "城区", 1), ("乙村", "镇区", 1), ("甲村", "城区", 2),
    }  # fmt: skip
    assert told["broken"] == []
    assert told["why"]["reason"] == "others_first"
    assert {(b["site"], b["year"], b["小学"]) for b in told["to_book"]} == {
        ("城区", 1, 4),
        ("镇区", 1, 3),
        ("城区", 2, 6),
    }
    assert main(["relocate", str(EXAMPLES / "relocation"), "--why", "丁村"]) == 0
    assert "各项约束已在求解器之外复核" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("head", "cell", "says"),
    [
        ("可承载", "-3", "不小于0的数"),
        ("补一万人", "-1.2", "不小于0的数"),
        ("不确定", "1e200", "0到1"),
        ("目标", "25", "与该镇首行相同"),
        ("要素", "学位", "重复"),
    ],
)
def test_a_board_that_cannot_be_is_named(tmp_path, head, cell, says):
    shutil.copy(EXAMPLES / "capacity.csv", tmp_path / "c.csv")
    with edited(tmp_path / "c.csv") as rows:
        rows[1] |= {head: cell}
    with pytest.raises(NotASheet, match=says) as problem:
        capacity_of(tmp_path / "c.csv")
    assert "第3行" in problem.value.text.zh
    for budget in (-1.0, math.nan):
        with pytest.raises(NotASheet, match="--budget"):
            capacity_of(EXAMPLES / "capacity.csv", budget)


@pytest.mark.parametrize(
    ("sheet", "old", "new", "says"),
    [
        ("villages.csv", "120", "一百二", "villages.csv 第2行“人数”应为不小于0的整数"),
        ("villages.csv", "否,,,6", "也许,,,6", "应为是或否"),
        ("villages.csv", "村,县", "村名,县", "缺少列：村"),
        ("pairs.csv", "甲村,城区", "戊村,城区", "pairs.csv 第2行的村或点"),
        ("pairs.csv", "甲村,城区", "甲村,城区,1,1\n甲村,城区", "pairs.csv 第3行的村、点“甲村、城区”重复"),
        ("villages.csv", "\n乙村,", "\n甲村,", "villages.csv 第3行的村“甲村”重复"),
        ("settings.toml", "budget = [1.5, 1.5]", "budget = [", "settings.toml 读不出来"),
        ("settings.toml", "budget = [1.5, 1.5]", 'budget = "1.5"', "不小于0的数"),
        ("settings.toml", "budget = [1.5, 1.5]", "budget = [1.5, -1]", "不小于0的数"),
        ("settings.toml", "weight = [2.0, 1.0]", "weight = [2.0]", "年数要一样"),
        ("settings.toml", "consent = 0.95", "consent = true", "不小于0的数"),
        ("settings.toml", "count = 0", "centres = { many = 3 }", "几个点"),
        ("settings.toml", "count = 0", "centres = 3", "几个点"),
        ("settings.toml", "count = 0", "centres = { 100 = 1.5 }", "几个点"),
        ("settings.toml", "count = 0", "floor = 40", "写0到1"),
        ("settings.toml", "count = 0", f"centres = {{ {'9' * 5000} = 1 }}", "几个点"),
    ],
)
def test_what_is_wrong_in_a_sheet_has_its_place(tmp_path, sheet, old, new, says):
    shutil.copytree(EXAMPLES / "relocation", tmp_path / "q")
    path = tmp_path / "q" / sheet
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(NotASheet) as problem:
        relocation_of(tmp_path / "q")
    assert says in problem.value.text.zh


def test_demands_that_clash_are_printed_in_words(tmp_path, capsys):
    shutil.copytree(EXAMPLES / "relocation", tmp_path / "q")
    path = tmp_path / "q" / "villages.csv"
    path.write_text(path.read_text("utf-8").replace(",1,,否", ",1,1,是"), "utf-8")

    assert main(["relocate", str(tmp_path / "q")]) == 1
    assert "下列要求不能同时满足" in capsys.readouterr().out
    assert read_relocation(tmp_path / "q").villages[0].must
    with pytest.raises(NotASheet, match="没有"):
        relocation_of(EXAMPLES / "relocation", ask="戊村")


@pytest.mark.django_db
def test_the_example_household_s_statement_by_hand(tmp_path, capsys):
    """Made-up prices: 180 m² of brick at 900 and 90 per cent, footprint 110 at 600, three members with 20 m² each."""
    call = ["household", str(EXAMPLES / "households.csv"), "--day", "2026-10-31", "--data", str(tmp_path / "d")]
    assert main([*call, "--out", str(tmp_path), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["households"]

    assert [float(line["amount"]) for line in first["lines"]] == [145_800, 66_000, 48_000, 45_000, 60_000]
    assert (float(first["worth"]), float(first["gap"]), first["monthly"]) == (364_800, 103_200, "564.63")
    assert all(line["rule"] for line in first["lines"])
    assert float(second["gap"]) == 0
    sheet = (tmp_path / "households.csv").read_text("utf-8-sig")
    assert "综合核算价值,,364800.00" in sheet
    wrong = tmp_path / "w.csv"
    wrong.write_text((EXAMPLES / "households.csv").read_text("utf-8").replace("砖混", "土楼"), "utf-8")
    assert main(["household", str(wrong), "--data", str(tmp_path / "d"), "--out", str(tmp_path)]) == 2
    assert "第2行“结构”应为框混、砖混、砖木、泥木及其他，现为“土楼”" in capsys.readouterr().err
    for head, cell, says in (
        ("退出人数", "2.5", "应为不小于0的整数"),
        ("建筑面积", "1e27", "应为不小于0的数"),
        ("户号", "", "空着"),
    ):
        shutil.copy(EXAMPLES / "households.csv", wrong)
        with edited(wrong) as rows:
            rows[0] |= {head: cell}
        assert main(["household", str(wrong), "--data", str(tmp_path / "d"), "--out", str(tmp_path)]) == 2
        assert says in capsys.readouterr().err
    shutil.copy(EXAMPLES / "households.csv", wrong)
    with edited(wrong) as rows:
        rows[0] |= {"户号": "九", "新房总价": ""}
    assert main(["household", str(wrong), "--data", str(tmp_path / "d"), "--out", str(wrong)]) == 2
    assert "写不进" in capsys.readouterr().err
    assert main(["household", str(wrong), "--data", str(tmp_path / "d"), "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "九：房子价值145,800" in shown
    assert "还差多少不知道" in shown
    assert "九,新房还差,,不知道,新房总价没有填" in (tmp_path / "households.csv").read_text("utf-8-sig")


def test_a_town_of_which_nothing_is_known_has_no_chance_no_cost_and_no_gap(tmp_path, capsys):
    path = tmp_path / "boards.csv"
    path.write_text(
        "城镇,要素,可承载,补一万人,不确定,目标,现有\n甲镇,水,,1,0.1,5,4\n乙镇,水,5.5,1,0,5,4\n乙镇,学校,,1,0,5,4\n",
        "utf-8",
    )
    unknown, partly = capacity_of(path)["towns"]
    told = [unknown[field] for field in ("bears", "cost", "chance", "range", "gaps")]
    assert told == [None, None, None, [None, None], {}]
    assert (partly["bears"], partly["unknown"]) == (5.5, ["学校"])

    main(["capacity", str(path)])
    said = capsys.readouterr().out
    assert "甲镇：目标5万人，各要素都没有填，能承载多少说不了" in said
    assert "最短的是水，最多能承载5.5万人\n  已知的要素没有缺口；补齐至少要0亿元" in said
    assert "把握至多100%" in said
    assert "nan" not in said
