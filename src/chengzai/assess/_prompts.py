"""Review prompts: figures that deserve a second look. A prompt is a question, never a penalty and never a score."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._assess import Assessment
from chengzai.kernel import Element, Text
from chengzai.measure import Cube

Floats = NDArray[np.float64]
_SAME = 1e-9  # what is left of a difference of two binary numbers


@dataclass(frozen=True, slots=True)
class PromptRule:
    """From when a pattern is worth a question: content.

    `spike` is how many times a usual month the last one of a year is; `near` how close to the goal counts as at it,
    as a share of the goal; `heap` how many units there make a heap; `repeats` how many reports in a row are the same;
    `swap` from what size on, in the element's unit, a loss that is a neighbour's gain is more than chance.
    """

    spike: float
    near: float
    heap: int
    repeats: int
    swap: float = 10.0


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question: of which kind, about which element or target, at which places, for which period."""

    kind: str
    about: str
    places: tuple[str, ...]
    period: str
    told: Text


def prompts_of(
    cubes: Mapping[str, Cube], judged: Mapping[str, Mapping[str, Assessment]], counties: Sequence[str], rule: PromptRule
) -> tuple[Prompt, ...]:
    """Return the questions that the last reports raise: spikes, repeats, swaps between neighbours, heaps at a goal."""
    found: list[Prompt] = []
    for cube in cubes.values():
        for row, element in enumerate(cube.elements):
            if "&" in element.code:
                continue
            units = [i for i, p in enumerate(cube.places.ordered) if element.due(p, cube.periods[-1])]
            if units and element.collected not in {"prefecture", "core", "any"}:
                values = cube.values[row]
                found += _spikes(cube, element, values, units, rule)
                found += _repeats(cube, element, values, units, rule)
                found += _swaps(cube, element, values, rule)
    return (*found, *_heaps(judged, counties, rule))


def _spikes(cube: Cube, element: Element, values: Floats, units: Sequence[int], rule: PromptRule) -> Iterator[Prompt]:
    """Yield units whose last month of a year is far above the other months; only the latest year end counts."""
    if element.kind == "level" or cube.periods[0].frequency != "month":
        return
    ends = [t for t, p in enumerate(cube.periods) if p.part == 12]
    if not ends or ends[-1] < 12 or len(cube.periods) - ends[-1] > 3:
        return
    last = ends[-1]
    for unit in units:
        monthly = np.diff(values[unit]) if element.kind == "running" else values[unit][1:]
        usual, december = monthly[last - 12 : last - 1], monthly[last - 1]
        if np.isnan(usual).all() or math.isnan(december):
            continue
        middle = float(np.nanmedian(usual))
        if middle > 0 and december >= rule.spike * middle and december > np.nanmax(usual):
            times = december / middle
            yield Prompt("spike", element.code, (cube.places.ordered[unit].code,), cube.periods[last].text, Text(
                f"12月为{december:,.6g}，是当年其他月份中位数的{times:.1f}倍。请看是否集中补报、提前计入或年末突击。",
                f"December is {december:,.6g}, {times:.1f} times the year's usual month: late reports, early counting?",
            ))  # fmt: skip


def _repeats(cube: Cube, element: Element, values: Floats, units: Sequence[int], rule: PromptRule) -> Iterator[Prompt]:
    """Yield units that reported the same figure again and again, though it used to move."""
    periods = values.shape[1]
    if element.kind == "running" or periods < 2 * rule.repeats or (element.minimum, element.maximum) == (0, 1):
        return
    for unit in units:
        series = values[unit]
        tail = series[-rule.repeats :]
        before = series[: -rule.repeats]
        before = before[~np.isnan(before)]
        if np.isnan(tail).any() or tail[0] == 0 or np.ptp(tail) != 0 or len(before) < rule.repeats:
            continue
        if np.count_nonzero(np.diff(before)) >= 0.9 * (len(before) - 1):
            yield Prompt("repeat", element.code, (cube.places.ordered[unit].code,), cube.periods[-1].text, Text(
                f"连续{rule.repeats}期都报{tail[0]:,.6g}，以往每期都有变动。请看是否沿用了上期数。",
                f"{tail[0]:,.6g} has been reported {rule.repeats} times in a row, though it used to move.",
            ))  # fmt: skip


def _swaps(cube: Cube, element: Element, values: Floats, rule: PromptRule) -> Iterator[Prompt]:
    """Yield neighbours of which one lost exactly what the other gained in the last period, the sum unmoved.

    Only where it can be no other pair: one loser and one gainer of that size among the parts of one place. Small
    sizes meet by chance and are no question.
    """
    if element.kind not in {"running", "stock"} or values.shape[1] < 2:
        return
    change = values[:, -1] - values[:, -2]
    at = {place.code: i for i, place in enumerate(cube.places.ordered)}
    parents = {cube.places.ordered[p].code for p in cube.places.parents if p >= 0}
    for parent in sorted(parents):
        children = [p.code for p in cube.places.children(parent) if element.due(p, cube.periods[-1])]
        moved = {c: float(change[at[c]]) for c in children if abs(change[at[c]]) >= rule.swap}
        for loser, lost in moved.items():
            like = [c for c, size in moved.items() if math.isclose(abs(size), -lost, rel_tol=_SAME)]
            gainers = [c for c in like if moved[c] > 0]
            if lost < 0 and len(like) == 2 and len(gainers) == 1:
                names = cube.places[loser].name, cube.places[gainers[0]].name
                yield Prompt("swap", element.code, (loser, gainers[0]), cube.periods[-1].text, Text(
                    f"{names[0]}减少{-lost:,.6g}，{names[1]}恰好增加{-lost:,.6g}，合计不变。请看是划转、更正还是互相调剂。",
                    f"{names[0]} lost {-lost:,.6g}, exactly what {names[1]} gained; the sum did not move.",
                ))  # fmt: skip


def _heaps(
    judged: Mapping[str, Mapping[str, Assessment]], counties: Sequence[str], rule: PromptRule
) -> Iterator[Prompt]:
    """Yield targets at which several counties stand just at their goal and none just below it."""
    targets = {t for code in counties for t in judged.get(code, {})}
    for target in sorted(targets):
        told = {
            code: a
            for code in counties
            if (a := judged.get(code, {}).get(target)) and math.isfinite(a.value) and math.isfinite(a.goal) and a.goal
        }
        near = {code for code, a in told.items() if abs(a.value - a.goal) <= rule.near * abs(a.goal)}
        at = tuple(code for code, a in told.items() if a.met and code in near)
        below = [code for code, a in told.items() if not a.met and code in near]
        spread = [code for code, a in told.items() if a.met and code not in near]
        if len(at) >= rule.heap and not below and spread:
            period = told[at[0]].measured.text
            yield Prompt("heap", target, at, period, Text(
                f"{len(at)}个县正好停在目标值上（相差不到{rule.near:.1%}），没有一个略低。请抽查原始材料。",
                f"{len(at)} counties stand exactly at the goal (within {rule.near:.1%}) and none just below it.",
            ))  # fmt: skip
