"""Batches of facts compose: of a cell the newest row holds, whoever recorded it; a new simulated city begins anew."""

import datetime as dt

import pytest

from builders import COUNTY
from chengzai.collect import facts_of
from chengzai.cycle import run_month, simulate_city
from chengzai.kernel import Observation, Period
from chengzai.store import load_facts, record_city, record_facts, twin_is_current

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
MONTH = Period.parse("2026-06")


def facts(**values):
    return facts_of(Observation(element, "330881", MONTH, value, "simulated") for element, value in values.items())


def cells(folder, **how):
    return {o.element: o.value for o in load_facts(folder, simulated=True, **how).observations()}


def test_what_is_worked_out_later_adds_to_a_simulated_city(tmp_path):
    record_city(tmp_path, facts(roads=7.0, schools=3.0), author="模拟器", at=AT, note="seed 1")
    before = record_facts(tmp_path, facts(circle=4.0), simulated=True, author="规划员", at=AT)
    record_facts(tmp_path, facts(circle=5.0, schools=2.0), simulated=True, author="规划员", at=AT)

    assert cells(tmp_path) == {"roads": 7.0, "schools": 2.0, "circle": 5.0}
    assert cells(tmp_path, as_of=before.sequence) == {"roads": 7.0, "schools": 3.0, "circle": 4.0}
    assert twin_is_current("seed 1"), "the city is the same one: it must not be made again over what was added"


def test_a_new_simulated_city_leaves_nothing_of_the_one_before(tmp_path):
    record_city(tmp_path, facts(roads=7.0), author="模拟器", at=AT, note="seed 1")
    record_facts(tmp_path, facts(circle=4.0), simulated=True, author="规划员", at=AT)
    record_city(tmp_path, facts(schools=2.0), author="模拟器", at=AT, note="seed 2")

    assert cells(tmp_path) == {"schools": 2.0}


def test_recording_one_computed_value_moves_that_value_and_nothing_else(tmp_path):
    simulate_city(COUNTY, tmp_path, seed=1, months=(Period.parse("2026-01"), MONTH))
    before = run_month(COUNTY, tmp_path, MONTH)
    kept = next(t.id for t in before.plan.targets if t.indicator == "村庄规划编制")
    told = Observation("village_plans_done", before.plan.root, MONTH, 1 - before.city[kept].value, "simulated")
    record_facts(tmp_path, facts_of([told]), simulated=True, author="规划员", at=AT)
    after = run_month(COUNTY, tmp_path, MONTH)

    assert after.city[kept].value == 1 - before.city[kept].value
    assert {t: j for t, j in after.city.items() if t != kept} == {t: j for t, j in before.city.items() if t != kept}
    assert after.ranking == before.ranking
