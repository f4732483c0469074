"""A good relocation fast: simulated annealing over whole assignments, compiled; the solver then proves how good.

The state is where and when each village goes; phases open when the people in a site first need them, which is never
dearer than opening them sooner. Money, rooms, seats and jobs always hold; villages that must move, kin and neighbours
are driven to hold by a price. Kirkpatrick, Gelatt & Vecchi (1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._anneal_kernel import search
from chengzai.decide._relocation import AIMS, Going, Opening, Relocation, check_moves, openings_for

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NO = -1
_FREE = 1e18
_LEAD = 0.98  # the prices lead, but spending what is left must still be worth it
_STEPS = 30_000  # tries for each village and aim
_LEAST = 10_000_000
_HEATS = np.array([0.01, 0.001])  # how much worse a try may be at first and at last, in usual gains of a village


def anneal(  # noqa: PLR0913 -- where to begin and how to search
    question: Relocation,
    aims: Sequence[str],
    *,
    start: Going,
    prices: Floats,
    cold: bool = False,
    seed: int = 1,
    longer: float = 1.0,
) -> tuple[Going, Opening] | None:
    """Return moves and openings that keep every rule and are good for the aims in order, or None if none was found.

    `start` are moves to begin with, as far as they hold together; `prices` `[year]` what one more of the money until
    the end of each year is worth (duals of the relaxed program): they lead to where money is best spent. `cold`
    begins where the start is and only betters it; `longer` is how many times as long it tries.
    """
    units = _Units.of(question)
    if not len(units.persons):
        return None
    at, year = units.state(start)
    limits, leading = np.full(len(AIMS), _FREE), _LEAD * np.asarray(prices, dtype=np.float64)
    steps = int(max(_STEPS * len(units.persons), _LEAST) * longer)
    for aim in aims:
        number = AIMS.index(aim)
        told = search(
            number,
            steps if number == 0 else steps // 4,
            seed,
            _HEATS[1:].repeat(2) if cold else _HEATS,
            limits,
            leading,
            at,
            year,
            *units.arrays(),
        )
        if told[4] > 0:
            return None
        limits[number] = told[number] + 1e-9 * max(1.0, abs(told[number]))
    moves, opened = units.answer(at, year)
    return None if check_moves(question, moves, opened) else (moves, opened)


@dataclass(frozen=True)
class _Units:
    """The question as arrays. A unit is a village, or all villages of one kin; they go to one site in one year."""

    question: Relocation
    members: tuple[tuple[int, ...], ...]
    persons: Ints
    value: Floats
    must: NDArray[np.bool_]
    cost: Floats
    burden: Floats
    beds: Ints
    lodged: Ints
    uses: Floats
    workers: Floats
    room: Ints
    price: Floats
    first: Ints
    free: Floats
    jobs: Floats
    town: Ints
    town_room: Floats
    town_market: Floats
    kind: Ints
    share: Floats
    least: Floats
    leaving: Floats
    floor: Floats
    residents: Floats
    centres: Floats

    @classmethod
    def of(cls, q: Relocation) -> "_Units":
        """Return the units of a question; what cannot go together to a site has no cost there."""
        groups: dict[str, list[int]] = {}
        for n, v in enumerate(q.villages):
            groups.setdefault(f"kin {v.together}" if v.together else f"village {n}", []).append(n)
        must = {n for n, v in enumerate(q.villages) if v.must}
        members = tuple(
            tuple(mine) for mine in sorted(groups.values(), key=must.isdisjoint)
        )  # who must is put in first
        years, sites = q.years, q.sites
        things = sorted({what for s in sites for what in s.free})
        place = {s.id: n for n, s in enumerate(sites)}
        allowed = {(v, s, t) for v, s, t in q.allowed()}
        value = np.full((len(members), years), -_FREE)
        cost = np.full((len(members), len(sites)), np.inf)
        burden = np.zeros((len(members), len(sites)))
        beds, lodged = np.zeros((2, len(members), len(sites)), dtype=np.int64)
        uses = np.zeros((len(members), len(sites), len(things)))
        for u, mine in enumerate(members):
            villages = [q.villages[n] for n in mine]
            for s in sites:
                times = [t for t in range(years) if all((v.id, s.id, t) in allowed for v in villages)]
                if times:
                    cost[u, place[s.id]] = sum(q.cost[v.id, s.id] for v in villages)
                    burden[u, place[s.id]] = sum(v.persons * q.minutes.get((v.id, s.id), 0.0) for v in villages)
                    beds[u, place[s.id]] = sum(q.housed(v, s.id) for v in villages)
                    lodged[u, place[s.id]] = sum(q.lodged(v, s.id) for v in villages)
                    taken = [q.takes(v, s.id) for v in villages]
                    uses[u, place[s.id]] = [sum(one.get(what, 0) for one in taken) for what in things]
                for t in times:
                    value[u, t] = sum(v.risk * v.persons * q.weight[t] for v in villages)

        def summed(of: object) -> Floats:
            return np.array([sum(of(q.villages[n]) for n in mine) for mine in members], dtype=np.float64)  # type: ignore[operator]

        phases = max((len(s.phases) for s in sites), default=1)
        room, price = np.zeros((len(sites), phases), dtype=np.int64), np.zeros((len(sites), phases))
        first = np.full((len(sites), phases), years, dtype=np.int64)
        for n, s in enumerate(sites):
            for k, phase in enumerate(s.phases):
                room[n, k], price[n, k], first[n, k] = phase.persons, phase.cost, phase.year
        town = np.full(len(sites), _NO, dtype=np.int64)
        for n, r in enumerate(q.rooms):
            for name in r.sites:
                town[place[name]] = n
        kinds = list({**q.guidance, **q.least})
        return cls(
            q,
            members,
            summed(lambda v: v.persons).astype(np.int64),
            value,
            np.array([any(q.villages[n].must for n in mine) for mine in members], dtype=np.bool_),
            cost,
            burden,
            beds,
            lodged,
            uses,
            summed(lambda v: v.workers),
            room,
            price,
            first,
            np.array([[s.free.get(k, np.inf) for k in things] for s in sites]).reshape(len(sites), -1),
            np.array([np.inf if s.jobs is None else float(s.jobs) for s in sites]),
            town,
            np.array([r.persons for r in q.rooms], dtype=np.float64).reshape(len(q.rooms), years),
            np.array([r.market or [np.inf] * years for r in q.rooms], dtype=np.float64).reshape(len(q.rooms), years),
            np.array([kinds.index(s.kind) if s.kind in kinds else _NO for s in sites], dtype=np.int64),
            np.array([q.guidance.get(k, np.nan) for k in kinds], dtype=np.float64),
            np.array([q.least.get(k, 0.0) for k in kinds], dtype=np.float64),
            np.stack([summed(lambda v, c=c: v.persons * (v.county == c)) for c in q.floor], axis=1)
            if q.floor
            else np.zeros((len(members), 0)),
            np.array([c * sum(v.persons for v in q.villages if v.county == n) for n, c in q.floor.items()]),
            np.array([s.residents for s in sites], dtype=np.float64),
            np.array(list(q.centres.items()), dtype=np.float64).reshape(len(q.centres), 2),
        )

    def arrays(self) -> tuple[object, ...]:
        """Return what the search reads, in its order."""
        q = self.question
        unit_of = {n: u for u, mine in enumerate(self.members) for n in mine}
        number = {v.id: n for n, v in enumerate(q.villages)}
        lonely, near = [], []
        for n, v in enumerate(q.villages):
            beside = [number[b] for b in v.beside if b in number]
            if beside and len(beside) == len(v.beside):
                lonely.append(unit_of[n])
                near.append([unit_of[b] for b in beside])
        watch: list[list[int]] = [[] for _ in self.members]
        for k, u in enumerate(lonely):
            for other in {u, *near[k]}:
                watch[other].append(k)
        return (
            np.cumsum(np.array(q.budget, dtype=np.float64)),
            q.count,
            np.array([len(mine) for mine in self.members], dtype=np.int64),
            self.persons, self.value, self.must, self.cost, self.burden, self.beds, self.lodged, self.uses,
            self.workers, self.room, self.price, self.first, self.free, self.jobs, self.town, self.town_room,
            self.town_market, self.kind, self.share, self.least, self.leaving, self.floor,
            self.residents, self.centres,
            np.array(lonely, dtype=np.int64), *_rows(near), *_rows(watch),
        )  # fmt: skip

    def state(self, start: Going) -> tuple[Ints, Ints]:
        """Return where and when each unit goes; a unit that starts apart does not go."""
        place = {s.id: n for n, s in enumerate(self.question.sites)}
        at, year = np.full((2, len(self.members)), _NO, dtype=np.int64)
        for u, mine in enumerate(self.members):
            told = {start.get(self.question.villages[n].id) for n in mine}
            going = told.pop()
            if going and not told and np.isfinite(self.cost[u, place[going[0]]]) and self.value[u, going[1]] >= 0:
                at[u], year[u] = place[going[0]], going[1]
        return at, year

    def answer(self, at: Ints, year: Ints) -> tuple[dict[str, tuple[str, int]], dict[tuple[str, int], int]]:
        """Return the moves of a state and the phases they open."""
        q = self.question
        moves = {
            q.villages[n].id: (q.sites[at[u]].id, int(year[u]))
            for u, mine in enumerate(self.members)
            if at[u] != _NO
            for n in mine
        }
        return moves, openings_for(q, moves)


def _rows(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    start = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in lists], out=start[1:])
    return start, np.array([x for one in lists for x in one], dtype=np.int64)
