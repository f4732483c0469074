"""The pace of a programme: a filter that follows level and pace of many courses at once and expects changes.

Every course is told in shares of its way: `attained` is (x − b)/(t − b) at each period, `exposure` how much of
the way the trajectory plans for each period. Pace 1 keeps the plan. A course is a local linear trend whose pace
may change at any period (Harrison & Stevens 1976, multi-process models; the run-length form of Adams & MacKay
2007), so that the result is a mixture of normals in closed form: no draws, no seed.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
_TINY = 1e-300
_SLICES = 6  # the months ahead are cut into so many slices in which the pace may change
_HEAVIEST = 200
_HALVINGS = 36
_SQUARED_TO_VARIANCE = 0.455  # the median of a squared standard normal


@dataclass(frozen=True, slots=True)
class PaceRule:
    """What is believed before anything is seen; content, dated and cited like every rule.

    `change` is the chance in a month that the pace changes; `first` and `after` give mean and standard deviation of
    the pace at the start and after a change; `noise` is the variance of one month's pace and `weight` the months of
    evidence that it counts for; `slip` is the chance that a figure is off by a slip of the pen. `spread` is how much
    wider forecasts are told than the filter makes them: it does not know what it does not model.
    """

    change: float
    first: tuple[float, float]
    after: tuple[float, float]
    noise: float
    weight: float
    slip: float
    spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Courses:
    """Courses side by side: `attained[course, period]` up to now, `exposure[course, period]` to the deadline.

    NaN in `attained` is a period without a complete report; it is bridged. `grain` is one counted thing as a share
    of the way, 0 for measured quantities. `months` is the length of a period.
    """

    attained: Floats
    exposure: Floats
    grain: Floats
    months: int = 1

    @property
    def known(self) -> int:
        """The number of periods seen."""
        return int(self.attained.shape[1])

    def until(self, periods: int, end: int | None = None) -> "Courses":
        """Return the courses as they were known after a number of periods, their way cut off after `end`."""
        return Courses(self.attained[:, :periods], self.exposure[:, :end], self.grain, self.months)


@dataclass(slots=True)
class Mixture:
    """A mixture of normals over level and pace for each course, one part for each age of the present pace.

    All arrays are `[course, age]`: weight, level, pace, and the three (co)variances.
    """

    weight: Floats
    level: Floats
    pace: Floats
    var_level: Floats
    covar: Floats
    var_pace: Floats

    def pace_now(self) -> tuple[Floats, Floats]:
        """Return mean and variance of the present pace of each course."""
        mean = (self.weight * self.pace).sum(1)
        return mean, (self.weight * (self.var_pace + (self.pace - mean[:, None]) ** 2)).sum(1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The attained share at the deadline as a mixture of normals, arrays `[course, part]`."""

    weight: Floats
    mean: Floats
    sd: Floats

    def below(self, share: Floats | float) -> Floats:
        """Return for each course the probability that its share stays below a limit (one for each course or all)."""
        limit = np.broadcast_to(np.asarray(share, dtype=np.float64), self.weight.shape[:1])
        return np.asarray((self.weight * ndtr((limit[:, None] - self.mean) / self.sd)).sum(1), dtype=np.float64)

    def quantile(self, probability: Floats | float) -> Floats:
        """Return the share that each course stays below with a probability (one for each or all), by bisection."""
        heavy = self._heaviest()
        low = (heavy.mean - 9 * heavy.sd).min(1)
        high = (heavy.mean + 9 * heavy.sd).max(1)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            under = heavy.below(middle) < probability
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return np.asarray((low + high) / 2, dtype=np.float64)

    def _heaviest(self) -> "Ahead":
        """Return the parts that carry nearly all weight, made to sum to one."""
        if self.weight.shape[1] <= _HEAVIEST:
            return self
        chosen = np.argpartition(-self.weight, _HEAVIEST, axis=1)[:, :_HEAVIEST]
        weight = np.take_along_axis(self.weight, chosen, 1)
        return Ahead(
            weight / weight.sum(1, keepdims=True),
            np.take_along_axis(self.mean, chosen, 1),
            np.take_along_axis(self.sd, chosen, 1),
        )


def follow(courses: Courses, rule: PaceRule) -> tuple[Mixture, Floats, Floats]:
    """Return what is known of level and pace after the last period, with the process and reading noise used.

    Process noise is `[course]` per squared exposure, reading noise `[course]` in squared shares.
    """
    noise, reading = _noises(courses, rule)
    now = _start(courses, rule)
    for period in range(courses.known):
        if period:
            now = _may_change(now, rule, courses.months)
        step = courses.exposure[:, period][:, None]
        now = _see(_move(now, step, noise[:, None] * step**2), courses.attained[:, period], reading, rule)
    return now, noise, reading


def lean(mixture: Mixture, centre: Floats, variance: Floats) -> Mixture:
    """Return the mixture drawn towards what its fellows do: each pace is seen once more as N(centre, variance).

    This is partial pooling: courses with little evidence of their own take after the others. An infinite variance
    leaves a course as it is.
    """
    spread = mixture.var_pace + variance[:, None]
    error = np.where(np.isfinite(spread), centre[:, None] - mixture.pace, 0.0)
    exponent = np.where(np.isfinite(spread), -0.5 * error**2 / spread, 0.0)
    exponent -= exponent.max(1, keepdims=True)  # a course far from all its fellows keeps the parts that are least far
    likelihood = np.where(np.isfinite(spread), np.exp(exponent) / np.sqrt(spread), 1.0)
    weight = mixture.weight * likelihood
    gain_pace, gain_level = mixture.var_pace / spread, mixture.covar / spread
    return Mixture(
        weight / np.maximum(weight.sum(1, keepdims=True), _TINY),
        mixture.level + gain_level * error,
        mixture.pace + gain_pace * error,
        mixture.var_level - gain_level * mixture.covar,
        mixture.covar - gain_pace * mixture.covar,
        mixture.var_pace - gain_pace * mixture.var_pace,
    )


def fellows(mixture: Mixture, group: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return for each course the mean pace of the others of its group, and the variance of a member around it.

    The spread between members is the moment estimate of DerSimonian and Laird (1986). A course without fellows
    (group −1, or alone) gets an infinite variance.
    """
    mean, own = mixture.pace_now()
    centre, variance = mean.copy(), np.full(len(mean), np.inf)
    for name in np.unique(group[group >= 0]):
        members = np.flatnonzero(group == name)
        if len(members) > 2:
            for member in members:
                others = members[members != member]
                centre[member], variance[member] = _pooled(mean[others], own[others])
    return centre, variance


def _pooled(mean: Floats, own: Floats) -> tuple[float, float]:
    own = np.maximum(own, 1e-9)
    weight = 1 / own
    fixed = (weight * mean).sum() / weight.sum()
    scatter = (weight * (mean - fixed) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, (scatter - (len(mean) - 1)) / scale)
    both = 1 / (own + between)
    return float((both * mean).sum() / both.sum()), float(between + own.mean())


def ahead(courses: Courses, mixture: Mixture, noise: Floats, reading: Floats, rule: PaceRule) -> Ahead:
    """Return the attained share at the deadline: the present pace goes on, or changes once in one of the slices."""
    rest = courses.exposure[:, courses.known :]
    steps = rest.shape[1]
    left = rest.sum(1)[:, None]
    shaken = (noise[:, None] * rest**2).sum(1)[:, None] + reading[:, None]
    stays = (1 - rule.change) ** courses.months
    cuts = np.unique(np.linspace(0, steps, _SLICES + 1).round().astype(int))
    parts = [(stays**steps, left)]
    for first, last in pairwise(cuts):
        until = rest[:, : (first + last) // 2].sum(1)[:, None]
        parts.append((stays**first - stays**last, until))
    weights, means, spreads = [], [], []
    for chance, same in parts:
        other = left - same
        weights.append(mixture.weight * chance)
        means.append(mixture.level + mixture.pace * same + rule.after[0] * other)
        variance = mixture.var_level + 2 * same * mixture.covar + same**2 * mixture.var_pace
        spreads.append(np.sqrt(variance + (other * rule.after[1]) ** 2 + shaken))
    return _wider(Ahead(np.concatenate(weights, 1), np.concatenate(means, 1), np.concatenate(spreads, 1)), rule.spread)


def _wider(told: Ahead, spread: float) -> Ahead:
    """Return a mixture so many times as wide around its mean."""
    middle = (told.weight * told.mean).sum(1, keepdims=True) / told.weight.sum(1, keepdims=True)
    return Ahead(told.weight, middle + (told.mean - middle) * spread, told.sd * spread)


def _noises(courses: Courses, rule: PaceRule) -> tuple[Floats, Floats]:
    """Return process and reading noise of each course from successive differences of its increments.

    For increments with process variance q and reading variance m, differences have variance 2q + 6m and
    covariance −q − 4m at lag one. Both are shrunk: to the typical course of all, which is shrunk to the rule.
    """
    unit = courses.exposure[:, : courses.known].mean(1)
    unit = np.where(unit > 0, unit, np.nan)
    turn = np.diff(courses.attained, prepend=0.0, n=2, axis=1) / unit[:, None]
    count = np.maximum((~np.isnan(turn)).sum(1), 1)
    usual = np.sqrt(_median(turn**2) / _SQUARED_TO_VARIANCE)
    turn = np.clip(turn, -4 * usual[:, None], 4 * usual[:, None])
    variance = np.nansum(turn**2, axis=1) / count
    pairs = turn[:, 1:] * turn[:, :-1]
    covariance = np.nansum(pairs, axis=1) / np.maximum((~np.isnan(pairs)).sum(1), 1)
    reading = np.clip(-(covariance + variance / 2), 0, variance / 6)
    process = variance / 2 - 3 * reading
    expected = rule.noise / courses.months
    told = count >= _ENOUGH
    if told.any():
        share = told.sum() / (told.sum() + _ENOUGH)
        expected = float(share * np.median(process[told]) + (1 - share) * expected)
    own = count / (count + rule.weight / courses.months)
    process = own * process + (1 - own) * expected
    rounding = courses.grain**2 / 12 / unit**2
    reading = own * np.maximum(reading, rounding) + (1 - own) * rounding
    least = rule.noise / courses.months / _ENOUGH
    return np.maximum(np.nan_to_num(process, nan=expected), least), np.nan_to_num(reading * unit**2) + 1e-8


_ENOUGH = 12


def _median(values: Floats) -> Floats:
    """Return the median of each row that has any value; 0 for one that has none."""
    told = ~np.isnan(values).all(1)
    result = np.zeros(len(values))
    if told.any():
        result[told] = np.nanmedian(values[told], axis=1)
    return result


def _start(courses: Courses, rule: PaceRule) -> Mixture:
    one = (len(courses.attained), 1)
    return Mixture(
        np.ones(one),
        np.zeros(one),
        np.full(one, rule.first[0]),
        np.zeros(one),
        np.zeros(one),
        np.full(one, rule.first[1] ** 2),
    )


def _may_change(now: Mixture, rule: PaceRule, months: int) -> Mixture:
    """Return the mixture with one part more: a pace that begins anew at the level reached."""
    change = 1 - (1 - rule.change) ** months
    level = (now.weight * now.level).sum(1, keepdims=True)
    spread = (now.weight * (now.var_level + (now.level - level) ** 2)).sum(1, keepdims=True)
    one = np.ones_like(level)

    def with_new(new: Floats, old: Floats) -> Floats:
        return np.concatenate((new, old), axis=1)

    return Mixture(
        with_new(one * change, now.weight * (1 - change)),
        with_new(level, now.level),
        with_new(one * rule.after[0], now.pace),
        with_new(spread, now.var_level),
        with_new(one * 0.0, now.covar),
        with_new(one * rule.after[1] ** 2, now.var_pace),
    )


def _move(now: Mixture, step: Floats, noise: Floats) -> Mixture:
    return Mixture(
        now.weight,
        now.level + now.pace * step,
        now.pace,
        now.var_level + 2 * step * now.covar + step**2 * now.var_pace + noise,
        now.covar + step * now.var_pace,
        now.var_pace,
    )


def _see(now: Mixture, attained: Floats, reading: Floats, rule: PaceRule) -> Mixture:
    """Return the mixture after one report; a report far off is taken for a jump of the level, not of the pace."""
    seen = ~np.isnan(attained)[:, None]
    spread = now.var_level + reading[:, None]
    error = np.where(seen, np.nan_to_num(attained)[:, None] - now.level, 0.0)
    usual = _log_density(error, spread) + np.log1p(-rule.slip)
    odd = _log_density(error, _ODD * spread) + math.log(max(rule.slip, _TINY))
    either = np.logaddexp(usual, odd)
    sound = np.where(seen, np.exp(usual - either), 0.0)
    slip = np.where(seen, 1 - sound, 0.0)
    gain_level, gain_pace = now.var_level / spread, now.covar / spread
    likely = np.log(np.maximum(now.weight, _TINY)) + either
    likely -= likely.max(1, keepdims=True)  # a report far from all that was expected keeps the parts least far from it
    weight = np.where(seen, np.exp(likely), now.weight)
    return Mixture(
        weight / np.maximum(weight.sum(1, keepdims=True), _TINY),
        now.level + (sound * gain_level + slip) * error,
        now.pace + sound * gain_pace * error,
        now.var_level - sound * gain_level * now.var_level - slip * (now.var_level - reading[:, None]),
        now.covar - sound * gain_level * now.covar - slip * now.covar,
        now.var_pace - sound * gain_pace * now.covar + slip * sound * (gain_pace * error) ** 2,
    )


_ODD = 100.0


def _log_density(error: Floats, variance: Floats) -> Floats:
    return np.asarray(-0.5 * (error**2 / variance + np.log(2 * math.pi * variance)), dtype=np.float64)
