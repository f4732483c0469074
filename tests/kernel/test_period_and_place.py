import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import places
from chengzai.kernel import Dated, NoRuleInForce, Period, PeriodError, Step


@given(st.sampled_from(["month", "quarter", "year"]), st.integers(1990, 2100), st.integers(-30, 30))
def test_periods_count_up_and_down_alike(frequency, year, steps):
    period = Period.of(frequency, year * {"month": 12, "quarter": 4, "year": 1}[frequency])

    assert period.next(steps).next(-steps) == period
    assert Period.parse(period.text) == period


@pytest.mark.parametrize(
    ("month", "quarter", "year"),
    [("2026-10", "2026Q3", "2025"), ("2026-12", "2026Q4", "2026"), ("2026-01", "2025Q4", "2025")],
)
def test_a_month_knows_the_last_quarter_and_year_that_have_closed(month, quarter, year):
    now = Period.parse(month)

    assert Period.parse("2020Q1").closed_by(now).text == quarter
    assert Period.parse("2020").closed_by(now).text == year


@pytest.mark.parametrize("text", ["2026-13", "2026Q5", "10月", "2026-02-30", ""])
def test_what_is_no_period_is_refused_with_the_forms_that_are(text):
    with pytest.raises(PeriodError, match="2026-10"):
        Period.parse(text)


def test_an_instant_and_a_span_are_periods_too():
    assert Period.parse("2020-11-01").frequency == "instant"
    assert Period.parse("2010/2020").frequency == "span"


def test_every_subtree_is_one_slice():
    tree = places(counties=3, townships=4)

    for place in tree.ordered:
        below = {p.code for p in tree.under(place.code)}
        assert below == {p.code for p in tree.ordered if p.code.startswith(place.code)}


def test_the_rule_in_force_is_the_last_that_has_begun():
    rule = Dated("it", (Step(dt.date(2023, 1, 1), 1, "a"), Step(dt.date(2025, 1, 1), 2, "b")))

    assert rule.at(dt.date(2024, 12, 31)).value == 1
    assert rule.at(dt.date(2025, 1, 1)).value == 2
    with pytest.raises(NoRuleInForce, match="尚未生效"):
        rule.at(dt.date(2022, 12, 31))
