"""How complete a value is: the least complete part of the window its formula looks at, the newest part first.

A period that is not in is no nought. A total of twelve months of which the last lacks four of six counties is
two sixths complete, not sixty-eight seventy-seconds; a month missing in the middle counts in the same way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import Binary, Call, Name, Negate, Period
from chengzai.measure._cube import Cube


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many reports stand behind a value, of how many units there are, in the least complete part of its window.

    `period` is that part, None where a value has no window. `asked` tells whether reports were asked for in it.
    `first` is the first period that was asked for, where the window reaches back before it, else None:
    then the value cannot be known, however many report now.
    """

    reported: int
    expected: int
    period: Period | None = None
    asked: bool = True
    first: Period | None = None

    @property
    def full(self) -> bool:
        """Whether every report is there."""
        return self.reported >= self.expected and self.first is None

    @property
    def share(self) -> float:
        """Reported as a share of expected; 1 where there is nobody to report."""
        return self.reported / self.expected if self.expected else 1.0


_NOT_ASKED = 2.0  # above every share, so that no window counts a part that was not asked for


@dataclass(frozen=True, slots=True)
class _Part:
    """For each period the least complete part of a window: its share, its element and period.

    `reach` is the period in which the window begins, negative where that lies before the cube; `begun` the one since
    when all of its elements were asked for without a break. `names` are the elements by position.
    """

    share: NDArray[np.float64]
    element: NDArray[np.int64]
    period: NDArray[np.int64]
    reach: NDArray[np.int64]
    begun: NDArray[np.int64]
    names: tuple[int, ...]


def completeness_of(cube: Cube, indicator: str, place: str, period: Period) -> Completeness:
    """Return how complete an indicator's value at a place is over the window it uses."""
    row, t = cube.places.index[place], cube.period_at[period.text]
    part = _part_of(cube, indicator, row)
    begun = int(part.begun[t])
    if begun > t:  # not asked for now
        return Completeness(0, max((int(cube.expected[e][row, t]) for e in part.names), default=0), period, asked=False)
    first = cube.periods[begun] if part.reach[t] < begun else None
    if part.share[t] >= _NOT_ASKED:  # nothing of the window was asked for
        units = int(cube.expected[part.names[0]][row, t])
        return Completeness(units, units, period, first=first)
    e, worst = int(part.element[t]), int(part.period[t])
    there = int(cube.reported[e, row, worst]), int(cube.expected[e][row, worst])
    return Completeness(*there, cube.periods[worst], first=first)


def complete_shares(cube: Cube, indicator: str, place: str) -> NDArray[np.float64]:
    """Return for each period the share of `completeness_of`; 0 where the window reaches back before the first asked."""
    part = _part_of(cube, indicator, cube.places.index[place])
    return np.where(part.reach < part.begun, 0.0, part.share)


def window_of(cube: Cube, indicator: str, place: str, period: Period) -> Period:
    """Return the first period that an indicator's value looks back to."""
    part = _part_of(cube, indicator, cube.places.index[place])
    return cube.periods[max(0, int(part.reach[cube.period_at[period.text]]))]


def _part_of(cube: Cube, indicator: str, row: int) -> _Part:
    """Return the parts of an indicator at a place, kept until a value of the cube changes."""
    key = indicator, row
    if key not in cube.kept:
        cube.kept[key] = _least(cube.formulas[cube.indicator_at[indicator]].root, cube, row)
    found = cube.kept[key]
    assert isinstance(found, _Part)  # noqa: S101 -- nothing else is kept there
    return found


def covered(cube: Cube, element: str, place: str, period: Period) -> Completeness:
    """Return how many units reported an element in one period."""
    row, e, t = cube.places.index[place], cube.element_at[element], cube.period_at[period.text]
    told, units = int(cube.reported[e, row, t]), int(cube.expected[e][row, t])
    return Completeness(told, units, period, asked=bool(_begun(cube, e)[t] <= t))


def _begun(cube: Cube, e: int) -> NDArray[np.int64]:
    """Return for each period since when without a break an element was asked for; the next where it was not asked for.

    It is asked for from its first period on, and in an earlier one where anybody reported it: then it was collected.
    """
    axis = np.arange(len(cube.periods))
    since = cube.elements[e].since
    if since is None or since.ordinal <= cube.periods[0].ordinal:
        return np.zeros(len(axis), dtype=np.int64)
    asked = (axis + cube.periods[0].ordinal >= since.ordinal) | (cube.reported[e] > 0).any(axis=0)
    return np.maximum.accumulate(np.where(asked, 0, axis + 1))


def _least(node: object, cube: Cube, row: int) -> _Part:
    axis = np.arange(len(cube.periods))
    match node:
        case Name(code):
            e = cube.element_at[code]
            begun = _begun(cube, e)
            share = np.where(begun > axis, _NOT_ASKED, _share(cube, e, row))
            return _Part(share, np.full(len(axis), e), axis, axis, begun, (e,))
        case Negate(of):
            return _least(of, cube, row)
        case Binary(_, left, right):
            return _worse(_least(left, cube, row), _least(right, cube, row))
        case Call("lag", of, back):
            return _lagged(_least(of, cube, row), back)
        case Call(function, of, count):
            year = axis - np.array([p.part - 1 for p in cube.periods])
            begins = {"cumulative": axis * 0, "ytd": year, "year_mean": year, "trailing": axis + 1 - count}[function]
            return _windowed(_least(of, cube, row), begins)
        case _:
            return _Part(np.full(len(axis), np.inf), axis * 0 - 1, axis, axis, axis * 0, ())


def _share(cube: Cube, e: int, row: int) -> NDArray[np.float64]:
    due = cube.expected[e][row]
    return np.where(due > 0, cube.reported[e, row] / np.maximum(due, 1), 1.0)


def _worse(one: _Part, other: _Part) -> _Part:
    """Return at each period the less complete of two."""
    first = one.share <= other.share
    return _Part(
        np.where(first, one.share, other.share),
        np.where(first, one.element, other.element),
        np.where(first, one.period, other.period),
        np.minimum(one.reach, other.reach),
        np.maximum(one.begun, other.begun),
        (*one.names, *other.names),
    )


def _lagged(part: _Part, back: int) -> _Part:
    axis = np.arange(len(part.share))
    at = np.maximum(axis - back, 0)
    reach = part.reach[at] + np.minimum(axis - back, 0)
    share = np.where((axis < back) | (at < part.begun), _NOT_ASKED, part.share[at])
    return _Part(share, part.element[at], part.period[at], reach, part.begun, part.names)


def _windowed(part: _Part, begins: NDArray[np.int64]) -> _Part:
    """Return the least complete part of each window; of equals the newest, which is what an official can still mend."""
    share: list[float] = part.share.tolist()
    worst: list[int] = []
    inside = np.maximum(np.maximum(begins, 0), np.minimum(part.begun, np.arange(len(share))))
    for t, begin in enumerate(inside.tolist()):
        before = worst[-1] if worst else -1
        if before >= begin:  # the old worst is still inside
            worst.append(t if share[t] <= share[before] else before)
        else:
            worst.append(min(range(t, begin - 1, -1), key=share.__getitem__))
    reach = part.reach[np.maximum(begins, 0)] + np.minimum(begins, 0)
    return _Part(part.share[worst], part.element[worst], part.period[worst], reach, part.begun, part.names)
