"""The ranking of a month as the pack in force orders it: by its scheme, or by the mean where it has none."""

import datetime as dt
from collections.abc import Iterable, Mapping

from chengzai.assess import (
    Adjustment,
    Allocation,
    Assessment,
    Effects,
    Ranking,
    Scheme,
    compare_counties,
    effects_of,
    rank_by_scheme,
    read_scheme,
)
from chengzai.assess import year_shares as shares_of
from chengzai.cycle._rules import RuleMissing, number_in_force
from chengzai.kernel import Citation, Finding, Period, Severity, Text
from chengzai.plan import Plan
from chengzai.store import Pack


def schemes_of(pack: Pack) -> tuple[list[Scheme], list[Finding]]:
    """Return the usable schemes of a pack and what is wrong with the others; the first one ranks the counties."""
    read = [read_scheme(table) for table in pack.evaluation]
    return [scheme for scheme, _ in read if scheme], [finding for _, findings in read for finding in findings]


def rank_month(
    pack: Pack,
    plan: Plan,
    allocations: Mapping[str, Allocation],
    judged: Mapping[str, Mapping[str, Assessment]],
    period: Period,
    adjustments: Iterable[Adjustment] = (),
) -> tuple[Ranking, list[Finding]]:
    """Return the counties' ranking of a month, events included, and what keeps a scheme of the pack from being used."""
    counties = {place: own for place, own in judged.items() if place != plan.root}
    shares = shares_of(plan, allocations, counties)
    schemes, findings = schemes_of(pack)
    wrong = _places(schemes[0], pack, plan) if schemes else []
    findings = [*findings, *wrong]
    if not schemes or any(finding.severity is Severity.ERROR for finding in wrong):
        return compare_counties(shares), findings
    try:
        box = number_in_force(pack, "weight_box", period.last_day())
    except RuleMissing as missing:
        return compare_counties(shares), [*findings, _unusable(schemes[0], missing.text)]
    effects = effects_of(schemes[0], adjustments, period.year, period.last_day())
    return rank_by_scheme(schemes[0], shares, box, effects, graded=is_year_end(period)), findings


def effects_in_year(pack: Pack, adjustments: Iterable[Adjustment], year: int) -> Effects:
    """Return what the events in force do in a whole year under the scheme that ranks."""
    schemes, _ = schemes_of(pack)
    return effects_of(schemes[0], adjustments, year, dt.date(year, 12, 31)) if schemes else Effects()


def _places(scheme: Scheme, pack: Pack, plan: Plan) -> list[Finding]:
    """Return what is wrong with the places of a scheme's classes: strangers, and counties that stand in none."""
    counties = {place.code: place.name for place in pack.places.children(plan.root)}
    classed = {place for places in scheme.classes.values() for place in places}
    strangers = sorted(classed - set(counties))
    forgotten = [name for code, name in counties.items() if code not in classed]
    found = []
    if strangers:
        told = Text(f"分类里的{'、'.join(strangers)}不是本市的县（市、区）。", f"{strangers} are no counties.")
        found.append(_unusable(scheme, told))
    if forgotten:
        found.append(
            Finding(
                "assess.scheme-leaves-out",
                Severity.WARNING,
                Text(
                    f"评价办法“{scheme.name}”的分类没有列入{'、'.join(forgotten)}，这些县（市、区）不排名。",
                    f"The classes of '{scheme.name}' leave out {', '.join(forgotten)}: they are not ranked.",
                ),
                Text("请在 evaluation/ 的 class 中列入。", "Enter them in `class` of evaluation/."),
                Citation("evaluation", scheme.name),
            )
        )
    return found


def _unusable(scheme: Scheme, why: Text) -> Finding:
    return Finding(
        "assess.scheme-unusable",
        Severity.ERROR,
        Text(f"评价办法“{scheme.name}”：{why.zh}", f"The scheme '{scheme.name}': {why.en}"),
        Text("请补齐后再用；此前按平均得分排。", "Complete it; until then counties rank by the mean."),
        Citation("evaluation", scheme.name),
    )


def is_year_end(period: Period) -> bool:
    """Return whether a month ends a year: only then is the year's goal due and a grade given."""
    return period.last_day().month == 12
