"""Who may do what where: roles over a unit and below it, departments over their figures, duties kept apart."""

import pytest

from builders import places
from chengzai.collect import Department, Scope, conflicting
from chengzai.kernel import Actor, Grant

SCOPE = Scope(places(), [Department("D1", "农业局", "Agriculture", ("a",))], root="1")


def parts(*grants, unit="100", line="x", kind="form", department="D1"):
    return SCOPE.parts(Actor("a", "甲", grants), unit, line, kind=kind, department=department)


@pytest.mark.parametrize(
    ("grant", "unit", "expected"),
    [
        (Grant("reporter", "100"), "100", {"read", "hand_in"}),
        (Grant("reporter", "100"), "101", set()),
        (Grant("reporter", "100"), "10", set()),
        (Grant("reporter", "10"), "100", {"read", "hand_in"}),
        (Grant("county_reviewer", "10"), "100", {"read", "review"}),
        (Grant("county_reviewer", "10"), "110", set()),
        (Grant("custodian", "D1"), "100", {"read", "accept"}),
        (Grant("custodian", "D1"), "D1", {"read", "review"}),
        (Grant("task_force", "1"), "D1", {"read", "accept"}),
        (Grant("administrator", "1"), "100", set()),
        (Grant("auditor", "1"), "110", {"read"}),
    ],
)
def test_a_role_holds_over_its_unit_and_all_below(grant, unit, expected):
    assert parts(grant, unit=unit) == expected


def test_a_custodian_answers_only_for_the_figures_of_their_department():
    assert parts(Grant("custodian", "D1"), department="D2") == set()


def test_a_grant_may_be_narrowed_to_elements():
    narrowed = Grant("reporter", "100", ("road_*",))

    assert parts(narrowed, line="road_km") == {"read", "hand_in"}
    assert parts(narrowed, line="grain") == set()


def test_the_task_force_proposes_and_the_leader_approves():
    assert parts(Grant("task_force", "1"), kind="allocation") == {"read", "hand_in"}
    assert parts(Grant("leader", "1"), kind="allocation") == {"read", "accept"}
    assert parts(Grant("reporter", "100"), kind="allocation") == {"read"}


def test_who_judges_has_no_hand_in_the_figures_and_nobody_approves_their_own_proposal():
    def apart(*grants):
        return conflicting([Grant(*grant) for grant in grants], SCOPE)

    assert apart(("evaluator", "1"), ("reporter", "100")) == ("evaluator", "reporter")
    assert apart(("leader", "1"), ("task_force", "1")) == ("leader", "task_force")
    assert apart(("administrator", "1"), ("leader", "1")) == ("administrator", "leader")
    assert apart(("reporter", "100"), ("county_reviewer", "10")) == ("reporter", "county_reviewer")
    assert apart(("reporter", "100"), ("county_reviewer", "11")) is None
    assert apart(("reporter", "D1"), ("custodian", "D1")) == ("reporter", "custodian")
