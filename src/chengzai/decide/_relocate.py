"""Relocation as a program: one yes-or-no for each village, site and year, aims taken one after the other."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from chengzai.decide._anneal import anneal
from chengzai.decide._milp import Floats, Program, Solved
from chengzai.decide._relocation import (
    AIMS,
    Going,
    Key,
    Moves,
    Opening,
    Relocation,
    Village,
    aims_of,
    check_moves,
    openings_for,
)

Terms = list[tuple[int, float]]


def relocate(
    question: Relocation,
    *,
    gap: float = 0.0,
    seconds: float | None = None,
    force: str = "",
    aims: Sequence[str] = AIMS,
    starts: Sequence[Going] = (),
) -> Moves:
    """Return the best answer, aim after aim; `gap` and `seconds` bound the solver's search for each.

    A large question is first answered by annealing, the solver then proves how good that is and betters it; aims
    after the first are annealed alone. `force` names a village that has to move, to see what that would take.
    `starts` are answers to like questions: where one holds here, the answer is no worse.
    """
    built = _Builder(question, force)
    known = [found for start in starts if (found := built.holds(start))]
    best = min(known, key=lambda found: _value(built.asked, found, aims[0]), default=None)
    if len(built.move) > _LARGE:
        return _large(built, aims, gap, seconds, best)
    return _small(built, aims, gap, seconds, best)


_LARGE = 1500


def _small(
    built: "_Builder", aims: Sequence[str], gap: float, seconds: float | None, known: tuple[Going, Opening] | None
) -> Moves:
    program, first, start = built.program, None, built.state(*known) if known else np.empty(0)
    for aim in aims:
        terms = built.wish(aim)
        solved = program.solve(gap=gap, seconds=seconds, start=start if len(start) else None)
        if not len(solved.x):
            if first is None:
                return built.nothing(solved)
            break  # out of time for a later aim: the earlier ones stand
        first = first or solved
        start = np.where(np.array(program.whole), np.rint(solved.x), solved.x)
        program.row(terms, high=solved.value + max(abs(solved.value) * 1e-9, 1e-7))
    return built.answer(start, (first or solved).bound)


def _large(
    built: "_Builder", aims: Sequence[str], gap: float, seconds: float | None, known: tuple[Going, Opening] | None
) -> Moves:
    """Anneal from the relaxed program, let the solver prove and better the first aim, and anneal the later ones."""
    program, question = built.program, built.asked
    built.wish(aims[0])
    relaxed = program.solve(relaxed=True)
    prices = np.zeros(question.years)
    if len(relaxed.x):
        prices[:] = [-relaxed.duals[row] for row in built.money]
    begin = {v: (s, t) for (v, s, t), n in built.move.items() if len(relaxed.x) and relaxed.x[n] > _MOSTLY}
    begins = [(begin, seed) for seed in _SEEDS] + ([(known[0], 1)] if known else [])
    with ThreadPoolExecutor(2) as threads:  # the search holds no lock, and each seed gives the same answer always
        found_by = [threads.submit(anneal, question, aims[:1], start=s, prices=prices, seed=n) for s, n in begins]
    tried = [*(one.result() for one in found_by), known]
    found = min((t for t in tried if t), key=lambda t: _value(question, t, aims[0]), default=None)
    solved = program.solve(gap=gap, seconds=seconds, start=built.state(*found) if found else None)
    if not len(solved.x):
        if found is None:
            return built.nothing(solved)
        return built.answer(built.state(*found), solved.bound)
    moves, _ = built.told(solved.x)
    later = anneal(question, aims, start=moves, prices=np.zeros(question.years), cold=True)
    better = later and _value(question, later, aims[0]) <= solved.value + 1e-6
    return built.answer(built.state(*later) if later and better else solved.x, solved.bound)


_MOSTLY = 0.6
_SEEDS = (1, 2)


def _value(question: Relocation, found: tuple[Going, Opening], aim: str) -> float:
    told = aims_of(question, *found)[aim]
    return -told if aim == "benefit" else told


@dataclass
class _Builder:
    """The program of one question: a variable for each move allowed, and for each phase in each year."""

    q: Relocation
    force: str
    program: Program = field(default_factory=Program)
    money: list[int] = field(default_factory=list)

    @property
    def asked(self) -> Relocation:
        """The question with the forced village among those that must."""
        if not self.force:
            return self.q
        return replace(self.q, villages=tuple(replace(v, must=v.must or v.id == self.force) for v in self.q.villages))

    def __post_init__(self) -> None:
        self.move = {key: self.program.choice() for key in self.q.allowed()}
        self.open = {
            (s.id, n, t): self.program.choice()
            for s in self.q.sites
            for n, p in enumerate(s.phases)
            for t in range(p.year, self.q.years)
        }
        self._once()
        self._room()
        self._money()
        self._services()
        self._towns()
        self._kin()
        self._nobody_alone()

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
        self.program.row(everybody, low=float(self.q.count), demand=f"至少搬迁{self.q.count}个村")

    def _room(self) -> None:
        for s in self.q.sites:
            phases = [[y for (i, m, _), y in self.open.items() if (i, m) == (s.id, n)] for n in range(len(s.phases))]
            for mine in phases:
                self.program.row([(y, 1.0) for y in mine], high=1.0)
            for before, after in pairwise(phases):  # a later phase opens only if the one before does
                self.program.row([*((y, 1.0) for y in after), *((y, -1.0) for y in before)], high=0.0)
            for t in range(self.q.years):
                people = [(x, float(self.village[v].persons)) for (v, _, y), x in self.at_site[s.id] if y <= t]
                room = [
                    (y, -float(s.phases[n].persons)) for (i, n, year), y in self.open.items() if i == s.id and year <= t
                ]
                if people:
                    self.program.row([*people, *room], high=0.0, demand=f"{s.id}第{t + 1}年的容量")

    def _money(self) -> None:
        for t in range(self.q.years):
            terms = [(x, cost) for x, cost, year in self._costs() if year <= t]
            high = float(sum(self.q.budget[: t + 1]))
            self.money.append(self.program.row(terms, high=high, demand=f"第{t + 1}年止的累计预算"))

    def _costs(self) -> Iterator[tuple[int, float, int]]:
        """Yield what each variable costs and when."""
        phase = {(s.id, n): p.cost for s in self.q.sites for n, p in enumerate(s.phases)}
        yield from ((x, self.q.cost[v, s], t) for (v, s, t), x in self.move.items())
        yield from ((y, phase[s, n], t) for (s, n, t), y in self.open.items())

    def _services(self) -> None:
        for s in self.q.sites:
            here = [(self.village[v], x) for (v, _, _), x in self.at_site[s.id]]
            for stage, seats in s.seats.items():
                pupils = [(x, float(v.pupils.get(stage, 0))) for v, x in here]
                self.program.row(pupils, high=float(seats), demand=f"{s.id}的{stage}学位")
            if s.jobs is not None:
                self.program.row([(x, float(v.workers)) for v, x in here], high=float(s.jobs), demand=f"{s.id}的岗位")

    def _towns(self) -> None:
        for room in self.q.rooms:
            here = [(x, t, float(self.village[v].persons)) for s in room.sites for (v, _, t), x in self.at_site[s]]
            for t in range(self.q.years):
                people = [(x, persons) for x, year, persons in here if year <= t]
                self.program.row(people, high=room.persons[t], demand=f"{room.town}第{t + 1}年的短板")

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

    def aim(self, name: str) -> Terms:
        """Return an aim as a sum to be made small."""
        if name == "benefit":
            v = self.village
            return [(x, -v[i].risk * v[i].persons * self.q.weight[t]) for (i, _, t), x in self.move.items()]
        if name == "cost":
            return [(x, cost) for x, cost, _ in self._costs()]
        if name == "burden":
            minutes = self.q.minutes
            return [(x, self.village[v].persons * minutes.get((v, s), 0.0)) for (v, s, _), x in self.move.items()]
        return list(self._off_guidance())

    def _off_guidance(self) -> Iterator[tuple[int, float]]:
        """Yield how far the shares of persons by kind of site are off, as new variables over and under."""
        kind = {s.id: s.kind for s in self.q.sites}
        for name, share in self.q.guidance.items():
            over, under = self.program.variable(), self.program.variable()
            people = [(x, self.village[v].persons * ((kind[s] == name) - share)) for (v, s, _), x in self.move.items()]
            self.program.row([*people, (over, -1.0), (under, 1.0)], 0.0, 0.0)
            yield from ((over, 1.0), (under, 1.0))

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
        return Moves({}, {}, {}, float("inf"), conflict=conflict or ("在时限内没有找到办法",))

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
        x[[self.open[s, n, t] for (s, n), t in opened.items()]] = 1.0
        return x

    def told(self, x: Floats) -> tuple[Going, Opening]:
        """Return what the variables say."""
        moves = {v: (s, t) for (v, s, t), n in self.move.items() if x[n] > 0.5}
        return moves, {(s, p): t for (s, p, t), n in self.open.items() if x[n] > 0.5}

    def answer(self, x: Floats, bound: float) -> Moves:
        """Return what the variables say, every aim and rule worked out again without the solver.

        The gap is that of the first aim as it stands at last: what later aims gave away counts.
        """
        moves, opened = self.told(x)
        aims = aims_of(self.q, moves, opened)
        gap = abs(aims["benefit"] + bound) / max(abs(aims["benefit"]), 1e-9)
        return Moves(moves, opened, aims, gap if gap > _EXACT else 0.0, check_moves(self.q, moves, opened))


_EXACT = 1e-9


@dataclass(frozen=True)
class WhyNot:
    """Why a village does not move: one word of `reason`, and what forcing it would take.

    `reason` is `moves` (it does), `consent`, `no_site`, `conflict` (with the demands), or `others_first`: then `loses`
    is the benefit lost, `adds` the public cost more, and `instead` the villages that would have to stay.
    """

    reason: str
    loses: float = 0.0
    adds: float = 0.0
    instead: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()


def why_not(
    question: Relocation, answer: Moves, village: str, *, gap: float = 0.0, seconds: float | None = None
) -> WhyNot:
    """Return why a village is not among those that move, by forcing it in and looking at what gives way."""
    if village in answer.moves:
        return WhyNot("moves")
    mine = next(v for v in question.villages if v.id == village)
    if mine.consent < question.consent:
        return WhyNot("consent")
    if not any(v == village for v, _, _ in question.allowed()):
        return WhyNot("no_site")
    forced = relocate(question, gap=gap, seconds=seconds, force=village, aims=("benefit", "cost"))
    if forced.conflict or not forced.moves:
        return WhyNot("conflict", conflict=forced.conflict)
    return WhyNot(
        "others_first",
        answer.aims["benefit"] - forced.aims["benefit"],
        forced.aims["cost"] - answer.aims["cost"],
        tuple(sorted(set(answer.moves) - set(forced.moves))),
    )
