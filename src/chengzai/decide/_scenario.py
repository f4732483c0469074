"""One scenario: who moves, what is built, and what that does to people, boards, circles and money, year by year.

Relocation → people → boards → circles, each from the one before; nothing is worked out twice. An empty choice leaves
today as it is; a larger budget only widens what is allowed; one more facility only shortens ways.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._capacity import Chance, chance
from chengzai.decide._region import CircleRule, CoreTown, Region
from chengzai.decide._relocate import relocate, relocate_hedged
from chengzai.decide._relocation import Going, Moves, Relocation, Room
from chengzai.decide._years import NOBODY, PEOPLE, Choice, TownYear, Years
from chengzai.space import circle

Floats = NDArray[np.float64]
_DRAWS, _SEED = 20_000, 1


@dataclass(frozen=True)
class CircleKept:
    """How a circle is kept by the people it speaks of: in all and by county, the share with everything and with each.

    `lacks` holds for every point with people what it has none of within reach.
    """

    rule: CircleRule
    people: float
    with_all: float
    with_each: Mapping[str, float]
    counties: Mapping[str, float]
    lacks: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """What a choice comes to. `towns`, `urban` and `circles` are by year, the first entry today.

    `spent` is by year and head (亿元 as the sheets give them): `relocation`, `relief`, `projects`, `build`.
    `minutes` are the times at the end from every point to the nearest of each kind, by way of going.
    """

    moves: Moves
    persons: Floats
    towns: tuple[tuple[TownYear, ...], ...]
    urban: tuple[Mapping[str, float], ...]
    people: tuple[Mapping[str, float], ...]
    circles: tuple[tuple[CircleKept, ...], ...]
    spent: tuple[Mapping[str, float], ...]
    sure: Mapping[str, Chance]
    minutes: Mapping[str, Mapping[str, NDArray[np.int32]]]


def decide(
    region: Region, choice: Choice, *, gap: float = 0.0, seconds: float | None = None, starts: Sequence[Going] = ()
) -> Outcome:
    """Return what a choice comes to: the best relocation that its money and the towns' short boards allow.

    `gap` and `seconds` bound the search, `starts` are moves of like choices to begin from. Demands that clash stand in
    `moves.conflict`; then nobody moves.
    """
    if choice.budget <= 0 and not (choice.must or choice.count or choice.floor or choice.centres):
        return unfold(region, choice)
    question = question_of(region, choice)
    if choice.hedge > 0:
        moves = relocate_hedged(question, region.doubt, choice.hedge, gap=gap, seconds=seconds, starts=starts)
    else:
        moves = relocate(question, gap=gap, seconds=seconds, starts=starts)
    return unfold(region, choice, moves)


def question_of(region: Region, choice: Choice) -> Relocation:
    """Return the relocation that a choice asks: its money, who must, who stays, and what the towns can still bear."""
    asked = region.relocation
    villages = tuple(replace(v, must=v.must or v.id in choice.must) for v in asked.villages if v.id not in choice.stay)
    known = {v.id for v in villages}
    counties, sizes = sorted({v.county for v in villages}), sorted({*asked.centres, *choice.centres})
    return replace(
        asked,
        villages=villages,
        cost={pair: cost for pair, cost in asked.cost.items() if pair[0] in known},
        budget=tuple(b * choice.budget for b in asked.budget),
        count=max(asked.count, choice.count),
        rooms=_rooms(region, choice) if choice.within_boards else (),
        least=choice.least,
        floor={c: share for c in counties if (share := max(choice.floor, asked.floor.get(c, 0.0))) > 0},
        centres={n: max(d.get(n, 0) for d in (asked.centres, choice.centres)) for n in sizes},
    )


def _rooms(region: Region, choice: Choice) -> tuple[Room, ...]:
    """Return how many more each town can bear each year: built places open with the sites, other homes are there."""
    trend = Years(region, choice, NOBODY)
    found = []
    for town in region.towns:
        sites = frozenset(s for s, name in region.site_town.items() if name == town.id)
        free, market = (tuple(_room(trend, town, housing=housing)) for housing in (False, True))
        known = math.isfinite(max(market))
        if sites and (known or math.isfinite(max(free))):
            found.append(Room(town.id, sites, free, market if known else ()))
    return tuple(found)


def _room(trend: Years, town: CoreTown, *, housing: bool) -> Iterator[float]:
    """Yield for how many more persons a town's boards have room each year: its housing boards, or all others."""
    for year in range(1, trend.region.years + 1):
        told = trend.boards(town, year)
        bears = [b.bears for b, kept in told if kept.housing == housing and not math.isnan(b.bears)]
        yield max(0.0, min(bears, default=math.inf) - trend.persons_in(town, year)) * PEOPLE


def unfold(region: Region, choice: Choice, moves: Moves = NOBODY) -> Outcome:
    """Return what some moves and a choice come to, year by year, without any solver."""
    run = Years(region, choice, moves)
    last = region.years
    towns = tuple(tuple(run.town(town, year) for town in region.towns) for year in range(last + 1))
    minutes = [run.minutes(year) for year in range(last + 1)]
    return Outcome(
        moves=moves,
        persons=run.persons(last),
        towns=towns,
        urban=tuple(run.urban(year) for year in range(last + 1)),
        people=tuple(run.people(year) for year in range(last + 1)),
        circles=tuple(
            tuple(_kept(region, rule, run.persons(year), minutes[year][rule.mode]) for rule in region.circles)
            for year in range(last + 1)
        ),
        spent=tuple(run.spent(year) for year in range(last)),
        sure={
            t.town: chance(t.boards, town.target, draws=_DRAWS, seed=_SEED)
            for t, town in zip(towns[-1], region.towns, strict=True)
        },
        minutes=minutes[-1],
    )


def _kept(region: Region, rule: CircleRule, persons: Floats, times: Mapping[str, NDArray[np.int32]]) -> CircleKept:
    """Return how a circle is kept; what rests on a kind that nobody lists is unknown, not lacking."""
    never = np.full(len(region.points), np.iinfo(np.int32).max, dtype=np.int32)
    needs = [need for need in rule.needs if need.kind not in region.unlisted]
    near = {need.kind: times.get(need.kind, never) for need in needs}
    people = np.where(region.among(rule), persons, 0.0)
    told, known = circle(people, near, needs), len(needs) == len(rule.needs)
    whole = np.array([not gaps for gaps in told.gaps], dtype=np.bool_)
    county = np.array(region.county_of)
    counties = {}
    for name in dict.fromkeys(region.county_of):
        mine = np.where(county == name, people, 0.0)
        counties[name] = float(mine[whole].sum() / mine.sum()) if known and mine.sum() else math.nan
    lacks = {p: told.gaps[n] for p, n in region.points.items() if people[n] > 0 and told.gaps[n]}
    each = {need.kind: told.with_each.get(need.kind, math.nan) for need in rule.needs}
    return CircleKept(rule, told.people, told.with_all if known else math.nan, each, counties, lacks)
