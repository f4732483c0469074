"""Where a target truly goes: its planned course, its true course, and how counties share it."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import whole_parts
from chengzai.plan import Plan, Target

Floats = NDArray[np.float64]
_PLANNED = np.array([0.0, 0.16, 0.36, 0.58, 0.80, 1.0])
_DRIFTING = 0.22


@dataclass(frozen=True)
class Course:
    """A target's course in shares of its way: planned and true by month of the plan, and whether it drifts."""

    planned: Floats
    true: Floats
    drifts: bool


def generator(seed: int, name: str) -> np.random.Generator:
    """Return a generator for one name, so that adding a target leaves all others as they were."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def course_of(plan: Plan, target: Target, seed: int) -> Course:
    """Return the course of a target over the months 0 … end of the plan; month 0 is the day before it begins."""
    rng = generator(seed, target.id)
    months = plan.months()
    end = (target.deadline.year - plan.start.year) * 12 + target.deadline.month
    yearly = np.interp(np.linspace(0, 1, 6), np.linspace(0, 1, 6), _PLANNED + rng.normal(0, 0.012, 6))
    yearly[0], yearly[-1] = 0.0, 1.0
    planned = np.interp(np.arange(months + 1) / end * 5, np.arange(6), np.maximum.accumulate(yearly))
    drifts = bool(rng.random() < _DRIFTING)
    speed = np.full(months, rng.uniform(0.99, 1.12))
    if drifts:
        speed[rng.integers(6, 34) :] *= rng.uniform(0.25, 0.7)
    steps = np.diff(planned) * speed * rng.lognormal(0, 0.22, months)
    return Course(planned, np.concatenate(([0.0], np.cumsum(steps))), drifts)


def yearly_shares(course: Course, plan: Plan) -> dict[int, float]:
    """Return the planned share at the end of each year of the plan."""
    return {
        plan.start.year + y: float(course.planned[min(12 * (y + 1), plan.months())]) for y in range(plan.months() // 12)
    }


def split_whole(total: float, weights: Floats) -> Floats:
    """Return whole numbers in proportion to the weights that sum to `total`."""
    return np.asarray(whole_parts((total * weights / weights.sum()).tolist()), dtype=np.float64)


def season_of(rng: np.random.Generator, parts: int) -> Floats:
    """Return weights of the parts of a year, mean 1: slow in the new-year months, strong at the end."""
    shape = {
        12: [0.6, 0.5, 1.0, 0.95, 1.05, 1.15, 1.0, 0.95, 1.1, 1.05, 1.15, 1.5],
        4: [0.85, 1.0, 1.0, 1.15],
        1: [1.0],
    }
    season = np.array(shape[parts]) * rng.lognormal(0, 0.05, parts)
    return np.asarray(season / season.mean(), dtype=np.float64)
