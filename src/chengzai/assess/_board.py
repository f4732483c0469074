"""Every target of a plan, for the city and for each county, in one month."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._allocation import Allocation
from chengzai.assess._assess import Assessment, Case, Rules, assess
from chengzai.collect import Facts
from chengzai.kernel import Period, Text
from chengzai.measure import Completeness, Cube, Indicator, complete_shares, completeness_of, window_of
from chengzai.plan import Plan, Target


@dataclass(frozen=True)
class Measured:
    """What was measured: a cube for each frequency, the indicators, and the facts behind them.

    `tolerance` is how far 左右 reaches when the places that reach their goal are counted.
    """

    cubes: Mapping[str, Cube]
    indicators: Mapping[str, Indicator]
    facts: Facts
    tolerance: float = 0.0

    def series(self, target: Target, place: str, period: Period) -> tuple[Period, list[float]]:
        """Return the last closed period of the target's indicator and its values up to there.

        For a target that each of several places must reach, the series of the whole counts those that do.
        A published statistic stands in, for its own year, where nothing was reported at all.
        """
        indicator = self.indicators.get(target.id)
        if indicator is None:
            return period, []
        cube = self.cubes[indicator.frequency]
        measured = cube.periods[0].closed_by(period)
        last = cube.period_at.get(measured.text)
        if last is None or place not in cube.places:
            return self._published(indicator, place, period) or (measured, [])
        if target.each and place == target.place:
            return measured, _units_met(cube, target, last, self.tolerance)
        values = [float(v) for v in cube.series(indicator.id, place)[: last + 1]]
        if all(math.isnan(v) for v in values):
            return self._published(indicator, place, period) or (measured, values)
        return measured, values

    def completeness(self, target: Target, place: str, measured: Period) -> Completeness:
        """Return how many of the reports behind a value were due and are there."""
        indicator = self.indicators.get(target.id)
        cube = self.cubes[indicator.frequency] if indicator else None
        if indicator is None or cube is None:
            return Completeness(0, 0, asked=False)
        if measured.text not in cube.period_at and not self.standing_in(target, place, measured):
            return Completeness(0, 0, asked=False)  # before the first period of all: nobody was asked for it
        if measured.text not in cube.period_at or place not in cube.places:
            return Completeness(1, 1)
        return completeness_of(cube, indicator.id, place, measured)

    def complete(self, target: Target, place: str, series: list[float], least: float) -> list[float]:
        """Return a series with its earlier periods emptied where too few reports were in: they prove nothing."""
        indicator = self.indicators.get(target.id)
        if indicator is None or len(series) < 2:
            return series
        cube = self.cubes[indicator.frequency]
        if place not in cube.places or len(series) > len(cube.periods):
            return series
        there = complete_periods(cube, indicator.id, place, len(series), least)
        return [*(v if ok else math.nan for v, ok in zip(series[:-1], there, strict=False)), series[-1]]

    def apportioned(self, target: Target, place: str, measured: Period) -> tuple[Period, str] | None:
        """Return until when the figures behind a value are shares of what was split, and by which key."""
        indicator = self.indicators.get(target.id)
        cube = self.cubes[indicator.frequency] if indicator else None
        if indicator is None or cube is None or place not in cube.places or measured.text not in cube.period_at:
            return None
        share = cube.apportioned(place)
        reach = window_of(cube, indicator.id, place, measured)
        return share if share and reach.ordinal < share[0].ordinal else None

    def standing_in(self, target: Target, place: str, measured: Period) -> str:
        """Return the source of the published statistic that stands in for reports, or nothing."""
        indicator = self.indicators.get(target.id)
        if indicator is None or not indicator.published or measured.text in self.cubes[indicator.frequency].period_at:
            return ""
        rows = self.facts.of_cell(indicator.published, [place])
        return next((str(row["evidence"]) for row in rows if row["period"] == measured.text), "")

    def _published(self, indicator: Indicator, place: str, period: Period) -> tuple[Period, list[float]] | None:
        rows = self.facts.of_cell(indicator.published, [place]) if indicator.published else []
        years = sorted((row["period"], row["value"]) for row in rows if int(row["period"][:4]) <= period.year)
        return (Period.parse(years[-1][0]), [float(years[-1][1])]) if years else None


def complete_periods(cube: Cube, indicator: str, place: str, periods: int, least: float) -> NDArray[np.bool_]:
    """Return in which periods the reports behind an indicator are in: all of them, or enough if that is rare."""
    share = complete_shares(cube, indicator, place)[:periods]
    whole = share >= 1.0
    return whole if whole.mean() > 0.5 else share >= least


def _from_statistics(reason: Text, when: Period, source: str) -> Text:
    return Text(
        f"{reason.zh}现值为{when.year}年已发布统计，不是报送数，来源 {source}。",
        f"{reason.en} The value is a published statistic for {when.year}, not a report: {source}.",
    )


def _with_shares(reason: Text, first: Period, key: str) -> Text:
    return Text(
        f"{reason.zh}{first}以前的数系拆分前的数按“{key}”分摊。",
        f"{reason.en} Figures before {first} are apportioned from before the split, by {key}.",
    )


def _units_met(cube: Cube, target: Target, last: int, tolerance: float) -> list[float]:
    rows = [cube.series(target.id, code)[: last + 1] for code in target.each if code in cube.places]
    counted = []
    for t in range(last + 1):
        known = [float(row[t]) for row in rows if not math.isnan(row[t])]
        counted.append(float(sum(target.met_by(v, tolerance=tolerance) for v in known)) if known else math.nan)
    return counted


def county_places(plan: Plan, measured: Measured, target: Target, period: Period | None = None) -> tuple[str, ...]:
    """Return the counties in which a target can be told apart; none if it is collected for the city alone.

    They are those that stand at the end of a period, by default the last one there is.
    """
    indicator = measured.indicators.get(target.id)
    if indicator is None or target.place != plan.root:
        return ()
    cube = measured.cubes[indicator.frequency]
    collected = {cube.elements[cube.element_at[name]].collected for name in indicator.formula.names}
    if collected <= {"prefecture", "core", "any"}:
        return ()
    day = (period or cube.periods[-1]).last_day()
    counties = dict.fromkeys(place.own for place in cube.places.children(plan.root) if place.stands(day))
    return tuple(code for code in counties if not target.each or code in target.each)


@dataclass(frozen=True, slots=True)
class Carried:
    """An earlier judgement of the same plan, month and rules, and the targets that must be judged anew."""

    judged: Mapping[str, Mapping[str, Assessment]]
    changed: frozenset[str]


def assess_plan(
    plan: Plan,
    measured: Measured,
    allocations: Mapping[str, Allocation],
    period: Period,
    rules: Rules,
    *,
    carried: Carried | None = None,
) -> dict[str, dict[str, Assessment]]:
    """Return the assessments by place and target: the city under its own code, each county under its own.

    A target judged elsewhere than the city, such as a county town, stands with the city's.
    A county whose allocated share is nothing has no such task and is left out.
    What was judged before is carried over: a target's judgement rests on its own indicator and allocation alone.
    """
    judged: dict[str, dict[str, Assessment]] = {plan.root: {}}
    for target in plan.targets:
        allocation = allocations.get(target.id)
        places: Sequence[str] = (target.place, *county_places(plan, measured, target, period))
        if carried is not None and target.id not in carried.changed:
            for place in dict.fromkeys((plan.root, *places)):
                if target.id in carried.judged.get(place, {}):
                    judged.setdefault(place, {})[target.id] = carried.judged[place][target.id]
            continue
        for place in places:
            if place != target.place and allocation and allocation.shares.get(place) == 0.0 and target.value != 0:
                continue
            when, series = measured.series(target, place, period)
            told = measured.completeness(target, place, when)
            whole = measured.complete(target, place, series, rules.completeness.value)
            case = Case(target, plan, place, period, when, whole, allocation, told)
            assessment = assess(case, rules)
            if share := measured.apportioned(target, place, when):
                assessment = replace(assessment, reason=_with_shares(assessment.reason, *share))
            if source := measured.standing_in(target, place, when):
                assessment = replace(assessment, reason=_from_statistics(assessment.reason, when, source))
            judged.setdefault(plan.root if place == target.place else place, {})[target.id] = assessment
    return judged
