"""An act changes the fields that it names and no other: splits of targets, leads and counties of tasks."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengzai.assess import Allocation
from chengzai.collect import Act, Sheet, fold
from chengzai.cycle import allocation_page, approve, assign_tasks, propose_all, propose_split_of
from chengzai.cycle._allocate import allocation_sheet, allocations_in_force
from chengzai.cycle._duties import duties_in_force, duties_sheet
from chengzai.kernel import UserError
from chengzai.store import acts_of, record_allocations
from office import COUNTY, LEADER, OTHER, TASK_FORCE, office_at

pytestmark = pytest.mark.django_db
TARGET = "village-relocation"
SEASON = (1.0, 2.0, 3.0) + (1.0,) * 9


@pytest.fixture
def office(tmp_path, monkeypatch):
    return office_at(tmp_path, monkeypatch)


def task_of(office):
    return next(iter(office.plan.promises)).id


def duty(office, task):
    return dict(office.lines(duties_sheet(office))[task].content)


def test_another_lead_leaves_the_counties_of_a_task_and_other_counties_leave_its_lead(office):
    task = task_of(office)
    assign_tasks(office, TASK_FORCE, {task: {"lead": "D04", "units": [COUNTY, OTHER]}})

    assign_tasks(office, TASK_FORCE, {task: {"lead": "D05"}})
    assert duty(office, task) == {"lead": "D05", "units": [COUNTY, OTHER]}
    assign_tasks(office, TASK_FORCE, {task: {"units": [OTHER]}})
    assert duty(office, task) == {"lead": "D05", "units": [OTHER]}

    approve(office, LEADER, "duties", [task])
    assert duties_in_force(office)[task]["units"] == [OTHER]


def test_a_task_cannot_have_counties_and_nobody_who_leads(office):
    with pytest.raises(UserError, match="还没有选牵头单位"):
        assign_tasks(office, TASK_FORCE, {task_of(office): {"units": [COUNTY]}})


def test_the_page_offers_every_county_of_a_task_and_marks_those_that_share_it(office):
    task = task_of(office)
    assign_tasks(office, TASK_FORCE, {task: {"lead": "D04", "units": [COUNTY]}})

    row = next(r for r in allocation_page(office, TASK_FORCE)["tasks"] if r["id"] == task)

    assert {c["unit"] for c in row["choices"]} == set(office.counties)
    assert [c["unit"] for c in row["choices"] if c["on"]] == [COUNTY]


@pytest.fixture
def split_known(office, tmp_path):
    """Return the office of a city whose split of one target was recorded with a season, as a pack's would be."""
    counties = list(office.counties)
    shares = dict.fromkeys(counties, 100.0) | {counties[0]: 700.0 - 100.0 * (len(counties) - 1)}
    known = Allocation(
        TARGET, "simulated", baseline=0.0, steps={2026: 500.0, 2027: 700.0}, shares=shares, season=SEASON, owner="D04"
    )
    record_allocations(tmp_path, [known], simulated=True, author="twin", at=office.moment)
    return office


def in_force(office):
    acts = acts_of(simulated=True, topic="allocation")
    return allocations_in_force(acts, on=office.today, simulated=True)[TARGET]


@pytest.mark.parametrize("how", ["owner", "rule", "all"])
def test_an_approved_split_keeps_the_season_that_nobody_changed(split_known, how):
    office = split_known
    if how == "all":
        propose_all(office, TASK_FORCE, "population")
    else:
        propose_split_of(office, TASK_FORCE, TARGET, {"owner": "D05"} if how == "owner" else {"rule": "equal"})
    approve(office, LEADER, "allocation", [TARGET])

    now = in_force(office)

    assert now.season == SEASON
    assert now.baseline == 0.0
    if how == "owner":
        assert (now.owner, now.steps, now.shares) == (
            "D05", {2026: 500.0, 2027: 700.0}, office.allocations[TARGET].shares
        )  # fmt: skip


def test_a_number_named_empty_is_taken_away_and_its_neighbours_stay(split_known):
    propose_split_of(split_known, TASK_FORCE, TARGET, {"steps": {"2026": "", "2025": "300"}})

    content = split_known.lines(allocation_sheet(split_known))[TARGET].content

    assert content["steps"] == {"2025": 300.0, "2027": 700.0}
    assert content["season"] == list(SEASON)


YEARS = st.dictionaries(st.sampled_from(["2023", "2024", "2025", "2026"]), st.integers(0, 700).map(str), max_size=3)
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.sampled_from(["D04", "D05", ""]),
        "baseline": st.sampled_from(["", "0", "12"]),
        "rule": st.sampled_from(["", "population", "equal"]),
        "steps": YEARS,
        "county_baselines": st.dictionaries(st.sampled_from([COUNTY, OTHER]), st.integers(0, 50).map(str)),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=1, max_size=4))
def test_any_edits_change_the_fields_they_name_and_no_other(split_known, edits):
    """A naive dictionary, updated field by field, is what the sheet holds after any series of edits."""
    office = split_known
    lines = office.lines(allocation_sheet(office))
    expected = dict(lines[TARGET].content) if TARGET in lines else None
    for edit in edits:
        propose_split_of(office, TASK_FORCE, TARGET, edit)
        after = dict(office.lines(allocation_sheet(office))[TARGET].content)
        if expected is not None:
            for name, value in expected.items():
                if isinstance(value, dict):
                    wanted = value | {k: float(v) for k, v in edit.get(name, {}).items()}
                elif name in edit:
                    wanted = (float(edit[name]) if edit[name] else None) if name == "baseline" else edit[name]
                else:
                    wanted = value
                assert after[name] == wanted, name
        expected = after


def test_an_act_that_names_nothing_of_a_line_leaves_its_content(split_known):
    before = split_known.allocations[TARGET]
    propose_split_of(split_known, TASK_FORCE, TARGET, {})
    approve(split_known, LEADER, "allocation", [TARGET])

    now = in_force(split_known)

    assert (now.baseline, now.steps, now.shares, now.season, now.owner) == (
        before.baseline, before.steps, before.shares, before.season, before.owner
    )  # fmt: skip


def test_an_approval_holds_from_the_first_month_not_issued_unless_a_reason_is_given(split_known, monkeypatch):
    office, first = split_known, dt.date(2026, 11, 1)
    was = office.allocations[TARGET].owner
    monkeypatch.setattr("chengzai.cycle._allocate.first_open_day", lambda _: first)
    propose_split_of(office, TASK_FORCE, TARGET, {"owner": "D05"})
    with pytest.raises(UserError, match="须写明原因"):
        approve(office, LEADER, "allocation", [TARGET], since="2026-10-31")
    with pytest.raises(UserError, match="不是日期"):
        approve(office, LEADER, "allocation", [TARGET], since="明天")

    approve(office, LEADER, "allocation", [TARGET])

    acts = acts_of(simulated=True, topic="allocation")
    assert allocations_in_force(acts, on=first - dt.timedelta(days=1), simulated=True) == {}
    assert allocations_in_force(acts, on=first, simulated=True)[TARGET].owner == "D05" != was


DAYS = st.integers(1, 40).map(lambda n: dt.date(2026, 1, 1) + dt.timedelta(days=n))


@given(accepted=st.lists(st.tuples(st.none() | DAYS, st.integers()), max_size=6), day=DAYS)
def test_what_holds_on_a_day_is_what_was_accepted_last_of_all_that_hold_by_then(accepted, day):
    acts, holds = [], {}
    for number, (since, value) in enumerate(accepted):
        acts.append(Act(2 * number, "", "a", "", "submit", Sheet("allocation", "1"), {"x": {"v": value}}))
        content = {"since": since.isoformat()} if since else {}
        acts.append(Act(2 * number + 1, "", "b", "", "accept", Sheet("allocation", "1"), {"x": content}))
        if since is None or since <= day:
            holds = {"v": value}

    assert (fold(acts)["x"].on(day) if acts else {}) == holds
