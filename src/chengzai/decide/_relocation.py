"""Whole-village relocation: which villages move where and when, within budget, seats and consent.

A village moves as a whole to one site in one year. Aims are taken in order: people at risk first, then public cost,
then travel, then the guidance on city, town and centre village; each later aim keeps the earlier ones. Whatever the
solver says is checked again without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Key = tuple[str, str, int]
Pair = tuple[str, str]
Going = Mapping[str, tuple[str, int]]  # where and when, by village
Opening = Mapping[tuple[str, int], int]  # when, by site and phase
AIMS = ("benefit", "cost", "burden", "guidance")


@dataclass(frozen=True, slots=True)
class Village:
    """One natural village that could move.

    `risk` weighs its people in the first aim; `consent` is the share that agreed; `last` the last year that is in
    time (a reservoir, a hazard), `must` whether it has to move. `together` names villages of one kin that go to one
    site; `beside` its neighbours, none of which may be left alone; `pupils` by school stage; `workers` need jobs;
    `farms` whether its people go on farming their old fields.
    """

    id: str
    county: str
    persons: int
    households: int
    risk: float
    consent: float = 1.0
    last: int | None = None
    must: bool = False
    together: str = ""
    beside: tuple[str, ...] = ()
    pupils: Mapping[str, int] = field(default_factory=dict)
    workers: int = 0
    farms: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a site: how many persons it takes, what opening it costs, and from which year it can open."""

    persons: int
    cost: float
    year: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """One place to move to: `kind` is city, town or village; seats by stage and jobs are what is free there.

    `homes` is how many households it takes by a way of settling (existing flats for vouchers, plots …); a way that is
    not named is not bounded. `residents` live there already.
    """

    id: str
    kind: str
    county: str
    phases: tuple[Phase, ...]
    seats: Mapping[str, int] = field(default_factory=dict)
    jobs: int | None = None
    homes: Mapping[str, int] = field(default_factory=dict)
    residents: int = 0

    @property
    def free(self) -> dict[str, int]:
        """What is free beside room and jobs: seats by stage, homes by way of settling."""
        return {**self.seats, **self.homes}

    def named(self, what: str) -> str:
        """Return the words for seats of a stage, or homes of a way of settling, here."""
        return f"{self.id}的{what}{'学位' if what in self.seats else '安置'}"


@dataclass(frozen=True, slots=True)
class Room:
    """How many more persons a town can bear by the end of each year: its short board, whatever the sites could house.

    `sites` are those whose people count in the town; `persons` `[year]` in all since the start. `market` `[year]` is
    how many of them find a home that no site built, empty where nobody knows.
    """

    town: str
    sites: frozenset[str]
    persons: tuple[float, ...]
    market: tuple[float, ...] = ()


@dataclass(frozen=True)
class Relocation:
    """The whole question. `cost` and `minutes` (to the old fields) are by village and site; no cost, no such pair.

    `budget` is by year and carried over. `weight` is what a benefit in each year is worth. `guidance` are the shares
    of persons by kind of site, wished for. `consent` is the least share that lets a village move, `farthest` the most
    minutes to the fields of those who farm, `count` the least number of villages, `rooms` what the towns can bear,
    `least` the least share of persons that goes to each kind of site, `floor` the least share of each county's people
    that moves, `centres` (by persons) how many sites hold so many people at the end, those who lived there among them.
    By village and site: `beds` are the persons who take a place built there (all, where it is not named), `elsewhere`
    those who find a home in the town as it is, `settled` the households by way of settling.
    """

    villages: tuple[Village, ...]
    sites: tuple[Site, ...]
    cost: Mapping[Pair, float]
    minutes: Mapping[Pair, float]
    budget: tuple[float, ...]
    weight: tuple[float, ...]
    guidance: Mapping[str, float] = field(default_factory=dict)
    consent: float = 0.0
    farthest: float = float("inf")
    count: int = 0
    rooms: tuple[Room, ...] = ()
    least: Mapping[str, float] = field(default_factory=dict)
    floor: Mapping[str, float] = field(default_factory=dict)
    centres: Mapping[int, int] = field(default_factory=dict)
    beds: Mapping[Pair, int] = field(default_factory=dict)
    elsewhere: Mapping[Pair, int] = field(default_factory=dict)
    settled: Mapping[Pair, Mapping[str, int]] = field(default_factory=dict)

    def takes(self, village: Village, site: str) -> dict[str, int]:
        """Return what a village takes of a site beside room and jobs: seats by stage, homes by way of settling."""
        return {**village.pupils, **self.settled.get((village.id, site), {})}

    def housed(self, village: Village, site: str) -> int:
        """Return how many persons of a village take a place built at a site."""
        return self.beds.get((village.id, site), village.persons)

    def lodged(self, village: Village, site: str) -> int:
        """Return how many persons of a village find a home near a site that was there before."""
        return self.elsewhere.get((village.id, site), 0)

    @property
    def years(self) -> int:
        """How many years the plan has."""
        return len(self.budget)

    def allowed(self) -> list[Key]:
        """Return every village, site and year that the rules leave."""
        found = []
        for v in self.villages:
            if v.consent < self.consent and not v.must:
                continue
            last = self.years - 1 if v.last is None else min(v.last, self.years - 1)
            for s in self.sites:
                far = v.farms and self.minutes.get((v.id, s.id), 0.0) > self.farthest
                if (v.id, s.id) in self.cost and not far:
                    found += [(v.id, s.id, t) for t in range(last + 1)]
        return found


@dataclass(frozen=True)
class Moves:
    """An answer: where and when each village moves, the phases opened, every aim's value, and how sure it is.

    `gap` is that of the first aim. `broken` are rules found broken by a check outside the solver; `conflict` the
    smallest set of demands that cannot hold together, where there is no answer. `unsettled`: neither an answer nor such
    a set was found in time.
    """

    moves: Going
    opened: Opening
    aims: Mapping[str, float]
    gap: float
    broken: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    unsettled: bool = False


def aims_of(
    q: Relocation, moves: Mapping[str, tuple[str, int]], opened: Mapping[tuple[str, int], int]
) -> dict[str, float]:
    """Return the value of every aim of an answer, worked out without the solver; `off` is the shares' distance."""
    village, kind = {v.id: v for v in q.villages}, {s.id: s.kind for s in q.sites}
    phase = {(s.id, n): p.cost for s in q.sites for n, p in enumerate(s.phases)}
    people = sum(village[v].persons for v in moves)
    by_kind = {k: sum(village[v].persons for v, (s, _) in moves.items() if kind[s] == k) for k in q.guidance}
    return {
        "benefit": sum(village[v].risk * village[v].persons * q.weight[t] for v, (_, t) in moves.items()),
        "cost": sum(q.cost[v, s] for v, (s, _) in moves.items()) + sum(phase[key] for key in opened),
        "burden": sum(village[v].persons * q.minutes.get((v, s), 0.0) for v, (s, _) in moves.items()),
        "guidance": sum(abs(by_kind[k] - share * people) for k, share in q.guidance.items()),
    }


def beyond(q: Relocation, moves: Going, kind: str) -> float:
    """Return how many more persons go to a kind of site than the least share asks; negative where too few do."""
    persons, kinds = {v.id: v.persons for v in q.villages}, {s.id: s.kind for s in q.sites}
    return sum(persons[v] * ((kinds[s] == kind) - q.least[kind]) for v, (s, _) in moves.items())


def below_floor(q: Relocation, moves: Going) -> dict[str, float]:
    """Return the counties of which fewer persons move than their floor asks, with how many are lacking."""
    found = {}
    for county, share in q.floor.items():
        mine = [v for v in q.villages if v.county == county]
        lacking = share * sum(v.persons for v in mine) - sum(v.persons for v in mine if v.id in moves)
        if lacking > 1e-6:
            found[county] = lacking
    return found


def people_at(q: Relocation, moves: Going, year: int) -> dict[str, int]:
    """Return by site who lives there at the end of a year, those who did before among them."""
    persons, found = {v.id: v.persons for v in q.villages}, {s.id: s.residents for s in q.sites}
    for v, (site, t) in moves.items():
        if t <= year:
            found[site] += persons[v]
    return found


def spent_by_year(q: Relocation, moves: Going, opened: Opening) -> list[float]:
    """Return what moves and openings cost until the end of each year."""
    phase = {(s.id, n): p.cost for s in q.sites for n, p in enumerate(s.phases)}
    return [
        sum(q.cost[v, s] for v, (s, year) in moves.items() if year <= t)
        + sum(phase[key] for key, year in opened.items() if year <= t)
        for t in range(q.years)
    ]


def openings_for(q: Relocation, moves: Going) -> dict[tuple[str, int], int]:
    """Return the phases that some moves need, each opened in the first year that needs it."""
    village = {v.id: v for v in q.villages}
    opened: dict[tuple[str, int], int] = {}
    for s in q.sites:
        room = n = 0
        for t in range(q.years):
            people = sum(q.housed(village[v], s.id) for v, (i, year) in moves.items() if i == s.id and year <= t)
            while room < people and n < len(s.phases):
                opened[s.id, n] = t
                room, n = room + s.phases[n].persons, n + 1
    return opened


def answer_of(q: Relocation, moves: Going) -> Moves:
    """Return some moves as an answer, its aims and broken rules worked out; how good it is nobody says."""
    opened = openings_for(q, moves)
    return Moves(moves, opened, aims_of(q, moves, opened), float("inf"), check_moves(q, moves, opened))


def check_moves(q: Relocation, moves: Going, opened: Opening) -> tuple[str, ...]:
    """Return the rules that an answer breaks, in words, worked out without the solver."""
    broken = (*_over_time(q, moves, opened), *_at_sites(q, moves), *_between_villages(q, moves))
    return tuple(dict.fromkeys(broken))


def _over_time(q: Relocation, moves: Going, opened: Opening) -> list[str]:
    village, site = {v.id: v for v in q.villages}, {s.id: s for s in q.sites}
    allowed = set(q.allowed())
    broken = [f"{v}不能在第{t + 1}年迁往{s}" for v, (s, t) in moves.items() if (v, s, t) not in allowed]
    broken += [f"{v.id}必须搬迁而没有搬" for v in q.villages if v.must and v.id not in moves]
    broken += [
        f"去“{kind}”类安置点的人不到{share:.0%}" for kind, share in q.least.items() if beyond(q, moves, kind) < -1e-6
    ]
    broken += [f"{county}搬出的人不到{q.floor[county]:.0%}" for county in below_floor(q, moves)]
    if len(moves) < q.count:
        broken.append(f"只搬{len(moves)}个村，少于{q.count}个")
    for t, spent in enumerate(spent_by_year(q, moves, opened)):
        if spent > sum(q.budget[: t + 1]) + 1e-6:
            broken.append(f"第{t + 1}年止支出{spent:g}超过预算")
    for t in range(q.years):
        for s in q.sites:
            people = sum(q.housed(village[v], i) for v, (i, year) in moves.items() if i == s.id and year <= t)
            beds = sum(s.phases[n].persons for (i, n), year in opened.items() if i == s.id and year <= t)
            if people > beds:
                broken.append(f"{s.id}第{t + 1}年住进{people}人，只能住{beds}人")
        for room in q.rooms:
            inside = [(village[v], i) for v, (i, year) in moves.items() if i in room.sites and year <= t]
            people = sum(v.persons for v, _ in inside)
            if people > room.persons[t] + 1e-6:
                broken.append(f"{room.town}第{t + 1}年迁入{people}人，短板只能再承载{room.persons[t]:g}人")
            lodging = sum(q.lodged(v, i) for v, i in inside)
            if room.market and lodging > room.market[t] + 1e-6:
                broken.append(f"{room.town}第{t + 1}年{lodging}人要在现有住房里安家，只有{room.market[t]:g}人的余地")
    early = ((s, n) for (s, n), year in opened.items() if year < site[s].phases[n].year)
    broken += [f"{s}第{n + 1}期开得太早" for s, n in early]
    ahead = ((s, n) for (s, n), year in opened.items() if n and year < opened.get((s, n - 1), q.years))
    return [*broken, *(f"{s}第{n + 1}期开在前一期之前" for s, n in ahead)]


def _at_sites(q: Relocation, moves: Going) -> list[str]:
    village, people = {v.id: v for v in q.villages}, people_at(q, moves, q.years)
    reached = {persons: sum(here >= persons for here in people.values()) for persons in q.centres}
    broken = [f"只有{reached[n]}个点达到{n}人，少于{count}个" for n, count in q.centres.items() if reached[n] < count]
    for s in q.sites:
        here = [village[v] for v, (i, _) in moves.items() if i == s.id]
        for what, free in s.free.items():
            if sum(q.takes(v, s.id).get(what, 0) for v in here) > free:
                broken.append(f"{s.named(what)}不够")
        if s.jobs is not None and sum(v.workers for v in here) > s.jobs:
            broken.append(f"{s.id}的岗位不够")
    return broken


def _between_villages(q: Relocation, moves: Going) -> list[str]:
    candidates = {v.id for v in q.villages}
    broken = []
    for v in q.villages:
        near = [n for n in v.beside if n in candidates]
        if near and len(near) == len(v.beside) and v.id not in moves and all(n in moves for n in near):
            broken.append(f"{v.id}被单独留下")
        if v.together:
            kin = {moves.get(w.id, ("", 0))[0] for w in q.villages if w.together == v.together}
            if len(kin) > 1:
                broken.append(f"{v.together}没有安置在一处")
    return broken


def with_budget(question: Relocation, factor: float) -> Relocation:
    """Return the same question with every year's budget scaled."""
    return replace(question, budget=tuple(b * factor for b in question.budget))


def fairness(question: Relocation, answer: Moves) -> dict[str, dict[str, float]]:
    """Return by county how many candidates and persons move, as shares, and the public cost of each person moved."""
    found = {}
    for county in sorted({v.county for v in question.villages}):
        mine = [v for v in question.villages if v.county == county]
        gone = [v for v in mine if v.id in answer.moves]
        people, moved = sum(v.persons for v in mine), sum(v.persons for v in gone)
        spent = sum(question.cost[v.id, answer.moves[v.id][0]] for v in gone)
        found[county] = {
            "villages": len(gone) / len(mine),
            "persons": moved / people if people else 0.0,
            "each": spent / moved if moved else float("nan"),
        }
    return found


def shares_of(question: Relocation, answer: Moves) -> dict[str, tuple[float, float]]:
    """Return the shares of persons and of households that go to each kind of site."""
    village, kind = {v.id: v for v in question.villages}, {s.id: s.kind for s in question.sites}
    persons = sum(village[v].persons for v in answer.moves)
    households = sum(village[v].households for v in answer.moves)
    return {
        k: (
            sum(village[v].persons for v, (s, _) in answer.moves.items() if kind[s] == k) / max(persons, 1),
            sum(village[v].households for v, (s, _) in answer.moves.items() if kind[s] == k) / max(households, 1),
        )
        for k in dict.fromkeys(kind.values())
    }


@dataclass
class Booked:
    """What a site must have ready in a year; `beds` are persons who need a place built there."""

    persons: int = 0
    households: int = 0
    jobs: int = 0
    beds: int = 0
    seats: dict[str, int] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)


def to_book(question: Relocation, answer: Moves) -> dict[tuple[str, int], Booked]:
    """Return by site and year what must be ready: seats by stage, households by way of settling, places and jobs."""
    village = {v.id: v for v in question.villages}
    found: dict[tuple[str, int], Booked] = {}
    for v, (s, t) in answer.moves.items():
        row, mine = found.setdefault((s, t), Booked()), village[v]
        row.persons += mine.persons
        row.households += mine.households
        row.jobs += mine.workers
        row.beds += question.housed(mine, s)
        for told, more in ((row.seats, mine.pupils), (row.ways, question.settled.get((v, s), {}))):
            for what, count in more.items():
                told[what] = told.get(what, 0) + count
    return dict(sorted(found.items()))
