"""Where to put what: cover everybody with fewest, cover most with few, with seats, budget and what is already built.

Exact by a solver with strong rows (nobody is served by a place that is not open); every answer is worked out again
without it, and a question without an answer names the demands that cannot hold together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._milp import Program, Solved

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Sited:
    """An answer: places opened, people served, cost, and the proof.

    `status` is `optimal`, `limit` or `infeasible`; `conflict` then names the smallest set of demands. `broken` are
    rules that a check without the solver found broken.
    """

    places: tuple[int, ...]
    served: float
    cost: float
    status: str
    gap: float
    conflict: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def cover_all(reach: NDArray[np.bool_], cost: Floats, *, built: Sequence[int] = ()) -> Sited:
    """Return the cheapest places so that everybody has one within reach (`reach` `[block, place]`); LSCP.

    Places already built cost nothing more. A block that no place reaches is named in the conflict.
    """
    program = Program()
    open_ = _openings(program, cost, built)
    for i, row in enumerate(reach):
        program.row([(open_[j], 1.0) for j in np.flatnonzero(row)], low=1.0, demand=f"第{i + 1}块有人可及")
    solved = program.solve()
    if solved.status == "infeasible":
        return _none(program)
    places = _open(solved, open_)
    broken = tuple(f"第{i + 1}块没有被覆盖" for i in np.flatnonzero(~reach[:, list(places)].any(axis=1)))
    return Sited(places, float(len(reach)), _paid(cost, places, built), solved.status, solved.gap, broken=broken)


def cover_most(  # noqa: PLR0913 -- the facts of one question
    reach: NDArray[np.bool_],
    people: Floats,
    *,
    most: int | None = None,
    cost: Floats | None = None,
    budget: float | None = None,
    built: Sequence[int] = (),
    seconds: float | None = None,
) -> Sited:
    """Return the places that bring most people within reach, at most `most` of them, within a budget; MCLP.

    `most` counts what is built too; `seconds` bound the search, the gap then says what is not proven.
    """
    program = Program()
    prices = np.zeros(reach.shape[1]) if cost is None else np.asarray(cost, dtype=np.float64)
    open_ = _openings(program, np.zeros(reach.shape[1]), built)
    for row, count in zip(reach, people, strict=True):
        covered = program.variable(-float(count), 0.0, 1.0)
        program.row([(covered, 1.0), *((open_[j], -1.0) for j in np.flatnonzero(row))], high=0.0)
    if most is not None:
        program.row([(y, 1.0) for y in open_], high=float(most), demand=f"至多{most}处")
    if budget is not None:
        program.row([(open_[j], c) for j, c in enumerate(prices) if j not in built], high=budget, demand="预算")
    solved = program.solve(seconds=seconds)
    if solved.status == "infeasible":
        return _none(program)
    places = _open(solved, open_)
    served = float(np.asarray(people)[reach[:, list(places)].any(axis=1)].sum()) if places else 0.0
    paid = _paid(prices, places, built)
    broken = [f"开了{len(places)}处，多于{most}处"] if most is not None and len(places) > most else []
    broken += [f"花费{paid:g}超过预算"] if budget is not None and paid > budget + 1e-6 else []
    return Sited(places, served, paid, solved.status, solved.gap, broken=tuple(broken))


@dataclass(frozen=True)
class Served:
    """An answer with seats: places opened, how much of each block each serves `[block, place]`, and the proof."""

    places: tuple[int, ...]
    share: Floats
    value: float
    status: str
    gap: float
    conflict: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def capacitated(  # noqa: PLR0913 -- the facts of one question
    cost: Floats,
    fixed: Floats,
    need: Floats,
    seats: Floats,
    *,
    whole: bool = False,
    count: int | None = None,
    least: float = 0.0,
    built: Sequence[int] = (),
) -> Served:
    """Return places with seats of least total cost: opening, and serving all of every block.

    `cost` `[block, place]` is for serving a whole block, `fixed` for opening, infinite where a block cannot be served.
    With `whole` a block goes to one place; `count` fixes how many open; `least` is the catchment below which none does.
    """
    blocks, places = cost.shape
    program = Program()
    open_ = _openings(program, fixed, built)
    usable = np.isfinite(cost)
    pairs = [(int(i), int(j)) for i, j in zip(*np.nonzero(usable), strict=True)]
    serve = {(i, j): program.variable(float(cost[i, j]), 0.0, 1.0, whole=whole) for i, j in pairs}
    for i in range(blocks):
        mine = [(serve[i, j], 1.0) for j in np.flatnonzero(usable[i]).tolist()]
        program.row(mine, 1.0, 1.0, demand=f"第{i + 1}块全部服务到")
    for i, j in pairs:  # strong: not only the sum of a place's blocks is bound to its opening
        program.row([(serve[i, j], 1.0), (open_[j], -1.0)], high=0.0)
    for j in range(places):
        load = [(serve[i, j], float(need[i])) for i in np.flatnonzero(usable[:, j]).tolist()]
        program.row([*load, (open_[j], -float(seats[j]))], high=0.0, demand=f"第{j + 1}处的容量")
        if least:
            program.row([*load, (open_[j], -least)], low=0.0, demand=f"第{j + 1}处的最小服务规模")
    if count is not None:
        program.row([(y, 1.0) for y in open_], float(count), float(count), demand=f"正好{count}处")
    program.row(
        [(y, float(s)) for y, s in zip(open_, seats, strict=True)],
        low=float(np.sum(need)),
        demand="容量合计不少于总需求",
    )
    solved = program.solve()
    if solved.status == "infeasible":
        return Served((), np.zeros((blocks, places)), float("inf"), "infeasible", float("inf"), program.conflict())
    share = np.zeros((blocks, places))
    for (i, j), v in serve.items():
        share[i, j] = solved.x[v]
    chosen = _open(solved, open_)
    return Served(chosen, share, solved.value, solved.status, solved.gap, broken=_check(share, need, seats, chosen))


def _check(share: Floats, need: Floats, seats: Floats, chosen: Sequence[int]) -> tuple[str, ...]:
    closed = np.setdiff1d(np.arange(share.shape[1]), chosen)
    broken = [f"第{i + 1}块没有全部服务到" for i in np.flatnonzero(np.abs(share.sum(axis=1) - 1) > 1e-6)]
    broken += [f"第{j + 1}处超过容量" for j in np.flatnonzero(need @ share > seats + 1e-5)]
    broken += [f"第{j + 1}处没有开却有人" for j in closed if share[:, j].max() > 1e-6]
    return tuple(broken)


def _openings(program: Program, cost: Floats, built: Sequence[int]) -> list[int]:
    return [
        program.variable(0.0 if j in built else float(c), float(j in built), 1.0, whole=True)
        for j, c in enumerate(cost)
    ]


def _open(solved: Solved, variables: Sequence[int]) -> tuple[int, ...]:
    return tuple(j for j, v in enumerate(variables) if solved.x[v] > 0.5)


def _paid(cost: Floats, places: Sequence[int], built: Sequence[int]) -> float:
    return float(sum(cost[j] for j in places if j not in built))


def _none(program: Program) -> Sited:
    return Sited((), 0.0, float("inf"), "infeasible", float("inf"), conflict=program.conflict())
