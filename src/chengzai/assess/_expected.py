"""The value at a deadline as it may be stated: ends of its ranges that agree with the chance of a miss, and what binds.

A chance and a range are two statements of one thing. Each is calibrated by itself, so they are brought together here:
an end of a range lies on that side of the goal on which the chance puts it. What binds is part of both.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chengzai.assess._tracks import Floats, Track

NOMINAL = (0.025, 0.1, 0.5, 0.9, 0.975)
SCORES = np.array([-1.959964, -1.281552, 0.0, 1.281552, 1.959964])  # the same as standard normal scores
_POINTS = 2048
_JUST = 1e-3  # “just short” of a measured goal, or just past one that words exclude, as a share of it


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a register holds for a counted target: entries that do not count yet (`open`), and those that do.

    `title` and `title_en` name the register.
    """

    open: int
    counted: int
    title: str
    title_en: str

    def whole(self, reached: float) -> bool:
        """Return whether the register holds all that has been reported: one with its past missing bounds nothing."""
        return self.counted >= reached

    def reach(self, reached: float) -> float:
        """Return the value when everything registered is finished."""
        return reached + self.open


def bounded(track: Track, values: Floats, pipeline: Pipeline, takes: int) -> Floats:
    """Return values at the deadline that the register allows.

    A thing that nobody has registered today is not finished within `takes` months; what is to be finished in that
    time stands in the register. Later than that, the pace foretold may go on with new entries.
    """
    now = track.most
    return np.minimum(values, pipeline.reach(now) + (values - now) * _later(track, takes))


def needed(track: Track, limit: float, pipeline: Pipeline, takes: int) -> float:
    """Return which value without a register's bound comes to `limit` with it; infinite where none does."""
    now = track.most
    later, short = _later(track, takes), limit - pipeline.reach(now)
    if short <= 0:
        return limit
    return max(limit, now + short / later) if later else math.inf


def _later(track: Track, takes: int) -> float:
    months = max(track.left, 0) * track.measured.months
    return max(0, months - takes) / months if months else 0.0


def of_parts(track: Track, parts: Sequence[tuple[Track, Floats]]) -> Floats:
    """Return the five ends of a full coverage from those of its parts, none of which makes up for another.

    Each part's shortfall is read at the points of a lattice (Roberts 2018, a generalised golden ratio: no draws), as
    if parts were independent, and weighs equally; their sum is scaled so that today's shortfalls give the whole's.
    """
    ranks = _lattice(len(parts))
    scores = np.clip(_normal_scores(ranks), SCORES[0], SCORES[-1])
    lacking = [np.maximum(track.goal - np.interp(scores[:, n], SCORES, ends), 0) for n, (_, ends) in enumerate(parts)]
    today = float(np.mean([max(track.goal - _now(part), 0.0) for part, _ in parts]))
    whole = max(track.goal - _now(track), 0.0)
    scale = whole / today if today > 0 and whole > 0 else 1.0
    values = np.maximum(track.goal - np.mean(lacking, axis=0) * scale, 0.0)
    return np.asarray(np.quantile(values, NOMINAL), dtype=np.float64)


def _now(track: Track) -> float:
    known = track.values[~np.isnan(track.values)]
    return float(known[-1]) if len(known) else track.goal


def _lattice(width: int) -> Floats:
    golden = 2.0
    for _ in range(60):
        golden = (1 + golden) ** (1 / (width + 1))
    steps = golden ** -np.arange(1, width + 1)
    return np.asarray((0.5 + np.arange(1, _POINTS + 1)[:, None] * steps) % 1.0, dtype=np.float64)


def _normal_scores(ranks: Floats) -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415 -- one use

    return np.asarray(ndtri(ranks), dtype=np.float64)


def agreeing(track: Track, ends: Floats, miss: float) -> Floats:
    """Return the ends of the ranges moved, where they must be, to the side of the goal that the chance says.

    With one limit, an end below which the value stays with probability p is short of the goal just if a miss is more
    likely than p. With a limit on either side only what contradicts is moved.
    """
    low, high = track.meets
    short = _just_short(track, low)
    past = short if track.target.strict and not track.whole else 0.0
    moved = np.sort(np.asarray(ends, dtype=np.float64))
    for n, p in enumerate(NOMINAL):
        if track.target.around:
            moved[n] = _inside(moved[n], p, miss, low, high)
        elif high == math.inf:
            moved[n] = min(moved[n], low - short) if miss > p else max(moved[n], low + past)
        else:
            moved[n] = max(moved[n], high + short) if miss > 1 - p else min(moved[n], high - past)
    moved = np.maximum.accumulate(moved)
    return np.minimum(moved, 100.0) if track.target.base_unit == "%" and track.goal == 100.0 else moved


def _just_short(track: Track, low: float) -> float:
    """Return how far off the goal “just short of it” is: a little that keeps above what is reached, or one thing.

    It is more than one thing where very many are counted, which are printed in ten thousands.
    """
    little = max(abs(track.goal), 1e-9) * _JUST
    now = track.most if track.kept else _now(track)
    little = min(little, (low - now) / 2) if track.kept and now < low else little
    return max(track.step, math.floor(little) if track.whole else 0.0) if track.step else little


def _inside(value: float, p: float, miss: float, low: float, high: float) -> float:
    """Return an end kept between two limits where a miss is too unlikely for it to lie beyond either."""
    if (value < low and miss <= p) or (value > high and miss <= 1 - p):
        return min(max(value, low), high)
    return value
