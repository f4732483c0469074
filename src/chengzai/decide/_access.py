"""Who really gets a place: seats within reach shared out at once, access spread over those who need it, and by age."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._region import CircleRule, Region
from chengzai.decide._relocation import Moves
from chengzai.decide._scenario import Choice, CircleKept, Years
from chengzai.people import at_cut_off
from chengzai.space import covered_with_capacity, equity, two_step

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seated:
    """How a school stage is served within the limit of a circle, of those who need a place.

    `near` is the share with any school within reach, `seated` the share that all can be given a place at once: the
    largest flow. `mean` are the seats a person gets by two-step floating catchments, `worst_tenth` what the tenth
    worst off gets, `gini` how uneven that is. `unknown` schools have no known seats and count for none.
    """

    kind: str
    need: float
    near: float
    seated: float
    mean: float
    worst_tenth: float
    gini: float
    unknown: int


def seated(region: Region, choice: Choice, moves: Moves, rule: CircleRule, kind: str, year: int) -> Seated | None:
    """Return how a stage's children are served at the end of a year within a circle's limit; None without ages."""
    ages, limit = region.ages, next(need.limit for need in rule.needs if need.kind == kind)
    if ages is None or kind not in ages.stages:
        return None
    run = Years(region, choice, moves)
    built = tuple(b.amenity for b in choice.build if b.year < year)
    schools = [a for a in (*region.amenities, *built) if a.kind == kind]
    need = run.persons(year) * _share_in(run, year, *ages.stages[kind], schooled=True) * ages.enrolled[kind]
    need = np.where(region.among(rule), need, 0.0)
    if not schools or need.sum() <= 0:
        return Seated(kind, float(need.sum()), 0.0, 0.0, 0.0, 0.0, math.nan, len(schools))
    time = region.between(rule.mode, schools)
    known = np.array([not math.isnan(a.seats) for a in schools])
    seats = np.array([0.0 if math.isnan(a.seats) else a.seats for a in schools])
    within = (time <= limit) & known
    got = two_step(need, seats, within.astype(np.float64))
    fair = equity(got, need, 1.0)
    return Seated(
        kind,
        float(need.sum()),
        float(need[(time <= limit).any(axis=1)].sum() / need.sum()),
        covered_with_capacity(need, seats, np.where(known, time, limit + 1).astype(np.int32), limit)
        / float(need.sum()),
        fair.mean,
        fair.worst_tenth,
        fair.gini,
        int((~known).sum()),
    )


def _share_in(run: Years, year: int, first: int, last: int, *, schooled: bool = False) -> Floats:
    """Return the share of people of some ages at every point `[point]`, by its county's town or countryside.

    `schooled` counts ages at the day of the school year. People of a county without ages are none of any age.
    """
    region, ages = run.region, run.region.ages
    assert ages is not None  # noqa: S101 -- asked for only where there are ages
    share: dict[tuple[str, bool], float] = {}
    for n, county in enumerate(ages.counties):
        for part, urban in enumerate((True, False)):
            people = run.ages_ahead[year, 2 * n + part].sum(axis=0)
            at = at_cut_off(people, ages.cut_off_months) if schooled else people
            share[county, urban] = float(at[first : last + 1].sum() / people.sum()) if people.sum() > 0 else 0.0
    return np.array([share.get((c, bool(u)), 0.0) for c, u in zip(region.county_of, region.urban, strict=True)])


def kept_for(
    region: Region, choice: Choice, moves: Moves, kept: CircleKept, year: int, ages: Mapping[str, tuple[int, int]]
) -> dict[str, float]:
    """Return the share of some ages with all of a circle at the end of a year, by name; NaN where there are none."""
    if region.ages is None:
        return {}
    run = Years(region, choice, moves)
    people = np.where(region.among(kept.rule), run.persons(year), 0.0)
    whole = np.array([point not in kept.lacks for point in region.points])
    found = {}
    for name, (first, last) in ages.items():
        mine = people * _share_in(run, year, first, last)
        found[name] = float(mine[whole].sum() / mine.sum()) if mine.sum() > 0 else math.nan
    return found
