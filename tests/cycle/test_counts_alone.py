"""A form that registers count whole files itself: nobody is asked, and what is counted is known when its month ends."""

import datetime as dt

import pytest

from chengzai.collect import Sheet, burden
from chengzai.cycle import act_on, desk_page, enter, hand_in, sheet_page, status_page
from chengzai.cycle._office_facts import office_observations
from chengzai.kernel import UserError
from office import COUNTY, PERIOD, REPORTER, REVIEWER, TASK_FORCE, TOWN, office_at

pytestmark = pytest.mark.django_db
FORM, ELEMENT, REGISTER = "industry-county-month", "projects_over_100m", "projects-over-100m"


@pytest.fixture
def office(tmp_path, monkeypatch):
    return office_at(tmp_path, monkeypatch)


def test_nobody_is_asked_for_it_and_its_page_says_so(office):
    title = office.forms[FORM].title.zh
    assert title not in {row["title"] for row in desk_page(office, REPORTER)["due"]}
    status = status_page(office, REVIEWER, PERIOD)
    assert title not in {name for row in status["rows"] for name in row["missing"]}
    assert title not in status["reminder"]

    page = sheet_page(office, REPORTER, FORM, COUNTY, PERIOD)
    assert (page["files_itself"], page["may_hand_in"]) == (True, False)
    with pytest.raises(UserError, match="不用报送"):
        hand_in(office, REPORTER, Sheet(f"form/{FORM}", COUNTY, PERIOD))


def test_it_costs_nobody_a_form(office):
    typed = {code: e for code, e in office.pack.elements.items() if code not in office.counted}
    alone = [form for form in office.forms.values() if not any(code in typed for code in form.elements)]

    assert {form.id for form in alone} >= {FORM}
    assert burden(alone, office.timing, office.pack.places, typed, office.plan.root) == []


def observed(office, until):
    found, _ = office_observations(
        office.pack, office.plan.root, simulated=True, as_of=None, until=dt.date.fromisoformat(until)
    )
    return {(o.place, o.period.text): o.value for o in found if o.element == ELEMENT}


def test_what_the_register_counts_is_known_when_the_month_ends_and_nothing_is_nought(office, monkeypatch):
    key = enter(
        office, REPORTER, REGISTER, COUNTY,
        {"name": "模拟项目", "place": TOWN, "state": "建成", "done": "2026-11-10", "investment": "2亿"},
    )["key"]  # fmt: skip
    register = Sheet(f"register/{REGISTER}", COUNTY)
    act_on(office, REVIEWER, register, "review", {key: {}})
    act_on(office, TASK_FORCE, register, "accept", {key: {}})

    assert set(observed(office, "2026-11-30")) == {(COUNTY, "2026-11")}, "the month has not ended by the clock"
    monkeypatch.setenv("CHENGZAI_NOW", "2026-12-01T09:00:00+08:00")
    assert observed(office, "2026-11-29") == {}
    november = observed(office, "2026-11-30")
    assert november.pop((COUNTY, "2026-11")) == 1
    assert set(november.values()) == {0}
    assert {place for place, _ in november} == set(office.counties) - {COUNTY}
