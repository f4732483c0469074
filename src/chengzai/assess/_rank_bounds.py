"""The best and worst rank a unit can reach while the weights move in a box: exact, not pair by pair.

Pairwise programs only bound it: of A = (.49, .49), B = (1, 0), C = (0, 1) each of B and C can be passed by A, but
never both at once, so A reaches 2–3 where the pairs would promise 1–3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from chengzai.assess._solver import quiet_solver

Floats = NDArray[np.float64]
TIE = 1e-7  # scores closer than this part of their range are one score: wider than the solver's own tolerance


@dataclass(frozen=True, slots=True)
class RankRange:
    """The best and worst rank of one unit over all weights allowed, and weights that reach each of them.

    `best_bound` and `worst_bound` are proven: no weights go beyond. Where they equal `best` and `worst` the range is
    `exact`; else the search ended at its limit and the truth lies between.
    """

    best: int
    worst: int
    best_bound: int
    worst_bound: int
    at_best: tuple[float, ...]
    at_worst: tuple[float, ...]

    @property
    def exact(self) -> bool:
        """Whether both ends are proven."""
        return (self.best, self.worst) == (self.best_bound, self.worst_bound)


def rank_ranges(
    scores: Floats, low: Sequence[float], high: Sequence[float], *, nodes: int | None = None
) -> list[RankRange]:
    """Return the attainable ranks of every unit for weights wₖ with lowₖ ≤ wₖ ≤ highₖ and Σw = 1; exact.

    `nodes` bounds the branching of each program (a count, not a time, so that the answer is the same everywhere);
    without it every range is exact.

    `scores` is units by indicators on one scale. Rank is 1 + the units strictly ahead. For unit i, with
    dⱼ = xⱼ − xᵢ:

        best    minimise  1 + Σ yⱼ   subject to  dⱼ·w ≤ Mⱼ yⱼ,  y ∈ {0, 1}
        worst   maximise  1 + Σ yⱼ   subject to  dⱼ·w ≥ ε yⱼ − Mⱼ(1 − yⱼ)

    Pairs whose difference keeps its sign over the box are settled first (its extremes are a sorted filling of the
    box); a search over corners often meets the bound that leaves, and only what remains goes to the solver.
    Raises ValueError where no weights fit the box.
    """
    lower, upper = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if lower.sum() > 1 + 1e-12 or upper.sum() < 1 - 1e-12 or (lower > upper).any():
        raise ValueError("no weights between low and high sum to 1")
    tie = TIE * max(float(np.ptp(scores)), 1e-300)
    corners = _corners(scores, lower, upper)
    ahead = corners @ scores.T  # corners by units
    found = []
    for i in range(len(scores)):
        d = scores - scores[i]
        least, most = extremes(d, lower, upper)
        most[i] = least[i] = 0.0
        better = ahead > ahead[:, [i]] + tie
        counts = better.sum(axis=1)
        always, ever = int((least > tie).sum()), int((most > tie).sum())
        pairs = _Pairs(d, lower, upper, least, most, tie, nodes)
        best = pairs.end(corners[counts.argmin()], int(counts.min()), always, wanted=-1)
        worst = pairs.end(corners[counts.argmax()], int(counts.max()), ever, wanted=1)
        found.append(RankRange(1 + best[0], 1 + worst[0], 1 + best[1], 1 + worst[1], best[2], worst[2]))
    return found


def extremes(d: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most of each row of d over the box and Σw = 1: what is free goes where it pays most."""
    order = np.argsort(-d, axis=1)
    room = (high - low)[order]
    free = 1.0 - low.sum()
    before = np.cumsum(room, axis=1) - room
    taken_most = np.clip(free - before, 0.0, room)
    room_back = room[:, ::-1]
    before_back = np.cumsum(room_back, axis=1) - room_back
    taken_least = np.clip(free - before_back, 0.0, room_back)[:, ::-1]
    values = np.take_along_axis(d, order, axis=1)
    base = d @ low
    return base + (values * taken_least).sum(axis=1), base + (values * taken_most).sum(axis=1)


def _corners(scores: Floats, low: Floats, high: Floats) -> Floats:
    """Return corners of the box that are likely to show extreme ranks: those that favour each unit against the mean."""
    wanted = [scores - scores.mean(axis=0), scores.mean(axis=0) - scores]
    wanted += [scores - np.roll(scores, step, axis=0) for step in range(1, min(len(scores), 12))]
    directions = np.vstack(wanted)
    order = np.argsort(-directions, axis=1)
    room = (high - low)[order]
    before = np.cumsum(room, axis=1) - room
    taken = np.clip((1.0 - low.sum()) - before, 0.0, room)
    corners = np.empty_like(directions)
    np.put_along_axis(corners, order, taken, axis=1)
    middle = low + (high - low) * (1.0 - low.sum()) / max((high - low).sum(), 1e-300)
    return np.vstack([np.unique(corners + low, axis=0), middle])


@dataclass(frozen=True)
class _Pairs:
    """One unit against all others: the differences, the box, and how far each difference can go."""

    d: Floats
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    tie: float
    nodes: int | None

    def end(self, corner: Floats, shown: int, bound: int, *, wanted: int) -> tuple[int, int, tuple[float, ...]]:
        """Return the fewest (−1) or most (1) units ahead: shown, proven, and the weights that show it."""
        if shown == bound:
            return shown, bound, tuple(corner.tolist())
        unsure = np.flatnonzero((self.least <= self.tie) & (self.most > self.tie))
        always = int((self.least > self.tie).sum())
        count, proven, weights = self._solve(unsure, wanted)
        count, proven = always + count, always + proven
        if weights is None or wanted * (shown - count) > 0:
            count, weights = shown, corner
        within = max(proven, bound) if wanted < 0 else min(proven, bound)
        return count, within, tuple(weights.tolist())

    def _solve(self, unsure: NDArray[np.int64], wanted: int) -> tuple[int, int, Floats | None]:
        d, least, most, tie = self.d[unsure], self.least[unsure], self.most[unsure], self.tie
        units, parts = d.shape
        # fewest: d·w − most·y ≤ tie/2;  most: d·w + (least − 2 tie)·y ≥ least, that is d·w ≥ 2 tie where y = 1
        coefficient = -most if wanted < 0 else least - 2 * tie
        dense = np.vstack([np.concatenate([np.ones(parts), np.zeros(units)]), np.hstack([d, np.diag(coefficient)])])
        free = np.full(units, highspy.kHighsInf)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = parts + units, units + 1
        lp.col_cost_ = np.concatenate([np.zeros(parts), np.full(units, -float(wanted))])
        lp.col_lower_ = np.concatenate([self.low, np.zeros(units)])
        lp.col_upper_ = np.concatenate([self.high, np.ones(units)])
        lp.row_lower_ = np.concatenate([[1.0], -free if wanted < 0 else least])
        lp.row_upper_ = np.concatenate([[1.0], np.full(units, tie / 2) if wanted < 0 else free])
        filled = dense != 0
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(filled.sum(axis=1))]).astype(np.int32)
        lp.a_matrix_.index_ = np.nonzero(filled)[1].astype(np.int32)
        lp.a_matrix_.value_ = dense[filled]
        lp.integrality_ = [highspy.HighsVarType.kContinuous] * parts + [highspy.HighsVarType.kInteger] * units
        return _run(lp, d, tie, self.nodes)


def _run(lp: highspy.HighsLp, d: Floats, tie: float, nodes: int | None) -> tuple[int, int, Floats | None]:
    """Return how many differences are ahead at the weights found, how many are proven, and the weights, if any."""
    solver = quiet_solver()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)  # counts are whole: half a rank apart is proof
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(lp)
    solver.run()
    told = solver.getInfo()
    fewest, bound = lp.col_cost_[-1] > 0, told.mip_dual_bound
    if not np.isfinite(bound):
        proven = 0 if fewest else len(d)
    else:
        proven = int(np.ceil(bound - 1e-6)) if fewest else int(np.floor(-bound + 1e-6))
    if told.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return (len(d), proven, None) if fewest else (0, proven, None)
    weights = np.array(solver.getSolution().col_value[: d.shape[1]])
    return int((d @ weights > tie).sum()), proven, weights
