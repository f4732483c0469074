"""The annual procedure step by step, other weights and other members: known answers and properties."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from builders import case, rules
from chengzai.assess import NotNow, assess, change_of, competition_ranks, fold_appraisal, require_step, what_if
from chengzai.collect import Act, Sheet

DAY = dt.date(2027, 1, 20)
BASIS = {
    "grades": [{"name": "良好", "since": 75}, {"name": "一般", "since": 0}],
    "items": [{"id": "x", "name": "甲项", "weight": 60}, {"id": "y", "name": "乙项", "weight": 40}],
    "points": {"a": {"x": 80.0, "y": 70.0}, "b": {"x": 70.0, "y": 90.0}},
}


def act(name, unit="1", lines=None, reason=""):
    return Act(1, "2027-01-20", "p", "某", name, Sheet("appraisal", unit, "2026"), lines or {}, reason)


def same(points):
    return {item: {"points": value} for item, value in points.items()}


OPEN = act("open", lines={"basis": BASIS})
CLAIMS = [act("claim", u, same({"x": 100, "y": 100})) for u in "ab"]
CHECKS = [act("check", u, same(BASIS["points"][u])) for u in "ab"]
PUBLIC = act("publish", lines={"until": "2027-01-25"})
OBJECTION = act("object", "a", {"x": {}}, "少算了两个项目")
RULING = act("rule", "a", {"x": {"points": 85.0}}, "已核实")


def test_a_claim_is_heard_and_only_a_check_or_a_decision_moves_the_score():
    claimed = fold_appraisal([OPEN, *CLAIMS])
    assert claimed.totals() == pytest.approx({"a": 76.0, "b": 78.0})
    ruled = fold_appraisal([OPEN, *CLAIMS, *CHECKS, PUBLIC, OBJECTION, RULING])

    assert ruled.totals() == pytest.approx({"a": 79.0, "b": 78.0})
    assert ruled.results() == {
        "a": {"score": 79.0, "rank": 1, "grade": "良好"},
        "b": {"score": 78.0, "rank": 2, "grade": "良好"},
    }
    assert ruled.lines["a"]["x"].computed == 80.0, "what was computed stays to be seen"


@pytest.mark.parametrize(
    ("acts", "step", "unit", "lines", "reason", "day", "says"),
    [
        ([OPEN], "check", "a", same({"x": 80}), "", DAY, "还没有自评"),
        ([OPEN, *CLAIMS], "check", "a", same({"x": 50}), "", DAY, "写明理由"),
        ([OPEN, *CLAIMS], "check", "a", same({"x": 101}), "", DAY, "0至100"),
        ([OPEN, *CLAIMS], "check", "a", {"x": {}}, "", DAY, "0至100"),
        ([OPEN, *CLAIMS], "claim", "a", same({"z": 1}), "", DAY, "本办法里"),
        ([OPEN, *CLAIMS], "publish", "", {}, "", DAY, "2个县没有核查"),
        ([OPEN, *CLAIMS, *CHECKS], "object", "a", {"x": {}}, "理由", DAY, "不在公示期"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC], "object", "a", {"x": {}}, " ", DAY, "理由"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC], "object", "a", {"x": {}}, "迟", dt.date(2027, 1, 26), "不在公示期"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC], "check", "a", same({"x": 80}), "", DAY, "已经公示"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC], "rule", "a", same({"x": 80}), "理由", DAY, "没有等待裁定"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC], "seal", "", {}, "", DAY, "还没有结束"),
        ([OPEN, *CLAIMS, *CHECKS, PUBLIC, OBJECTION], "seal", "", {}, "", dt.date(2027, 1, 26), "1项异议"),
        ([OPEN, act("seal", lines={"sealed": {"results": {}}})], "claim", "a", same({"x": 1}), "", DAY, "封存"),
    ],
)
def test_no_step_is_skipped_and_what_is_missing_is_said(acts, step, unit, lines, reason, day, says):
    with pytest.raises(NotNow) as problem:
        require_step(fold_appraisal(acts), step, unit, lines, reason, day)
    assert says in problem.value.text.zh


def test_the_whole_way_is_open():
    done = [OPEN]
    for step in (*CLAIMS, *CHECKS, PUBLIC, OBJECTION, RULING):
        require_step(fold_appraisal(done), step.act, step.sheet.unit, step.lines, step.reason, DAY)
        done.append(step)
    require_step(fold_appraisal(done), "seal", "", {}, "", dt.date(2027, 1, 26))


def test_an_item_that_one_county_has_no_points_for_is_set_aside_for_all():
    points = {"a": {"x": 80.0, "y": None}, "b": {"x": 70.0, "y": 90.0}}
    assert fold_appraisal([act("open", lines={"basis": {**BASIS, "points": points}})]).totals() == {
        "a": 80.0,
        "b": 70.0,
    }


@given(
    st.integers(0, 10**6),
    st.lists(st.floats(0, 10), min_size=3, max_size=3),
    st.lists(st.floats(0, 10), min_size=3, max_size=3),
)
def test_who_passes_whom_is_all_that_changes_ranks_and_its_reasons_add_up(seed, old, new):
    assume(sum(old) > 0.1 and sum(new) > 0.1)
    points = np.random.default_rng(seed).uniform(0, 100, (5, 3))
    told = what_if(points, old, new)
    a, b = (np.array(w) / sum(w) for w in (old, new))

    assert list(told.before) == competition_ranks(points @ a)
    assert list(told.after) == competition_ranks(points @ b)
    was, now = points @ a, points @ b
    pairs = {(i, j) for i in range(5) for j in range(5) if was[i] <= was[j] and now[i] > now[j]}
    assert {(p.unit, p.other) for p in told.passed} == pairs
    for p in told.passed:
        assert p.margin_before <= 0 < p.margin_after
        shares = sorted((b - a) * (points[p.unit] - points[p.other]), reverse=True)
        assert sum(shares) == pytest.approx(p.margin_after - p.margin_before)
        assert [by for _, by in p.because] == pytest.approx([s for s in shares[:2] if s > 0])


def test_weights_that_are_none_are_refused():
    for wrong in ([0, 0], [-1, 2], [math.nan, 1]):
        with pytest.raises(ValueError, match="weight"):
            what_if(np.ones((2, 2)), [1, 1], wrong)


def stand(state):
    return type(assess(case([50.0] * 12), rules()))(**{**_fields(assess(case([50.0] * 12), rules())), "state": state})


def _fields(a):
    return {name: getattr(a, name) for name in a.__slots__}


def test_a_change_of_members_is_no_change_of_the_same_members():
    before = {"1": stand("on_course"), "2": stand("watch"), "3": stand("on_course"), "4": stand("not_yet_due")}
    now = {"1": stand("on_course"), "2": stand("on_course"), "3": stand("no_report"), "4": stand("on_course")}
    change = change_of(before, now, "on_course")

    assert (change.total, change.same, change.joined, change.left) == (1, 1, 1, -1)


STATES = ["on_course", "watch", "behind", "far_behind", "not_yet_due", "no_report", "cannot_tell"]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(STATES)), max_size=12))
def test_the_three_parts_sum_to_the_change_of_the_count(moves):
    before = {str(n): stand(was) for n, (was, _) in enumerate(moves)}
    now = {str(n): stand(is_now) for n, (_, is_now) in enumerate(moves)}
    change = change_of(before, now, "on_course")

    count = [sum(s == "on_course" for s in side) for side in zip(*moves, strict=True)] if moves else [0, 0]
    assert change.total == count[1] - count[0]
