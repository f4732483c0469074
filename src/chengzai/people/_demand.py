"""What people need: school seats at the cut-off day, elders and their care, and months that count for registration."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def at_cut_off(ages: Floats, months: int) -> Floats:
    """Return people by completed age at the school year's cut-off, from single ages on 1 January.

    `months` is how far into the year the cut-off lies: 8 for 31 August, when a child born in August has had its
    birthday and one born in September has not. Births are even over the year. The last age is open.
    """
    share = months / 12
    found = np.asarray(ages, dtype=np.float64) * (1 - share)
    found[..., 1:] += ages[..., :-1] * share
    found[..., -1] += ages[..., -1] * share
    return np.asarray(found)


def seats(
    ages: Floats, stages: Mapping[str, tuple[int, int]], enrolled: Mapping[str, float], months: int
) -> dict[str, float]:
    """Return the seats each school stage needs; a stage is its first and last age at the cut-off."""
    told = at_cut_off(ages, months)
    return {name: float(told[first : last + 1].sum()) * enrolled[name] for name, (first, last) in stages.items()}


def older_than(ages: Floats, age: int) -> float:
    """Return how many are of an age or older, by completed age."""
    return float(np.asarray(ages)[age:].sum())


def in_need(ages: Floats, shares: Floats) -> float:
    """Return how many need care, by the share of each age that does."""
    return float(np.asarray(ages) @ np.asarray(shares))


def months_counted(spans: Iterable[tuple[int, int]]) -> int:
    """Return the months covered by any of some spans: years in two cities at once count once.

    >>> months_counted([(0, 24), (18, 40), (50, 60)])
    50
    """
    total, end = 0, None
    for first, last in sorted(spans):
        begin = first if end is None else max(first, end)
        total += max(0, last - begin)
        end = last if end is None else max(end, last)
    return total


def urban_change(before: tuple[float, float], parts: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return how much each part changed the urban share, exactly: the parts sum to the change, nothing is left over.

    `before` is urban and all people, each part its change of urban and of all. Σ (ΔPu − U₀·ΔP) / P₁ (an identity).
    """
    urban, people = before
    share, now = urban / people, people + sum(all_ for _, all_ in parts.values())
    return {name: (change - share * all_) / now for name, (change, all_) in parts.items()}
