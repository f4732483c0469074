"""Colour rules: bands of the gap, proved to give every gap exactly one state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chengzai.kernel import ChengzaiError, Citation, Finding, Severity, Text

STATES = ("on_course", "watch", "behind", "far_behind", "not_yet_due", "cannot_tell", "no_report", "not_asked")
_INFINITY = float("inf")
_DECIMALS = 9


class NoBand(ChengzaiError):
    """A gap fell into no band; `check_bands` tells before it happens."""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the gap in percentage points and its state; each end is inside or outside."""

    state: str
    low: float
    low_inside: bool
    high: float
    high_inside: bool

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Band":
        """Return the band of a content table: `from`/`above` begin it, `to`/`below` end it; absent is open."""
        low = table.get("from", table.get("above", -_INFINITY))
        high = table.get("to", table.get("below", _INFINITY))
        return cls(str(table["state"]), float(low), "from" in table, float(high), "to" in table)

    def holds(self, gap: float) -> bool:
        """Return whether the gap lies in the band."""
        above = gap > self.low or (self.low_inside and gap == self.low)
        below = gap < self.high or (self.high_inside and gap == self.high)
        return above and below


def band_of(bands: Sequence[Band], gap: float) -> Band:
    """Return the band that holds the gap, freed of the tail of binary numbers; raises NoBand where the rule has a hole.

    Forty of a hundred against half is ten points behind and no less, though 0.4 − 0.5 is −0.09999999999999998.
    """
    gap = round(gap, _DECIMALS)
    for band in bands:
        if band.holds(gap):
            return band
    raise NoBand(f"no band holds a gap of {gap} points")


def check_bands(bands: Sequence[Band], *, rule: str) -> tuple[Finding, ...]:
    """Return a finding for every gap that has no state or two; none means the rule is total.

    Only the ends of bands can go wrong, so each end, and a point between neighbouring ends, is tried.
    """
    ends = sorted({end for band in bands for end in (band.low, band.high) if abs(end) < _INFINITY})
    between = [(a + b) / 2 for a, b in pairwise(ends)]
    outside = [ends[0] - 1, ends[-1] + 1] if ends else [0.0]
    return tuple(
        _not_one(rule, point, states)
        for point in sorted({*ends, *between, *outside})
        if len(states := [band.state for band in bands if band.holds(point)]) != 1
    )


def _not_one(rule: str, point: float, states: list[str]) -> Finding:
    remedy = Text("请调整各档的上下限，使其首尾相接。", "Adjust the bands so that they meet end to end.")
    where = Citation("policy", rule)
    if not states:
        hole = Text(
            f"{rule}：差值 {point:g} 个百分点没有对应的状态。", f"{rule}: a gap of {point:g} points has no state."
        )
        return Finding("assess.rule-has-hole", Severity.ERROR, hole, remedy, where)
    both = "、".join(states)
    overlap = Text(
        f"{rule}：差值 {point:g} 个百分点同时落入 {both}。",
        f"{rule}: a gap of {point:g} points has two states ({both}).",
    )
    return Finding("assess.rule-overlaps", Severity.ERROR, overlap, remedy, where)
