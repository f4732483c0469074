"""One month's run as a record: what pages, bulletin and tables are made from, and its cells by name."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from chengzai.assess import (
    STATES,
    Adjustment,
    Allocation,
    Assessment,
    Measured,
    Pace,
    Ranking,
    Rules,
    change_of,
    county_places,
    expected_share,
    pace_words,
    rounded_gap,
)
from chengzai.kernel import Finding, Period, Places, unit_scale
from chengzai.plan import Audit, CheckResult, Plan, Target
from chengzai.publish._blocked import Blocked

_WORSE = ("on_course", "watch", "behind", "far_behind")


@dataclass(frozen=True)
class Edition:
    """Everything that one month's run found, for the city and its counties."""

    plan: Plan
    places: Places
    boundaries: tuple[Mapping[str, Any], ...]
    pack_sha256: str
    period: Period
    simulated: bool
    audit: Audit
    checks: tuple[CheckResult, ...]
    measured: Measured
    allocations: Mapping[str, Allocation]
    rules: Rules
    judged: Mapping[str, Mapping[str, Assessment]]
    before: Mapping[str, Mapping[str, Assessment]]
    ranking: Ranking
    findings: tuple[Finding, ...]
    earlier: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    paper_rule: Mapping[str, Any] = field(default_factory=dict)
    known_on: dt.date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    allocations_before: Mapping[str, Allocation] = field(default_factory=dict)

    @property
    def until(self) -> dt.date:
        """The day up to which the data reaches: the period's last, or the day of the run where that comes first."""
        last = self.period.last_day()
        return min(last, self.known_on) if self.known_on else last

    @property
    def city(self) -> Mapping[str, Assessment]:
        """The city's own assessments by target."""
        return self.judged[self.plan.root]

    @property
    def counties(self) -> tuple[str, ...]:
        """The codes of the counties, in order."""
        return tuple(place.code for place in self.places.children(self.plan.root))

    @cached_property
    def elapsed_share(self) -> float:
        """The share of the plan's time that has passed by the end of the period."""
        start = self.plan.start.year * 12 + self.plan.start.month - 1
        return expected_share(self.period.ordinal + 1 - start, self.plan.months())

    def counts(self, place: str) -> dict[str, int]:
        """Return how many targets of a place are in each state."""
        states = [assessment.state for assessment in self.judged.get(place, {}).values()]
        return {state: states.count(state) for state in STATES}

    def shares(self, place: str) -> dict[str, Decimal]:
        """Return the per cent of a place's targets in each state, to one decimal and summing to exactly 100."""
        return reconciled(self.counts(place))

    def moved(self, *, worse: bool, place: str = "") -> list[str]:
        """Return the targets whose light turned worse (or better) since the month before."""
        place = place or self.plan.root
        moved = []
        for target, now in self.judged.get(place, {}).items():
            then = self.before.get(place, {}).get(target)
            if then and then.state in _WORSE and now.state in _WORSE and then.state != now.state:
                fell = _WORSE.index(now.state) > _WORSE.index(then.state)
                moved += [target] if fell == worse else []
        return moved

    def state(self, target_id: str, place: str) -> str:
        """Return the state of a target at a place; nothing where the place does not have it."""
        assessment = self.judged.get(place, {}).get(target_id)
        return assessment.state if assessment else ""

    def fast(self) -> list[str]:
        """Return the city's targets still to be reached that lead by the points from which progress is called fast."""
        return [t for t, a in self.city.items() if not a.met and a.gap >= self.rules.fast.value]

    def judged_targets(self) -> list[str]:
        """Return the city's targets whose light can be told."""
        return [t for t, a in self.city.items() if a.state in _WORSE]

    def unreported(self, place: str = "") -> dict[str, list[str]]:
        """Return for each place the targets whose due report is missing: the counties', then the city's own.

        What the city lacks because a county did not report stands with the county alone. With `place` only that one.
        """
        missing = {code: self._missing(code) for code in self.counties}
        whole = self._missing(self.plan.root)
        for code, targets in missing.items():
            targets += [t for t in whole if t not in targets and self._owes(t, code)]
        of_counties = {t for targets in missing.values() for t in targets}
        missing[self.plan.root] = [t for t in whole if t not in of_counties]
        return {code: targets for code, targets in missing.items() if targets and place in {"", code}}

    def _owes(self, target_id: str, code: str) -> bool:
        """Return whether reports of a county that the city's value needs are missing, though it has no goal itself."""
        target, measured = self.plan.target[target_id], self.city[target_id].measured
        if code not in county_places(self.plan, self.measured, target):
            return False
        there = self.measured.completeness(target, code, measured)
        return there.asked and there.reported < there.expected

    def _missing(self, code: str) -> list[str]:
        return [t for t, a in self.judged.get(code, {}).items() if a.state == "no_report"]

    def partly_reported(self, place: str = "") -> list[str]:
        """Return the targets of a place, by default the city, judged although not every report due is in."""
        judged = self.judged.get(place or self.plan.root, {})
        return [t for t, a in judged.items() if a.state in _WORSE and not a.completeness.full]

    def all_reported(self, place: str = "") -> bool:
        """Return whether reports were asked for and none that was due is missing, at one place or at any."""
        places = [place] if place else [*self.judged]
        judged = [a for code in places for a in self.judged.get(code, {}).values() if a.completeness.asked]
        # A value without a window of its own (a statistic of another year) is no report that was due.
        due = [a.completeness for a in judged if a.completeness.period is not None and a.completeness.expected]
        missing = any(a.state == "no_report" for a in judged)
        return bool(due) and not missing and all(c.reported >= c.expected for c in due)

    def begun(self, place: str = "") -> bool:
        """Return whether anything at all was asked for in this period, at one place or at any."""
        places = [place] if place else [*self.judged]
        return any(a.completeness.asked for code in places for a in self.judged.get(code, {}).values())

    @property
    def parts(self) -> str:
        """What the places directly below the city are called in a sentence; nothing where there are none."""
        level = self.places[self.counties[0]].level if self.counties else ""
        return {"county": "县（市、区）", "township": "乡镇（街道）", "village": "村（社区）"}.get(
            level, "单位" if level else ""
        )

    @property
    def first_month(self) -> bool:
        """Whether the plan began with this month, so that no month of it lies before."""
        return self.period.next(-1).last_day() < self.plan.start

    def unit_name(self, code: str) -> str:
        """Return the name under which reports of a place are missed: the city's own departments are 本级."""
        own = f"{self.plan.city}本级" if self.plan.city else "本级部门"
        return own if code == self.plan.root else self.places[code].name

    @property
    def progress(self) -> str:
        """What a bulletin tells of, in its title: 工程进展 where the plan is called a 工程, else 进展."""
        return "工程进展" if "工程" in self.plan.short_title else "进展"

    def scale(self, target: Target) -> float:
        """Return what one unit as printed is worth in canonical units: 100000000 for 亿元."""
        return float(unit_scale(target.unit)[0])

    def counts_counties(self, target: Target, place: str) -> bool:
        """Return whether a value at the place is how many counties reached the goal that each of them has."""
        return bool(target.each) and place == self.plan.root

    def scale_at(self, target: Target, place: str) -> float:
        """Return the same for a value at a place; counted counties are counted in ones."""
        return 1.0 if self.counts_counties(target, place) else self.scale(target)

    def decimals(self, target: Target) -> int:
        """Return how many decimals a value of the target is printed with."""
        if self.scale(target) > 1:
            return 2 if target.value is not None and target.value < 100 else 1
        indicator = self.measured.indicators.get(target.id)
        return indicator.decimals if indicator else 0

    def pace(self, target_id: str) -> Pace:
        """Return what the city still needs of a target until its deadline, or within its year, and at what pace."""
        a, target = self.city[target_id], self.plan.target[target_id]
        last, until = a.measured.last_day(), target.deadline
        left = 12 - last.month if target.every_year else (until.year - last.year) * 12 + until.month - last.month
        counts = self.counts_counties(target, self.plan.root)
        return pace_words(target, a.value, a.goal, max(left, 0), each_months=a.measured.months, counts_places=counts)

    def pace_decimals(self, target: Target) -> int:
        """Return how many decimals a pace is printed with: one more than the value where it is counted in ones."""
        return self.decimals(target) + (self.scale(target) == 1)

    def beyond_best(self, target_id: str) -> bool:
        """Return whether the city needs a greater change a period than any has shown, by the printed digits."""
        target, a = self.plan.target[target_id], self.city[target_id]
        scale, way = self.scale_at(target, self.plan.root), math.copysign(1.0, a.needed)
        needed, best = (round(way * change / scale, self.change_decimals(target)) for change in (a.needed, a.best))
        return needed > best

    def value_decimals(self, target: Target, place: str) -> int:
        """Return how many decimals a value is printed with: so many that one short of its goal does not read as it."""
        a, scale, decimals = self.judged[place][target.id], self.scale_at(target, place), self.decimals(target)
        if a.met or not math.isfinite(a.value) or not math.isfinite(a.goal) or a.value == a.goal:
            return decimals
        apart = (d for d in range(decimals, 7) if round(a.value / scale, d) != round(a.goal / scale, d))
        return next(apart, decimals)

    def change_decimals(self, target: Target) -> int:
        """Return how many decimals a change is printed with: what comes whole changes by whole things."""
        return self.decimals(target) if target.whole and self.scale(target) == 1 else self.pace_decimals(target)

    def label(self, target: Target, language: str = "zh") -> str:
        """Return the name of a target as printed: with its scope where the indicator alone would not tell it apart."""
        if language == "en":
            return target.name_en
        alone = target.place == self.plan.root and [t.indicator for t in self.plan.targets].count(target.indicator) == 1
        if alone:
            return target.indicator
        scope, name = target.scope, target.indicator
        shared = next((n for n in range(min(len(scope), len(name)), 0, -1) if scope.endswith(name[:n])), 0)
        return scope + name[shared:]

    def unit(self, target: Target) -> str:
        """Return the unit as printed beside a value of the target."""
        if target.each or target.value is not None:
            return target.unit
        return target.canonical.unit if target.canonical else ""

    def unit_at(self, target: Target, place: str) -> str:
        """Return the same for a value at a place."""
        return f"个{self.parts}" if self.counts_counties(target, place) else self.unit(target)


def reconciled(counts: Mapping[str, int], decimals: int = 1) -> dict[str, Decimal]:
    """Return shares in per cent whose printed digits sum to exactly 100: what is left goes to the largest remainders.

    Ties go to the earlier entry. Nothing counted gives zeros.

    >>> [str(share) for share in reconciled({"a": 1, "b": 1, "c": 1}).values()]
    ['33.4', '33.3', '33.3']
    """
    total, units = sum(counts.values()), 100 * 10**decimals
    if not total:
        return {name: Decimal(0) for name in counts}
    whole = {name: count * units // total for name, count in counts.items()}
    by_rest = sorted(counts, key=lambda name: -(counts[name] * units % total))
    for name in by_rest[: units - sum(whole.values())]:
        whole[name] += 1
    return {name: Decimal(value).scaleb(-decimals) for name, value in whole.items()}


def cell_value(edition: Edition, cell: str) -> float:  # noqa: PLR0911 -- one line a kind of cell
    """Return the number that a named cell holds; every figure of a bulletin names one.

    `count/PLACE/STATE`, `share/PLACE/STATE`, `change/PLACE/STATE/PART`, `total`, `judged`, `partly`, `fast`,
    `moved/worse`, `elapsed`, `rank/PLACE/FIELD`, `missing/PLACE`, or
    `target/ID/PLACE/FIELD` with value, goal, attained, expected, gap, needed, best, rest, pace (shares in percent,
    values in the target's own unit).
    """
    parts = cell.split("/")
    match parts:
        case ["total"]:
            return float(len(edition.city))
        case [("judged" | "fast" | "partly") as which]:
            listed = {"judged": edition.judged_targets, "fast": edition.fast, "partly": edition.partly_reported}
            return float(len(listed[which]()))
        case ["elapsed"]:
            return edition.elapsed_share * 100
        case ["count", place, state]:
            return float(edition.counts(place)[state])
        case ["share", place, state]:
            return float(edition.shares(place)[state])
        case ["change", place, state, part]:
            change = change_of(edition.before.get(place, {}), edition.judged.get(place, {}), state)
            return float(getattr(change, part))
        case ["moved", way]:
            return float(len(edition.moved(worse=way == "worse")))
        case ["missing", place]:
            return float(len(edition.unreported().get(place, ())))
        case ["ranked", which]:
            return float(len(edition.ranking.counted if which == "counted" else edition.ranking.left_out))
        case ["rank", place, field]:
            standing = next(s for s in edition.ranking.standings if s.place == place)
            return math.nan if math.isnan(standing.score) else float(getattr(standing, field))
        case ["target", target, place, field]:
            return _target_cell(edition, edition.plan.target[target], place, field)
    raise KeyError(cell)


def _target_cell(edition: Edition, target: Target, place: str, field: str) -> float:
    assessment = edition.judged[place][target.id]
    if field in {"rest", "pace"}:
        pace, scale = edition.pace(target.id), edition.scale_at(target, place)
        if field == "rest" or math.isnan(pace.each):
            return (pace.rest if field == "rest" else pace.each) / scale
        step = 10 ** edition.change_decimals(target)  # rounded up as it is printed: kept, the pace does reach the goal
        return float(math.ceil(pace.each / scale * step - 1e-9) / step)
    number = float(getattr(assessment, field))
    if field in {"attained", "expected"}:
        return number * 100
    if field == "gap":
        return number
    return number / edition.scale_at(target, place)


def printed(edition: Edition, cell: str, decimals: int) -> str:
    """Return a cell as printed: gaps by the rounding rule in force, everything else half up."""
    value = cell_value(edition, cell)
    if math.isnan(value):
        return "—"
    mode = edition.rules.rounding.value if cell.endswith("/gap") else "half_up"
    return rounded(value, decimals, mode)


def rounded(value: float, decimals: int, mode: str = "half_up") -> str:
    """Return a number as printed, without the sign of a zero."""
    number: Decimal = rounded_gap(value, mode, decimals)
    return str(number or abs(number))
