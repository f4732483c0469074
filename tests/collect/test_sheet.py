"""Lines and their steps: who may do what, three people for one value, and the sheet as a fold of its acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.collect import Act, Line, NotAllowed, Sheet, fold, next_step
from chengzai.kernel import Actor

SHEET = Sheet("form/a", "11", "2026-11")
ALL = {"hand_in", "review", "accept"}
PART = {"submit": "hand_in", "review": "review", "accept": "accept"}


def act(sequence, name, actor, content=None, reason=""):
    return Act(sequence, "2026-11-28T00:00:00+00:00", actor, actor, name, SHEET, {"x": content or {}}, reason)


def step(line, name, actor, parts=ALL, kind="form"):
    return next_step(line, name, kind=kind, actor=Actor(actor, actor), parts=parts)


def test_a_value_passes_from_reporter_to_reviewer_to_custodian():
    acts = [act(1, "submit", "a", {"value": "5"}), act(2, "review", "b"), act(3, "accept", "c")]

    line = fold(acts)["x"]

    assert (line.step, line.in_force, line.accepted_at) == ("accepted", {"value": "5"}, 3)
    assert [a.act for a in line.history] == ["submit", "review", "accept"]


def test_a_correction_leaves_the_accepted_value_in_force_until_it_is_accepted_itself():
    acts = [act(1, "submit", "a", {"value": "5"}), act(2, "review", "b"), act(3, "accept", "c")]
    acts += [act(4, "submit", "a", {"value": "6"})]

    assert fold(acts)["x"].in_force == {"value": "5"}
    acts += [act(5, "review", "b"), act(6, "accept", "c")]
    assert fold(acts)["x"].in_force == {"value": "6"}


def test_a_return_keeps_its_reason_and_what_was_accepted_before():
    acts = [act(1, "submit", "a", {"value": "5"}), act(2, "review", "b"), act(3, "accept", "c")]
    acts += [act(4, "return", "c", reason="单位有误")]

    line = fold(acts)["x"]

    assert (line.step, line.reason, line.in_force) == ("returned", "单位有误", {"value": "5"})


@pytest.mark.parametrize(("name", "actor"), [("review", "a"), ("accept", "a"), ("accept", "b")])
def test_reporter_approver_and_acceptor_are_three_people(name, actor):
    acts = [act(1, "submit", "a")] + ([act(2, "review", "b")] if name == "accept" else [])

    with pytest.raises(NotAllowed, match="须由另一人"):
        step(fold(acts)["x"], name, actor)


def test_an_act_out_of_turn_is_refused_with_the_state_in_words():
    with pytest.raises(NotAllowed, match="未报"):
        step(Line("x"), "accept", "c")


@pytest.mark.parametrize("name", ["submit", "review", "accept"])
def test_without_the_part_nothing_may_be_done(name):
    before = {"submit": [], "review": [act(1, "submit", "a")], "accept": [act(1, "submit", "a"), act(2, "review", "b")]}

    with pytest.raises(NotAllowed, match="没有"):
        step(fold(before[name]).get("x") or Line("x"), name, "z", parts=ALL - {PART[name]})


def test_what_the_office_decides_itself_needs_no_review_but_another_person():
    line = fold([act(1, "submit", "a", {"baseline": 1})])["x"]

    assert step(line, "accept", "b", kind="allocation") == "accepted"
    with pytest.raises(NotAllowed):
        step(line, "accept", "a", kind="allocation")


@given(
    st.lists(st.tuples(st.sampled_from(["submit", "review", "accept", "return"]), st.sampled_from("abcd")), max_size=25)
)
def test_whatever_is_tried_an_accepted_value_was_handled_by_three_people(tries):
    """Random acts, the refused ones dropped: the naive reading of the history must agree with the line."""
    acts = []
    for name, actor in tries:
        line = fold(acts).get("x") or Line("x")
        try:
            step(line, name, actor)
        except NotAllowed:
            continue
        acts.append(act(len(acts) + 1, name, actor, {"value": str(len(acts))}))
    line = fold(acts).get("x") or Line("x")

    accepted = [i for i, a in enumerate(acts) if a.act == "accept"]
    if not accepted:
        assert line.in_force == {}
        return
    last = accepted[-1]
    submitted = max(i for i in range(last) if acts[i].act == "submit")
    reviewed = max(i for i in range(last) if acts[i].act == "review")
    assert submitted < reviewed < last
    assert len({acts[submitted].actor, acts[reviewed].actor, acts[last].actor}) == 3
    assert line.in_force == acts[submitted].lines["x"]
