"""The people, boards and money of a region year by year under a planner's choice and some moves."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._capacity import Board, Capacity, capacity, reach
from chengzai.decide._region import Amenity, CoreTown, Region, TownBoard
from chengzai.decide._relocation import Moves
from chengzai.people import at_cut_off, project

Floats = NDArray[np.float64]
NOBODY = Moves({}, {}, {"benefit": 0.0, "cost": 0.0, "burden": 0.0, "guidance": 0.0}, 0.0)
PEOPLE = 1e4  # 万人


@dataclass(frozen=True, slots=True)
class Build:
    """A facility to be built: what it is, in which year it opens (0 is the first), and what it costs (亿元)."""

    amenity: Amenity
    year: int
    cost: float


@dataclass(frozen=True)
class Choice:
    """What a planner chooses; an empty one changes nothing.

    `budget` is the share of the relocation's budget that is given (0: nobody moves), `count` the least number of
    villages, `must` and `stay` villages that have to move or to stay. `relief` is what lengthening the short boards
    of a town may cost (亿元), open from the year `relief_year` on. Without `within_boards` towns may be overfilled.
    `projects` are whole projects by the year they start in; they lengthen boards from their opening on.
    `least` is the least share of those who move that goes to each kind of site, `floor` the least share of each
    county's candidates that moves, `centres` (by persons) how many sites hold so many people at the end. The money
    holds though any `hedge` villages come dear at once, as the region doubts.
    """

    budget: float = 0.0
    count: int = 0
    must: frozenset[str] = frozenset()
    stay: frozenset[str] = frozenset()
    relief: Mapping[str, float] = field(default_factory=dict)
    relief_year: int = 0
    build: tuple[Build, ...] = ()
    within_boards: bool = True
    projects: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    floor: float = 0.0
    hedge: int = 0
    centres: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class TownYear:
    """A town at the end of a year: its people (万人), those that moved in since the start, and its boards."""

    town: str
    persons: float
    moved_in: float
    boards: tuple[Board, ...]
    told: Capacity


@dataclass
class Years:
    """The people and boards of a region year by year under a choice; year 0 is today, year n the end of the nth."""

    region: Region
    choice: Choice
    moves: Moves

    @cached_property
    def going(self) -> dict[str, tuple[str, int, int]]:
        """Where and when each village goes, and how many go."""
        persons = {v.id: v.persons for v in self.region.relocation.villages}
        return {v: (site, year, persons[v]) for v, (site, year) in self.moves.moves.items()}

    @cached_property
    def growth(self) -> dict[str, Floats]:
        """What the people of a county's towns and countryside come to each year, today being 1, nobody moving."""
        ages = self.region.ages
        if ages is None:
            return {}
        kinds: dict[str, frozenset[bool]] = {}
        for block in self.region.blocks:
            kinds[block.county] = kinds.get(block.county, frozenset()) | {block.urban}
        totals = self.ages_ahead.sum(axis=(2, 3))
        return {
            f"{county}/{part}": self._course(totals[:, 2 * n : 2 * n + 2], at, kinds.get(county, frozenset()))
            for n, county in enumerate(ages.counties)
            for at, part in enumerate(("urban", "rural"))
        }

    @staticmethod
    def _course(totals: Floats, at: int, kinds: frozenset[bool]) -> Floats:
        """Return a part's course; where a county has blocks of one part alone, all its people live there."""
        told = totals[:, at] if len(kinds) > 1 else totals.sum(axis=1)
        return told / told[0] if told[0] > 0 else np.ones(len(told))

    @cached_property
    def ages_ahead(self) -> Floats:
        """People by year, county and part, sex and age, nobody moving."""
        ages = self.region.ages
        assert ages is not None  # noqa: S101 -- asked for only where there are ages
        return project(ages.people, lambda _: ages.rates, self.region.years).people

    def _grown(self, county: str, year: int, *, urban: bool) -> float:
        told = self.growth.get(f"{county}/{'urban' if urban else 'rural'}")
        return 1.0 if told is None else float(told[year])

    def moved(self, year: int) -> list[tuple[str, str, int]]:
        """Return the villages gone by the end of a year, with their sites and persons."""
        return [(v, s, n) for v, (s, t, n) in self.going.items() if t < year]

    def persons(self, year: int) -> Floats:
        """Return the people at every point at the end of a year."""
        found = np.zeros(len(self.region.points))
        for n, block in enumerate(self.region.blocks):
            found[n] = block.persons * self._grown(block.county, year, urban=block.urban)
        for village, site, count in self.moved(year):
            found[self.region.points[self.region.from_block[village]]] -= count
            found[self.region.points[site]] += count
        return np.maximum(found, 0.0)

    def minutes(self, year: int) -> dict[str, dict[str, NDArray[np.int32]]]:
        """Return the ways to the nearest of each kind at the end of a year, worked out anew when something opens."""
        return self._minutes_with(tuple(b.amenity for b in self.choice.build if b.year < year))

    @cached_property
    def _minutes_with(self) -> Callable[[tuple[Amenity, ...]], dict[str, dict[str, NDArray[np.int32]]]]:
        @cache
        def told(built: tuple[Amenity, ...]) -> dict[str, dict[str, NDArray[np.int32]]]:
            modes = dict.fromkeys(rule.mode for rule in self.region.circles)
            return {mode: self.region.times(mode, (*self.region.amenities, *built)) for mode in modes}

        return told

    def people(self, year: int) -> dict[str, float]:
        """Return the people of each county and of all."""
        return self._by_county(self.persons(year))

    def urban(self, year: int) -> dict[str, float]:
        """Return the urban share of each county and of all."""
        persons = self.persons(year)
        some, all_ = self._by_county(np.where(self.region.urban, persons, 0.0)), self._by_county(persons)
        return {name: some[name] / all_[name] if all_[name] else math.nan for name in all_}

    def _by_county(self, persons: Floats) -> dict[str, float]:
        county = np.array(self.region.county_of)
        found = {name: float(persons[county == name].sum()) for name in dict.fromkeys(self.region.county_of)}
        return found | {"": float(persons.sum())}

    def moved_into(self, town: CoreTown, year: int) -> float:
        """Return who moved into a town by the end of a year, in 万人."""
        return sum(n for _, s, n in self.moved(year) if self.region.site_town.get(s) == town.id) / PEOPLE

    def persons_in(self, town: CoreTown, year: int) -> float:
        """Return a town's people at the end of a year, in 万人."""
        return town.now * self._grown(town.county, year, urban=True) + self.moved_into(town, year)

    def boards(self, town: CoreTown, year: int) -> list[tuple[Board, TownBoard]]:
        """Return a town's boards at the end of a year, lengthened by what is built and opened by then."""
        longer = self._longer.get(town.id, {}) if self.choice.relief_year < year else {}
        built = [b.amenity for b in self.choice.build if b.amenity.town == town.id and b.year < year]
        beds = sum(
            phase.persons
            for site in self.region.relocation.sites
            if self.region.site_town.get(site.id) == town.id
            for n, phase in enumerate(site.phases)
            if self.moves.opened.get((site.id, n), year) < year
        )
        found = []
        for kept in town.boards:
            added = self.added(town, kept.name, year)
            bears = kept.bears + added
            if kept.stage:
                known = (a.seats for a in built if a.kind == kept.stage and not math.isnan(a.seats))
                each = self.seats_each(town, kept.stage, year)
                bears = (kept.places + added + math.fsum(known)) / each / PEOPLE if each > 0 else math.nan
            bears += longer.get(kept.name, 0.0) + (beds / PEOPLE if kept.housing else 0.0)
            found.append((Board(kept.name, bears, kept.cost, kept.spread), kept))
        return found

    def added(self, town: CoreTown, board: str, year: int) -> float:
        """Return what projects opened by the end of a year add to a board of a town, or take from it."""
        start = self.choice.projects
        opened = (p for p in self.region.projects if p.id in start and start[p.id] + p.lead < year)
        return math.fsum(p.adds.get((town.id, board), 0.0) for p in opened)

    def age_share(self, county: str, span: tuple[int, int], year: int, *, urban: bool, schooled: bool = False) -> float:
        """Return the share of some ages (first, last) in a county's towns or countryside, nobody moving.

        `schooled` counts ages at the day of the school year. NaN where the county has no ages or nobody there.
        """
        ages = self.region.ages
        if ages is None or county not in ages.counties:
            return math.nan
        people = self.ages_ahead[year, 2 * ages.counties.index(county) + (not urban)].sum(axis=0)
        if people.sum() <= 0:
            return math.nan
        told = at_cut_off(people, ages.cut_off_months) if schooled else people
        return float(told[span[0] : span[1] + 1].sum() / people.sum())

    def seats_each(self, town: CoreTown, stage: str, year: int) -> float:
        """Return the seats of a stage that a resident of a town needs, those that moved in included; NaN if unknown."""
        ages = self.region.ages
        if ages is None or town.county not in ages.counties or stage not in ages.stages:
            return math.nan
        share = self.age_share(town.county, ages.stages[stage], year, urban=True, schooled=True)
        if math.isnan(share):
            return math.nan
        here = self.persons_in(town, year) - self.moved_into(town, year)
        pupils = {v.id: v.pupils.get(stage) for v in self.region.relocation.villages}
        moved = 0.0
        for village, site, count in self.moved(year):
            if self.region.site_town.get(site) == town.id:
                known = pupils[village]
                moved += count * share if known is None else known / ages.enrolled[stage]
        everybody = self.persons_in(town, year)
        return (here * share + moved / PEOPLE) * ages.enrolled[stage] / everybody if everybody > 0 else math.nan

    @cached_property
    def _longer(self) -> dict[str, dict[str, float]]:
        """By how many 万人 the money for relief lengthens each board when it opens: the exact cheapest then."""
        found = {}
        bare = Years(self.region, replace(self.choice, relief={}), NOBODY)
        for town in self.region.towns:
            money = self.choice.relief.get(town.id, 0.0)
            if money > 0:
                then = bare.boards(town, min(self.choice.relief_year + 1, self.region.years))
                boards = [board for board, _ in then if not math.isnan(board.bears)]
                level, _ = reach(boards, town.target, money)
                found[town.id] = {b.name: level - b.bears for b in boards if b.bears < level}
        return found

    def relief_spent(self, town: CoreTown) -> float:
        """Return what lengthening a town's boards takes of the money given for it."""
        cost = {b.name: b.cost for b in town.boards}
        return math.fsum(cost[name] * by for name, by in self._longer.get(town.id, {}).items())

    def town(self, town: CoreTown, year: int) -> TownYear:
        """Return a town at the end of a year."""
        boards = tuple(board for board, _ in self.boards(town, year))
        persons = self.persons_in(town, year)
        return TownYear(town.id, persons, self.moved_into(town, year), boards, capacity(boards, town.target, persons))

    def spent(self, year: int) -> dict[str, float]:
        """Return what is spent in a year (0 is the first), by head."""
        asked = self.region.relocation
        phase = {(s.id, n): p.cost for s in asked.sites for n, p in enumerate(s.phases)}
        moving = math.fsum(asked.cost[v, s] for v, (s, t) in self.moves.moves.items() if t == year)
        opening = math.fsum(phase[key] for key, t in self.moves.opened.items() if t == year)
        relief = math.fsum(map(self.relief_spent, self.region.towns)) if year == self.choice.relief_year else 0.0
        return {
            "relocation": moving + opening,
            "relief": relief,
            "projects": math.fsum(p.cost for p in self.region.projects if self.choice.projects.get(p.id) == year),
            "build": math.fsum(b.cost for b in self.choice.build if b.year == year),
        }


def with_pupils(region: Region) -> tuple[Region, int]:
    """Return a region whose villages all have pupils of the stages that sites count seats of, and how many are guessed.

    Where nobody counted them they are the village's persons by the ages of its county's countryside, rounded up; where
    the county has no ages either, they stay unknown.
    """
    trend, ages = Years(region, Choice(), NOBODY), region.ages
    stages = {stage for s in region.relocation.sites for stage in s.seats if ages and stage in ages.stages}
    found, guessed = [], 0
    for v in region.relocation.villages:
        pupils = dict(v.pupils)
        for stage in sorted(stages - pupils.keys()):
            share = trend.age_share(v.county, ages.stages[stage], 0, urban=False, schooled=True) if ages else math.nan
            if ages and not math.isnan(share):
                pupils[stage] = math.ceil(v.persons * share * ages.enrolled[stage])
        guessed += len(pupils) > len(v.pupils)
        found.append(replace(v, pupils=pupils))
    return replace(region, relocation=replace(region.relocation, villages=tuple(found))), guessed
