"""A composite index in stages: denominated, imputed, treated, normalised, weighted up a tree; each stage by itself.

The stages and their defaults are those of the OECD/JRC Handbook on Constructing Composite Indicators (2008).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def denominate(values: Floats, denominators: Floats) -> Floats:
    """Return each value over its denominator, units by indicators; a missing one on either side gives none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return values / denominators


def impute_group_mean(values: Floats, groups: Sequence[str]) -> Floats:
    """Return the values with each gap filled by the mean of its indicator within the unit's group.

    A group without any value of an indicator leaves the gap: nothing is made up from nothing.
    """
    filled = values.copy()
    for group in dict.fromkeys(groups):
        rows = np.array([g == group for g in groups])
        for k in range(values.shape[1]):
            known = values[rows, k][~np.isnan(values[rows, k])]
            gaps = rows & np.isnan(values[:, k])
            if len(known) and gaps.any():
                filled[gaps, k] = known.mean()
    return filled


def skewness(values: Floats) -> float:
    """Return the sample skewness G₁ (type 2): √(n(n−1))/(n−2) · m₃/m₂^1.5. Source: Joanes & Gill (1998)."""
    x = values[~np.isnan(values)]
    n, centred = len(x), x - x.mean()
    m2, m3 = (centred**2).mean(), (centred**3).mean()
    return float(math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5) if n > 2 and m2 > 0 else math.nan


def kurtosis(values: Floats) -> float:
    """Return the sample excess kurtosis G₂ (type 2). Source: Joanes & Gill (1998), The Statistician 47(1)."""
    x = values[~np.isnan(values)]
    n, centred = len(x), x - x.mean()
    m2, m4 = (centred**2).mean(), (centred**4).mean()
    if n < 4 or m2 <= 0:
        return math.nan
    return float(((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


@dataclass(frozen=True, slots=True)
class Treated:
    """One indicator after treatment: its values, how many points were drawn in, and whether logarithms were taken."""

    values: Floats
    drawn_in: int
    logged: bool


def treat_outliers(values: Floats, *, most: int, skew: float = 2.0, kurt: float = 3.5) -> Treated:
    """Return one indicator with its outliers drawn in, or its logarithm where that is not enough.

    While |skewness| > `skew` and kurtosis > `kurt`, the furthest value on the skewed side is set to the next one, at
    most `most` times; if that does not do, the values as they were become log(x − min + 0.01·(max − min)).
    """
    x = values.copy()
    drawn = 0
    while abs(skewness(x)) > skew and kurtosis(x) > kurt:
        if drawn >= most:
            low, high = np.nanmin(values), np.nanmax(values)
            return Treated(np.log(values - low + 0.01 * (high - low)), 0, logged=True)
        ordered = np.unique(x[~np.isnan(x)])
        outer, inner = (ordered[-1], ordered[-2]) if skewness(x) > 0 else (ordered[0], ordered[1])
        x[x == outer] = inner
        drawn += 1
    return Treated(x, drawn, logged=False)


def normalise_minmax(values: Floats, directions: Sequence[int], *, low: float = 0.0, high: float = 100.0) -> Floats:
    """Return each indicator on `low` to `high`, the best at the top; −1 says that less is better."""
    signed = values * np.asarray(directions, dtype=np.float64)
    least, most = np.nanmin(signed, axis=0), np.nanmax(signed, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((signed - least) / (most - least) * (high - low) + low)


def aggregate(values: Floats, parents: Sequence[str], weights: Sequence[float]) -> dict[str, Floats]:
    """Return for each parent the weighted mean of its children's columns; a missing child is left out of its mean."""
    found: dict[str, Floats] = {}
    for parent in dict.fromkeys(parents):
        own = [k for k, p in enumerate(parents) if p == parent]
        w = np.array([weights[k] for k in own])
        part = values[:, own]
        known = ~np.isnan(part)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[parent] = np.where(known, part * w, 0.0).sum(axis=1) / (known * w).sum(axis=1)
    return found


def index_up(
    values: Floats, names: Sequence[str], parent_of: Mapping[str, str], weight_of: Mapping[str, float]
) -> dict[str, Floats]:
    """Return every level of an index above its indicators, up to the root, each a weighted mean of what lies below."""
    levels: dict[str, Floats] = {}
    columns, below = list(names), values
    while any(parent_of.get(name) for name in columns):
        parents = [parent_of[name] for name in columns]
        up = aggregate(below, parents, [weight_of.get(name, 1.0) for name in columns])
        levels |= up
        columns, below = list(up), np.column_stack(list(up.values()))
    return levels


def competition_ranks(scores: Floats) -> list[int]:
    """Return ranks by unrounded score, the best first; equal scores share a rank, and the next one counts them all."""
    return [1 + int(np.sum(scores > score)) for score in scores]
