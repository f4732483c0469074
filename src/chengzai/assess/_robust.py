"""How much a ranking means: who is ahead whatever the weights, who cannot be told apart, and what the doubt comes from.

Randomness comes in as a seeded generator; the same seed gives the same answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._rank_bounds import TIE, extremes

Floats = NDArray[np.float64]
FACTORS = ("weights", "data", "method")


@dataclass(frozen=True, slots=True)
class Spread:
    """What a ranking may look like: per unit its ranks at 5, 50 and 95 %, and the chance to be first.

    `ahead[i, j]` is the chance that unit i is strictly ahead of unit j; `draws` how many rankings were tried.
    """

    low: tuple[int, ...]
    median: tuple[int, ...]
    high: tuple[int, ...]
    first: tuple[float, ...]
    ahead: Floats
    draws: int


def dominance(scores: Floats, low: Sequence[float], high: Sequence[float]) -> NDArray[np.bool_]:
    """Return whether unit i (row) is ahead of unit j (column) for all weights in the box with sum 1; exact."""
    lower, upper = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    tie = TIE * max(float(np.ptp(scores)), 1e-300)
    return np.vstack([extremes(row - scores, lower, upper)[0] > tie for row in scores])


def leave_one_out(scores: Floats, weights: Sequence[float]) -> NDArray[np.int64]:
    """Return the ranks with each indicator left out in turn: indicators by units, the other weights grown to sum 1."""
    w = np.asarray(weights, dtype=np.float64)
    rows = []
    for k in range(scores.shape[1]):
        kept = np.delete(w, k)
        rows.append(ranks_of((np.delete(scores, k, axis=1) @ (kept / kept.sum()))[None, :])[0])
    return np.vstack(rows)


def ranks_of(scores: Floats) -> NDArray[np.int64]:
    """Return the ranks in each row of scores, the best first, equal scores sharing one."""
    return np.asarray(1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is uncertain: the box of weights, the relative error of each score's data, and other ways to score.

    `methods` are score matrices (units by indicators) as each method gives them; the first is the scheme's own.
    `error` is the same for all units, or one for each of them; `effects` are points of events, which nothing moves.
    """

    methods: tuple[Floats, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    error: float | tuple[float, ...]
    effects: tuple[float, ...] = ()

    def scores(self, u_weights: Floats, z_data: Floats, u_method: Floats) -> Floats:
        """Return total scores, draws by units, for uniform draws of weights and method and normal ones of error."""
        low, high = np.asarray(self.low), np.asarray(self.high)
        w = low + (high - low) * u_weights
        w /= w.sum(axis=1, keepdims=True)
        which = np.minimum((u_method * len(self.methods)).astype(int), len(self.methods) - 1)
        stacked = np.stack(self.methods)
        error = np.asarray(self.error, dtype=np.float64).reshape(-1, 1)  # one for all, or a row for each unit
        noisy = stacked[which] * (1.0 + error * z_data)
        totals = np.einsum("duk,dk->du", noisy, w)
        return np.asarray(totals + np.asarray(self.effects) if self.effects else totals)


def spread_of(doubts: Doubts, rng: np.random.Generator, *, draws: int = 2000) -> Spread:
    """Return how ranks spread while weights, data and method vary together (Monte Carlo).

    Source: Saisana, Saltelli & Tarantola (2005), JRSS A 168(2).
    """
    ranks = ranks_of(doubts.scores(*_draw(doubts, rng, draws)))
    low, median, high = np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf").astype(int)
    ahead = (ranks[:, :, None] < ranks[:, None, :]).mean(axis=0)
    first = (ranks == 1).mean(axis=0)
    return Spread(
        tuple(map(int, low)), tuple(map(int, median)), tuple(map(int, high)), tuple(map(float, first)), ahead, draws
    )


def tie_groups(order: Sequence[int], ahead: Floats, *, sure: float = 0.9) -> list[list[int]]:
    """Return units in groups that cannot be told apart: a new group begins where everybody above is ahead for sure.

    `order` lists units from the first; `ahead` is the chance of being ahead. Order is not forced within a group.
    """
    groups: list[list[int]] = []
    for unit in order:
        above = [u for group in groups for u in group]
        if groups and not all(ahead[u, unit] >= sure for u in above):
            groups[-1].append(unit)
            if len(groups) > 1 and any(ahead[u, unit] < sure for u in above if u not in groups[-1]):
                groups[-2:] = [[*groups[-2], *groups[-1]]]
        else:
            groups.append([unit])
    return groups


def sobol_shares(
    output: Callable[..., Floats], doubts: Doubts, rng: np.random.Generator, *, draws: int = 1024
) -> dict[str, tuple[float, float]]:
    """Return for each factor its first-order and total share of the output's variance.

        Sᵢ = 1 − E[(f(B) − f(Aᵢ))²]/(2V)      Tᵢ = E[(f(A) − f(Aᵢ))²]/(2V)

    where Aᵢ is A with factor i taken from B (Jansen's estimators; factors are groups of numbers drawn together).
    Source: Saltelli et al. (2010), Computer Physics Communications 181(2). Nothing varies: every share is 0.
    """
    a, b = _draw(doubts, rng, draws), _draw(doubts, rng, draws)
    at_a, at_b = output(*a), output(*b)
    variance = float(np.var(np.concatenate([at_a, at_b])))
    shares = {}
    for i, factor in enumerate(FACTORS):
        mixed = output(*(b[k] if k == i else a[k] for k in range(len(FACTORS))))
        first = 1.0 - float(((at_b - mixed) ** 2).mean()) / (2 * variance) if variance else 0.0
        total = float(((at_a - mixed) ** 2).mean()) / (2 * variance) if variance else 0.0
        shares[factor] = (first, total)
    return shares


def _draw(doubts: Doubts, rng: np.random.Generator, draws: int) -> tuple[Floats, Floats, Floats]:
    units, parts = doubts.methods[0].shape
    return rng.random((draws, parts)), rng.standard_normal((draws, units, parts)), rng.random(draws)
