"""Counties side by side where no scheme ranks them: the mean share of the year's goal, ties and gaps stated."""

import math
from collections.abc import Mapping, Sequence

from chengzai.assess._ranking import Ranking, Standing
from chengzai.kernel import Text

BY_MEAN = Text(
    "各项目标完成当年目标的平均得分（没有可用的评价办法时的排法）",
    "mean share of the year's goals (used where no evaluation scheme can be)",
)


def compare_counties(shares: Mapping[str, Mapping[str, float]]) -> Ranking:
    """Return the counties ranked by the mean of their shares of the year's goals over the targets all of them have.

    `shares` are by place and target, NaN where there is no value; they are clipped to 0–1 and taken times 100. What
    nobody has a value for is not compared, what some lack is left out for all and marks the ranking. A target that a
    county does not have is left out of that county's mean. Equal scores share a rank. The interval is the best and
    worst rank when any one target is left out.
    """
    places = tuple(shares)
    targets = sorted({t for own in shares.values() for t, share in own.items() if not math.isnan(share)})
    missing = {p: tuple(t for t in targets if math.isnan(shares[p].get(t, 0.0))) for p in places}
    lost = {t for gone in missing.values() for t in gone}
    counted = tuple(t for t in targets if t not in lost)
    means = _means(shares, counted)
    ranks = _ranks(means)
    trials = [_ranks(_means(shares, [t for t in counted if t != gone])) for gone in counted]
    standings = [
        Standing(
            place,
            means[place],
            ranks[place],
            min((trial[place] for trial in trials), default=ranks[place]),
            max((trial[place] for trial in trials), default=ranks[place]),
            list(means.values()).count(means[place]) > 1,
            missing[place],
            points={t: _points(shares[place][t]) for t in counted if t in shares[place]},
        )
        for place in places
    ]
    ordered = tuple(sorted(standings, key=lambda s: (s.rank, s.place)))
    return Ranking(ordered, counted, tuple(sorted(lost)), BY_MEAN)


def _points(share: float) -> float:
    return min(max(share, 0.0), 1.0) * 100


def _means(shares: Mapping[str, Mapping[str, float]], targets: Sequence[str]) -> dict[str, float]:
    means = {}
    for place, own in shares.items():
        points = [_points(own[t]) for t in targets if t in own]
        means[place] = math.fsum(points) / len(points) if points else math.nan
    return means


def _ranks(means: Mapping[str, float]) -> dict[str, int]:
    """Return 1 plus the number of strictly better scores; a place that cannot be scored comes last."""
    return {
        place: 1 + sum(other > mean or (math.isnan(mean) and not math.isnan(other)) for other in means.values())
        for place, mean in means.items()
    }
