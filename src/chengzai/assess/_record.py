"""How well have such forecasts done? The city's own past, foretold from every half-year of it and compared.

The events are the year ends gone by: did a course reach what its trajectory had due then? Forecasts see only what
was reported before. Scores stand beside those of the two rules that offices use without any model.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from chengzai.assess._calibrate import LEADS, SURE, Calibration, learn
from chengzai.assess._outlook import OutlookRule
from chengzai.assess._panel import Panel, bridge
from chengzai.assess._tracks import Floats, Track
from chengzai.kernel import PER_YEAR

_EDGES = (0.0, 0.02, 0.05, *(n / 10 for n in range(1, 10)), 0.95, 0.98, 1.0)  # finer where it is nearly sure
_EVERY = 6
_FOLDS = 5
_POINTS = 5  # a thing's own step of probability is read at so many points


@dataclass(frozen=True, slots=True)
class Scored:
    """Forecasts that can be scored: arrays of one length.

    `chance` is the probability of a miss before calibration, `missed` what happened, `lead` how many months before;
    `line` and `year` are what the straight line and the same months of the year before said (1 a miss, 0 none);
    `under` and `over` are the probabilities below and up to the value that came, apart by its own step where things
    are whole; `event` numbers the outcomes and `course` the tracks.
    """

    chance: Floats
    missed: Floats
    lead: Floats
    line: Floats
    year: Floats
    under: Floats
    over: Floats
    event: Floats
    course: Floats

    def __len__(self) -> int:
        return len(self.chance)

    def where(self, chosen: np.ndarray) -> "Scored":
        """Return some of the forecasts."""
        return Scored(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: Sequence["Scored"]) -> "Scored":
        """Return several sets as one."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in cls.__dataclass_fields__))

    def learned(self) -> Calibration:
        """Return the calibration that these forecasts teach; those of one outcome count as one together."""
        _, at, times = np.unique(self.event, return_inverse=True, return_counts=True)
        points = (np.arange(_POINTS) + 0.5) / _POINTS
        lay = self.under[:, None] + (self.over - self.under)[:, None] * points
        return learn(self.chance, self.missed, lay, self.lead, 1 / times[at])

    def inside(self, reach: Floats) -> Floats:
        """Return how much of each value's own probability lies within so much of the median, in probability.

        One thing is a step of the distribution: an interval that ends inside the step holds it in part (the
        non-randomised transform of Czado, Gneiting and Held 2009). A measured value has no step and is inside or not.
        """
        low, high = 0.5 - reach, 0.5 + reach
        held = np.clip(self.over, low, high) - np.clip(self.under, low, high)
        step = self.over - self.under
        at_once = ((self.under + self.over) / 2 >= low) & ((self.under + self.over) / 2 <= high)
        return np.where(step > 1e-6, held / np.maximum(step, 1e-6), at_once.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Score:
    """Brier and log score of our forecasts, of the two simple rules and of the base rate; smaller is better."""

    cases: int
    brier: float
    log: float
    line_brier: float
    line_log: float
    year_brier: float
    year_log: float
    base_brier: float
    base_log: float


@dataclass(frozen=True, slots=True)
class Stated:
    """How often a statement between two probabilities was made so many months ahead, and how often it came true."""

    low: float
    high: float
    cases: int
    mean: float
    came: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The calibration that is printed beside every probability: each forecast as calibrated by other courses alone.

    `bins` holds for each step of probability how many forecasts it had, their mean, and the share that came true, in
    all and (`by_lead`) for each stretch of months ahead; `leads` the scores by months ahead; `cover80` and `cover95`
    the share of values inside the intervals, in all and by months ahead. `events` is the number of distinct outcomes:
    forecasts of one outcome at several times are not independent.
    """

    events: int
    missed: int
    score: Score
    leads: tuple[tuple[int, int, Score, float, float], ...]
    bins: tuple[Stated, ...]
    by_lead: tuple[tuple[Stated, ...], ...]
    cover80: float
    cover95: float

    def of(self, chance: float, lead: float) -> Stated | None:
        """Return how such a statement so far ahead did; at any time ahead if it was made too seldom; None if never."""
        near = next((n for n, (_, high) in enumerate(LEADS) if lead <= high), len(LEADS) - 1)
        for bins in (self.by_lead[near], self.bins):
            found = next((b for b in bins if b.low <= chance < b.high or chance == b.high == 1.0), None)
            if found and (found.cases >= _ENOUGH or bins is self.bins):
                return found
        return None


_ENOUGH = 20


def score_of(scored: Scored, chance: Floats) -> Score:
    """Return the scores of a set; simple rules and base rate get the frequencies that suit them best, in hindsight."""
    stated = np.clip(chance, SURE, 1 - SURE)
    line, year = _at_best(scored.line, scored.missed), _at_best(scored.year, scored.missed)
    base = _at_best(np.zeros(len(scored)), scored.missed)
    return Score(
        len(scored),
        *(
            value
            for chance in (stated, line, year, base)
            for value in (_brier(chance, scored.missed), _log(chance, scored.missed))
        ),
    )


def _at_best(said: Floats, missed: Floats) -> Floats:
    """Return a yes-or-no rule as probabilities: how often a miss followed each of its words."""
    chance = np.empty(len(said))
    for word in (0.0, 1.0):
        at = said == word
        chance[at] = (missed[at].sum() + 0.5) / (at.sum() + 1.0) if at.any() else 0.5
    return np.clip(chance, SURE, 1 - SURE)


def _brier(chance: Floats, missed: Floats) -> float:
    return float(np.mean((chance - missed) ** 2))


def _log(chance: Floats, missed: Floats) -> float:
    return float(-np.mean(missed * np.log(chance) + (1 - missed) * np.log(1 - chance)))


def track_record(scored: Scored) -> TrackRecord | None:
    """Return the calibration of a set of scored forecasts; None where there is nothing to score."""
    if not len(scored):
        return None
    _, first = np.unique(scored.event, return_index=True)
    chance, near, far = _as_if_unseen(scored)
    leads, by_lead = [], []
    for low, high in LEADS:
        at = (scored.lead >= low) & (scored.lead <= high)
        by_lead.append(tuple(_bins(chance[at], scored.missed[at])))
        if at.any():
            held = float(near[at].mean()), float(far[at].mean())
            leads.append((low, high, score_of(scored.where(at), chance[at]), *held))
    return TrackRecord(
        events=len(first),
        missed=int(scored.missed[first].sum()),
        score=score_of(scored, chance),
        leads=tuple(leads),
        bins=tuple(_bins(chance, scored.missed)),
        by_lead=tuple(by_lead),
        cover80=float(near.mean()),
        cover95=float(far.mean()),
    )


def _as_if_unseen(scored: Scored) -> tuple[Floats, Floats, Floats]:
    """Return chances and what the intervals held, each fifth of the courses calibrated by the others alone."""
    chance, near, far = (np.empty(len(scored)) for _ in range(3))
    fold = np.unique(scored.course, return_inverse=True)[1] % _FOLDS
    for number in range(_FOLDS):
        mine = fold == number
        if mine.any():
            calibration, part = scored.where(~mine).learned(), scored.where(mine)
            chance[mine] = calibration.chance(part.chance, part.lead)
            levels = calibration.levels(part.lead)
            near[mine], far[mine] = part.inside(levels[:, 3] - 0.5), part.inside(levels[:, 4] - 0.5)
    return chance, near, far


def _bins(chance: Floats, missed: Floats) -> Iterable[Stated]:
    which = np.clip(np.searchsorted(_EDGES, chance, side="right") - 1, 0, len(_EDGES) - 2)
    for number, (low, high) in enumerate(pairwise(_EDGES)):
        at = which == number
        if at.any():
            yield Stated(low, high, int(at.sum()), float(chance[at].mean()), int(missed[at].sum()))


def past_forecasts(tracks: Sequence[Track], rule: OutlookRule) -> Scored:
    """Return the forecasts of the year ends gone by, as they would have been told at the end of each half-year."""
    parts = []
    for frequency, per_year in (("month", 12), ("quarter", 4)):  # a yearly target has no report before its year end
        group = [t for t in tracks if t.law == "pace" and t.measured.frequency == frequency and not math.isnan(t.limit)]
        if not group:
            continue
        panel = Panel.of(group)
        step = max(1, _EVERY * per_year // 12)
        for end in range(per_year, panel.courses.known + 1, per_year):
            first = -(-rule.least[frequency] // step) * step
            parts += [_foretold(panel, until, end, rule) for until in range(first, end, step)]
    return Scored.joined(parts) if parts else _NOTHING


_NOTHING = Scored(*(np.empty(0) for _ in range(9)))


def _foretold(panel: Panel, until: int, end: int, rule: OutlookRule) -> Scored:
    courses = panel.courses
    attained, due = courses.attained, courses.exposure[:, :end].sum(1)
    limit = np.array([_limit(t, d, until, end) for t, d in zip(panel.tracks, due, strict=True)]) - courses.grain / 2
    final = attained[:, end - 1]
    known = (~np.isnan(attained[:, :until])).sum(1) >= rule.least[panel.tracks[0].measured.frequency]
    alive = np.array([len(t.exposure) >= end for t in panel.tracks])
    at = np.flatnonzero(known & alive & ~np.isnan(final) & ~np.isnan(limit))
    foretold, _ = panel.ahead(until, rule.pace, end=end)
    half = courses.grain / 2 + 1e-9
    under, over = foretold.below(final - half)[at], foretold.below(final + half)[at]
    value = final[at]
    projected = [_projections(attained[row, :until], end - until, 12 // courses.months) for row in at]
    return Scored(
        chance=foretold.below(limit)[at],
        missed=(value < limit[at]).astype(float),
        lead=np.full(len(at), (end - until) * courses.months, dtype=np.float64),
        line=np.array([float(p[0] < limit[row]) for p, row in zip(projected, at, strict=True)]),
        year=np.array([float(p[1] < limit[row]) for p, row in zip(projected, at, strict=True)]),
        under=under,
        over=over,
        event=at.astype(np.float64) + len(panel.tracks) * (end // (12 // courses.months) - 1),
        course=at.astype(np.float64),
    )


def _limit(track: Track, due: float, until: int, end: int) -> float:
    """Return the share due at a year's end; a number due every year counts from the year before, once it is known."""
    if not track.target.every_year:
        return due
    since = end - PER_YEAR[track.measured.frequency]
    if since == 0:
        return 1.0
    return math.nan if until < since else float(track.attained[since - 1]) + 1.0


def _projections(attained: Floats, steps: int, per_year: int) -> tuple[float, float]:
    """Return the two rules without a model: the straight line so far, and the same periods of the year before."""
    known = bridge(attained)
    now, count = float(known[-1]), len(known)
    line = now + (now / len(attained)) * steps
    if count <= per_year:
        return line, line
    moves = np.diff(known)[-per_year:]
    return line, now + float(sum(moves[step % per_year] for step in range(steps)))
