"""Will it be reached? The value at the deadline as a distribution, for every track, as seen at any month so far."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from chengzai.assess._pace import Ahead, Courses, PaceRule, ahead, fellows, follow, lean
from chengzai.assess._series import forecast_series
from chengzai.assess._tracks import Floats, Track
from chengzai.kernel import PER_YEAR

_PERCENTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
_TOP = 100.0
_FORETOLD = ("told", "no_goal")
_LIBRARY_FROM = 12
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class OutlookRule:
    """What a forecast needs: the beliefs about pace, the least evidence in periods, and how much the library says.

    `least` gives the complete reports without which the answer is “not enough evidence”, by frequency; `library` is
    the weight of the forecasting library's answer beside our own. All are content.
    """

    pace: PaceRule
    least: Mapping[str, int]
    library: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """One target at one place: what is expected at the deadline, and how sure that is.

    `answer` is `told`, `no_goal` (a range, but nothing to miss), `not_enough`, `once` (done or not: nothing moves
    before) or `past`. `miss` is the probability of missing the goal, NaN unless told. `low95` … `high95` are values
    in canonical units. `pace` is the present pace in multiples of the plan's, `pace_needed` the one that is needed
    from now on; `ever` tells whether any unit of this target has kept the needed pace for three reports in a row.
    `by_period` is the probability as it was seen at the end of each period, NaN before there was enough evidence.
    """

    target: str
    place: str
    answer: str
    evidence: int
    deadline: dt.date
    left: int
    frequency: str
    miss: float = math.nan
    low95: float = math.nan
    low80: float = math.nan
    middle: float = math.nan
    high80: float = math.nan
    high95: float = math.nan
    pace: float = math.nan
    pace_needed: float = math.nan
    ever: bool = False
    by_period: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Panel:
    """Tracks of one frequency and one law side by side, as courses of one length."""

    tracks: tuple[Track, ...]
    courses: Courses
    group: NDArray[np.int64]
    limit: Floats

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> "Panel":
        """Return the panel of pace tracks that are measured up to one period."""
        steps = max(len(t.exposure) for t in tracks)
        exposure = np.array([np.pad(t.exposure, (0, steps - len(t.exposure))) for t in tracks])
        grain = np.array([1 / abs(t.goal - t.baseline) if t.whole else 0.0 for t in tracks])
        attained = np.array([t.attained for t in tracks])
        months = tracks[0].measured.months
        limit = np.array([t.limit for t in tracks])
        return cls(tuple(tracks), Courses(attained, exposure, grain, months), _groups(tracks), limit)

    def ahead(self, until: int, rule: OutlookRule, *, end: int = 0, library: bool = True) -> tuple[Ahead, Floats]:
        """Return the share at the deadline (or after `end` periods) as foretold after `until`, and the present pace."""
        seen = self.courses.until(until, end or None)
        mixture, noise, reading = follow(seen, rule.pace)
        mixture = lean(mixture, *fellows(mixture, self.group))
        result = ahead(seen, mixture, noise, reading, rule.pace)
        if library and rule.library > 0:
            result = self._beside_library(result, seen, rule)
        return result, mixture.pace_now()[0]

    def _beside_library(self, ours: Ahead, seen: Courses, rule: OutlookRule) -> Ahead:
        """Return the linear pool of our answer and the library's, which is asked where a dozen reports are in."""
        steps = seen.exposure.shape[1] - seen.known
        weight = np.zeros(len(self.tracks))
        mean, sd = np.zeros(len(self.tracks)), np.ones(len(self.tracks))
        for row, track in enumerate(self.tracks):
            bridged = bridge(seen.attained[row])
            if steps < 1 or len(bridged) < _LIBRARY_FROM or track.target.every_year or math.isnan(track.limit):
                continue
            told = forecast_series(bridged, steps)
            at = min(steps, max(len(track.exposure) - seen.known, 1)) - 1
            weight[row], mean[row], sd[row] = rule.library, told.mean[at], max(told.sd[at], 1e-4)
        return Ahead(
            np.concatenate((ours.weight * (1 - weight)[:, None], weight[:, None]), 1),
            np.concatenate((ours.mean, mean[:, None]), 1),
            np.concatenate((ours.sd, sd[:, None]), 1),
        )

    def miss(self, foretold: Ahead, until: int) -> Floats:
        """Return the probability that each track misses its limit; a share that every county must reach binds all."""
        chance = foretold.below(self.limit - self.courses.grain / 2)
        for row, track in enumerate(self.tracks):
            if track.target.kind == "cumulative" and self.courses.attained[row, until - 1] >= self.limit[row]:
                chance[row] = 0.0
        for row in (n for n, track in enumerate(self.tracks) if is_full(track)):
            parts = [n for n, t in enumerate(self.tracks) if t.target is self.tracks[row].target and not t.city]
            inside = [n for n in parts if not math.isnan(self.limit[n])]
            chance[row] = max(chance[row], 1 - float(np.prod(1 - chance[inside])))
        return chance


def is_full(track: Track) -> bool:
    """Return whether the goal is a full coverage of the whole, which no part may fall short of."""
    return (
        track.city and track.goal == _TOP and track.target.canonical is not None and track.target.canonical.unit == "%"
    )


def bridge(series: Floats) -> Floats:
    """Return a series without what came before its first value, and with gaps filled along straight lines."""
    told = np.flatnonzero(~np.isnan(series))
    if not len(told):
        return series[:0]
    inside = np.arange(told[0], told[-1] + 1)
    return np.interp(inside, told, series[told])


def _groups(tracks: Sequence[Track]) -> NDArray[np.int64]:
    """Return a number for each set of fellows: the counties of a target, the townships of one county."""
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for track in tracks:
        key = (track.target.id, "" if not math.isnan(track.limit) else track.place[:6])
        found.append(-1 if track.city else numbers.setdefault(key, len(numbers)))
    return np.array(found, dtype=np.int64)


def foretell(
    tracks: Sequence[Track], rule: OutlookRule, *, history: int = 0, progress: Progress = lambda *_: None
) -> list[Outlook]:
    """Return the outlook of every track; `history` adds the probability as seen in so many periods before."""
    found: list[Outlook] = []
    for frequency in ("month", "quarter", "year"):
        for law in ("pace", "level", "once"):
            group = [t for t in tracks if t.measured.frequency == frequency and t.law == law]
            answers = [_answer(t, rule) for t in group]
            ready = [t for t, a in zip(group, answers, strict=True) if a in _FORETOLD]
            found += [_plain(t, a) for t, a in zip(group, answers, strict=True) if a not in _FORETOLD]
            if ready and law == "pace":
                found += _paced(ready, rule, history, progress)
            elif ready:
                found += [_levelled(t, rule, history) for t in ready]
    return found


def _answer(track: Track, rule: OutlookRule) -> str:
    if track.left < 1:
        return "past"
    if track.law == "once":
        return "once"
    if int((~np.isnan(track.values)).sum()) < rule.least[track.measured.frequency]:
        return "not_enough"
    return "no_goal" if math.isnan(track.goal) or (track.law == "pace" and math.isnan(track.limit)) else "told"


def _plain(track: Track, answer: str, **known: object) -> Outlook:
    return Outlook(
        target=track.target.id,
        place=track.place,
        answer=answer,
        evidence=int((~np.isnan(track.values)).sum()),
        deadline=track.deadline.last_day(),
        left=max(track.left, 0),
        frequency=track.measured.frequency,
        **known,  # type: ignore[arg-type]
    )


def _paced(tracks: Sequence[Track], rule: OutlookRule, history: int, progress: Progress) -> list[Outlook]:
    panel = Panel.of(tracks)
    now = panel.courses.known
    frequency = tracks[0].measured.frequency
    by_period = np.full((len(tracks), now), np.nan)
    first = max(rule.least[frequency], now - history)
    for done, until in enumerate(range(first, now), start=1):
        progress(frequency, done, now - first + 1)
        by_period[:, until - 1] = _seen_then(panel, until, rule)
    progress(frequency, now - first + 1, now - first + 1)
    foretold, pace = panel.ahead(now, rule)
    by_period[:, now - 1] = panel.miss(foretold, now)
    shares = [foretold.quantile(p) for p in _PERCENTILES]
    ever = _ever(panel)
    return [
        _told(panel, row, [s[row] for s in shares], by_period[row], float(pace[row]), ever)
        for row in range(len(tracks))
    ]


def _seen_then(panel: Panel, until: int, rule: OutlookRule) -> Floats:
    """Return the probabilities as they would have been told after a period, NaN for tracks without enough evidence."""
    chance = panel.miss(panel.ahead(until, rule)[0], until)
    known = (~np.isnan(panel.courses.attained[:, :until])).sum(1)
    chance[known < rule.least[panel.tracks[0].measured.frequency]] = np.nan
    return chance


def _ever(panel: Panel) -> dict[str, float]:
    """Return for each target the best pace that any unit has kept over three reports, in shares of its way a period."""
    best: dict[str, float] = {}
    for track in panel.tracks:
        known = bridge(track.attained)
        if len(known) > 3:
            kept = float(np.max(known[3:] - known[:-3])) / 3
            best[track.target.id] = max(best.get(track.target.id, -math.inf), kept)
    return best


def _told(
    panel: Panel, row: int, shares: list[float], by_period: Floats, pace: float, ever: Mapping[str, float]
) -> Outlook:
    track = panel.tracks[row]
    values = track.within(track.value_of(np.array(shares)))
    low95, low80, middle, high80, high95 = (values if track.goal >= track.baseline else values[::-1]).tolist()
    remaining = float(track.exposure[len(track.attained) :].sum())
    lacking = track.limit - track.reached
    goalless = math.isnan(track.limit)
    return _plain(
        track,
        "no_goal" if goalless else "told",
        miss=math.nan if goalless else float(by_period[-1]),
        low95=low95, low80=low80, middle=middle, high80=high80, high95=high95,
        pace=pace,
        pace_needed=max(lacking, 0.0) / remaining if remaining > 0 else math.nan,
        ever=lacking / track.left <= ever.get(track.target.id, -math.inf),
        by_period=by_period,
    )  # fmt: skip


def _levelled(track: Track, rule: OutlookRule, history: int) -> Outlook:
    """Return the outlook of a value to be kept, by the library alone."""
    now = len(track.values)
    by_period = np.full(now, np.nan)
    least = rule.least[track.measured.frequency]
    values = np.full(len(_PERCENTILES), math.nan)
    for until in range(max(least, now - history), now + 1):
        known = bridge(track.values[:until])
        if len(known) < least:
            continue
        told = forecast_series(known, track.left + now - until, season=PER_YEAR[track.measured.frequency])
        mean, sd = float(told.mean[-1]), max(float(told.sd[-1]), 1e-9)
        short = (track.goal - mean) / sd if track.target.direction == "up" else (mean - track.goal) / sd
        if sd <= 1e-9:  # a value that never moved is expected to stay where it is
            short = math.inf if _misses(track, mean) else -math.inf
        by_period[until - 1] = float(ndtr(short)) if math.isfinite(short) else float(short > 0)
        values = track.within(mean + sd * np.array([-1.959964, -1.281552, 0.0, 1.281552, 1.959964]))
    low95, low80, middle, high80, high95 = values.tolist()
    return _plain(track, "told", miss=float(by_period[-1]), by_period=by_period,
                  low95=low95, low80=low80, middle=middle, high80=high80, high95=high95)  # fmt: skip


def _misses(track: Track, value: float) -> bool:
    return value < track.goal if track.target.direction == "up" else value > track.goal
