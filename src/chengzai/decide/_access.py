"""Who really gets a place: seats within reach shared out at once, access spread over those who need it, and by age."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._region import CircleRule, Region
from chengzai.decide._relocation import Moves
from chengzai.decide._scenario import CircleKept
from chengzai.decide._years import Choice, Years
from chengzai.space import covered_with_capacity, equity, two_step

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seated:
    """How a school stage is served within the limit of a circle, of those who need a place.

    `near` is the share with any school within reach, `seated` the share that all can be given a place at once: the
    largest flow. `mean` are the seats a person gets by two-step floating catchments, `worst_tenth` what the tenth
    worst off gets, `gini` how uneven that is. `unknown` schools have no known seats and count for none. Of a stage
    whose schools nobody lists all shares are NaN.
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
    ages, limit = region.ages, rule.limit_of(kind)
    if ages is None or kind not in ages.stages or limit is None:
        return None
    run = Years(region, choice, moves)
    built = tuple(b.amenity for b in choice.build if b.year < year)
    schools = [a for a in (*region.amenities, *built) if a.kind == kind]
    need = run.persons(year) * _shares(run, ages.stages[kind], year, schooled=True) * ages.enrolled[kind]
    need = np.where(region.among(rule), need, 0.0)
    everybody = float(need.sum())
    if kind in region.unlisted:
        return Seated(kind, everybody, *(math.nan,) * 5, len(schools))
    if not schools or everybody <= 0:
        return Seated(kind, everybody, 0.0, 0.0, 0.0, 0.0, math.nan, len(schools))
    near = region.between(rule.mode, schools) <= limit
    known = np.array([not math.isnan(a.seats) for a in schools])
    seats = np.array([a.seats if k else 0.0 for a, k in zip(schools, known, strict=True)])
    fair = equity(two_step(need, seats, (near & known).astype(np.float64)), need, 1.0)
    return Seated(
        kind,
        everybody,
        float(need[near.any(axis=1)].sum()) / everybody,
        covered_with_capacity(need, seats, np.where(near & known, 0, 1).astype(np.int32), 0) / everybody,
        fair.mean,
        fair.worst_tenth,
        fair.gini,
        int((~known).sum()),
    )


def _shares(run: Years, span: tuple[int, int], year: int, *, schooled: bool = False) -> Floats:
    """Return the share of people of some ages at every point `[point]`; of a county without ages nobody is of any."""
    at = list(zip(run.region.county_of, run.region.urban.tolist(), strict=True))
    told = {(c, u): run.age_share(c, span, year, urban=u, schooled=schooled) for c, u in set(at)}
    return np.asarray(np.nan_to_num(np.array([told[where] for where in at])))


def kept_for(
    region: Region,
    choice: Choice,
    moves: Moves,
    kept: Sequence[CircleKept],
    year: int,
    ages: Mapping[str, tuple[int, int]],
) -> list[dict[str, float]]:
    """Return for every circle the share of some ages with all of it at the end of a year, by name; NaN without them."""
    if region.ages is None:
        return [{} for _ in kept]
    run = Years(region, choice, moves)
    persons = run.persons(year)
    people = {name: persons * _shares(run, span, year) for name, span in ages.items()}
    return [{name: _whole(region, circle, mine) for name, mine in people.items()} for circle in kept]


def _whole(region: Region, kept: CircleKept, people: Floats) -> float:
    """Return the share of some people that a circle speaks of who have all of it; NaN where the circle's is."""
    if math.isnan(kept.with_all):
        return math.nan
    mine = np.where(region.among(kept.rule), people, 0.0)
    whole = np.array([point not in kept.lacks for point in region.points])
    return float(mine[whole].sum() / mine.sum()) if mine.sum() > 0 else math.nan
