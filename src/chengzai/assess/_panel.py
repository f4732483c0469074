"""Tracks of one frequency side by side, foretold together: the shares of the way at a deadline, and a miss of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._calibrate import Calibration
from chengzai.assess._pace import Ahead, Courses, PaceRule, ahead, fellows, follow, lean
from chengzai.assess._tracks import Floats, Track

_TOP = 100.0


@dataclass(frozen=True)
class Panel:
    """Tracks of one frequency and one law side by side, as courses of one length.

    A target is met between the shares `low` and `high` of its way, one of which is mostly infinite; `group` numbers
    the fellows that a course takes after.
    """

    tracks: tuple[Track, ...]
    courses: Courses
    group: NDArray[np.int64]
    low: Floats
    high: Floats

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> "Panel":
        """Return the panel of pace tracks that are measured up to one period."""
        steps = max(len(t.exposure) for t in tracks)
        exposure = np.array([np.pad(t.exposure, (0, steps - len(t.exposure))) for t in tracks])
        grain = np.array([t.step / abs(t.goal - t.baseline) if t.step else 0.0 for t in tracks])
        attained = np.array([t.attained for t in tracks])
        months = tracks[0].measured.months
        low, high = np.array([_shares(t) for t in tracks]).T
        return cls(tuple(tracks), Courses(attained, exposure, grain, months), _groups(tracks), low, high)

    def ahead(self, until: int, rule: PaceRule, *, end: int = 0) -> tuple[Ahead, Floats]:
        """Return the share at the deadline (or after `end` periods) as foretold after `until`, and the present pace."""
        seen = self.courses.until(until, end or None)
        mixture, noise, reading = follow(seen, rule)
        mixture = lean(mixture, *fellows(mixture, self.group))
        return ahead(seen, mixture, noise, reading, rule), mixture.pace_now()[0]

    def lead(self, until: int) -> Floats:
        """Return how many months each deadline lies ahead of the end of a period."""
        return np.array([float((len(t.exposure) - until) * self.courses.months) for t in self.tracks])

    def alone(self, foretold: Ahead, until: int, calibration: Calibration) -> Floats:
        """Return the calibrated probability that each track by itself is not met; NaN where no goal is set.

        A running total that has reached its goal cannot be missed.
        """
        outside = foretold.below(self.low) + 1 - foretold.below(self.high)
        chance = calibration.chance(np.clip(outside, 0.0, 1.0), self.lead(until))
        chance[np.isposinf(self.low) | np.isneginf(self.high)] = 1.0  # nothing that can be meets it
        chance[np.isnan(self.low)] = np.nan
        for row, track in enumerate(self.tracks):
            if not track.kept or np.isnan(self.low[row]):
                continue
            stated = track.share_of(track.stated) if until >= len(track.attained) else math.nan
            if self.courses.attained[row, until - 1] >= self.low[row] or stated >= self.low[row]:
                chance[row] = 0.0
        return chance

    def miss(self, foretold: Ahead, until: int, calibration: Calibration) -> Floats:
        """Return the probability that each track is missed; a share that every county must reach binds all."""
        chance = self.alone(foretold, until, calibration)
        for row, parts in self.binding().items():
            chance[row] = 1 - float(np.prod(1 - chance[parts]))
        return chance

    def binding(self) -> dict[int, list[int]]:
        """Return for each full coverage of the whole the rows of its parts, where parts are foretold at all."""
        found = {}
        for row in (n for n, track in enumerate(self.tracks) if is_full(track)):
            target = self.tracks[row].target
            parts = [n for n, t in enumerate(self.tracks) if t.target is target and not t.city]
            inside = [n for n in parts if not math.isnan(self.low[n])]
            if inside:
                found[row] = inside
        return found


def is_full(track: Track) -> bool:
    """Return whether the goal is a full coverage of the whole, which no part may fall short of."""
    return track.city and track.goal == _TOP and track.target.base_unit == "%" and not track.target.around


def bridge(series: Floats) -> Floats:
    """Return a series without what came before its first value, and with gaps filled along straight lines."""
    known = np.flatnonzero(~np.isnan(series))
    if not len(known):
        return series[:0]
    inside = np.arange(known[0], known[-1] + 1)
    return np.interp(inside, known, series[known])


def _shares(track: Track) -> tuple[float, float]:
    """Return the shares of the way between which a track is met; things are met from half a thing before."""
    if math.isnan(track.limit):
        return math.nan, math.nan
    low, high = track.meets
    ends = sorted(float(track.share_of(v)) for v in (low - track.half, high + track.half))
    return ends[0], ends[1]


def _groups(tracks: Sequence[Track]) -> NDArray[np.int64]:
    """Return a number for each set of fellows: the counties of a target, the townships of one county."""
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for track in tracks:
        key = (track.target.id, "" if not math.isnan(track.limit) else track.place[:6])
        found.append(-1 if track.city else numbers.setdefault(key, len(numbers)))
    return np.array(found, dtype=np.int64)
