"""The ranking of a month: counties by the scheme in force, within their classes, with exact rank intervals.

One ranking serves every page, paper and table. Where a pack has no scheme that can be used, counties rank by the
mean share of the year's goal (`compare_counties`), and the ranking says so by its name.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._composite import competition_ranks
from chengzai.assess._rank_bounds import RankRange, rank_ranges
from chengzai.assess._scheme import Scheme
from chengzai.assess._scoring import score
from chengzai.kernel import Text

Floats = NDArray[np.float64]
_UNNAMED = Text("", "")
_NODES = 2000  # the most branches of one program: a count, so that the answer is the same everywhere


@dataclass(frozen=True, slots=True)
class Standing:
    """One county: its score and rank within its class, and the best and worst rank it can take.

    The score is out of 100 and holds what events add or take away (`effect`, in points); NaN if nothing can be scored.
    `missing` names items without a value; `exact` is false where the range is proven but may be too wide. `points`
    are those of each item, `grade` is empty until the year has ended.
    """

    place: str
    score: float
    rank: int
    best: int
    worst: int
    tied: bool
    missing: tuple[str, ...]
    exact: bool = True
    group: str = ""
    grade: str = ""
    effect: float = 0.0
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All counties by score, class by class; `counted` items carry it, `left_out` ones lack a county's value.

    `name` says what ranks, `clause` where that stands. `box` is the part of its weight by which each weight may move
    (NaN where the interval comes from leaving out one target at a time).
    """

    standings: tuple[Standing, ...]
    counted: tuple[str, ...]
    left_out: tuple[str, ...]
    name: Text = _UNNAMED
    clause: str = ""
    box: float = math.nan

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """The counties that can be scored; one without any score has no place among them."""
        return tuple(standing for standing in self.standings if not math.isnan(standing.score))

    @property
    def complete(self) -> bool:
        """Whether every item has a value in every county."""
        return not self.left_out and not any(standing.missing for standing in self.standings)

    @property
    def by_scheme(self) -> bool:
        """Whether a scheme ranks, not the mean that stands in for one."""
        return not math.isnan(self.box)

    @property
    def groups(self) -> tuple[str, ...]:
        """The classes that rank within themselves, in order."""
        return tuple(dict.fromkeys(standing.group for standing in self.ranked))

    def of(self, place: str) -> Standing | None:
        """Return where a county stands; None if it is not among those ranked."""
        return next((s for s in self.standings if s.place == place), None)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Units by their points: totals, ranks by unrounded total, and the range of each rank over the weights allowed."""

    totals: Floats
    ranks: list[int]
    ranges: list[RankRange]


def rank_units(points: Floats, weights: Sequence[float], box: float, effects: Sequence[float] = ()) -> Ranked:
    """Return the ranks of units by indicators for weights that are right within a share `box`; intervals are exact.

    `effects` are points added to each unit's total whatever the weights: they move every column of its row.
    """
    scaled = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    moved = points + np.asarray(effects, dtype=np.float64)[:, None] if len(effects) else points
    totals = moved @ scaled
    ranges = _ranges(tuple(map(tuple, moved.tolist())), tuple(scaled.tolist()), box)
    return Ranked(totals, competition_ranks(totals), list(ranges))


@lru_cache(maxsize=512)  # a month is looked at many times, and the proof is the dearest part of its ranking
def _ranges(points: tuple[tuple[float, ...], ...], weights: tuple[float, ...], box: float) -> tuple[RankRange, ...]:
    low, high = [w * (1 - box) for w in weights], [w * (1 + box) for w in weights]
    return tuple(rank_ranges(np.array(points), low, high, nodes=_NODES))


@dataclass(frozen=True, slots=True)
class Effects:
    """What accepted events do to a county: points added or taken away, and the best grade it may still have."""

    points: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


def rank_by_scheme(
    scheme: Scheme,
    shares: Mapping[str, Mapping[str, float]],
    box: float,
    effects: Effects = Effects(),
    *,
    graded: bool = False,
) -> Ranking:
    """Return the counties of a scheme ranked within their classes; `shares` are parts of the year's goal.

    An item that any county has no value for is set aside for all, so that scores and grades mean the same in every
    class. Grades are given where `graded`: at a year's end.
    """
    places = [place for group in scheme.classes.values() for place in group]
    values = {p: {i.id: 100.0 * shares.get(p, {}).get(i.id, math.nan) for i in scheme.items} for p in places}
    missing = {p: tuple(i for i, value in own.items() if math.isnan(value)) for p, own in values.items()}
    left_out = tuple(i.id for i in scheme.items if any(i.id in gone for gone in missing.values()))
    counted = [i for i in scheme.items if i.id not in left_out]
    standings: list[Standing] = []
    for group, members in scheme.classes.items():
        if not counted or not members:
            standings += [Standing(p, math.nan, 1, 1, 1, tied=False, missing=missing[p], group=group) for p in members]
            continue
        points = np.array([[score(i.method, values[p][i.id], i.parameters) for i in counted] for p in members])
        added = [effects.points.get(p, 0.0) for p in members]
        told = rank_units(points, [i.weight for i in counted], box, added)
        standings += sorted(
            (
                Standing(
                    place,
                    float(told.totals[n]),
                    told.ranks[n],
                    told.ranges[n].best_bound,
                    told.ranges[n].worst_bound,
                    told.ranks.count(told.ranks[n]) > 1,
                    missing[place],
                    told.ranges[n].exact,
                    group,
                    scheme.grade(float(told.totals[n]), limit=effects.limits.get(place, "")) if graded else "",
                    added[n],
                    dict(zip([i.id for i in counted], points[n].tolist(), strict=True)),
                )
                for n, place in enumerate(members)
            ),
            key=lambda s: (s.rank, s.place),
        )
    names = Text(scheme.name, scheme.name_en or scheme.name)
    return Ranking(tuple(standings), tuple(i.id for i in counted), left_out, names, scheme.clause, box)
