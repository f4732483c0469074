"""Bonus, penalty, cap and veto: what may be entered, who decides, and what it does."""

import datetime as dt

import pytest

from chengzai.assess import (
    AdjustmentRefused,
    effects_of,
    fold_adjustments,
    read_scheme,
    require_adjustment,
    require_adjustment_step,
    require_single,
)
from chengzai.collect import Act, Sheet
from schemes import SCHEME

SCHEME_READ = read_scheme(SCHEME | {"bonus": {"most": 5, "penalty_most": 3}})[0]
END = dt.date(2026, 12, 31)
BONUS = {"kind": "bonus", "document": "市政府办〔2026〕8号", "day": "2026-05-08", "points": 2.0}


def act(sequence, name, lines, *, by="anna", unit="a", reason=""):
    return Act(sequence, "", by, by, name, Sheet("adjustment", unit, "2026"), lines, reason)


def events(*said, unit="a"):
    """Return the events, each entered and accepted."""
    acts = []
    for n, event in enumerate(said, start=1):
        acts += [act(10 * n, "enter", {"event": {**BONUS, **event}}, unit=unit)]
        acts += [act(10 * n + 1, "accept", {str(10 * n): {}}, by="bo", unit=unit)]
    return acts


def effects(acts, until=END, year=2026):
    return effects_of(SCHEME_READ, fold_adjustments(acts), year, until)


def test_an_event_counts_only_once_it_is_accepted():
    entered = act(1, "enter", {"event": BONUS})

    assert effects([entered]).points == {}
    assert effects([entered, act(2, "accept", {"1": {}}, by="bo")]).points == {"a": 2.0}
    assert effects([entered, act(2, "refuse", {"1": {}}, by="bo", reason="无据")]).points == {}


def test_bonuses_and_penalties_count_up_to_what_the_scheme_allows():
    taken = {"kind": "penalty", "points": 2.0}
    acts = events({"points": 4.0}, {"points": 4.0}, taken, taken)

    assert effects(acts).points == {"a": 5.0 - 3.0}


def test_an_event_counts_from_its_day_and_in_its_year_alone():
    acts = events({"day": "2026-05-08"})

    assert effects(acts, until=dt.date(2026, 4, 30)).points == {}
    assert effects(acts, until=dt.date(2026, 5, 31)).points == {"a": 2.0}
    assert effects(acts, year=2027, until=dt.date(2027, 12, 31)).points == {}


def test_of_a_cap_and_a_veto_the_lower_grade_holds():
    acts = events({"kind": "cap", "grade": "良好"}, {"kind": "veto", "ground": "重大安全事故"})

    assert effects(acts[:2]).limits == {"a": "良好"}
    assert effects(acts).limits == {"a": "一般"}


def test_an_appeal_that_waits_leaves_the_event_and_one_that_is_upheld_ends_it():
    appealed = [*events({}), act(20, "appeal", {"10": {}}, by="cy", reason="未获表彰")]
    kept = [*appealed, act(21, "rule", {"10": {"outcome": "kept"}}, by="bo", reason="属实")]
    ended = [*appealed, act(21, "rule", {"10": {"outcome": "ended"}}, by="bo", reason="有误")]

    assert fold_adjustments(appealed)[0].waiting
    assert [effects(acts).points for acts in (appealed, kept, ended)] == [{"a": 2.0}, {"a": 2.0}, {}]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "luck"}, "没有"),
        ({"document": " "}, "文号"),
        ({"day": "8 May"}, "日期"),
        ({"day": "2025-05-08"}, "2026年内"),
        ({"day": "2026-12-08"}, "不晚于今天"),
        ({"points": 6}, "不超过5分"),
        ({"points": 0}, "大于0"),
        ({"points": float("nan")}, "大于0"),
        ({"kind": "penalty", "points": 4}, "不超过3分"),
        ({"kind": "cap"}, "一个等次"),
        ({"kind": "veto", "ground": "别的"}, "列明的事项"),
    ],
)
def test_what_the_scheme_does_not_allow_is_not_entered(change, why):
    require_adjustment(SCHEME_READ, BONUS, 2026, dt.date(2026, 6, 1))
    with pytest.raises(AdjustmentRefused, match=why):
        require_adjustment(SCHEME_READ, {**BONUS, **change}, 2026, dt.date(2026, 6, 1))


def test_who_entered_an_event_neither_accepts_it_nor_rules_on_its_appeal():
    entered = fold_adjustments([act(1, "enter", {"event": BONUS})])[0]
    for step in ("accept", "refuse", "rule"):
        with pytest.raises(AdjustmentRefused, match="录入人"):
            require_adjustment_step(entered, step, "anna", "因", "kept")


def test_steps_are_taken_in_order_and_with_a_reason():
    accepted = fold_adjustments(events({}))[0]
    with pytest.raises(AdjustmentRefused, match="审定过"):
        require_adjustment_step(accepted, "accept", "bo", "")
    with pytest.raises(AdjustmentRefused, match="没有等待"):
        require_adjustment_step(accepted, "rule", "bo", "因", "kept")
    with pytest.raises(AdjustmentRefused, match="理由"):
        require_adjustment_step(accepted, "appeal", "cy", " ")
    again = fold_adjustments([*events({}), act(20, "appeal", {"10": {}}, reason="因")])[0]
    with pytest.raises(AdjustmentRefused, match="申诉"):
        require_adjustment_step(again, "appeal", "cy", "因")


def test_who_accepted_an_event_or_appealed_does_not_rule_on_the_appeal():
    appealed = fold_adjustments([*events({}), act(20, "appeal", {"10": {}}, by="cy", reason="未获表彰")])[0]

    with pytest.raises(AdjustmentRefused, match="另一位领导"):
        require_adjustment_step(appealed, "rule", "bo", "属实", "kept")
    with pytest.raises(AdjustmentRefused, match="申诉人"):
        require_adjustment_step(appealed, "rule", "cy", "属实", "kept")
    require_adjustment_step(appealed, "rule", "di", "属实", "kept")


@pytest.mark.parametrize("change", [{"document": "市政府办 〔２０２６〕8号 "}, {"points": 2}])
def test_the_same_event_is_not_taken_twice(change):
    first, again = fold_adjustments(events({}, change))

    with pytest.raises(AdjustmentRefused, match="第10号事项与此相同"):
        require_single(again, [first, again])
    require_single(first, [first])


@pytest.mark.parametrize("change", [{"document": "市政府办〔2026〕9号"}, {"day": "2026-05-09"}, {"points": 1.0}])
def test_another_event_beside_it_is_taken(change):
    first, other = fold_adjustments(events({}, change))

    require_single(other, [first])
    require_single(other, fold_adjustments(events({}, unit="b")))


def test_a_refused_event_may_come_again_and_an_ended_one_may_not():
    entered = act(1, "enter", {"event": BONUS})
    refused = fold_adjustments([entered, act(2, "refuse", {"1": {}}, by="bo", reason="无据")])
    appealed = [*events({}), act(20, "appeal", {"10": {}}, by="cy", reason="未获表彰")]
    ended = fold_adjustments([*appealed, act(21, "rule", {"10": {"outcome": "ended"}}, by="di", reason="有误")])
    again = fold_adjustments([act(30, "enter", {"event": BONUS})])[0]

    require_single(again, refused)
    with pytest.raises(AdjustmentRefused, match="裁定撤销"):
        require_single(again, ended)
