"""Every target at every place as a course towards its deadline, ready to be followed."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._allocation import Allocation
from chengzai.assess._assess import Assessment, share_due
from chengzai.assess._board import Measured, complete_periods, county_places
from chengzai.kernel import PER_YEAR, Element, Period
from chengzai.measure import Cube
from chengzai.plan import Plan, Target

Floats = NDArray[np.float64]
_DATED = ("milestone", "completion")
_TAIL = 1e-9  # what may be left of a whole number of steps by the binary tail
_DIGITS = 9  # sums of a county's part are rounded so that all of them together are a hundred


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One target at one place: its values so far, what must be reached, and by which law it is foretold.

    `law` is `pace` (progress along a trajectory), `level` (a value to be kept) or `once` (done or not). `values` are
    canonical, NaN where no complete report is; `attained` and `exposure` are shares of the way, `exposure` to the
    deadline. The target is missed if the share stays below `limit` at the end; NaN where no goal is set. `planned` is
    what the plan itself lays on each period where `exposure` follows the seasons of years gone by, and `stated` the
    value that boards print, which counts periods with reports outstanding too. `part` is one county's part of a share
    of counties, by which it moves, 0 for every other value.
    """

    target: Target
    place: str
    law: str
    measured: Period
    deadline: Period
    values: Floats
    baseline: float
    goal: float
    attained: Floats
    exposure: Floats
    limit: float
    whole: bool
    tolerance: float = 0.0
    planned: Floats = field(default_factory=lambda: np.empty(0))
    stated: float = math.nan
    part: float = 0.0

    @property
    def city(self) -> bool:
        """Whether it is the target's own place, not one of the parts."""
        return self.place == self.target.place

    @property
    def reached(self) -> float:
        """The last known share of the way, NaN where nothing is known."""
        return _last(self.attained)

    @property
    def left(self) -> int:
        """The number of periods still to come."""
        return self.deadline.ordinal - self.measured.ordinal

    @property
    def rest(self) -> float:
        """How much of the way the plan lays on the periods after the last known one, up to the deadline."""
        planned = self.planned if len(self.planned) else self.exposure
        seen = np.flatnonzero(~np.isnan(self.attained))
        return float(planned[int(seen[-1]) + 1 :].sum()) if len(seen) else math.nan

    @property
    def most(self) -> float:
        """The highest value that has been told; for a running total what boards print counts too. NaN if none has."""
        told = [*self.values[~np.isnan(self.values)].tolist(), *([self.stated] if self.kept else [])]
        return max((v for v in told if not math.isnan(v)), default=math.nan)

    @property
    def kept(self) -> bool:
        """Whether what is reached cannot be lost again: a running total towards a number that may be passed."""
        return self.law == "pace" and self.target.kind == "cumulative" and not self.target.around

    @property
    def step(self) -> float:
        """By what the value moves at the least: one thing, one county's part of a share of counties, else nothing."""
        return 1.0 if self.whole else self.part

    @property
    def half(self) -> float:
        """Half a step for what moves in steps: a forecast within half a step of a number rounds to it."""
        return self.step / 2

    @property
    def meets(self) -> tuple[float, float]:
        """The values between which the target is met, ends included; for whole things the whole ones among them.

        One end is infinite but for a mark to come near to from either side (左右), which `tolerance` widens. Words that
        exclude their number (超过) start at the next whole thing, or just beyond it. Agrees with `Target.met_by`. Both
        are NaN where no goal is set.
        """
        target, goal = self.target, self.goal
        if math.isnan(goal):
            return math.nan, math.nan
        if target.around:
            low, high = goal - abs(goal) * self.tolerance, goal + abs(goal) * self.tolerance
            return (
                (self._whole_steps(low, math.ceil), self._whole_steps(high, math.floor)) if self.step else (low, high)
            )
        side = 1 if target.direction == "up" else -1
        if not self.step:
            end = math.nextafter(goal, side * math.inf) if target.strict else goal
        elif target.strict:
            end = self._whole_steps(goal, math.floor if side > 0 else math.ceil, beyond=side)
        else:
            end = self._whole_steps(goal, math.ceil if side > 0 else math.floor)
        return (end, math.inf) if side > 0 else (-math.inf, end)

    def _whole_steps(self, value: float, to: Callable[[float], int], beyond: int = 0) -> float:
        """Return the next value that comes in whole steps, `to` its side (floor or ceil), or one step `beyond` it."""
        tail = _TAIL if to is math.floor else -_TAIL
        return round((to(value / self.step + tail) + beyond) * self.step, _DIGITS)

    def share_of(self, value: float) -> float:
        """Return a value as a share of the way, the reverse of `value_of`; infinite for an infinite one."""
        since = self.limit - 1.0 if self.target.every_year else 0.0
        return since + (value - self.baseline) / (self.goal - self.baseline)

    def value_of(self, share: Floats | float) -> Floats:
        """Return shares of the way as values; a number due every year counts from the year's start."""
        since = self.limit - 1.0 if self.target.every_year else 0.0
        return np.asarray(self.baseline + (np.asarray(share) - since) * (self.goal - self.baseline))

    def within(self, values: Floats) -> Floats:
        """Return values within what can be.

        Running totals do not fall, shares stay within 0–100, no more places count than there are, things are whole,
        and what has never been below nought does not go there.
        """
        if self.law == "pace" and (self.target.kind == "cumulative" or self.target.every_year):
            least = np.nanmax(self.values[-1:], initial=0.0) if self.target.every_year else self.most
            values = np.fmax(values, least)
        elif np.nanmin(self.values, initial=0.0) >= 0.0:
            values = np.maximum(values, 0.0)
        if self.target.base_unit == "%" and 0 <= self.goal <= 100 and np.nanmax(self.values, initial=0.0) <= 100:
            values = np.minimum(values, 100.0)
        counted = len(self.target.each) if self.city else 0  # how many places have reached what each of them must
        if counted:
            values = np.clip(values, 0.0, counted)
        if self.part:
            return np.minimum(np.round(np.floor(values / self.part + 0.5) * self.part, _DIGITS), 100.0)
        return np.floor(values + 0.5) if self.whole or counted else values


def tracks_of(
    plan: Plan,
    measured: Measured,
    allocations: Mapping[str, Allocation],
    judged: Mapping[str, Mapping[str, Assessment]],
    least: float,
    tolerance: float = 0.0,
) -> tuple[Track, ...]:
    """Return a track for every target that has a series, at the city, its counties and their townships.

    A period counts as reported when the share `least` of its reports is in. Townships have no goal of their own:
    their way is scaled to their county's, so that they can be seen beside it. `tolerance` is how far beside a mark to
    come near to (左右) is near enough, as a share of it.
    """
    found: list[Track] = []
    for target in plan.targets:
        if target.id not in measured.indicators:
            continue
        for place in (target.place, *county_places(plan, measured, target)):
            assessment = judged.get(plan.root if place == target.place else place, {}).get(target.id)
            if assessment is None or (
                assessment.measured.frequency == "year" and assessment.measured.year < plan.start.year
            ):
                continue
            track = _track(plan, measured, allocations.get(target.id), assessment, place, least)
            if track is not None:
                track = replace(track, tolerance=tolerance)
                found += [track, *_townships(plan, measured, track, least)]
    return tuple(found)


def _track(
    plan: Plan, measured: Measured, allocation: Allocation | None, a: Assessment, place: str, least: float
) -> Track | None:
    target = plan.target[a.target]
    cube = measured.cubes[measured.indicators[target.id].frequency]
    when, series = measured.series(target, place, a.period)
    if when.text not in cube.period_at or len(series) != cube.period_at[when.text] + 1:
        return None
    values = np.array(series, dtype=np.float64)
    values[~complete_periods(cube, target.id, place, len(values), least)] = np.nan
    stated = a.value if a.measured == when else math.nan
    deadline = _deadline(plan, target, when)
    if deadline.ordinal < cube.periods[0].ordinal:
        return None
    law = "level" if a.law in {"keep", "cap"} else _law(cube, target)
    goal, baseline = a.goal, a.baseline
    told = values[~np.isnan(values)]
    part = _county_part(plan, measured, target, place, told) if law == "once" else 0.0
    if part and math.isfinite(goal) and goal > told[0]:
        law, baseline = "pace", float(told[0]) if math.isnan(baseline) else baseline
    if law != "pace":
        return Track(target, place, law, when, deadline, values, 0.0, goal, values, values[:0], math.nan, target.whole)
    if math.isnan(baseline):
        baseline = float(told[0]) if len(told) else math.nan
    axis = [Period.of(when.frequency, n) for n in range(cube.periods[0].ordinal, deadline.ordinal + 1)]
    due = np.array([share_due(plan, target, allocation, p) for p in axis])
    if math.isnan(goal) or goal == baseline or not len(told):
        return None
    if target.every_year:
        baseline = 0.0  # each year's number starts at nought
        attained, limit = _year_by_year(values / goal, axis)
        planned = _within_years(due, axis)
        exposure = _by_season(planned, attained, axis)
    else:
        attained, limit = (values - baseline) / (goal - baseline), 1.0
        planned = exposure = np.diff(due, prepend=0.0)
    track = Track(target, place, law, when, deadline, values, baseline, goal, attained, exposure, limit, target.whole)
    return replace(track, planned=planned, stated=stated, part=part)


def _county_part(plan: Plan, measured: Measured, target: Target, place: str, told: Floats) -> float:
    """Return one county's part of a share of the counties that have done a thing; 0 for what is no such share."""
    counties = county_places(plan, measured, target)
    if place != target.place or target.base_unit != "%" or target.kind in _DATED or len(counties) < 2 or not len(told):
        return 0.0
    part = 100.0 / len(counties)
    return part if np.allclose(told / part, np.round(told / part), atol=1e-6) else 0.0


def _law(cube: Cube, target: Target) -> str:
    """Return how the indicator moves: a thing done or not, a level to be kept, or progress."""
    formula = cube.indicators[cube.indicator_at[target.id]].formula
    first: Element = cube.elements[cube.element_at[formula.names[0]]]
    if target.kind in _DATED or (first.kind == "level" and (first.minimum, first.maximum) == (0, 1)):
        return "once"
    return "level" if target.kind == "maintain" else "pace"


def _deadline(plan: Plan, target: Target, when: Period) -> Period:
    """Return the last period that counts: of this year for a number due every year, else of the deadline."""
    per_year = PER_YEAR[when.frequency]
    if target.every_year:
        return Period.of(when.frequency, (when.year + 1) * per_year - 1)
    day = min(target.deadline, plan.end)
    part = (day.month * per_year + 11) // 12
    return Period.of(when.frequency, day.year * per_year + part - 1)


def _year_by_year(done: Floats, axis: list[Period]) -> tuple[Floats, float]:
    """Return shares of each year's number as one rising course, and the share at which this year's is reached."""
    attained, base, last, year = np.full(len(done), np.nan), 0.0, 0.0, axis[0].year
    for t, share in enumerate(done):
        if axis[t].year != year:
            base, last, year = base + last, 0.0, axis[t].year
        if not math.isnan(share):
            last = float(share)
            attained[t] = base + last
    return attained, base + 1.0


def _within_years(due: Floats, axis: list[Period]) -> Floats:
    return np.array([due[t] if axis[t].part == 1 else due[t] - due[t - 1] for t in range(len(axis))])


def _by_season(exposure: Floats, attained: Floats, axis: list[Period]) -> Floats:
    """Return what each period of a year is expected to carry: as in the years before, shrunk to the trajectory.

    n whole years before weigh n / (n + 1); a year is judged by the years before it alone.
    """
    first = axis[0].year
    shapes: list[Floats] = []
    result = exposure.copy()
    for year in range(first, axis[-1].year + 1):
        inside = [t for t, p in enumerate(axis) if p.year == year]
        planned = exposure[inside]
        if shapes and planned.sum() > 0:
            seen = np.mean(shapes, axis=0)
            result[inside] = planned.sum() * (seen * len(shapes) + planned / planned.sum()) / (len(shapes) + 1)
        if inside[-1] < len(attained):
            steps = np.diff(attained[inside], prepend=attained[inside[0] - 1] if inside[0] else 0.0)
            if not np.isnan(steps).any() and steps.min() >= 0 and steps.sum() > 0:
                shapes.append(steps / steps.sum())
    return result


def _townships(plan: Plan, measured: Measured, track: Track, least: float) -> Iterator[Track]:
    """Yield the townships of a county's track where they report themselves, scaled to the county's way."""
    cube = measured.cubes[measured.indicators[track.target.id].frequency]
    formula = cube.indicators[cube.indicator_at[track.target.id]].formula
    if track.law != "pace" or track.target.place != plan.root or track.place == plan.root:
        return
    if any(cube.elements[cube.element_at[name]].collected != "township" for name in formula.names):
        return
    reached = track.reached
    for place in cube.places.children(track.place):
        if not place.stands(cube.periods[-1].last_day()):
            continue
        values = np.array(cube.series(track.target.id, place.code)[: len(track.values)], dtype=np.float64)
        values[~complete_periods(cube, track.target.id, place.code, len(values), least)] = np.nan
        own = _last(values)
        if math.isnan(own) or own <= 0 or math.isnan(reached) or reached <= 0 or track.target.kind != "cumulative":
            continue
        goal = own / reached
        yield Track(track.target, place.code, "pace", track.measured, track.deadline, values, 0.0, goal,
                    values / goal, track.exposure, math.nan, track.whole)  # fmt: skip


def _last(values: Floats) -> float:
    told = values[~np.isnan(values)]
    return float(told[-1]) if len(told) else math.nan
