"""A relocation as a program: one yes-or-no for each village, site and year, and for each phase open by each year."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from chengzai.decide._milp import Floats, Program, Solved
from chengzai.decide._relocation import (
    Going,
    Key,
    Moves,
    Opening,
    Relocation,
    Village,
    aims_of,
    check_moves,
    openings_for,
    people_at,
)

Terms = list[tuple[int, float]]


@dataclass
class Asking:
    """The program of one question: a variable for each move allowed, and for each phase whether it is open by a year.

    Saying by when, not when, lets one branch settle all years before or after; phases open in their order.
    """

    q: Relocation
    force: str = ""
    program: Program = field(default_factory=Program)
    money: list[int] = field(default_factory=list)
    least: int = -1
    shares: dict[str, int] = field(default_factory=dict)
    centre: dict[tuple[int, str], int] = field(default_factory=dict)

    @property
    def asked(self) -> Relocation:
        """The question with the forced village among those that must."""
        if not self.force:
            return self.q
        return replace(self.q, villages=tuple(replace(v, must=v.must or v.id == self.force) for v in self.q.villages))

    def __post_init__(self) -> None:
        self.move = {key: self.program.choice() for key in self.q.allowed()}
        self.open: dict[tuple[str, int, int], int] = {}
        for s in self.q.sites:
            for n, first in enumerate(accumulate((p.year for p in s.phases), max)):
                for t in range(first, self.q.years):
                    self.open[s.id, n, t] = self.program.choice()
        self._once()
        self._room()
        self._money()
        self._services()
        self._towns()
        self._kin()
        self._nobody_alone()
        self._centres()
        for kind, share in self.q.least.items():
            told = f"去“{kind}”类安置点的人不少于{share:.0%}"
            self.shares[kind] = self.program.row(self.beyond(kind, share), low=0.0, demand=told)
        for county, share in self.q.floor.items():
            mine = [v for v in self.q.villages if v.county == county]
            gone = [(x, float(v.persons)) for v in mine for x in self.of_village[v.id]]
            people = share * sum(v.persons for v in mine)
            self.program.row(gone, low=people - 1e-7, demand=f"{county}搬出的人不少于{share:.0%}")

    @cached_property
    def village(self) -> dict[str, Village]:
        return {v.id: v for v in self.q.villages}

    @cached_property
    def of_village(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {v.id: [] for v in self.q.villages}
        for (v, _, _), x in self.move.items():
            found[v].append(x)
        return found

    @cached_property
    def at_site(self) -> dict[str, list[tuple[Key, int]]]:
        found: dict[str, list[tuple[Key, int]]] = {s.id: [] for s in self.q.sites}
        for key, x in self.move.items():
            found[key[1]].append((key, x))
        return found

    def _once(self) -> None:
        for v in self.q.villages:
            must = v.must or v.id == self.force
            if self.of_village[v.id] or must:
                ones = [(x, 1.0) for x in self.of_village[v.id]]
                self.program.row(ones, 1.0 if must else 0.0, 1.0, f"{v.id}必须搬迁" if must else "")
        everybody = [(x, 1.0) for x in self.move.values()]
        self.least = self.program.row(everybody, low=float(self.q.count), demand=f"至少搬迁{self.q.count}个村")

    def _room(self) -> None:
        for s in self.q.sites:
            for t in range(self.q.years):
                phases = [(n, self.open[s.id, n, t]) for n in range(len(s.phases)) if (s.id, n, t) in self.open]
                for (_, before), (_, after) in pairwise(phases):
                    self.program.row([(after, 1.0), (before, -1.0)], high=0.0)
                for n, y in phases:
                    if (s.id, n, t - 1) in self.open:  # what is open stays open
                        self.program.row([(self.open[s.id, n, t - 1], 1.0), (y, -1.0)], high=0.0)
                people = [
                    (x, float(self.q.housed(self.village[v], s.id))) for (v, _, y), x in self.at_site[s.id] if y <= t
                ]
                room = [(y, -float(s.phases[n].persons)) for n, y in phases]
                if people:
                    self.program.row([*people, *room], high=0.0, demand=f"{s.id}第{t + 1}年的容量")

    def _money(self) -> None:
        for t in range(self.q.years):
            high = float(sum(self.q.budget[: t + 1]))
            self.money.append(self.program.row(self.spent_by(t), high=high, demand=f"第{t + 1}年止的累计预算"))

    def spent_by(self, year: int) -> Iterator[tuple[int, float]]:
        """Yield what is spent by the end of a year."""
        yield from ((x, self.q.cost[v, s]) for (v, s, t), x in self.move.items() if t <= year)
        phase = {(s.id, n): p.cost for s in self.q.sites for n, p in enumerate(s.phases)}
        yield from ((y, phase[s, n]) for (s, n, t), y in self.open.items() if t == year)

    def _services(self) -> None:
        for s in self.q.sites:
            here = [(self.village[v], x) for (v, _, _), x in self.at_site[s.id]]
            for what, free in s.free.items():
                taken = [(x, float(self.q.takes(v, s.id).get(what, 0))) for v, x in here]
                self.program.row(taken, high=float(free), demand=s.named(what))
            if s.jobs is not None:
                self.program.row([(x, float(v.workers)) for v, x in here], high=float(s.jobs), demand=f"{s.id}的岗位")

    def _towns(self) -> None:
        for room in self.q.rooms:
            here = [(x, t, self.village[v], s) for s in room.sites for (v, _, t), x in self.at_site[s]]
            for t in range(self.q.years):
                people = [(x, float(v.persons)) for x, year, v, _ in here if year <= t]
                self.program.row(people, high=room.persons[t], demand=f"{room.town}第{t + 1}年的短板")
                if room.market:
                    lodging = [(x, float(self.q.lodged(v, s))) for x, year, v, s in here if year <= t]
                    self.program.row(lodging, high=room.market[t], demand=f"{room.town}第{t + 1}年的现有住房")

    def _kin(self) -> None:
        groups: dict[str, list[str]] = {}
        for v in self.q.villages:
            if v.together:
                groups.setdefault(v.together, []).append(v.id)
        for name, members in groups.items():
            for a, b in pairwise(members):
                for s in self.q.sites:
                    sign = {a: 1.0, b: -1.0}
                    terms = [(x, sign[v]) for (v, _, _), x in self.at_site[s.id] if v in sign]
                    if terms:
                        self.program.row(terms, 0.0, 0.0, demand=f"{name}安置在一处")

    def _nobody_alone(self) -> None:
        for v in self.q.villages:
            near = [n for n in v.beside if n in self.of_village]
            if near and len(near) == len(v.beside):  # where somebody beside it is no candidate, it is not alone
                terms = [(x, 1.0) for n in near for x in self.of_village[n]]
                terms += [(x, -1.0) for x in self.of_village[v.id]]
                self.program.row(terms, high=float(len(near) - 1), demand=f"不把{v.id}单独留下")

    def _centres(self) -> None:
        for persons, count in self.q.centres.items():
            is_one = []
            for s in self.q.sites:
                one = self.program.choice()
                people = [(x, float(self.village[v].persons)) for (v, _, _), x in self.at_site[s.id]]
                self.program.row([*people, (one, -float(persons))], low=-float(s.residents))
                is_one.append((one, 1.0))
                self.centre[persons, s.id] = one
            self.program.row(is_one, low=float(count), demand=f"至少{count}个点达到{persons}人")

    def aim(self, name: str) -> Terms:
        """Return an aim as a sum to be made small."""
        if name == "benefit":
            v = self.village
            return [(x, -v[i].risk * v[i].persons * self.q.weight[t]) for (i, _, t), x in self.move.items()]
        if name == "cost":
            return list(self.spent_by(self.q.years - 1))
        if name == "burden":
            minutes = self.q.minutes
            return [(x, self.village[v].persons * minutes.get((v, s), 0.0)) for (v, s, _), x in self.move.items()]
        return list(self._off_guidance())

    def _off_guidance(self) -> Iterator[tuple[int, float]]:
        """Yield how far the shares of persons by kind of site are off, as new variables over and under."""
        for name, share in self.q.guidance.items():
            over, under = self.program.variable(), self.program.variable()
            self.program.row([*self.beyond(name, share), (over, -1.0), (under, 1.0)], 0.0, 0.0)
            yield from ((over, 1.0), (under, 1.0))

    def beyond(self, kind: str, share: float) -> Terms:
        """Return how many more persons go to a kind of site than a share of all who move."""
        kinds = {s.id: s.kind for s in self.q.sites}
        return [(x, self.village[v].persons * ((kinds[s] == kind) - share)) for (v, s, _), x in self.move.items()]

    def holds(self, start: Going) -> tuple[Going, Opening] | None:
        """Return an answer to a like question with the phases it opens here, or None where it breaks a rule here."""
        sites = {s.id for s in self.q.sites}
        if any(v not in self.village or s not in sites for v, (s, _) in start.items()):
            return None
        opened = openings_for(self.q, start)
        return None if check_moves(self.asked, start, opened) else (start, opened)

    def nothing(self, solved: Solved) -> Moves:
        """Return that there is no answer: the demands that clash, or no words where only the time ran out."""
        conflict = self.program.conflict() if solved.status == "infeasible" else ()
        return Moves({}, {}, {}, float("inf"), conflict=conflict, unsettled=not conflict)

    def wish(self, name: str) -> Terms:
        """Make an aim the program's, and return it."""
        terms = self.aim(name)
        self.program.cost = [0.0] * len(self.program.cost)
        for variable, coefficient in terms:
            self.program.cost[variable] += coefficient
        return terms

    def state(self, moves: Going, opened: Opening) -> Floats:
        """Return moves and openings as the program's variables."""
        x = np.zeros(len(self.program.cost))
        x[[self.move[v, s, t] for v, (s, t) in moves.items()]] = 1.0
        x[[y for (s, n, t), y in self.open.items() if opened.get((s, n), self.q.years) <= t]] = 1.0
        people = people_at(self.q, moves, self.q.years)
        x[[y for (persons, s), y in self.centre.items() if people[s] >= persons]] = 1.0
        return x

    def told(self, x: Floats) -> tuple[Going, Opening]:
        """Return what the variables say."""
        moves = {v: (s, t) for (v, s, t), n in self.move.items() if x[n] > 0.5}
        opened: dict[tuple[str, int], int] = {}
        for (s, p, t), n in self.open.items():
            if x[n] > 0.5:
                opened.setdefault((s, p), t)
        return moves, opened

    def answer(self, x: Floats, bound: float) -> Moves:
        """Return what the variables say, every aim and rule worked out again without the solver.

        The gap is that of the first aim as it stands at last: what later aims gave away counts.
        """
        moves, opened = self.told(x)
        aims = aims_of(self.q, moves, opened)
        gap = abs(aims["benefit"] + bound) / max(abs(aims["benefit"]), 1e-9)
        return Moves(moves, opened, aims, gap if gap > _EXACT else 0.0, check_moves(self.q, moves, opened))


_EXACT = 1e-9
