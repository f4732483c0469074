"""Every source turned into facts, and the cubes that hold them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengzai.assess import Allocation
from chengzai.collect import Facts, Reporting, facts_of, receive
from chengzai.kernel import Finding, Period, Text, UserError
from chengzai.measure import Cube, Indicator, build_cube
from chengzai.plan import Plan
from chengzai.store import Pack, load_allocations, load_facts

_BELOW_COUNTY = ("village",)
_PER_YEAR = {"month": 12, "quarter": 4, "year": 1}


class NoFacts(UserError):
    """There is nothing to run on."""


def known_facts(pack: Pack, data: Path, *, real: bool, as_of: int | None) -> tuple[Facts, tuple[Finding, ...]]:
    """Return the facts of a run: published figures and real batches, or the twin's; never both."""
    if not real:
        facts = load_facts(data, simulated=True, as_of=as_of)
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
    return facts_of((*first.observations(), *second.observations(after=len(first))))


def known_allocations(pack: Pack, data: Path, *, real: bool, as_of: int | None) -> dict[str, Allocation]:
    """Return the allocations in force: the twin's, or what the city has authored in its pack and the store."""
    if not real:
        return load_allocations(data, simulated=True, as_of=as_of)
    authored = {str(entry["target"]): _authored(entry) for entry in pack.allocation}
    return authored | load_allocations(data, simulated=False, as_of=as_of)


def _authored(table: Mapping[str, Any]) -> Allocation:
    return Allocation(
        target=str(table["target"]),
        source="authored",
        baseline=float(table["baseline"]) if "baseline" in table else None,
        steps={int(year): float(value) for year, value in table.get("steps", {}).items()},
        shares={str(code): float(value) for code, value in table.get("shares", {}).items()},
        county_baselines={str(code): float(value) for code, value in table.get("county_baselines", {}).items()},
        season=tuple(float(weight) for weight in table.get("season", ())),
        owner=str(table.get("owner", "")),
        additive=bool(table.get("additive", True)),
    )


def build_cubes(
    facts: Facts, pack: Pack, indicators: Sequence[Indicator], plan: Plan, period: Period
) -> dict[str, Cube]:
    """Return one cube for each frequency, from the plan's first year to the period.

    Places below the deepest level that reports anything hold no values and are left out.
    """
    cubes = {}
    collected = {element.collected for element in pack.elements.values()} | {pack.places[plan.root].level}
    places = pack.places.without(set(_BELOW_COUNTY) - collected)
    for frequency, per_year in _PER_YEAR.items():
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
