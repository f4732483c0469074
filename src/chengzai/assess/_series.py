"""One series ahead, by methods of a well-kept forecasting library, taken together, with widths of our own.

The middle of three methods of different kinds is steadier than any one of them; see bench/outlook.py. Their own
intervals are too narrow on public series, and slow to simulate. Widths are those of the series' own past errors, from
forecasts made at earlier ends of it, times a factor for each step that was learned on public series
(normalised split conformal prediction, Lei et al. 2018; Papadopoulos et al. 2002).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from chengzai.assess._widths import half_widths

Floats = NDArray[np.float64]
_FEW = 6
_NEAR, _FAR = 1.2815515655446004, 1.959963984540054  # normal scores of the ends of central 80 % and 95 % ranges
# A series is also foretold from these many reports before its end, to see how far off such forecasts have been.
_BACK = (1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 30)
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a series is expected to be at each step ahead: the middle, and how far 80 % and 95 % of outcomes reach.

    `near` and `far` are half the widths of the two ranges, all three `[step]`. `least` is what the series cannot fall
    below: nought where it never has.
    """

    mean: Floats
    near: Floats
    far: Floats
    least: float = -math.inf

    def ends(self, step: int = -1) -> Floats:
        """Return the five ends of the ranges at a step (the last by default): 95 % and 80 % low, middle, and high."""
        mean, near, far = self.mean[step], self.near[step], self.far[step]
        ends = np.array([mean - far, mean - near, mean, mean + near, mean + far])
        return np.asarray(np.maximum(ends, self.least), dtype=np.float64)

    def outside(self, low: float, high: float, step: int = -1) -> float:
        """Return the chance of a value below `low` or above `high` at a step, between the ends in normal scores."""
        if self.near[step] < _TINY:  # a series that never moved is expected to stay where it is
            return float(not low <= self.mean[step] <= high)
        return min(1.0, self._below(low, step) + 1 - self._below(high, step))

    def _below(self, value: float, step: int) -> float:
        if math.isinf(value):
            return float(value > 0)
        off, near, far = value - float(self.mean[step]), float(self.near[step]), float(self.far[step])
        size = abs(off)
        score = _NEAR * size / near if size < near else _NEAR + (_FAR - _NEAR) * (size - near) / max(far - near, _TINY)
        return float(ndtr(math.copysign(score, off)))


@dataclass(frozen=True)
class Foreseen:
    """A series without gaps, and what would have been foretold of it at any earlier end; each is worked out once."""

    series: Floats
    season: int = 1
    _paths: dict[int, Floats] = field(default_factory=dict)

    def after(self, known: int, steps: int) -> Predicted:
        """Return what its first `known` values foretell for so many steps, with widths from their own past alone."""
        series = self.series[:known]
        mean = self._path(known, steps)
        least = 0.0 if series.min() >= 0 else -math.inf
        if np.ptp(series) == 0:
            return Predicted(mean, np.zeros(steps), np.zeros(steps), least)
        near, far = half_widths(self.past_errors(known, steps), series, steps)
        return Predicted(np.maximum(mean, least), near, far, least)

    def past_errors(self, known: int, steps: int) -> Floats:
        """Return how far off earlier forecasts were, `[origin, step]`, NaN for what lies beyond what is known."""
        least = max(2 * self.season, _FEW)
        origins = [known - back for back in _BACK if known - back >= least]
        errors = np.full((len(origins), steps), np.nan)
        for row, origin in enumerate(origins):
            ahead = min(known - origin, steps)
            errors[row, :ahead] = self.series[origin : origin + ahead] - self._path(origin, steps)[:ahead]
        return errors

    def _path(self, known: int, steps: int) -> Floats:
        found = self._paths.get(known)
        if found is None or len(found) < steps:
            found = _central(self.series[:known], steps, self.season)
            self._paths[known] = found
        return found[:steps]


def forecast_series(series: Sequence[float] | Floats, steps: int, *, season: int = 1) -> Predicted:
    """Return the forecast of a series without gaps, `steps` ahead, with its season where the period has one."""
    known = np.asarray(series, dtype=np.float64)
    return Foreseen(known, season).after(len(known), steps)


def _central(known: Floats, steps: int, season: int) -> Floats:
    """Return the middle forecast of a series.

    With two whole seasons or more: the median of seasonal naive, dynamic optimised theta (Fiorucci et al. 2016)
    and complex exponential smoothing (Svetunkov et al. 2022). Otherwise the theta method without season.
    A few values are carried on as they are, and a series that never moves is expected to stay.
    """
    from statsforecast.models import (  # noqa: PLC0415 -- its import takes over a second; only forecasts pay it
        AutoCES,
        DynamicOptimizedTheta,
        Naive,
        SeasonalNaive,
    )

    if np.ptp(known) == 0:
        return np.full(steps, known[-1])
    methods: list[Any]
    if len(known) < _FEW:
        methods = [Naive()]
    elif season == 1 or len(known) < 2 * season:
        methods = [DynamicOptimizedTheta(season_length=1)]
    else:
        methods = [SeasonalNaive(season), DynamicOptimizedTheta(season_length=season), AutoCES(season_length=season)]
    answers = [a for a in (_answer(method, known, steps) for method in methods) if a is not None]
    return np.asarray(np.median(answers, axis=0), dtype=np.float64) if answers else np.full(steps, known[-1])


def _answer(method: Any, known: Floats, steps: int) -> Floats | None:
    """Return a method's answer; None where it finds no model for the series, for which the library raises."""
    try:
        answer = np.asarray(method.forecast(y=known, h=steps)["mean"], dtype=np.float64)
    except Exception:  # noqa: BLE001 -- the library raises Exception itself
        return None
    return answer if np.isfinite(answer).all() else None
