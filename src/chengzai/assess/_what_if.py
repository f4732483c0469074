"""Other weights, other ranks: which units change places, and which indicators made them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._composite import competition_ranks

_TOLD = 2


@dataclass(frozen=True, slots=True)
class Passed:
    """One unit that passes another under the new weights, and the indicators that did most of it.

    `because` holds indicator numbers with the points that each adds to the distance between the two; together all
    indicators add exactly the change of that distance.
    """

    unit: int
    other: int
    margin_before: float
    margin_after: float
    because: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Scores and ranks under two sets of weights, and every pair that changes its order."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    scores: tuple[float, ...]
    passed: tuple[Passed, ...]


def what_if(
    points: NDArray[np.float64], old: Sequence[float], new: Sequence[float], effects: Sequence[float] = ()
) -> WhatIf:
    """Return what other weights do to a ranking; `points` is units by indicators, weights are scaled to sum to 1.

    `effects` are points of events, which no weight moves.
    Raises ValueError for weights that are negative or sum to nothing.
    """
    a, b = (_scaled(weights) for weights in (old, new))
    added = np.asarray(effects, dtype=np.float64) if len(effects) else 0.0
    was, now = points @ a + added, points @ b + added
    passed = []
    for i in range(len(points)):
        for j in range(len(points)):
            if was[i] <= was[j] and now[i] > now[j]:
                share = (b - a) * (points[i] - points[j])
                most = np.argsort(-share)[:_TOLD]
                because = tuple((int(k), float(share[k])) for k in most if share[k] > 0)
                passed.append(Passed(i, j, float(was[i] - was[j]), float(now[i] - now[j]), because))
    return WhatIf(tuple(competition_ranks(was)), tuple(competition_ranks(now)), tuple(now.tolist()), tuple(passed))


def _scaled(weights: Sequence[float]) -> NDArray[np.float64]:
    found = np.asarray(weights, dtype=np.float64)
    if not np.isfinite(found).all() or (found < 0).any() or found.sum() <= 0:
        raise ValueError("weights are not negative, and some weight is given")
    return np.asarray(found / found.sum())
