"""Small makers with dull defaults, so that a test says only what it is about."""

import contextlib
import csv
import datetime as dt
import os
import secrets
from decimal import Decimal
from pathlib import Path

from chengzai.assess import Allocation, Band, Case, Rules
from chengzai.kernel import Element, Observation, Period, Place, Places, Step
from chengzai.plan import Plan, Target, compile_plan
from chengzai.store import read_pack

ROOT = Path(__file__).parents[1]
QUZHOU = ROOT / "content" / "quzhou"
COUNTY = ROOT / "examples" / "county"
SINCE = dt.date(2023, 1, 1)


def quzhou_plan() -> Plan:
    pack = read_pack(QUZHOU)
    plan, findings = compile_plan(pack.tables, pack.document)
    assert not findings
    return plan


def places(counties: int = 2, townships: int = 2) -> Places:
    units = [Place("1", "city", "prefecture")]
    for c in range(counties):
        units.append(Place(f"1{c}", f"county {c}", "county", "1"))
        units += [Place(f"1{c}{t}", f"township {t}", "township", f"1{c}") for t in range(townships)]
    return Places(units)


def months(count: int, first: str = "2023-01") -> list[Period]:
    return [Period.parse(first).next(i) for i in range(count)]


def observation(element="a", place="100", period="2023-01", value=1.0, source="form", sequence=0) -> Observation:
    return Observation(element, place, Period.parse(period), value, source, sequence=sequence)


def element(code="a", **changes) -> Element:
    return Element(**{"code": code, "name": code, "unit": "个", "collected": "township", **changes})


def rules(*, completeness=0.9, tolerance=0.05) -> Rules:
    bands = [
        {"state": "on_course", "from": 0},
        {"state": "watch", "above": -10, "below": 0},
        {"state": "behind", "from": -30, "to": -10},
        {"state": "far_behind", "below": -30},
    ]
    return Rules(
        Step(SINCE, tuple(Band.read(band) for band in bands), "default lights", "draft"),
        Step(SINCE, tolerance, "default", "draft"),
        Step(SINCE, "half_up", "default", "draft"),
        Step(SINCE, 5.0, "default", "draft"),
        Step(SINCE, completeness, "default", "draft"),
    )


def plan_of(words="整村搬迁自然村700个以上", number="700个", **changes) -> Plan:
    """Return a plan of one target, for 2023–2027 unless changed."""
    target = {
        "id": "it",
        "clause": "all.1",
        "words": words,
        "number": number,
        "indicator": "它",
        "scope": "全市",
        "comparator": ">=",
        "value": Decimal(700),
        "unit": "个",
        "kind": "cumulative",
        "direction": "up",
        "strength": "firm",
        **changes,
    }
    head = {
        "title": "某市实施方案",
        "city": "某市",
        "root": "1",
        "start": SINCE,
        "end": dt.date(2027, 12, 31),
        "default_deadline": dt.date(2027, 12, 31),
        "document": "document.txt",
        "section": [{"id": "all", "title": "全部", "starts": words[:2]}],
    }
    pack = {"plan": head, "commitments": [{"target": [{k: v for k, v in target.items() if v is not None}]}]}
    plan, findings = compile_plan(pack, words + "。")
    assert not findings, findings
    return plan


def case(series, *, month="2026-10", baseline=None, place="1", steps=None, shares=None, plan=None, **changes) -> Case:
    """Return a case of one target measured in `month`; an allocation is made where a baseline is given."""
    plan = plan or plan_of(**changes)
    target: Target = plan.targets[0]
    period = Period.parse(month)
    allocation = Allocation(target.id, "authored", baseline, steps or {}, shares or {})
    needed = baseline is not None or steps or shares
    return Case(target, plan, place, period, period, series, allocation if needed else None)


@contextlib.contextmanager
def own_database():
    """Yield the address of an empty database beside the tests' PostgreSQL, or nothing for the embedded one."""
    address = os.environ.get("CHENGZAI_DATABASE", "")
    if not address:
        yield ""
        return
    import psycopg

    name = f"own_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield address.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def edited(path):
    """Give the rows of a CSV to change, and write them back."""
    with path.open(encoding="utf-8-sig") as sheet:
        rows = list(csv.DictReader(sheet))
    yield rows
    with path.open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.DictWriter(sheet, rows[0])
        writer.writeheader()
        writer.writerows(rows)
