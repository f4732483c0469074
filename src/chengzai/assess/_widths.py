"""How far from a forecast the truth comes to lie: a series' own past errors, times factors learned on public series.

The factors of this module were learned by `python bench/widths.py` on the 1,428 monthly series of the M3 competition
(Makridakis & Hibon 2000) and on shortened copies of them, by quantile regression (Koenker & Bassett 1978), and tried
on the monthly series of M1 and of the tourism competition, of which nothing was used; see bench/outlook.py.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_GROWTH = 0.35  # errors are made comparable between steps by dividing by step ** growth
_AROUND = 4  # steps to either side whose errors are taken together
_FARTHEST = 24  # factors learned up to 18 steps are carried on no further than this
# Logarithms of the factors: a constant, what each step adds, what the nearness of a step adds, and what it adds that
# few earlier forecasts tell of the series' errors.
NEAR = (0.0774, 0.0157, 0.2741, 0.3054)
FAR = (0.3584, 0.0271, 0.2963, 2.4658)


def half_widths(errors: Floats, series: Floats, steps: int) -> tuple[Floats, Floats]:
    """Return half the widths of the 80 % and the 95 % range at each step ahead.

    `errors` are those of earlier forecasts of the series, `[origin, step]`, NaN where nothing is known. Where no two
    earlier forecasts can be compared, the changes of the series from value to value stand for their errors.
    """
    scale, count = own_scale(errors, steps)
    if math.isnan(scale[0]):
        change = float(np.sqrt(np.mean(np.diff(series) ** 2))) if len(series) > 1 else 0.0
        scale, count = change * np.sqrt(np.arange(1, steps + 1)), 1
    features = features_of(steps, count)
    near, far = (scale * np.exp(features @ np.array(factors)) for factors in (NEAR, FAR))
    return near, np.maximum(far, near)


def own_scale(errors: Floats, steps: int) -> tuple[Floats, int]:
    """Return the typical error of the series at each step, NaN if unknown, and how many earlier forecasts tell it.

    Steps that are near each other are taken together; where fewer than two forecasts reach, all steps are.
    """
    growth = np.arange(1, steps + 1) ** _GROWTH
    seen = ~np.isnan(errors)
    count = int(seen.any(1).sum())
    if count < 2:
        return np.full(steps, np.nan), 1
    squares = np.where(seen, errors / growth, 0.0) ** 2
    scale = np.empty(steps)
    for step in range(steps):
        near = slice(max(0, step - _AROUND), step + _AROUND + 1)
        at = near if seen[:, near].any(1).sum() > 1 else slice(None)
        scale[step] = squares[:, at].sum() / seen[:, at].sum()
    return np.sqrt(scale) * growth, count


def features_of(steps: int, count: int) -> Floats:
    """Return what the logarithms of the factors depend on, `[step, feature]`."""
    step = np.minimum(np.arange(1, steps + 1), _FARTHEST).astype(np.float64)
    one = np.ones(steps)
    return np.stack((one, step, 1.0 / step, one / count), axis=-1)
