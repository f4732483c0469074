"""One county sends its November figure before the others: a total is not judged by the months before."""

import pytest

from builders import QUZHOU
from chengzai.cycle import run_month, simulate_city
from chengzai.cycle._acts import act_on
from chengzai.kernel import Period
from office import COUNTY, REPORTER, REVIEWER, ROOT, TASK_FORCE, office_at, sheet

NOVEMBER = Period.parse("2026-11")


@pytest.mark.django_db
def test_a_total_of_twelve_months_waits_for_the_newest_month_of_all_counties(tmp_path, monkeypatch):
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2025-10"), Period.parse("2026-10")))
    office = office_at(tmp_path, monkeypatch)
    form = next(f.id for f in office.forms.values() if "industrial_output" in f.elements)
    mine = sheet(form, COUNTY, "2026-11")

    act_on(office, REPORTER, mine, "submit", {"industrial_output": {"value": "30000000000"}})
    act_on(office, REVIEWER, mine, "review", {"industrial_output": {}})
    act_on(office, TASK_FORCE, mine, "accept", {"industrial_output": {}})
    edition = run_month(QUZHOU, tmp_path, NOVEMBER)

    for target in ("industrial-output", "foreign-trade"):
        assert edition.city[target].state == "no_report"
    assert edition.city["industrial-output"].reason.zh.startswith("应报6份只报1份")
    assert edition.judged[COUNTY]["industrial-output"].state not in {"no_report", "not_asked", "cannot_tell"}
    assert ROOT not in edition.unreported() or "industrial-output" not in edition.unreported()[ROOT]
