"""The cheapest package for all towns at once: whole projects, shared ones, lead times, one budget a year.

With whole projects the duals of the relaxed program are not prices; the true price is what the optimum changes by
when the budget does, and both are shown side by side.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chengzai.decide._milp import INF, Program, Solved


@dataclass(frozen=True, slots=True)
class Project:
    """One project: what it costs (亿元), how many years from its start to its opening, and what it adds.

    `adds` is by town and board, in the board's own units; it may take as well as give (a school takes land).
    """

    id: str
    cost: float
    lead: int
    adds: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Town:
    """One town: its target (万人), its weight, and by board what there is and what 万人 need of it."""

    id: str
    target: float
    weight: float
    supply: Mapping[str, float]
    need: Mapping[str, float]


@dataclass(frozen=True)
class Package:
    """What to build and when, what each town then bears, and how sure that it is the best.

    `price` is what one more unit of budget truly brings, NaN where that was not proven in time; `relaxed_price` what
    the relaxed program would say. `broken`
    are rules that an independent check of the package found broken: it is empty, or the package is not to be used.
    """

    starts: Mapping[str, int]
    bears: Mapping[str, float]
    score: float
    gap: float
    price: float
    relaxed_price: float
    spent: tuple[float, ...]
    broken: tuple[str, ...]


def relief(
    towns: Sequence[Town],
    projects: Sequence[Project],
    budget: Sequence[float],
    *,
    step: float = 1.0,
    seconds: float | None = None,
) -> Package:
    """Return the package that brings the towns nearest their targets by the last year, cheapest among equals.

    The aim is Σ weight · min(1, bears / target), raised first; then the cost is lowered at that score, then projects
    start as early as the money allows. `budget` is by year and carried over; the true price is what `step` more in
    the first year brings. `seconds` bound each search; the gap then says what is not proven.
    """
    solved, starts = _best(towns, projects, budget, seconds)
    more, _ = _best(towns, projects, [budget[0] + step, *budget[1:]], seconds)
    program, _, _, money = _program(towns, projects, budget)
    relaxed = program.solve(relaxed=True)
    bears = {t.id: min(_bears(t, projects, starts, len(budget)), t.target) for t in towns}
    score = math.fsum(t.weight * min(1.0, bears[t.id] / t.target) for t in towns)
    beyond = max(0.0, -solved.bound - score)
    proven = solved.status == more.status == "optimal"
    return Package(
        starts,
        bears,
        score,
        beyond / score if score > 0 and beyond > _EXACT else 0.0 if beyond <= _EXACT else INF,
        (solved.value - more.value) / step if proven else math.nan,
        -float(sum(relaxed.duals[row] for row in money)),
        tuple(sum(p.cost for p in projects if starts.get(p.id) == year) for year in range(len(budget))),
        check_package(towns, projects, budget, starts, bears),
    )


_EXACT = 1e-9


def _best(
    towns: Sequence[Town], projects: Sequence[Project], budget: Sequence[float], seconds: float | None
) -> tuple[Solved, dict[str, int]]:
    """Return the highest score, and when each project of the cheapest package that has it starts at the earliest."""
    program, starting, people, _ = _program(towns, projects, budget)
    nothing = np.zeros(len(program.cost))
    for t in towns:
        nothing[people[t.id]] = min(max(_bears(t, projects, {}, len(budget)), 0.0), t.target)
    solved = program.solve(seconds=seconds, start=nothing)
    if not len(solved.x):
        return solved, {}  # out of time before anything was found: nothing is built
    score = [(people[t.id], t.weight / t.target) for t in towns]
    program.row(score, low=-solved.value - 1e-7)
    cost_of = {p.id: p.cost for p in projects}
    cheap = [(v, cost_of[name]) for (name, _), v in starting.items()]
    cheapest = program.solve(cost=cheap, seconds=seconds, start=solved.x)
    program.row(cheap, high=cheapest.value + 1e-7)
    years = [(v, float(year)) for (_, year), v in starting.items()]
    earliest = program.solve(cost=years, seconds=seconds, start=cheapest.x)
    starts = {name: year for (name, year), v in starting.items() if earliest.x[v] > 0.5}
    return solved, starts


def _program(
    towns: Sequence[Town], projects: Sequence[Project], budget: Sequence[float]
) -> tuple[Program, dict[tuple[str, int], int], dict[str, int], list[int]]:
    program = Program()
    people = {t.id: program.variable(-t.weight / t.target, 0.0, t.target) for t in towns}
    starting = {(p.id, y): program.choice() for p in projects for y in range(len(budget)) if y + p.lead < len(budget)}
    for p in projects:
        program.row([(v, 1.0) for (name, _), v in starting.items() if name == p.id], high=1.0)
    for t in towns:
        for board, per in t.need.items():
            given = [
                (v, -p.adds[t.id, board])
                for p in projects
                if (t.id, board) in p.adds
                for (name, _), v in starting.items()
                if name == p.id
            ]
            program.row([(people[t.id], per), *given], high=t.supply[board])
    rows = []
    cost = {p.id: p.cost for p in projects}
    for year in range(len(budget)):
        terms = [(v, cost[name]) for (name, start), v in starting.items() if start <= year]
        rows.append(program.row(terms, high=float(sum(budget[: year + 1]))))
    return program, starting, people, rows


def _bears(town: Town, projects: Sequence[Project], starts: Mapping[str, int], years: int) -> float:
    open_ = [p for p in projects if p.id in starts and starts[p.id] + p.lead < years]
    return min(
        (
            (town.supply[board] + sum(p.adds.get((town.id, board), 0.0) for p in open_)) / per if per > 0 else INF
            for board, per in town.need.items()
        ),
        default=INF,
    )


def check_package(
    towns: Sequence[Town],
    projects: Sequence[Project],
    budget: Sequence[float],
    starts: Mapping[str, int],
    bears: Mapping[str, float],
) -> tuple[str, ...]:
    """Return the rules that a package breaks, worked out without the solver."""
    broken: list[str] = []
    for year in range(len(budget)):
        spent = sum(p.cost for p in projects if starts.get(p.id, len(budget)) <= year)
        if spent > sum(budget[: year + 1]) + 1e-6:
            broken.append(f"第{year + 1}年累计支出{spent:g}超过累计预算{sum(budget[: year + 1]):g}")
    late = (p for p in projects if p.id in starts and starts[p.id] + p.lead >= len(budget))
    broken += [f"{p.id}不能按期建成" for p in late]
    over = (t for t in towns if bears[t.id] > _bears(t, projects, starts, len(budget)) + 1e-6)
    return (*broken, *(f"{t.id}承载不了{bears[t.id]:g}万人" for t in over))
