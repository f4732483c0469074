"""Walk the pack and give every target a course, every element its reports, and every county its share."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chengzai.assess import Allocation
from chengzai.collect import Facts
from chengzai.kernel import PER_YEAR, Binary, Call, Element, Name, Number, Period, Places
from chengzai.measure import Indicator
from chengzai.plan import Plan, Target
from chengzai_twin._paths import Course, Floats, course_of, generator, season_of, split_whole, yearly_shares
from chengzai_twin._reports import Reports


@dataclass(frozen=True)
class Simulation:
    """The twin of a city: facts and allocation for the engine, and the truth for scoring alone."""

    facts: Facts
    allocations: tuple[Allocation, ...]
    truth: tuple[Mapping[str, object], ...]


@dataclass
class _World:
    """Everything the walk needs, and what it has made so far."""

    plan: Plan
    elements: Mapping[str, Element]
    places: Places
    first: Period
    last: Period
    seed: int
    reports: Reports
    made: dict[str, Floats] = field(default_factory=dict)
    form: str = ""

    def units(self, element: Element) -> list[str]:
        """Return the places that report an element, those of one county together."""
        if element.units:
            return list(element.units)
        below = self.places.under(self.plan.root)
        return [place.code for place in below if place.level == element.collected]

    def periods(self, frequency: str) -> list[Period]:
        """Return the periods of a frequency that have closed within the months simulated."""
        per_year = PER_YEAR[frequency]
        begin = Period.of(frequency, self.first.year * per_year)
        end = begin.closed_by(self.last)
        return [Period.of(frequency, n) for n in range(begin.ordinal, end.ordinal + 1)]

    def month_numbers(self, frequency: str) -> list[int]:
        """Return for each period how many months of the plan have passed at its end."""
        start = self.plan.start.year * 12 + self.plan.start.month - 1
        ends = [period.last_day() for period in self.periods(frequency)]
        return [min(end.year * 12 + end.month - start, self.plan.months()) for end in ends]

    def report(self, code: str, truth: Floats) -> None:
        """Hand an element's truth to the offices, once."""
        if code in self.made:
            return
        self.made[code] = truth
        element = self.elements[code]
        self.reports.add(element, self.form, self.units(element), self.periods(element.frequency), truth)


def simulate(
    plan: Plan,
    *,
    indicators: Sequence[Indicator],
    elements: Mapping[str, Element],
    places: Places,
    months: tuple[Period, Period],
    seed: int,
) -> Simulation:
    """Return the twin of a city for the months given; the same seed and pack give the same twin.

    Some targets drift towards a miss; reports have season, growth, gaps, late months, corrections and slips.
    """
    world = _World(plan, elements, places, months[0], months[1], seed, Reports(seed))
    measured = {indicator.id: indicator for indicator in indicators}
    allocations, truth = [], []
    for target in plan.targets:
        if target.id not in measured:
            continue
        world.form = target.section
        course = course_of(plan, target, seed)
        allocation = _Maker(world, target, measured[target.id], course).make()
        allocations.append(allocation)
        truth.append(_truth(target, course, plan))
    return Simulation(world.reports.facts(), tuple(allocations), tuple(truth))


def _truth(target: Target, course: Course, plan: Plan) -> dict[str, object]:
    # A yearly plan names targets of later years too: what counts then is the course at the plan's own end.
    end = min((target.deadline.year - plan.start.year) * 12 + target.deadline.month, plan.months())
    return {
        "target": target.id,
        "drifts": course.drifts,
        "final_share": round(float(course.true[end]), 6),
        "missed": bool(course.true[end] < course.planned[end]),
    }


@dataclass
class _Maker:
    """Makes one target's allocation and the truth of the elements behind it."""

    world: _World
    target: Target
    indicator: Indicator
    course: Course

    def make(self) -> Allocation:
        """Return the allocation after reporting every element of the formula that is not reported yet."""
        self.rng = generator(self.world.seed, f"make {self.target.id}")
        self.goal = float(self.target.canonical.value) if self.target.canonical else 1.0
        self.first_element = self.world.elements[self.indicator.formula.names[0]]
        self.counties = self._counties()
        self.baseline = self._baseline()
        additive = isinstance(self.indicator.formula.root, Name | Call) and self.first_element.over_places == "sum"
        self.weights = self._weights(self.counties)
        self._shares(additive=additive)
        self._report()
        return Allocation(
            target=self.target.id,
            source="simulated",
            baseline=self.baseline,
            steps=self._steps(),
            shares=dict(zip(self.counties, self.shares.tolist(), strict=True)) if len(self.counties) > 1 else {},
            county_baselines=dict(zip(self.counties, self.county_baselines.tolist(), strict=True))
            if len(self.counties) > 1
            else {},
            additive=additive,
        )

    def _counties(self) -> list[str]:
        if self.first_element.collected in {"prefecture", "core"}:
            return [self.target.place]
        counties = [place.code for place in self.world.places.children(self.world.plan.root)]
        return [c for c in counties if not self.first_element.units or c in self.first_element.units]

    def _weights(self, codes: list[str]) -> Floats:
        """Return how large places are: by the units below them, uneven; the same for every target."""
        sizes = [len(self.world.places.under(code)) for code in codes]
        uneven = [generator(self.world.seed, f"size {code}").lognormal(0, 0.25) for code in codes]
        return np.asarray(np.array(sizes) * np.array(uneven), dtype=np.float64)

    def _baseline(self) -> float:
        target, goal = self.target, self.goal
        if target.kind in {"cumulative", "milestone", "completion"} or target.every_year or target.each:
            return 0.0
        if target.kind == "maintain":
            return goal
        if self.indicator.formula.names[0].endswith("_done"):
            return 0.0
        if target.direction == "down":
            return round(goal * self.rng.uniform(1.06, 1.35), 2) if goal else 0.0
        if target.canonical and target.canonical.unit == "%":
            return round(max(goal - self.rng.uniform(4, 22), 1.0), 1)
        return float(math.floor(goal * self.rng.uniform(0.66, 0.9))) if goal > 40 else round(goal * 0.7, 1)

    def _steps(self) -> dict[int, float]:
        """Return the value due at each year's end; whole where the unit is."""
        if self.target.every_year or self.target.kind in {"maintain", "milestone", "completion"} or self.target.each:
            return {}
        exact = {
            year: self.baseline + (self.goal - self.baseline) * share
            for year, share in yearly_shares(self.course, self.world.plan).items()
            if year <= self.target.deadline.year
        }
        steps = {year: float(round(v)) if self.goal >= 200 else round(v, 2) for year, v in exact.items()}
        return steps | {self.target.deadline.year: self.goal}

    def _shares(self, *, additive: bool) -> None:
        count = len(self.counties)
        if count == 1:
            self.shares, self.county_baselines = np.array([self.goal]), np.array([self.baseline])
        elif additive and not self.target.each:
            self.shares = split_whole(self.goal, self.weights)
            self.county_baselines = np.floor(self.shares * (self.baseline / self.goal if self.goal else 0.0))
        else:
            spread = 0.0 if self.target.each or not self.baseline else 0.03
            self.shares = np.full(count, self.goal)
            self.county_baselines = np.round(self.baseline * (1 + self.rng.normal(0, spread, count)), 2)

    def _shares_of_way(self, frequency: str) -> Floats:
        """Return for each county the share of its way at the end of each period, its own pace included."""
        months = self.world.month_numbers(frequency)
        pace = self.rng.lognormal(0, 0.08, len(self.counties))
        return np.outer(pace, self.course.true[months])

    def _level(self, frequency: str) -> Floats:
        """Return the true indicator value of each county and period."""
        if self.target.kind == "maintain":
            return self._kept(frequency)
        way = self._shares_of_way(frequency)
        level = self.county_baselines[:, None] + (self.shares - self.county_baselines)[:, None] * way
        return np.asarray(level, dtype=np.float64)

    def _kept(self, frequency: str) -> Floats:
        """Return a level that stays on the good side of its limit, or slips over it if it drifts."""
        periods = len(self.world.periods(frequency))
        margin = 0.02 + self.rng.normal(0, 0.004, (len(self.counties), periods))
        if self.course.drifts:
            margin -= np.linspace(0, 0.05, periods)
        if self.target.direction == "down":
            worse = (margin < 0).astype(float)
            return np.asarray(self.shares[:, None] + worse * (1.0 if self.goal else 0.0), dtype=np.float64)
        top = 100.0 if self.target.unit == "%" else math.inf
        return np.asarray(np.minimum(self.shares[:, None] * (1 + margin), top), dtype=np.float64)

    def _report(self) -> None:
        world, root = self.world, self.indicator.formula.root
        frequency = self.first_element.frequency
        match root:
            case Call("cumulative", Name(code), _):
                world.report(code, np.diff(self._counts(code, frequency), prepend=0.0, axis=1))
            case Call("ytd", Name(code), _):
                world.report(code, self._yearly(frequency))
            case Call("trailing", Name(code), count):
                season = np.array([season_of(self.rng, count)[p.part - 1] for p in world.periods(frequency)])
                world.report(code, np.round(self._level(frequency) / count * season))
            case Name(code) if world.elements[code].kind == "running":
                world.report(code, self._counts(code, frequency))
            case Name(code) if code.endswith("_done"):
                world.report(code, self._done(frequency))
            case Name(code) | Call("year_mean", Name(code), _):
                self._weigh(code)
                level = self._level(frequency)
                world.report(code, level if world.elements[code].kind == "level" else np.round(level))
            case Binary("*", Name(code), Number(_)):
                world.report(code, self._done(frequency))
            case Binary("*", Binary("/", over, under), Number(scale)):
                self._ratio(_name(over), _name(under), scale, frequency)
            case Binary("/", Name(over), Name(under)):
                self._quotient(over, under, frequency)

    def _counts(self, code: str, frequency: str) -> Floats:
        """Return running whole counts of the reporting units; townships share their county's goal by size."""
        element = self.world.elements[code]
        way = np.minimum.accumulate(self._shares_of_way(frequency)[:, ::-1], axis=1)[:, ::-1]
        rows = []
        for county, goal, share in zip(self.counties, self.shares, way, strict=True):
            units = [county]
            if element.collected == "township":
                units = [place.code for place in self.world.places.children(county)]
            goals = split_whole(goal, self._weights(units)) if len(units) > 1 else np.array([goal])
            phase = self.rng.random(len(units))
            rows.append(np.floor(np.outer(goals, share) + phase[:, None]))
        return np.concatenate(rows)

    def _yearly(self, frequency: str) -> Floats:
        """Return monthly counts that make each year's number, times how the course runs."""
        periods = self.world.periods(frequency)
        season = season_of(self.rng, 12)
        pace = self.rng.lognormal(0, 0.08, len(self.counties)) * (0.8 if self.course.drifts else 1.06)
        due = np.cumsum(season) / season.sum()
        total = np.array(
            [
                [math.floor(goal * p * due[q.part - 1] + 0.4) for q in periods]
                for goal, p in zip(self.shares, pace, strict=True)
            ]
        )
        start = np.array([q.part == 1 for q in periods])
        return np.where(start, total, np.diff(total, prepend=0, axis=1)).astype(np.float64)

    def _done(self, frequency: str) -> Floats:
        """Return 0 until a unit is done and 1 from then on; a drifting course is late."""
        months = np.array(self.world.month_numbers(frequency))
        if self.target.kind == "maintain":
            return np.ones((len(self.counties), len(months)))
        end = (self.target.deadline.year - self.world.plan.start.year) * 12 + self.target.deadline.month
        late = 1.25 if self.course.drifts else 0.94
        days = np.floor(end * late * self.rng.uniform(0.55, 1.0, len(self.counties)))
        return (months[None, :] >= days[:, None]).astype(np.float64)

    def _ratio(self, over: str, under: str, scale: float, frequency: str) -> None:
        world = self.world
        if under not in world.made:
            size = self._weights(self.counties) * self.rng.uniform(60, 200)
            if world.elements[under].collected == "township":
                codes = [place.code for county in self.counties for place in world.places.children(county)]
                size = self._weights(codes) * 12
            periods = len(world.periods(frequency))
            if re.match(r"residents", under):
                size = size * 2_000_000 / size.sum()
            growth = 1 + 0.002 * np.arange(periods)[None, :]
            world.report(under, np.round(np.maximum(size, 20.0)[:, None] * growth))
        base = world.made[under]
        level = self._level(frequency)
        if len(level) != len(base):
            spread = [len(world.places.children(county)) for county in self.counties]
            level = np.repeat(level, spread, axis=0)
        limit = base if scale == 100.0 else np.full(base.shape, np.inf)
        world.report(over, np.clip(np.round(base * level / scale), 0.0, limit))

    def _weigh(self, code: str) -> None:
        """Report the element by which another is weighed over places, if it has one."""
        weight = self.world.elements[code].over_places.partition(":")[2]
        if weight and weight not in self.world.made:
            size = self._weights(self.counties)
            periods = len(self.world.periods(self.world.elements[weight].frequency))
            self.world.report(weight, np.round(np.repeat((size * 900_000 / size.sum())[:, None], periods, axis=1)))

    def _quotient(self, over: str, under: str, frequency: str) -> None:
        self._weigh(over)
        self._weigh(under)
        self.world.report(over, np.round(self.world.made[under] * self._level(frequency)))


def _name(node: object) -> str:
    """Return the element under a time function, or the element itself."""
    while isinstance(node, Call):
        node = node.of
    assert isinstance(node, Name)  # noqa: S101 -- the formulas of a pack divide elements
    return node.code
