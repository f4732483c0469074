"""Which cells two sets of facts hold differently: what a board that was worked out from the first has to learn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.collect._facts import Facts


@dataclass(frozen=True, slots=True)
class Change:
    """A cell whose value in force is another now; NaN where nobody reports it any more."""

    element: str
    place: str
    period: str
    value: float


def changed_cells(before: Facts, after: Facts) -> list[Change]:
    """Return the cells in which the last row of `after` is not that of `before`, bit for bit.

    Both stand in the order in which the last row of a cell is in force, as `settle` leaves them.
    """
    axes = [_together(getattr(before, name), getattr(after, name)) for name in ("elements", "places", "periods")]
    size = [len(names) for names, _, _ in axes]
    then = _in_force(before, [first for _, first, _ in axes], size)
    now = _in_force(after, [second for _, _, second in axes], size)
    cells = np.union1d(then[0], now[0])
    old, new = _laid_out(cells, *then), _laid_out(cells, *now)
    differ = (old.view(np.int64) != new.view(np.int64)) & ~(np.isnan(old) & np.isnan(new))
    return [
        Change(
            axes[0][0][cell // size[2] // size[1]],
            axes[1][0][cell // size[2] % size[1]],
            axes[2][0][cell % size[2]],
            float(value),
        )
        for cell, value in zip(cells[differ].tolist(), new[differ], strict=True)
    ]


_Axis = tuple[list[str], NDArray[np.int64], NDArray[np.int64]]


def _together(first: Sequence[str], second: Sequence[str]) -> _Axis:
    """Return the names of both and the position in them of each name of one and of the other."""
    at = {name: i for i, name in enumerate(dict.fromkeys((*first, *second)))}
    return [*at], np.array([at[n] for n in first], dtype=np.int64), np.array([at[n] for n in second], dtype=np.int64)


def _in_force(
    facts: Facts, axes: Sequence[NDArray[np.int64]], size: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cells that anything is known of, in order, and the value of each: that of its last row."""
    if not len(facts):
        return np.empty(0, dtype=np.int64), np.empty(0)
    element, place, period = (
        axis[codes] for axis, codes in zip(axes, (facts.element, facts.place, facts.period), strict=True)
    )
    cells = (element * size[1] + place) * size[2] + period
    known, last = np.unique(cells[::-1], return_index=True)
    return known, facts.value[::-1][last]


def _laid_out(cells: NDArray[np.int64], known: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    laid = np.full(len(cells), np.nan)
    laid[np.searchsorted(cells, known)] = values
    return laid
