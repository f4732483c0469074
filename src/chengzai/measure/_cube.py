"""The cube: dense values over elements, places and periods, with roll-ups, formulas and updates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.collect import Change, Facts
from chengzai.kernel import Element, Formula, Period, Places
from chengzai.measure import _kernel as kernel
from chengzai.measure._indicator import Indicator
from chengzai.measure._lives import Links, link_lives
from chengzai.measure._program import Programs, compile_formulas, pair_ratios

_RULES = {"sum": kernel.SUM, "mean": kernel.MEAN, "max": kernel.MAX, "none": kernel.NONE}


@dataclass
class Cube:
    """All values of one frequency: `values[element, place, period]` and `results[indicator, place, period]`.

    NaN means that nobody reported. `reported` counts the collecting units that did, `expected[element]`, by place
    and period, those there are. Arrays may be read freely and are changed by `set_value` alone.
    `kept` holds what was worked out from the values and is emptied when one changes.

    `places` are lives: a place that moved, merged or was split has an earlier row for each earlier life. The row of
    its last life also holds, for the periods before, what it goes on from; `apportioned` says which of that is a share.
    """

    elements: tuple[Element, ...]
    indicators: tuple[Indicator, ...]
    places: Places
    periods: tuple[Period, ...]
    values: NDArray[np.float64]
    reported: NDArray[np.uint16]
    expected: tuple[NDArray[np.int32], ...]
    results: NDArray[np.float64]
    formulas: tuple[Formula, ...]
    _masses: NDArray[np.float64]
    _stack: NDArray[np.float64]
    _tree: NDArray[np.int32]
    _shape: NDArray[np.int32]
    _links: Links
    _programs: Programs
    _calendar: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.element_at = {element.code: i for i, element in enumerate(self.elements)}
        self.indicator_at = {indicator.id: i for i, indicator in enumerate(self.indicators)}
        self.period_at = _period_axis(self.periods)
        self.kept: dict[tuple[str, int], object] = {}
        arrays = self.values, self.reported, self._masses, self.results, self._stack
        axes = self._tree, self._shape, self._links.links
        formulas = self._programs
        steps = formulas.steps, formulas.constants, formulas.begins, formulas.users, formulas.users_at
        self._fixed = (*arrays, *axes, *steps, self._calendar)  # what an update takes, gathered once

    def value(self, indicator: str, place: str, period: Period) -> float:
        """Return an indicator's value; NaN where there is none."""
        if period.text not in self.period_at or place not in self.places:
            return float("nan")
        return float(self.results[self.indicator_at[indicator], self.row(place, period), self.period_at[period.text]])

    def row(self, place: str, period: Period) -> int:
        """Return the row of the life that a place had at the end of a period; its last one where it had none."""
        if not self.places.dated:
            return self.places.index[place]
        found = int(self._links.rows[place][self._links.stretches[self.period_at[period.text]]])
        return found if found >= 0 else self.places.index[place]

    def apportioned(self, place: str) -> tuple[Period, str] | None:
        """Return the first period in which a place has figures of its own, not a share by a key, and the key."""
        until, key = self._links.apportioned.get(place, (0, ""))
        return (self.periods[min(until, len(self.periods) - 1)], key) if until else None

    def series(self, indicator: str, place: str) -> NDArray[np.float64]:
        """Return an indicator's values at one place over all periods."""
        row: NDArray[np.float64] = self.results[self.indicator_at[indicator], self.places.index[place]]
        return row

    def set_value(self, element: str, place: str, period: Period, value: float) -> None:
        """Change one collected cell and recompute just what depends on it, bit-identical to a full pass."""
        if self.kept:
            self.kept.clear()
        row = self.row(place, period) if self.places.dated else self.places.index[place]
        kernel.update(*self._fixed, self.element_at[element], row, self.period_at[period.text], value)

    def patched(self, changes: Iterable[Change]) -> "Cube | None":
        """Return another cube with some cells changed, bit-identical to a full pass; this one stays as it is.

        Changes of other elements or periods, and of places in periods in which they did not stand, are passed over
        as in a full pass. None where one lies at a place that does not collect its element: what such a row does
        only a full pass knows.
        """
        mine = [c for c in changes if c.element in self.element_at and self._stood(c.place, c.period)]
        for c in mine:
            row = self.row(c.place, self.periods[self.period_at[c.period]])
            if self._tree[1, row] != self._shape[0, self.element_at[c.element]]:
                return None
        cube = replace(
            self,
            values=self.values.copy(),
            reported=self.reported.copy(),
            results=self.results.copy(),
            _masses=self._masses.copy(),
            _stack=np.empty_like(self._stack),
        )
        for change in mine:
            cube.set_value(change.element, change.place, self.periods[self.period_at[change.period]], change.value)
        return cube

    def _stood(self, place: str, period: str) -> bool:
        rows, at = self._links.rows.get(place), self.period_at.get(period)
        return rows is not None and at is not None and rows[self._links.stretches[at]] >= 0


def differing(before: Cube, after: Cube) -> frozenset[str]:
    """Return the indicators whose values, inputs or reports differ by a bit between two cubes of one shape."""
    inputs = _rows_differ(before.values, after.values) | (before.reported != after.reported).any(axis=(1, 2))
    outputs = _rows_differ(before.results, after.results)
    return frozenset(
        indicator.id
        for i, indicator in enumerate(after.indicators)
        if outputs[i] or any(inputs[after.element_at[name]] for name in after.formulas[i].names)
    )


def _rows_differ(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (before.view(np.int64) != after.view(np.int64)).any(axis=(1, 2))
    return found


def build_cube(
    facts: Facts,
    *,
    elements: Sequence[Element],
    indicators: Sequence[Indicator],
    places: Places,
    periods: Sequence[Period],
) -> Cube:
    """Return the cube of the facts for elements and periods of one frequency.

    Facts of other elements, places or periods are passed over: they belong to another cube.
    The result is the same to the last bit for the same rows in the same order.
    """
    known = {element.code: element for element in elements}
    formulas = [pair_ratios(indicator.formula, known) for indicator in indicators]
    elements = [*elements, *_paired_elements(formulas, known)]
    position = {element.code: i for i, element in enumerate(elements)}
    places, origins = places.lives(periods[-1].last_day())
    shape = _element_shape(elements, position, places)
    tree = _tree_of(places, periods)
    links = link_lives(places, origins, tree, periods)
    size = (len(elements), len(places), len(periods))
    values = np.full(size, np.nan)
    reported = np.zeros(size, dtype=np.uint16)
    kernel.scatter(
        values,
        reported,
        (
            _axis_positions(facts.elements, position),
            links.positions(facts.places),
            _axis_positions(facts.periods, _period_axis(periods)),
            links.stretches,
        ),
        facts.element,
        facts.place,
        facts.period,
        facts.value,
    )
    weighted = int(shape[3].max(initial=0)) + 1
    masses = np.zeros((weighted, *size[1:])) if weighted > 1 else np.zeros((1, 1, 1))
    kernel.roll_up(values, reported, masses, tree, shape, _order(shape), links.links)
    programs = compile_formulas(formulas, position, _dependents(shape))
    stack = np.empty((programs.depth + 1, len(periods)))
    calendar = np.array([[p.part == 1 for p in periods], [p.days for p in periods]], dtype=np.float64)
    results = np.empty((len(indicators), *size[1:]))
    kernel.evaluate_all(values, programs.steps, programs.constants, programs.begins, calendar, stack, results)
    return Cube(
        tuple(elements),
        tuple(indicators),
        places,
        tuple(periods),
        values,
        reported,
        _expected(elements, places, periods, links),
        results,
        tuple(formulas),
        masses,
        stack,
        tree,
        shape,
        links,
        programs,
        calendar,
    )


def _axis_positions(names: Sequence[str], axis: dict[str, int]) -> NDArray[np.int32]:
    """Return for each name its position on an axis, -1 if it is not there."""
    return np.array([axis.get(name, -1) for name in names], dtype=np.int32)


def _period_axis(periods: Sequence[Period]) -> dict[str, int]:
    """Return the position of each period by its text."""
    return {period.text: i for i, period in enumerate(periods)}


def over_time(cube: Cube, element: str, frequency: str) -> tuple[tuple[Period, ...], NDArray[np.float64]]:
    """Return an element over longer periods, `[place, period]`, by its own rule: sum, last or mean.

    A quarter or year in which nobody reported is NaN; one that has not closed counts what is there.
    """
    per_year = {"quarter": 4, "year": 1}[frequency]
    rule = cube.elements[cube.element_at[element]].over_time
    months_per_year = {"month": 12, "quarter": 4}[cube.periods[0].frequency]
    group = [period.year * per_year + (period.part - 1) * per_year // months_per_year for period in cube.periods]
    longer = sorted(set(group))
    rows = cube.values[cube.element_at[element]]
    result = np.full((rows.shape[0], len(longer)), np.nan)
    for column, ordinal in enumerate(longer):
        inside = rows[:, [i for i, g in enumerate(group) if g == ordinal]]
        for place, values in enumerate(inside):
            told = values[~np.isnan(values)]
            if len(told):
                result[place, column] = {"sum": told.sum(), "last": told[-1], "mean": told.mean()}[rule]
    return tuple(Period.of(frequency, ordinal) for ordinal in longer), result


def _depths(places: Places) -> list[int]:
    depths: list[int] = []
    for parent in places.parents:
        depths.append(0 if parent < 0 else depths[parent] + 1)
    return depths


def _level_depth(places: Places) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, depth in zip(places.ordered, _depths(places), strict=True):
        found[place.level] = max(depth, found.get(place.level, 0))
    return found


def _tree_of(places: Places, periods: Sequence[Period]) -> NDArray[np.int32]:
    """Return the rows parent, depth, kids_at, kids, and the periods from and up to which each place stands."""
    count = len(places)
    kids: list[list[int]] = [[] for _ in range(count)]
    for i, parent in enumerate(places.parents):
        if parent >= 0:
            kids[parent].append(i)
    tree = np.full((6, count + 1), -1, dtype=np.int32)
    tree[0, :count] = places.parents
    tree[1, :count] = _depths(places)
    tree[2] = np.cumsum([0, *(len(k) for k in kids)])
    flat = [k for listed in kids for k in listed]
    tree[3, : len(flat)] = flat
    tree[4], tree[5] = 0, len(periods)
    for i, place in enumerate(places.ordered if places.dated else ()):
        stood = [place.stands(period.last_day()) for period in periods]
        tree[4, i] = stood.index(True) if True in stood else len(periods)
        tree[5, i] = tree[4, i] + sum(stood)
    return tree


def _element_shape(elements: Sequence[Element], position: Mapping[str, int], places: Places) -> NDArray[np.int32]:
    """Return the rows collected depth, rule, weight, mass row, source, partner; mass row 0 belongs to nobody."""
    depth = _level_depth(places)
    shape = np.full((6, len(elements)), -1, dtype=np.int32)
    shape[3] = 0
    masses = 0
    for i, element in enumerate(elements):
        shape[0, i] = depth.get(element.collected, 0)
        rule, _, weight = element.over_places.partition(":")
        shape[1, i] = kernel.WEIGHTED if weight else _RULES[rule]
        if weight:
            masses += 1
            shape[2, i], shape[3, i] = position[weight], masses
        source, _, partner = element.code.partition("&")
        if partner:
            shape[4, i], shape[5, i] = position[source], position[partner]
    return shape


def _paired_elements(formulas: Sequence[Formula], known: Mapping[str, Element]) -> list[Element]:
    """Return the elements that formulas need besides the collected ones, each a copy of its source."""
    codes = dict.fromkeys(name for formula in formulas for name in formula.names if "&" in name)
    return [replace(known[code.partition("&")[0]], code=code) for code in codes]


def _dependents(shape: NDArray[np.int32]) -> dict[int, list[int]]:
    """Return for each element the elements computed from it: those it weighs, and pairs."""
    dependents: dict[int, list[int]] = {}
    for row in (2, 4, 5):
        for element, needed in enumerate(shape[row]):
            if needed >= 0:
                dependents.setdefault(int(needed), []).append(element)
    return dependents


def _order(shape: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.argsort(shape[2] >= 0, kind="stable")


def _expected(
    elements: Sequence[Element], places: Places, periods: Sequence[Period], links: Links
) -> tuple[NDArray[np.int32], ...]:
    """Return for each element how many units below each place there are to report it, `[place, period]`.

    Elements that the same units report share one array; where no place has dates, its periods share one column.
    """
    days = [period.last_day() for period in periods]
    ends = np.array(places.ends)
    found: dict[tuple[str, tuple[str, ...]], NDArray[np.int32]] = {}
    for element in elements:
        key = (element.collected, element.units)
        if key in found:
            continue
        units = np.array([[element.reported_by(place)] for place in places.ordered])
        if places.dated:
            units = units & np.array([[place.stands(day) for day in days] for place in places.ordered])
        total = np.concatenate((np.zeros((1, units.shape[1]), dtype=np.int32), np.cumsum(units, axis=0)))
        below = (total[ends] - total[:-1]).astype(np.int32)
        links.inherit(below)
        found[key] = np.broadcast_to(below, (len(places), len(periods)))
    return tuple(found[element.collected, element.units] for element in elements)
