"""Amendments: what the new version keeps, changes, adds and drops."""

import json

import pytest

from builders import QUZHOU, quzhou_plan
from chengzai import cli
from chengzai.plan import check_plan, compare_plans, compile_plan, draft_plan

OLD = "方案2023—2027年\n新建公园7处。森林覆盖率达到60%。新增就业5万人。\n"
NEW = "方案2023—2027年\n建设医院2家。新建公园9处。到2026年,森林覆盖率达到60%。\n"


def plan_of_text(text):
    return compile_plan(draft_plan(text, name="it").tables, text)[0]


def by_what(old, new):
    changes = {}
    for change in compare_plans(plan_of_text(old), plan_of_text(new)):
        changes.setdefault(change.what, []).append(change)
    return changes


def test_each_promise_is_kept_changed_added_or_dropped():
    changes = by_what(OLD, NEW)

    assert [(c.new.indicator, c.fields) for c in changes["changed"]] == [
        ("公园", ("value",)),
        ("森林覆盖率", ("deadline",)),
    ]
    assert [c.new.indicator for c in changes["added"]] == ["医院"]
    assert [c.old.indicator for c in changes["dropped"]] == ["新增就业"]


def test_both_sentences_stand_beside_a_change():
    change = by_what(OLD, NEW)["changed"][0].as_dict()

    assert (change["old"], change["new"]) == ("新建公园7处", "新建公园9处")
    assert change["fields"]["value"] == ["7", "9"]


def test_a_plan_is_kept_whole_against_itself():
    plan = quzhou_plan()

    assert {c.what for c in compare_plans(plan, plan)} == {"kept"}


@pytest.mark.parametrize(
    ("was", "now", "field"),
    [
        ("700个以上", "600个以上", "value"),
        ("超3000亿元", "超3200亿元", "value"),
        ("全市城镇化率达到70%", "全市城镇化率达到70%左右", "comparator"),
    ],
)
def test_one_edit_of_the_quzhou_text_is_one_change(was, now, field):
    text = (QUZHOU / "document.txt").read_text(encoding="utf-8")

    changes = [c for c in compare_plans(plan_of_text(text), plan_of_text(text.replace(was, now))) if c.what != "kept"]

    assert [(c.what, c.fields) for c in changes] == [("changed", (field,))]


def test_the_verb_prints_and_gives_json(tmp_path, capsys):
    (tmp_path / "old.txt").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")

    assert cli.main(["plan", "diff", str(tmp_path / "old.txt"), str(tmp_path / "new.txt")]) == 0
    assert "改动 2 项，新增 1 项，删去 1 项" in capsys.readouterr().out
    assert cli.main(["plan", "diff", str(tmp_path / "old.txt"), str(tmp_path / "new.txt"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4


def test_repeats_that_disagree_are_reported():
    plan = plan_of_text("森林覆盖率达到60%。\n森林覆盖率达到62%。\n")

    assert "plan.repeats-disagree" in {f.code for f in check_plan(plan, [])[1]}


@pytest.mark.parametrize(
    ("text", "told"), [("聚焦纺织、化工、食品等四大产业。", 1), ("聚焦纺织、化工、食品等三大产业。", 0)]
)
def test_a_list_with_the_wrong_count_is_reported(text, told):
    codes = [f.code for f in check_plan(plan_of_text(text), [])[1]]

    assert codes.count("plan.list-count-differs") == told


def test_the_lists_of_the_quzhou_plan_have_the_counts_they_state():
    assert "plan.list-count-differs" not in {f.code for f in check_plan(quzhou_plan(), [])[1]}


def test_the_check_verb_says_where_why_and_what_to_ask(capsys):
    assert cli.main(["plan", "check", str(QUZHOU)]) == 0

    out = capsys.readouterr().out
    assert "县域工业比重" in out
    assert "请起草单位" in out


def test_a_promise_said_twice_in_a_draft_is_suspected():
    plan = plan_of_text("2021—2025年规划\n新增床位5张。\n保障措施。新增床位5张。新增床位6张。\n")
    codes = [f.code for f in check_plan(plan, ())[1]]

    assert codes.count("plan.repeat-suspected") == 1
    assert codes.count("plan.repeats-disagree") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("绿化面积不低于70%。绿化面积不超过60%。", "plan.contradictory-targets"),
        ("单位能耗下降14%。", "plan.base-missing"),
        ("全域建成更加完善的服务网络。", "plan.unmeasurable"),
        ("新建学校5所。", "plan.scope-missing"),
        ("安排10%用于改厕。", "plan.denominator-missing"),
    ],
)
def test_what_cannot_be_measured_as_worded_is_reported(text, code):
    plan = plan_of_text(f"2021—2025年规划\n{text}")

    assert code in {f.code for f in check_plan(plan, ())[1]}
