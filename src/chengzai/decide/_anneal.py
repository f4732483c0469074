"""A good relocation fast: simulated annealing over whole assignments, compiled; the solver then proves how good.

The state is where and when each village goes; phases open when the people in a site first need them, which is never
dearer than opening them sooner. Money, rooms, seats and jobs always hold; villages that must move, kin and neighbours
are driven to hold by a price. Kirkpatrick, Gelatt & Vecchi (1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._anneal_kernel import Asked, search
from chengzai.decide._relocation import AIMS, Going, Opening, Relocation, aims_of, check_moves, openings_for

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NO = -1
_FREE = 1e18
_LEAD = 0.98  # the prices lead, but spending what is left must still be worth it
_STEPS = 15_000  # tries for each village and aim
_LEAST = 5_000_000
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
    if not units.members:
        return None
    at, year = units.state(start)
    limits, leading = np.full(len(AIMS), _FREE), _LEAD * np.asarray(prices, dtype=np.float64)
    gains = _usual_gains(units.asked)
    steps = int(max(_STEPS * len(units.members), _LEAST) * longer)
    for aim in aims:
        number = AIMS.index(aim)
        search(
            number,
            steps if number == 0 else steps // 4,
            seed,
            gains[number],
            _HEATS[1:].repeat(2) if cold else _HEATS,
            limits,
            leading,
            at,
            year,
            units.asked,
        )
        moves, opened = units.answer(at, year)
        if check_moves(question, moves, opened):
            return None
        reached = aims_of(question, moves, opened)[aim] * (-1 if aim == "benefit" else 1)
        limits[number] = reached + 1e-9 * max(1.0, abs(reached))
    return moves, opened


def _usual_gains(asked: Asked) -> list[float]:
    """Return what a unit usually changes each aim by, in the order of the aims."""
    gains = (
        np.maximum(asked.value.max(axis=1), 0.0).mean(),
        asked.budget[-1] / len(asked.persons),
        asked.burden.max(),
        asked.persons.mean(),
    )
    return [max(float(gain), 1e-9) for gain in gains]


@dataclass(frozen=True)
class _Units:
    """The question as arrays, and the villages of each unit."""

    question: Relocation
    members: tuple[tuple[int, ...], ...]
    asked: Asked

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

        return cls(q, members, Asked(
            budget=np.cumsum(np.array(q.budget, dtype=np.float64)),
            villages=q.count,
            size=np.array([len(mine) for mine in members], dtype=np.int64),
            persons=summed(lambda v: v.persons).astype(np.int64),
            value=value,
            must=np.array([any(q.villages[n].must for n in mine) for mine in members], dtype=np.bool_),
            cost=cost,
            burden=burden,
            beds=beds,
            lodged=lodged,
            uses=uses,
            workers=summed(lambda v: v.workers),
            **_of_sites(q, things),
            **_of_towns(q),
            **_of_shares(q),
            leaving=np.stack([summed(lambda v, c=c: v.persons * (v.county == c)) for c in q.floor], axis=1)
            if q.floor
            else np.zeros((len(members), 0)),
            **_of_neighbours(q, members),
            **_of_places(np.isfinite(cost)),
        ))  # fmt: skip

    def state(self, start: Going) -> tuple[Ints, Ints]:
        """Return where and when each unit goes; a unit that starts apart does not go."""
        place = {s.id: n for n, s in enumerate(self.question.sites)}
        at, year = np.full((2, len(self.members)), _NO, dtype=np.int64)
        for u, mine in enumerate(self.members):
            told = {start.get(self.question.villages[n].id) for n in mine}
            going = told.pop()
            if not going or told:
                continue
            s, t = place[going[0]], going[1]
            if np.isfinite(self.asked.cost[u, s]) and self.asked.value[u, t] >= 0:
                at[u], year[u] = s, t
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


def _of_sites(q: Relocation, things: Sequence[str]) -> dict[str, Any]:
    phases = max((len(s.phases) for s in q.sites), default=1)
    room, price = np.zeros((len(q.sites), phases), dtype=np.int64), np.zeros((len(q.sites), phases))
    first = np.full((len(q.sites), phases), q.years, dtype=np.int64)
    for n, s in enumerate(q.sites):
        for k, phase in enumerate(s.phases):
            room[n, k], price[n, k], first[n, k] = phase.persons, phase.cost, phase.year
    return {
        "room": room,
        "price": price,
        "first": np.maximum.accumulate(first, axis=1),
        "free": np.array([[s.free.get(k, np.inf) for k in things] for s in q.sites]).reshape(len(q.sites), -1),
        "jobs": np.array([np.inf if s.jobs is None else float(s.jobs) for s in q.sites]),
        "residents": np.array([s.residents for s in q.sites], dtype=np.float64),
        "centres": np.array(list(q.centres.items()), dtype=np.float64).reshape(len(q.centres), 2),
    }


def _of_towns(q: Relocation) -> dict[str, Any]:
    town = {name: n for n, r in enumerate(q.rooms) for name in r.sites}
    everything = [np.inf] * q.years
    return {
        "town": np.array([town.get(s.id, _NO) for s in q.sites], dtype=np.int64),
        "town_room": np.array([r.persons for r in q.rooms], dtype=np.float64).reshape(-1, q.years),
        "town_market": np.array([r.market or everything for r in q.rooms], dtype=np.float64).reshape(-1, q.years),
    }


def _of_shares(q: Relocation) -> dict[str, Any]:
    kinds = list({**q.guidance, **q.least})
    return {
        "kind": np.array([kinds.index(s.kind) if s.kind in kinds else _NO for s in q.sites], dtype=np.int64),
        "share": np.array([q.guidance.get(k, np.nan) for k in kinds], dtype=np.float64),
        "least": np.array([q.least.get(k, 0.0) for k in kinds], dtype=np.float64),
        "floor": np.array([c * sum(v.persons for v in q.villages if v.county == n) for n, c in q.floor.items()]),
    }


def _of_neighbours(q: Relocation, members: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Return who may not be left alone, by unit; where somebody beside is no candidate, nobody is."""
    unit_of = {n: u for u, mine in enumerate(members) for n in mine}
    number = {v.id: n for n, v in enumerate(q.villages)}
    lonely: list[int] = []
    near: list[list[int]] = []
    watch: list[list[int]] = [[] for _ in members]
    for n, v in enumerate(q.villages):
        beside = [unit_of[number[b]] for b in v.beside if b in number]
        if beside and len(beside) == len(v.beside):
            for other in {unit_of[n], *beside}:
                watch[other].append(len(lonely))
            lonely.append(unit_of[n])
            near.append(beside)
    (near_start, near_units), (watch_start, watched) = _rows(near), _rows(watch)
    return {
        "lonely": np.array(lonely, dtype=np.int64),
        "near_start": near_start,
        "near": near_units,
        "watch_start": watch_start,
        "watch": watched,
    }


def _of_places(allowed: NDArray[np.bool_]) -> dict[str, Any]:
    """Return where each unit may go, and which others could go there: only they can change places with it."""
    meet = allowed.astype(np.float32) @ allowed.T.astype(np.float32) > 0
    meet &= ~np.eye(len(meet), dtype=np.bool_)
    found = {}
    for name, some in (("places", allowed), ("rivals", meet)):
        found[name] = np.nonzero(some)[1]
        found[f"{name}_start"] = np.concatenate([[0], np.cumsum(some.sum(axis=1))])
    return found


def _rows(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    start = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in lists], out=start[1:])
    return start, np.array([x for one in lists for x in one], dtype=np.int64)
