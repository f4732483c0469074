"""The p-median: p places so that everybody's way, weighed, is shortest; proven.

A Lagrangian relaxation of the assignments (Geoffrion 1974; Christofides & Beasley 1982) gives a bound, a search by
exchanges (Teitz & Bart 1968) a solution; what the gap between them rules out is fixed, and a small program settles
the rest. For large cases the search alone is fast, and its gap is always told.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from chengzai.assess import quiet_solver
from chengzai.decide._exchange import lagrange

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]
_ROUNDS = 1200
_PATIENCE = 25


@dataclass(frozen=True)
class Median:
    """Places chosen, who goes where, the value, and the proven bound; `gap` is their distance as a share."""

    places: tuple[int, ...]
    nearest: NDArray[np.int64]
    value: float
    bound: float
    left: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best; 0 is proven best."""
        return max(0.0, self.value - self.bound) / max(abs(self.value), 1e-12)


def p_median(cost: Floats, p: int, *, built: tuple[int, ...] = (), proven: bool = True) -> Median:
    """Return p places of least total cost; `cost` `[demand, place]` is weight · way, the same for all who ask.

    `built` places are kept. Without `proven` the exchange search and its bound are the answer. Raises ValueError where
    p is not between the built places and all of them.
    """
    if not max(1, len(built)) <= p <= cost.shape[1]:
        raise ValueError(f"p is {p}, of {cost.shape[1]} places with {len(built)} built")
    keep = np.zeros(cost.shape[1], dtype=np.bool_)
    keep[list(built)] = True
    matrix = np.ascontiguousarray(cost, dtype=np.float64)
    chosen, value, bound, price, gain = lagrange(matrix, p, keep, _ROUNDS, _PATIENCE)
    whole = bool((matrix == np.rint(matrix)).all())
    bound = np.ceil(bound - 1e-6) if whole else bound
    left = 0
    if proven and value - bound > 1e-9 * max(1.0, abs(value)):
        chosen, value, bound, left = _settle(matrix, p, keep, chosen, value, price, gain)
    places = np.flatnonzero(chosen)
    return Median(tuple(places.tolist()), places[matrix[:, places].argmin(axis=1)], value, min(bound, value), left)


def _settle(  # noqa: PLR0913 -- what the relaxation has found
    cost: Floats, p: int, keep: Chosen, chosen: Chosen, value: float, price: Floats, gain: Floats
) -> tuple[Chosen, float, float, int]:
    """Return the best choice by a program over what the bound has not ruled out, and its size."""
    order = np.sort(np.where(keep, -np.inf, gain))
    bound = price.sum() + gain[keep].sum() + order[keep.sum() : p].sum()
    edge_in, edge_out = order[p - 1], order[p] if p < len(order) else np.inf
    # A place outside costs at least the bound with the weakest place inside put out for it, and the other way round.
    out = ~keep & (bound + gain - edge_in > value - 1e-7) & (gain > edge_in)
    sure = keep | ((bound - gain + edge_out > value - 1e-7) & (gain < edge_out))
    open_ = np.flatnonzero(~out)
    extra = np.maximum(gain[open_] - edge_in, 0.0)
    usable = cost[:, open_] - price[:, None] + extra < value - bound + 1e-7
    usable[np.arange(len(cost)), cost[:, open_].argmin(axis=1)] = True
    demand, at = np.nonzero(usable)
    lp = highspy.HighsLp()
    places, links = len(open_), len(demand)
    lp.num_col_, lp.num_row_ = places + links, len(cost) + links + 1
    lp.col_cost_ = np.concatenate((np.zeros(places), cost[demand, open_[at]]))
    lp.col_lower_ = np.concatenate((sure[open_].astype(float), np.zeros(links)))
    lp.col_upper_ = np.concatenate((np.ones(places), np.full(links, np.inf)))
    inf = np.full(links, highspy.kHighsInf)
    lp.row_lower_ = np.concatenate((np.ones(len(cost)), np.zeros(links), [float(p)]))
    lp.row_upper_ = np.concatenate((np.ones(len(cost)), inf, [float(p)]))
    link = np.arange(links)
    rows = np.concatenate((demand, len(cost) + link, len(cost) + link, np.full(places, len(cost) + links)))
    columns = np.concatenate((places + link, at, places + link, np.arange(places)))
    values = np.concatenate((np.ones(links), np.ones(links), -np.ones(links), np.ones(places)))
    by_row = np.argsort(rows, kind="stable")
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=lp.num_row_)))).astype(np.int32)
    lp.a_matrix_.index_ = columns[by_row].astype(np.int32)
    lp.a_matrix_.value_ = values[by_row]
    kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
    lp.integrality_ = [kinds[0]] * places + [kinds[1]] * links
    solver = quiet_solver()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("objective_bound", value + 1e-6)
    solver.passModel(lp)
    solver.run()
    told = solver.getInfo()
    if told.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        found = np.zeros(len(chosen), dtype=np.bool_)
        found[open_[np.array(solver.getSolution().col_value[:places]) > 0.5]] = True
        better = float(cost[:, found].min(axis=1).sum())
        if better < value:
            return found, better, float(max(bound, min(told.mip_dual_bound, better))), places
    return chosen, value, value, places  # nothing better is left: what was found is best
