"""Counties side by side: one score on fixed goalposts, ranked unrounded, ties and missing reports stated."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chengzai.assess._assess import Assessment


@dataclass(frozen=True, slots=True)
class Standing:
    """One county: its score and rank, and the best and worst rank it takes when any one target is left out.

    The score runs from 0 to 100 and is NaN if nothing can be scored; `missing` names unreported targets.
    """

    place: str
    score: float
    rank: int
    best: int
    worst: int
    tied: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All counties by score; `counted` targets carry it, `left_out` ones lack a county's report.

    `complete` is false when any county missed a report: such a ranking must be marked.
    """

    standings: tuple[Standing, ...]
    counted: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """The counties that can be scored; one without any score has no place among them."""
        return tuple(standing for standing in self.standings if not math.isnan(standing.score))

    @property
    def complete(self) -> bool:
        """Whether no county is missing a report."""
        return not any(standing.missing for standing in self.standings)


def compare_counties(by_place: Mapping[str, Mapping[str, Assessment]]) -> Ranking:
    """Return the counties ranked by the mean of their goalpost scores over the targets all of them report.

    A target's score is the attained share clipped to 0–1, times 100; a maintained one scores 100 or 0.
    A target that a county does not have is left out of that county's mean. Equal scores share a rank.
    """
    places = tuple(by_place)
    targets = sorted({t for assessed in by_place.values() for t in assessed})
    missing = {p: tuple(t for t in targets if _state(by_place, p, t) == "no_report") for p in places}
    lost = {t for gone in missing.values() for t in gone}
    counted = tuple(t for t in targets if t not in lost and any(_score(by_place[p].get(t)) is not None for p in places))
    ranks = _ranks(_means(by_place, counted))
    trials = [_ranks(_means(by_place, [t for t in counted if t != gone])) for gone in counted]
    means = _means(by_place, counted)
    standings = [
        Standing(
            place,
            means[place],
            ranks[place],
            min((trial[place] for trial in trials), default=ranks[place]),
            max((trial[place] for trial in trials), default=ranks[place]),
            list(means.values()).count(means[place]) > 1,
            missing[place],
        )
        for place in places
    ]
    return Ranking(tuple(sorted(standings, key=lambda s: (s.rank, s.place))), counted, tuple(sorted(lost)))


def _state(by_place: Mapping[str, Mapping[str, Assessment]], place: str, target: str) -> str:
    return by_place[place][target].state if target in by_place[place] else ""


def _score(assessment: Assessment | None) -> float | None:
    if assessment is None or assessment.state in {"no_report", "not_asked", "cannot_tell", "not_yet_due"}:
        return None
    if math.isnan(assessment.attained):
        return 100.0 if assessment.met else 0.0
    return min(max(assessment.attained, 0.0), 1.0) * 100


def _means(by_place: Mapping[str, Mapping[str, Assessment]], targets: Sequence[str]) -> dict[str, float]:
    means = {}
    for place, assessed in by_place.items():
        scores = [score for t in targets if (score := _score(assessed.get(t))) is not None]
        means[place] = math.fsum(scores) / len(scores) if scores else math.nan
    return means


def _ranks(means: Mapping[str, float]) -> dict[str, int]:
    """Return 1 plus the number of strictly better scores; a place that cannot be scored comes last."""
    return {
        place: 1 + sum(other > mean or (math.isnan(mean) and not math.isnan(other)) for other in means.values())
        for place, mean in means.items()
    }
