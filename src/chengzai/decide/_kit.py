"""Which facilities of several kinds complete most people's kit: kinds share a place, money and a least catchment.

A person counts when nothing of the kit is lacking within reach. Exact by a solver, worked out again without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._milp import Program, Solved

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Kind:
    """One kind of the kit: who has one already `[block]`, who could reach a new one `[block, place]`, what one costs.

    `least` are the people, lacking one now and each counted once, that a new one needs within its reach.
    """

    has: Bools
    reach: Bools
    cost: float
    least: float = 0.0


@dataclass(frozen=True)
class Kit:
    """An answer: what to build as (place, kind), the people whose kit becomes whole by it, its cost, and the proof.

    `gap` is nothing where no bound, or no gain to measure it by, was found in time; `broken` are rules that a check
    without the solver found broken.
    """

    build: tuple[tuple[int, str], ...]
    people: float
    cost: float
    status: str
    gap: float | None
    broken: tuple[str, ...] = ()


def complete_most(
    people: Floats,
    kinds: Mapping[str, Kind],
    *,
    budget: float = np.inf,
    site: float = 0.0,
    most: int | None = None,
    seconds: float | None = None,
) -> Kit:
    """Return what completes the kit of most people (`people` `[block]`) within a budget and a number of facilities.

    `site` is what the first facility at a place costs beside its own price: kinds at one place share it.
    """
    lacking = {k: np.flatnonzero(~kind.has & (people > 0)) for k, kind in kinds.items()}
    program, places = Program(), next(iter(kinds.values())).reach.shape[1]
    useful = {k: np.flatnonzero(kind.reach[lacking[k]].any(axis=0)) for k, kind in kinds.items()}
    open_ = {(int(j), k): program.choice() for k in kinds for j in useful[k]}
    taken = {j: program.choice() for j in range(places) if any((j, k) in open_ for k in kinds)} if site else {}
    for (j, _), y in open_.items():
        if site:
            program.row([(y, 1.0), (taken[j], -1.0)], high=0.0)
    whole = {}
    for i in np.flatnonzero(np.any([~kind.has for kind in kinds.values()], axis=0) & (people > 0)).tolist():
        whole[i] = program.variable(-float(people[i]), 0.0, 1.0)
        for k, kind in kinds.items():
            if not kind.has[i]:
                near = [(open_[int(j), k], -1.0) for j in np.flatnonzero(kind.reach[i])]
                program.row([(whole[i], 1.0), *near], high=0.0)
    for k, kind in kinds.items():
        if kind.least > 0:
            _catchments(program, k, kind, people, lacking[k], open_)
    paid = [(y, kinds[k].cost) for (_, k), y in open_.items()] + [(x, site) for x in taken.values()]
    if np.isfinite(budget):
        program.row(paid, high=budget)
    if most is not None:
        program.row([(y, 1.0) for y in open_.values()], high=float(most))
    solved = program.solve(seconds=seconds, start=np.zeros(len(program.cost)))
    return _told(solved, people, kinds, open_, budget, site)


def _catchments(
    program: Program,
    name: str,
    kind: Kind,
    people: Floats,
    lacking: NDArray[np.intp],
    open_: Mapping[tuple[int, str], int],
) -> None:
    load: dict[int, list[tuple[int, float]]] = {}
    for i in lacking.tolist():
        mine = []
        for j in np.flatnonzero(kind.reach[i]).tolist():
            share = program.variable(0.0, 0.0, 1.0)
            program.row([(share, 1.0), (open_[j, name], -1.0)], high=0.0)
            load.setdefault(j, []).append((share, float(people[i])))
            mine.append((share, 1.0))
        program.row(mine, high=1.0)
    for j, terms in load.items():
        program.row([*terms, (open_[j, name], -kind.least)], low=0.0)


def _told(
    solved: Solved,
    people: Floats,
    kinds: Mapping[str, Kind],
    open_: Mapping[tuple[int, str], int],
    budget: float,
    site: float,
) -> Kit:
    build = tuple(key for key, y in open_.items() if len(solved.x) and solved.x[y] > 0.5)
    has = {k: kind.has | kind.reach[:, [j for j, of in build if of == k]].any(axis=1) for k, kind in kinds.items()}
    before = np.all([kind.has for kind in kinds.values()], axis=0)
    after = np.all(list(has.values()), axis=0)
    cost = sum(kinds[k].cost for _, k in build) + site * len({j for j, _ in build})
    broken = [f"花费{cost:g}超过预算"] if cost > budget + 1e-6 else []
    for k, kind in kinds.items():
        mine = [j for j, of in build if of == k]
        inside = people[~kind.has & kind.reach[:, mine].any(axis=1)].sum()
        if inside < kind.least * len(mine) - 1e-6:
            broken.append(f"{k}的服务人口不到下限")
    gain = float(people[after & ~before].sum())
    beyond = -solved.bound - gain
    gap = 0.0 if beyond <= _EXACT else beyond / gain if gain > 0 and np.isfinite(beyond) else None
    return Kit(build, gain, cost, solved.status, gap, tuple(broken))


_EXACT = 1e-6
