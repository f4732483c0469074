"""Every source turned into facts, and the cubes that hold them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.assess import Allocation
from chengzai.collect import Facts, Reporting, facts_of, receive
from chengzai.cycle._allocate import allocations_in_force
from chengzai.cycle._office import read_allocation
from chengzai.cycle._office_facts import falls_short, office_observations
from chengzai.kernel import PER_YEAR, Finding, Observation, Period, Text, UserError
from chengzai.measure import Cube, Indicator, build_cube
from chengzai.plan import Plan
from chengzai.store import Pack, acts_of, load_allocations, load_facts

_BELOW_COUNTY = ("village",)


class NoFacts(UserError):
    """There is nothing to run on."""


def known_facts(
    pack: Pack, data: Path, period: Period, *, real: bool, as_of: int | None
) -> tuple[Facts, tuple[Finding, ...]]:
    """Return the facts of a run: what the office accepted, over published figures and batches, or over the twin's.

    Real and simulated never meet: each has its own journal entries and its own batches.
    """
    facts, findings = _before_the_office(pack, data, real=real, as_of=as_of)
    root = str(pack.tables["plan"]["root"])
    accepted, incomplete = office_observations(pack, root, simulated=not real, as_of=as_of, until=period.last_day())
    accepted, short = _sound(accepted, pack, facts)
    told = (*findings, *incomplete, *short)
    return (joined(facts, facts_of(accepted)) if accepted else facts), told


def _sound(accepted: list[Observation], pack: Pack, facts: Facts) -> tuple[list[Observation], list[Finding]]:
    """Return the observations without register counts of running totals that lack their past, and say so."""
    running = {code for code, element in pack.elements.items() if element.kind == "running"}
    counts = [o for o in accepted if o.element in running and o.evidence.startswith("register/")]
    if not counts:
        return accepted, []
    known: dict[tuple[str, str], float] = {}
    for o in facts.observations():
        if o.element in running:
            known[o.element, o.place] = o.value
    findings = falls_short(counts, known)
    short = {finding.where.locator + finding.where.document for finding in findings}
    return [o for o in accepted if f"{o.place} {o.period}{o.element}" not in short or o not in counts], findings


def _before_the_office(pack: Pack, data: Path, *, real: bool, as_of: int | None) -> tuple[Facts, tuple[Finding, ...]]:
    if not real:
        facts = load_facts(data, simulated=True, as_of=as_of)
        if (facts is None or not facts.simulated) and as_of is not None and load_facts(data, simulated=True):
            raise NoFacts(
                Text(
                    f"到操作日志第{as_of}条为止还没有模拟数据；请写较后的编号，或不写 --as-of。",
                    f"Up to entry {as_of} of the journal there was no simulated data; name a later one or none.",
                )
            )
        if facts is None or not facts.simulated:
            raise NoFacts(
                Text(
                    "还没有模拟数据；请先运行 chengzai twin。",
                    "There is no simulated data yet; run chengzai twin first.",
                )
            )
        return facts, ()
    figures = [{**row, "evidence": f"{row['evidence']}（可信度{row['reliability']}）"} for row in pack.statistics]
    receipt = receive(
        figures,
        Reporting(pack.elements, pack.places),
        document="facts/statistics.csv",
        source="statistics",
    )
    published = facts_of(receipt.accepted)
    reported = load_facts(data, simulated=False, as_of=as_of)
    return (published if reported is None else joined(published, reported)), receipt.findings


def joined(first: Facts, second: Facts) -> Facts:
    """Return two sets of facts as one, the second known later."""
    names: dict[str, tuple[str, ...]] = {}
    codes: dict[str, NDArray[np.int32]] = {}
    for column, code in (("elements", "element"), ("places", "place"), ("periods", "period"), ("sources", "source")):
        known = {name: i for i, name in enumerate(getattr(first, column))}
        moved = np.array([known.setdefault(name, len(known)) for name in getattr(second, column)], dtype=np.int32)
        names[column] = tuple(known)
        codes[code] = np.concatenate([getattr(first, code), moved[getattr(second, code)]])
    evidence, by, at = (_both(a, b, len(first), len(second)) for a, b in zip(first.notes, second.notes, strict=True))
    value = np.concatenate([first.value, second.value])
    return replace(first, **names, **codes, value=value, notes=(evidence, by, at))  # type: ignore[arg-type]


def _both(first: Sequence[str], second: Sequence[str], n: int, m: int) -> Sequence[str]:
    return _Chained(first if len(first) else [""] * n, second if len(second) else [""] * m)


class _Chained(Sequence[str]):
    """Two text columns as one, each row looked up where it is asked for: most never are."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        self._first, self._second = first, second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def __getitem__(self, i: Any) -> Any:
        return self._first[i] if i < len(self._first) else self._second[i - len(self._first)]


def known_allocations(pack: Pack, data: Path, *, on: dt.date, real: bool, as_of: int | None) -> dict[str, Allocation]:
    """Return the allocations in force on a day: the twin's, or what the city has authored in its pack and the store."""
    names = {str(d["id"]): str(d["name"]) for d in pack.departments}
    acts = acts_of(simulated=not real, topic="allocation", as_of=as_of)
    approved = allocations_in_force(acts, on=on, simulated=not real)
    approved = {t: replace(a, owner=names.get(a.owner, a.owner)) for t, a in approved.items()}
    if not real:
        return load_allocations(data, simulated=True, as_of=as_of) | approved
    authored = {str(entry["target"]): read_allocation(entry) for entry in pack.allocation}
    return authored | load_allocations(data, simulated=False, as_of=as_of) | approved


def build_cubes(
    facts: Facts, pack: Pack, indicators: Sequence[Indicator], plan: Plan, period: Period
) -> dict[str, Cube]:
    """Return one cube for each frequency, from the plan's first year to the period.

    Places below the deepest level that reports anything hold no values and are left out.
    """
    cubes = {}
    collected = {element.collected for element in pack.elements.values()} | {pack.places[plan.root].level}
    places = pack.places.without(set(_BELOW_COUNTY) - collected)
    for frequency, per_year in PER_YEAR.items():
        begin = Period.of(frequency, plan.start.year * per_year)
        end = begin.closed_by(period)
        if end.ordinal < begin.ordinal:
            end = begin
        cubes[frequency] = build_cube(
            facts,
            elements=[e for e in pack.elements.values() if e.frequency == frequency and e.collected != "any"],
            indicators=[indicator for indicator in indicators if indicator.frequency == frequency],
            places=places,
            periods=[Period.of(frequency, n) for n in range(begin.ordinal, end.ordinal + 1)],
        )
    return cubes
