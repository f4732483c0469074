"""The office at a given day, and the people in it, for tests."""

import datetime as dt

from builders import QUZHOU
from chengzai.collect import Sheet
from chengzai.cycle import open_office
from chengzai.kernel import Actor, Grant

COUNTY, OTHER, TOWN, ROOT = "330881", "330822", "330881001", "3308"
FORM = "village-county-month"
PERIOD = "2026-11"


def person(name, *grants):
    return Actor(name, f"{name}氏", tuple(Grant(*grant) for grant in grants))


REPORTER = person("reporter", ("reporter", COUNTY))
REVIEWER = person("reviewer", ("county_reviewer", COUNTY))
CUSTODIAN = person("custodian", ("custodian", "D05"))
TASK_FORCE = person("force", ("task_force", ROOT))
LEADER = person("leader", ("leader", ROOT))
STRANGER = person("stranger", ("reporter", OTHER))


def office_at(data, monkeypatch, day="2026-11-28", content=QUZHOU):
    monkeypatch.setenv("CHENGZAI_NOW", dt.datetime.fromisoformat(f"{day}T09:00:00+08:00").isoformat())
    return open_office(data, content, real=False)


def sheet(form=FORM, unit=COUNTY, period=PERIOD):
    return Sheet(f"form/{form}", unit, period)


VALUES = {
    "sewage_quality_met": "90",
    "sewage_quality_base": "100",
    "rural_drinking_water_met": "80",
    "rural_drinking_water_base": "80",
    "county_run_waterworks_met": "3",
    "county_run_waterworks_base": "4",
}


def typed(values=VALUES, base=0):
    return {code: ({"value": value}, base) for code, value in values.items()}
