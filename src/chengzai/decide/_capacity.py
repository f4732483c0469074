"""County-town carrying capacity: what each board can bear, which is shortest, and the cheapest way to lengthen it.

The method of record is the short board: the least of what water, land, housing, places and jobs allow (资源环境承载能力
和国土空间开发适宜性评价指南, 自然资办函〔2020〕127号). Populations are in 万人, money in 亿元. Every norm is content.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def by_water(supply: float, use: float) -> float:
    """Return 万人 from town water a year (亿m³) and what a person uses (m³ a year): the form of the guidelines."""
    return supply * 1e4 / use


def by_plant(capacity: float, loss: float, most: float) -> float:
    """Return 万人 from works (万m³ a day) and the day of most use (万m³ for 万人), which already holds leakage."""
    return capacity * (1 - loss) / most


def without_largest(sources: Sequence[float], kept: float, most: float) -> float:
    """Return 万人 with the largest source out (一源一备), where `kept` of normal use is kept in an outage."""
    return (math.fsum(sources) - max(sources)) / (kept * most)


def by_land(hectares: float, each: float) -> float:
    """Return 万人 from land (ha) at so many m² a person."""
    return hectares / each


def by_housing(floor: float, vacant: float, each: float) -> float:
    """Return 万人 from floor area (万m²), its vacant share, and m² a person."""
    return floor * (1 - vacant) / each


def by_places(places: float, per_person: float) -> float:
    """Return 万人 from places (万) and places a resident; infinite where nobody needs any."""
    return math.inf if per_person == 0 else places / per_person


def by_beds(beds: float, per_thousand: float, share: float, rest: float) -> float:
    """Return 万人 of the town from county beds (张), which also serve `share` of the rest of the county (万人)."""
    return beds / per_thousand / 10 - share * rest


def by_jobs(jobs: float, employed: float) -> float:
    """Return 万人 from jobs (万) and the employed share of residents."""
    return jobs / employed


@dataclass(frozen=True, slots=True)
class Board:
    """One thing that bounds a town: what it bears (万人, NaN where unknown) and what one more 万人 costs (亿元).

    `spread` is the standard deviation of what it bears, as a share of it.
    """

    name: str
    bears: float
    cost: float = math.nan
    spread: float = 0.0


@dataclass(frozen=True)
class Capacity:
    """A town against its boards. `bears` is the shortest known; `unknown` boards could bind and are never passed over.

    `gaps` are what each board lacks for the target, `load` the present population over what each bears.
    """

    bears: float
    binding: tuple[str, ...]
    gaps: Mapping[str, float]
    load: Mapping[str, float]
    unknown: tuple[str, ...]


def capacity(boards: Sequence[Board], target: float, now: float) -> Capacity:
    """Return what binds a town, and what each board lacks for its target; boards exactly as short bind together."""
    known = [b for b in boards if not math.isnan(b.bears)]
    least = min((b.bears for b in known), default=math.nan)
    return Capacity(
        least,
        tuple(b.name for b in known if math.isclose(b.bears, least, rel_tol=1e-12)),
        {b.name: max(0.0, target - b.bears) for b in known},
        {b.name: now / b.bears if b.bears > 0 else math.inf for b in known},
        tuple(b.name for b in boards if math.isnan(b.bears)),
    )


def load_class(load: float, bands: Sequence[tuple[float, str]]) -> str:
    """Return the class of a load: the first band whose upper end it does not pass."""
    return next((name for end, name in bands if load <= end), bands[-1][1])


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a frontier: from a population on, each 万人 more costs `price` 亿元, for boards that bind there."""

    population: float
    cost: float
    price: float
    boards: tuple[str, ...]


def frontier(boards: Sequence[Board], target: float) -> tuple[Step, ...]:
    """Return the cheapest cost of every population up to the target, exactly, as pieces between which it is straight.

    Above its own end each board must be lengthened at its cost, so the price of one more 万人 is the sum over all
    boards already binding. A board whose cost is unknown ends the frontier where it begins to bind.
    """
    ends = sorted({b.bears for b in boards if b.bears < target})
    steps, cost = [], 0.0
    for n, end in enumerate(ends):
        binding = [b for b in boards if b.bears <= end]
        price = math.fsum(b.cost for b in binding)
        steps.append(Step(end, cost, price, tuple(b.name for b in binding)))
        if math.isnan(price):
            break
        upper = ends[n + 1] if n + 1 < len(ends) else target
        cost += price * (upper - end)
    return tuple(steps)


def cost_of(boards: Sequence[Board], target: float) -> float:
    """Return what reaching a population costs: Σ cost · what each board lacks; NaN where a needed cost is unknown."""
    return math.fsum(b.cost * (target - b.bears) for b in boards if b.bears < target)


def reach(boards: Sequence[Board], target: float, budget: float) -> tuple[float, float]:
    """Return the population a budget reaches (at most the target), and how many 万人 one more 亿元 brings there."""
    steps = frontier(boards, target)
    for n, step in enumerate(steps):
        upper = steps[n + 1].population if n + 1 < len(steps) else target
        if math.isnan(step.price):
            return step.population, math.nan
        reached = step.population + (budget - step.cost) / step.price if step.price > 0 else upper
        if reached < upper - 1e-12:
            return reached, 1 / step.price
    return target, 0.0


@dataclass(frozen=True)
class Chance:
    """How sure a capacity is: the chance that it bears the target, how often each board binds, its mean and ends."""

    reaches: float
    binds: Mapping[str, float]
    mean: float
    low: float
    high: float


def chance(boards: Sequence[Board], target: float, *, draws: int, seed: int) -> Chance:
    """Return the chance that all known boards bear the target when each is uncertain (log-normal, independent).

    The least of several means is more than the mean of the least: plugging in means over-states what a town bears.
    NaN where no board is known.
    """
    known = [b for b in boards if not math.isnan(b.bears)]
    if not known:
        return Chance(math.nan, {}, math.nan, math.nan, math.nan)
    rng = np.random.default_rng(seed)
    sigma = np.sqrt(np.log1p(np.array([b.spread for b in known]) ** 2))
    drawn = np.array([b.bears for b in known]) * np.exp(rng.normal(size=(draws, len(known))) * sigma - sigma**2 / 2)
    least, which = drawn.min(axis=1), drawn.argmin(axis=1)
    low, high = np.quantile(least, (0.05, 0.95))
    return Chance(
        float((least >= target).mean()),
        {b.name: float((which == n).mean()) for n, b in enumerate(known)},
        float(least.mean()),
        float(low),
        float(high),
    )


def matching(supply: float, per_person: float, people: float) -> float:
    """Return how well supply matches people: 1 is exactly enough."""
    return supply / (per_person * people)


def coupling(first: float, second: float) -> tuple[float, float]:
    """Return coupling and coordination degree of two shares in 0–1: C = 2√(U₁U₂)/(U₁+U₂), D = √(C·(U₁+U₂)/2)."""
    if first + second == 0:
        return 0.0, 0.0
    c = 2 * math.sqrt(first * second) / (first + second)
    return c, math.sqrt(c * (first + second) / 2)
