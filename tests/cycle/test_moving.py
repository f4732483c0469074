"""How far a relocation has come: the register's accepted villages beside a plan of moves."""

import datetime as dt
from types import SimpleNamespace

import pytest

from chengzai.collect import Sheet
from chengzai.cycle import act_on, enter, moving_progress
from office import REVIEWER, TASK_FORCE, TOWN, office_at, person

pytestmark = pytest.mark.django_db
REGISTER = "village-relocation"
CLERK = person("clerk", ("reporter", TOWN))


def move(village, year, persons):
    return {"village": village, "county": "江山市", "site": "点一", "year": year, "persons": persons}


def accepted(office, name, done, **more):
    content = {"name": name, "place": TOWN, "state": "建成", "done": done, "lon": "118.6", "lat": "28.7", **more}
    key = enter(office, CLERK, REGISTER, TOWN, content, distinct=True)["key"]
    act_on(office, REVIEWER, Sheet(f"register/{REGISTER}", TOWN), "review", {key: {}})
    act_on(office, TASK_FORCE, Sheet(f"register/{REGISTER}", TOWN), "accept", {key: {}})


def test_planned_late_done_and_unknown_are_told_apart(tmp_path, monkeypatch):
    office = office_at(tmp_path, monkeypatch, day="2026-11-28")
    relocation = SimpleNamespace(guidance={"city": 0.7, "town": 0.3})
    region = SimpleNamespace(first_year=2025, years=3, relocation=relocation)
    table = SimpleNamespace(region=region, pack=office.pack, day=dt.date(2026, 10, 31))
    plan = [move("甲", 2025, 50), move("乙", 2025, 30), move("丙", 2026, 20), move("丁", 2027, 10)]
    told = {"moves": {"list": plan, "shares": {"city": [0.6, 0.5], "town": [0.4, 0.5]}}}
    accepted(office, "甲", "2025-06-01", persons="48", to="进城")
    accepted(office, "戊", "2026-03-01", persons="12", to="进镇")
    accepted(office, "己", "2026-04-01")
    accepted(office, "庚", "2024-12-31", persons="9", to="进镇")
    enter(office, CLERK, REGISTER, TOWN, {"name": "乙", "place": TOWN, "state": "在建"}, distinct=True)

    found = moving_progress(table, office, told)

    assert [(y["planned"], y["done"], y["done_persons"]) for y in found["years"]] == [(2, 1, 48), (1, 2, 12), (1, 0, 0)]
    assert [m["village"] for m in found["late"]] == ["乙"]
    assert found["left_this_year"] == 1
    assert (found["before"], found["unplanned"], found["unknown_persons"]) == (1, ["己", "戊"], 1)
    assert [(s["kind"], s["planned"], s["done"], s["wanted"]) for s in found["shares"]] == [
        ("city", 0.6, 0.8, 0.7),
        ("town", 0.4, 0.2, 0.3),
    ]
    assert found["register"] == REGISTER
    elsewhere = {"moves": told["moves"] | {"list": [move("甲", 2025, 50) | {"county": "开化县"}]}}
    assert [m["village"] for m in moving_progress(table, office, elsewhere)["late"]] == ["甲"]  # another 甲
