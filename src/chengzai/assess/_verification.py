"""Verification by sample (抽查核实): a draw that anybody can repeat, what checkers found, how often values are wrong.

The draw: within each unit every value is named `element|place|period`; the names are ordered by the SHA-256 of
`seed|name`, and the first ones are taken. The same seed and the same values give the same sample on any machine, each
value of a unit is as likely as any other, and a value that joins or leaves changes the sample by at most itself.
Source: simple random sampling by permanent random numbers within strata (Ohlsson 1995), the numbers made by a hash.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scipy.special import betaincinv


@dataclass(frozen=True, slots=True)
class SampledValue:
    """One accepted value that may be drawn: the unit it stands in, its cell, its value in the element's unit.

    `by` is who handed it in, as far as the records know; who else has handled it stands in the journal alone.
    """

    unit: str
    element: str
    place: str
    period: str
    value: float
    by: str = ""

    @property
    def key(self) -> str:
        """The name of the value in the draw and in the journal."""
        return f"{self.element}|{self.place}|{self.period}"


@dataclass(frozen=True, slots=True)
class CheckedValue:
    """A drawn value and what the checker found in its place, with the evidence and the checker's name."""

    drawn: SampledValue
    found: float
    evidence: str
    note: str = ""
    checker: str = ""

    @property
    def difference(self) -> float:
        """Reported less found, as a part of what was found; ±1 at most, and where nothing was found."""
        gap = self.drawn.value - self.found
        if gap == 0:
            return 0.0
        return max(-1.0, min(1.0, gap / abs(self.found))) if self.found else math.copysign(1.0, gap)

    def wrong(self, tolerance: float) -> bool:
        """Return whether the report differs from what was found by more than a part of it."""
        return abs(self.difference) > tolerance


@dataclass(frozen=True, slots=True)
class UnitErrors:
    """What a sample says of one unit: drawn, checked, wrong; the share wrong with its 95 % interval; how far off.

    `spread` is the root mean square of the relative differences, `bias` their mean (above nought: reported too high).
    NaN where nothing was checked.
    """

    unit: str
    drawn: int
    checked: int
    wrong: int
    rate: float
    low: float
    high: float
    spread: float
    bias: float


def draw_sample(values: Iterable[SampledValue], seed: str, each: int) -> tuple[SampledValue, ...]:
    """Return up to `each` values of every unit, units in order of their codes, by the seed as described above."""
    strata: dict[str, list[SampledValue]] = {}
    for value in values:
        strata.setdefault(value.unit, []).append(value)
    return tuple(
        value
        for unit in sorted(strata)
        for value in sorted(strata[unit], key=lambda v: (_number(seed, v.key), v.key))[:each]
    )


def _number(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def error_interval(wrong: int, checked: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share of which `wrong` of `checked` were seen; (0, 1) where nothing was checked.

    Source: Clopper & Pearson (1934), Biometrika 26(4); it never covers less than `level`. That the values of a unit
    are few makes it wider than need be.

    >>> [round(end, 4) for end in error_interval(81, 263)]
    [0.2527, 0.3676]
    """
    tail = (1.0 - level) / 2.0
    low = float(betaincinv(wrong, checked - wrong + 1, tail)) if wrong else 0.0
    high = float(betaincinv(wrong + 1, checked - wrong, 1.0 - tail)) if wrong < checked else 1.0
    return low, high


def unit_errors(drawn: Sequence[SampledValue], checked: Iterable[CheckedValue], tolerance: float) -> list[UnitErrors]:
    """Return what a sample says of each unit that it drew from."""
    by_unit: dict[str, list[CheckedValue]] = {}
    for c in checked:
        by_unit.setdefault(c.drawn.unit, []).append(c)
    found = []
    for unit in dict.fromkeys(value.unit for value in drawn):
        own = by_unit.get(unit, [])
        wrong = sum(c.wrong(tolerance) for c in own)
        low, high = error_interval(wrong, len(own))
        count = len(own) or math.nan
        gaps = [c.difference for c in own]
        found.append(
            UnitErrors(
                unit,
                sum(value.unit == unit for value in drawn),
                len(own),
                wrong,
                wrong / count,
                low,
                high,
                math.sqrt(math.fsum(g * g for g in gaps) / count),
                math.fsum(gaps) / count,
            )
        )
    return found


def measured_errors(errors: Iterable[UnitErrors], least: float, enough: int) -> Mapping[str, float]:
    """Return the relative error of each unit's data for its rank: as measured, never less than the rule's `least`.

    A unit with fewer than `enough` checked values keeps the rule's error: it says too little of it.
    """
    return {e.unit: max(e.spread, least) if e.checked >= enough else least for e in errors}


@dataclass(frozen=True, slots=True)
class Drift:
    """How a county's own scores stood to what was left standing: mean and largest difference, in points.

    Above nought: it rated itself too high. `items` counts the lines compared.
    """

    unit: str
    items: int
    mean: float
    largest: float


def self_rating_drift(claimed: Mapping[str, Mapping[str, tuple[float, float]]]) -> list[Drift]:
    """Return each unit's drift from pairs of points claimed and standing, by unit and item, where both are known."""
    found = []
    for unit, items in claimed.items():
        gaps = [own - stands for own, stands in items.values() if not math.isnan(own - stands)]
        if gaps:
            found.append(Drift(unit, len(gaps), math.fsum(gaps) / len(gaps), max(gaps, key=abs)))
    return found
