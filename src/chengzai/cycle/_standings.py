"""Units by their points: scores, ranks, and how far weights and data could move them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.assess import (
    Doubts,
    RankRange,
    Spread,
    dominance,
    leave_one_out,
    rank_units,
    rounded_gap,
    spread_of,
    tie_groups,
)


@dataclass(frozen=True)
class Robustness:
    """A ranking with what is known of its firmness; everything is in the order of the units given."""

    points: NDArray[np.float64]
    totals: NDArray[np.float64]
    ranks: list[int]
    ranges: list[RankRange]
    spread: Spread
    groups: list[list[int]]
    ahead: NDArray[np.bool_]
    left_out: NDArray[np.int64]
    doubts: Doubts

    def rows(self, names: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield each unit's number and its row as plain data, the first rank first."""
        for i in sorted(range(len(names)), key=lambda i: self.ranks[i]):
            yield (
                i,
                {
                    "name": names[i],
                    "score": in_points(float(self.totals[i])),
                    "rank": self.ranks[i],
                    "tied": self.ranks.count(self.ranks[i]) > 1,
                    "best": self.ranges[i].best_bound,
                    "worst": self.ranges[i].worst_bound,
                    "exact": self.ranges[i].exact,
                    "likely": [self.spread.low[i], self.spread.high[i]],
                    "first": round(self.spread.first[i], 3),
                    "group": next(n for n, group in enumerate(self.groups, start=1) if i in group),
                    "ahead_of": [names[j] for j in range(len(names)) if self.ahead[i, j]],
                    "left_out": [int(self.left_out[:, i].min()), int(self.left_out[:, i].max())],
                    "points": [round(float(p), 1) for p in self.points[i]],
                    "exact_points": self.points[i].tolist(),
                },
            )


def in_points(score: float) -> float:
    """Return a score as it is printed everywhere: half up, to one decimal."""
    return float(rounded_gap(score, "half_up"))


def stand(
    points: NDArray[np.float64],
    weights: Sequence[float],
    *,
    box: float,
    error: float | tuple[float, ...],
    seed: int,
    effects: Sequence[float] = (),
) -> Robustness:
    """Return the standing of units by indicators (`points`), for weights that are right within a share `box`.

    `effects` are points of events, added to each unit whatever the weights.
    """
    scaled = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    low, high = (scaled * (1 - box)).tolist(), (scaled * (1 + box)).tolist()
    ranked = rank_units(points, weights, box, effects)
    moved = points + np.asarray(effects, dtype=np.float64)[:, None] if len(effects) else points
    doubts = Doubts((points,), tuple(low), tuple(high), error, tuple(effects))
    spread = spread_of(doubts, np.random.default_rng(seed))
    order = sorted(range(len(points)), key=lambda i: ranked.ranks[i])
    several = points.shape[1] > 1
    return Robustness(
        points,
        ranked.totals,
        ranked.ranks,
        ranked.ranges,
        spread,
        tie_groups(order, spread.ahead),
        dominance(moved, low, high),
        leave_one_out(moved, scaled.tolist()) if several else np.array([ranked.ranks]),
        doubts,
    )
