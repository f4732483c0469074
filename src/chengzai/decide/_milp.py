"""Mixed-integer programs put to HiGHS: named variables and rows, proven bounds, and conflicts said in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from chengzai.assess import quiet_solver

Floats = NDArray[np.float64]
INF = float("inf")


@dataclass(frozen=True)
class Solved:
    """What the solver found: `optimal`, `limit` (stopped with a gap), `infeasible` or `unbounded`.

    `gap` is |value − bound| as a share of the value; `duals` are those of the rows for a program without integers.
    """

    status: str
    value: float
    bound: float
    x: Floats
    duals: Floats

    @property
    def gap(self) -> float:
        """How far the value may lie from the best, as a share of it; infinite where there is no value."""
        if not np.isfinite(self.value):
            return INF
        return abs(self.value - self.bound) / max(abs(self.value), 1e-9)


@dataclass
class Program:
    """A program under construction: minimise cost·x within bounds and rows.

    Each row may carry the demand it comes from; an infeasible program names the smallest set of demands in conflict.
    """

    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _start: list[int] = field(default_factory=lambda: [0])
    _index: list[int] = field(default_factory=list)
    _value: list[float] = field(default_factory=list)
    row_low: list[float] = field(default_factory=list)
    row_high: list[float] = field(default_factory=list)
    demands: list[str] = field(default_factory=list)

    def variable(self, cost: float = 0.0, low: float = 0.0, high: float = INF, *, whole: bool = False) -> int:
        """Add a variable and return its number."""
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def choice(self, cost: float = 0.0) -> int:
        """Add a yes-or-no variable and return its number."""
        return self.variable(cost, 0.0, 1.0, whole=True)

    def row(self, terms: Iterable[tuple[int, float]], low: float = -INF, high: float = INF, demand: str = "") -> int:
        """Add low ≤ Σ coefficient · x ≤ high and return its number; terms of one variable are added up."""
        merged: dict[int, float] = {}
        for variable, coefficient in terms:
            merged[variable] = merged.get(variable, 0.0) + coefficient
        self._index += merged
        self._value += merged.values()
        self._start.append(len(self._index))
        self.row_low.append(low)
        self.row_high.append(high)
        self.demands.append(demand)
        return len(self.row_low) - 1

    def solve(
        self,
        *,
        gap: float = 0.0,
        seconds: float | None = None,
        relaxed: bool = False,
        without: frozenset[str] = frozenset(),
        start: Floats | None = None,
        cost: Iterable[tuple[int, float]] | None = None,
    ) -> Solved:
        """Return the best point found; `relaxed` drops integrality, `without` drops the rows of some demands.

        `cost` is minimised instead of the program's own.
        `seconds` bounds the search in wall time: what is not proven then says so in its gap.
        """
        costs = self.cost
        if cost is not None:
            costs = [0.0] * len(self.cost)
            for variable, coefficient in cost:
                costs[variable] += coefficient
        kept = [r for r in range(len(self.row_low)) if self.demands[r] not in without or not self.demands[r]]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(kept)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
            np.array(v, dtype=np.float64) for v in (costs, self.low, self.high)
        )
        lp.row_lower_ = np.array([self.row_low[r] for r in kept], dtype=np.float64)
        lp.row_upper_ = np.array([self.row_high[r] for r in kept], dtype=np.float64)
        starts, index, value = [0], [], []
        for r in kept:
            index += self._index[self._start[r] : self._start[r + 1]]
            value += self._value[self._start[r] : self._start[r + 1]]
            starts.append(len(index))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(value, dtype=np.float64)
        if any(self.whole) and not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[w] for w in self.whole]
        return _run(lp, gap, seconds, start, dual=relaxed or not any(self.whole))

    def conflict(self, *, seconds: float = 10.0) -> tuple[str, ...]:
        """Return a smallest set of demands that cannot hold together; empty if all can, or if even none can.

        Smallest in the sense that dropping any one of it lets the others hold (a deletion filter, by halves at first).
        Where the relaxed program clashes already it thins the demands out before whole numbers are asked for. Only
        whether something holds is asked; what is not settled in `seconds` a question counts as holding.
        """
        names = tuple(dict.fromkeys(d for d in self.demands if d))

        def clash(held: Iterable[str], *, relaxed: bool = False) -> bool:
            without = frozenset(names) - frozenset(held)
            return self.solve(relaxed=relaxed, seconds=seconds, without=without, cost=()).status == "infeasible"

        if clash((), relaxed=True) or not clash(names) or clash(()):
            return ()
        softly = clash(names, relaxed=True)
        return _thinned(_thinned(names, lambda held: clash(held, relaxed=True)) if softly else names, clash)


def _thinned(names: tuple[str, ...], clash: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """Return some names that clash still, of which none can be spared; whole stretches are tried first."""
    size = max(1, len(names) // 2)
    while True:
        at = 0
        while at < len(names):
            fewer = names[:at] + names[at + size :]
            if fewer and clash(fewer):
                names = fewer
            else:
                at += size
        if size == 1:
            return names
        size = max(1, size // 2)


def _run(lp: highspy.HighsLp, gap: float, seconds: float | None, start: Floats | None, *, dual: bool) -> Solved:
    solver = quiet_solver()
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0 if gap == 0 else 1e-9)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-7)
    if seconds is not None:
        solver.setOptionValue("time_limit", float(seconds))
    solver.passModel(lp)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    status, told = solver.getModelStatus(), solver.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return Solved("infeasible", INF, INF, np.empty(0), np.empty(0))
    if status == highspy.HighsModelStatus.kUnbounded:
        return Solved("unbounded", -INF, -INF, np.empty(0), np.empty(0))
    found = told.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solution = solver.getSolution()
    value = told.objective_function_value if found else INF
    bound = value if dual and found else told.mip_dual_bound
    return Solved(
        "optimal" if status == highspy.HighsModelStatus.kOptimal else "limit",
        value,
        bound,
        np.array(solution.col_value) if found else np.empty(0),
        np.array(solution.row_dual) if dual and found else np.empty(0),
    )
