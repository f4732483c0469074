"""What a stated probability has meant so far: calibration maps learned from a city's own past, by months ahead.

A probability of a miss passes through beta calibration (Kull, Silva Filho & Flach 2017), fitted for each stretch of
lead and drawn towards the fit of all leads, and that towards no change, the more so the less there is to learn from.
The ends of an interval move to the percentiles between which the outcomes lay as often as the interval says (split
conformal prediction, Lei et al. 2018, over probability integral transforms).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
LEADS = ((1, 6), (7, 12), (13, 600))  # months ahead
SURE = 0.005  # nobody is surer than this: the log score of a certain forecast that fails is infinite
SHARES = (0.8, 0.95)
_SAME = np.array([0.0, 1.0, 1.0])
_STIFF = np.array([4.0, 8.0, 8.0])  # how many outcomes it takes to move a map half way, roughly
_LEAST_SLOPE = 0.05
_STEPS = 30
_AS_IF = 60.0  # outcomes that an interval is taken to have held as it says, before any is counted


@dataclass(frozen=True, slots=True)
class Calibration:
    """Maps from what a model says to what has come true, one for each stretch of `LEADS`.

    `maps[lead]` are intercept and the two slopes of beta calibration; `reach[lead, share]` is how far from the median
    (in probability) the ends of the 80 % and the 95 % interval lie.
    """

    maps: Floats
    reach: Floats

    def chance(self, stated: Floats, lead: Floats) -> Floats:
        """Return the calibrated probabilities of a miss; NaN stays NaN."""
        at = _stretch(lead)
        return np.asarray(expit((_features(stated) * self.maps[at]).sum(-1)), dtype=np.float64)

    def levels(self, lead: Floats) -> Floats:
        """Return at which percentiles of the model the five ends lie, `[case, end]`, the median in the middle."""
        near, far = self.reach[_stretch(lead)].T
        half = np.full_like(near, 0.5)
        return np.stack((half - far, half - near, half, half + near, half + far), axis=-1)


AS_STATED = Calibration(np.tile(_SAME, (len(LEADS), 1)), np.tile(np.array(SHARES) / 2, (len(LEADS), 1)))


def learn(stated: Floats, missed: Floats, lay: Floats, lead: Floats, weight: Floats) -> Calibration:
    """Return the calibration that past forecasts teach.

    `stated` are probabilities of a miss and `missed` what happened; `lay` is at which percentiles of its forecast each
    outcome lay, `[case, point]`: one where it is measured, several evenly over its own step where things are whole.
    `weight` counts a case: forecasts of one outcome at several times share one.

    >>> said = np.full(400, 0.97)
    >>> came = np.tile([1.0, 1.0, 1.0, 1.0, 0.0], 80)
    >>> learned = learn(said, came, np.linspace(0.001, 0.999, 400)[:, None], np.full(400, 6.0), np.ones(400))
    >>> round(float(learned.chance(np.array([0.97]), np.array([6.0]))[0]), 2)
    0.8
    """
    if not len(stated):
        return AS_STATED
    features, at = _features(stated), _stretch(lead)
    shared = _fit(features, missed, weight, _SAME)
    off = np.abs(lay - 0.5)
    maps, reach = [], []
    for number in range(len(LEADS)):
        mine = at == number
        maps.append(_fit(features[mine], missed[mine], weight[mine], shared))
        reach.append([_holding(off[mine], weight[mine], share) for share in SHARES])
    return Calibration(np.array(maps), np.array(reach))


def _features(stated: Floats) -> Floats:
    sure = np.clip(stated, SURE, 1 - SURE)
    return np.stack((np.ones_like(sure), np.log(sure), -np.log1p(-sure)), axis=-1)


def _stretch(lead: Floats) -> NDArray[np.int64]:
    return np.searchsorted([high for _, high in LEADS[:-1]], lead, side="left")


def _fit(features: Floats, missed: Floats, weight: Floats, prior: Floats) -> Floats:
    """Return the coefficients by Newton's method, a ridge drawing them to `prior`; probabilities never turn round."""
    found = prior.copy()
    for _ in range(_STEPS):
        chance = expit(features @ found)
        slope = features.T @ (weight * (missed - chance)) - _STIFF * (found - prior)
        bend = (features.T * (weight * chance * (1 - chance))) @ features + np.diag(_STIFF)
        step = np.linalg.solve(bend, slope)
        found = found + step
        found[1:] = np.maximum(found[1:], _LEAST_SLOPE)
        if np.abs(step).max() < 1e-9:
            break
    return found


def _holding(off: Floats, weight: Floats, share: float) -> float:
    """Return how far from the median an interval must reach to hold a share of the outcomes; as stated if few came."""
    each = np.repeat(weight / off.shape[1], off.shape[1])
    steps = np.concatenate((off.ravel(), np.linspace(0, 0.5, 201)[1:]))
    mass = np.concatenate((each, np.full(200, _AS_IF / 200)))
    along = np.argsort(steps)
    held = np.cumsum(mass[along])
    at = int(np.searchsorted(held, share * held[-1]))
    return float(min(steps[along][min(at, len(along) - 1)], 0.4999))
