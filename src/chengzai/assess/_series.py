"""One series ahead, by methods of a well-kept forecasting library, taken together.

The middle of three methods of different kinds is steadier than any one of them; see bench/outlook.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LEVEL = 80
_FEW = 6
_TO_SD = 2 * 1.2815515655446004  # the width of a central 80 % interval in standard deviations


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a series is expected to be at each step ahead: middle and standard deviation, both `[step]`."""

    mean: Floats
    sd: Floats


def forecast_series(series: Sequence[float] | Floats, steps: int, *, season: int = 1) -> Predicted:
    """Return the forecast of a series without gaps, `steps` ahead.

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

    known = np.asarray(series, dtype=np.float64)
    if np.ptp(known) == 0:
        return Predicted(np.full(steps, known[-1]), np.zeros(steps))
    methods: list[Any]
    if len(known) < _FEW:
        methods = [Naive()]
    elif season == 1 or len(known) < 2 * season:
        methods = [DynamicOptimizedTheta(season_length=1)]
    else:
        methods = [SeasonalNaive(season), DynamicOptimizedTheta(season_length=season), AutoCES(season_length=season)]
    told = [method.forecast(y=known, h=steps, level=[_LEVEL]) for method in methods]
    widths = [(answer[f"hi-{_LEVEL}"] - answer[f"lo-{_LEVEL}"]) / _TO_SD for answer in told]
    return Predicted(np.median([answer["mean"] for answer in told], axis=0), np.median(widths, axis=0))
