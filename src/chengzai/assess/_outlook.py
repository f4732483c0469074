"""Will it be reached? The value at the deadline as a distribution, for every track, as seen at any month so far."""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from chengzai.assess._calibrate import AS_STATED, Calibration
from chengzai.assess._expected import Pipeline, agreeing, bounded, needed, of_parts
from chengzai.assess._pace import Ahead, PaceRule
from chengzai.assess._panel import Panel, bridge
from chengzai.assess._series import Foreseen
from chengzai.assess._tracks import Floats, Track
from chengzai.kernel import PER_YEAR

_FORETOLD = ("told", "no_goal")
_TAIL = 1e-9
_MOVED = 0.05  # a register or a county is named where it makes a miss so much likelier
Progress = Callable[[str, int, int], None]
Pipelines = Mapping[tuple[str, str], Pipeline]


@dataclass(frozen=True, slots=True)
class OutlookRule:
    """What a forecast needs: the beliefs about pace, and the least evidence in periods; all are content.

    `least` gives the complete reports without which the answer is “not enough evidence”, by frequency; `takes` is the
    months that a thing needs, at the least, from its entry in a register to its completion.
    """

    pace: PaceRule
    least: Mapping[str, int]
    takes: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """One target at one place: what is expected at the deadline, and how sure that is.

    `answer` is `told`, `no_goal` (a range, but nothing to miss), `not_enough`, `once` (done or not, and not done yet:
    nothing moves before), `reached` (done) or `past`. `miss` is the calibrated probability of missing the goal, NaN
    unless told. `low95` … `high95` are values in canonical units that agree with it. `by_period` is the probability as
    it was seen at the end of each period, NaN before there was enough evidence. `binds` is `county` or `register`
    where that decides, `binding` the place that is likeliest to fall short and `binding_miss` its own chance.

    `pace` is the pace that leads from the last report to `middle`, in multiples of the plan's, and `pace_needed` the
    one that leads to the goal: both from the last report to the deadline, so that the first is below the second just
    if a miss is likelier than not. `pace_needed` is not above nought where the goal is reached. Both are NaN where
    there is no one way to the goal (左右). `ever` tells whether any unit of this target has kept the needed pace for
    three reports in a row.
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
    binds: str = ""
    binding: str = ""
    binding_miss: float = math.nan

    def with_ends(self, ends: Floats) -> "Outlook":
        """Return the outlook with the five ends of its ranges."""
        low95, low80, middle, high80, high95 = (float(v) for v in ends)
        return replace(self, low95=low95, low80=low80, middle=middle, high80=high80, high95=high95)


def foretell(
    tracks: Sequence[Track],
    rule: OutlookRule,
    *,
    history: int = 0,
    calibration: Calibration = AS_STATED,
    pipelines: Pipelines | None = None,
    progress: Progress = lambda *_: None,
) -> list[Outlook]:
    """Return the outlook of every track; `history` adds the probability as seen in so many periods before.

    `calibration` is what past forecasts taught, `pipelines` what registers hold for a target at a place.
    """
    found: list[Outlook] = []
    for frequency in ("month", "quarter", "year"):
        for law in ("pace", "level", "once"):
            group = [t for t in tracks if t.measured.frequency == frequency and t.law == law]
            answers = [_answer(t, rule) for t in group]
            ready = [t for t, a in zip(group, answers, strict=True) if a in _FORETOLD]
            found += [_plain(t, a) for t, a in zip(group, answers, strict=True) if a not in _FORETOLD]
            if ready and law == "pace":
                found += _Paced(Panel.of(ready), rule, calibration, pipelines or {}).outlooks(history, progress)
            elif ready:
                found += [_levelled(t, rule, history) for t in ready]
    return found


def _answer(track: Track, rule: OutlookRule) -> str:
    if track.left < 1:
        return "past"
    if track.law == "once":
        known = track.values[~np.isnan(track.values)]
        goal = 1.0 if math.isnan(track.goal) else track.goal
        return "reached" if len(known) and known[-1] >= goal - _TAIL else "once"
    if int((~np.isnan(track.values)).sum()) < rule.least[track.measured.frequency]:
        return "not_enough"
    return "no_goal" if math.isnan(track.goal) or (track.law == "pace" and math.isnan(track.limit)) else "told"


def _plain(track: Track, answer: str) -> Outlook:
    return Outlook(
        target=track.target.id,
        place=track.place,
        answer=answer,
        evidence=int((~np.isnan(track.values)).sum()),
        deadline=track.deadline.last_day(),
        left=max(track.left, 0),
        frequency=track.measured.frequency,
    )


@dataclass(frozen=True)
class _Paced:
    """The outlooks of one panel."""

    panel: Panel
    rule: OutlookRule
    calibration: Calibration
    pipelines: Pipelines

    def outlooks(self, history: int, progress: Progress) -> list[Outlook]:
        panel = self.panel
        now = panel.courses.known
        frequency = panel.tracks[0].measured.frequency
        by_period = np.full((len(panel.tracks), now), np.nan)
        first = max(self.rule.least[frequency], now - history)
        for done, until in enumerate(range(first, now), start=1):
            progress(frequency, done, now - first + 1)
            by_period[:, until - 1] = self._seen_then(until)
        progress(frequency, now - first + 1, now - first + 1)
        foretold, _ = panel.ahead(now, self.rule.pace)
        registered = self._registered()
        low = panel.low.copy()
        for row, pipeline in registered.items():
            track = panel.tracks[row]
            low[row] = track.share_of(needed(track, track.meets[0] - track.half, pipeline, self.rule.takes))
        alone = panel.alone(foretold, now, self.calibration)
        bound = replace(panel, low=low)
        single = bound.alone(foretold, now, self.calibration)
        by_period[:, now - 1] = bound.miss(foretold, now, self.calibration)
        ends = self._ends(foretold, registered)
        ever = _ever(panel)
        parts_of = panel.binding()
        found = []
        for row, track in enumerate(panel.tracks):
            parts = parts_of.get(row, [])
            outlook = self._one(row, by_period[row])
            miss = outlook.miss
            if parts:
                worst = max(parts, key=lambda n: float(single[n]))
                ends_of = [(panel.tracks[n], _stated(panel.tracks[n], ends[n], float(single[n]))) for n in parts]
                ends[row] = of_parts(track, ends_of)
                outlook = replace(
                    outlook, binds="county", binding=panel.tracks[worst].place, binding_miss=float(single[worst])
                )
            elif row in registered and miss - float(alone[row]) > _MOVED:
                outlook = replace(outlook, binds="register")
            found.append(_with_paces(track, outlook.with_ends(_stated(track, ends[row], miss)), ever))
        return found

    def _seen_then(self, until: int) -> Floats:
        """Return the probabilities as they would have been told after a period, NaN without enough evidence."""
        panel = self.panel
        chance = panel.miss(panel.ahead(until, self.rule.pace)[0], until, self.calibration)
        known = (~np.isnan(panel.courses.attained[:, :until])).sum(1)
        chance[known < self.rule.least[panel.tracks[0].measured.frequency]] = np.nan
        return chance

    def _registered(self) -> dict[int, Pipeline]:
        """Return the registers that bound a row: those that hold all that has been reported."""
        found = {}
        for row, track in enumerate(self.panel.tracks):
            pipeline = self.pipelines.get((track.target.id, track.place))
            if not pipeline or not track.kept or not track.whole or track.target.every_year:
                continue
            if pipeline.whole(track.most) and track.meets[1] == math.inf:
                found[row] = pipeline
        return found

    def _ends(self, foretold: Ahead, registered: Mapping[int, Pipeline]) -> list[Floats]:
        """Return the five ends of each row as values, at calibrated percentiles, within what registers allow."""
        panel = self.panel
        levels = self.calibration.levels(panel.lead(panel.courses.known))
        shares = np.array([foretold.quantile(levels[:, n]) for n in range(levels.shape[1])])
        found = []
        for row, track in enumerate(panel.tracks):
            values = np.sort(track.value_of(shares[:, row]))
            if row in registered:
                values = bounded(track, values, registered[row], self.rule.takes)
            found.append(track.within(values))
        return found

    def _one(self, row: int, by_period: Floats) -> Outlook:
        track = self.panel.tracks[row]
        goalless = math.isnan(track.limit)
        return replace(
            _plain(track, "no_goal" if goalless else "told"),
            miss=math.nan if goalless else float(by_period[-1]),
            by_period=by_period,
        )


def _with_paces(track: Track, outlook: Outlook, ever: Mapping[str, float]) -> Outlook:
    """Return the outlook with the pace that is expected from the last report on, and with the one that is needed."""
    up = track.goal > track.baseline
    if track.target.around or up != (track.target.direction == "up") or not track.rest > 0:
        return outlook
    lacking = track.share_of(track.meets[0] if up else track.meets[1]) - track.reached
    coming = track.share_of(outlook.middle) - track.reached
    since = track.left + len(track.attained) - 1 - int(np.flatnonzero(~np.isnan(track.attained))[-1])
    return replace(
        outlook,
        pace=coming / track.rest,
        pace_needed=math.nan if math.isnan(track.limit) else lacking / track.rest,
        ever=lacking / since <= ever.get(track.target.id, -math.inf),
    )


def _stated(track: Track, ends: Floats, miss: float) -> Floats:
    return ends if math.isnan(miss) else agreeing(track, ends, miss)


def _ever(panel: Panel) -> dict[str, float]:
    """Return for each target the best pace that any unit has kept over three reports, in shares of its way a period."""
    best: dict[str, float] = {}
    for track in panel.tracks:
        known = bridge(track.attained)
        if len(known) > 3:
            kept = float(np.max(known[3:] - known[:-3])) / 3
            best[track.target.id] = max(best.get(track.target.id, -math.inf), kept)
    return best


def _levelled(track: Track, rule: OutlookRule, history: int) -> Outlook:
    """Return the outlook of a value to be kept, by the library's methods with widths of our own."""
    now = len(track.values)
    by_period = np.full(now, np.nan)
    least = rule.least[track.measured.frequency]
    low, high = track.meets
    ends = np.full(5, np.nan)
    foreseen = Foreseen(bridge(track.values), PER_YEAR[track.measured.frequency])
    first = int(np.flatnonzero(~np.isnan(track.values))[0])
    for until in range(max(least, now - history), now + 1):
        seen = min(until - first, len(foreseen.series))
        if seen < least:
            continue
        predicted = foreseen.after(seen, track.left + now - first - seen)
        by_period[until - 1] = predicted.outside(low - track.half, high + track.half)
        ends = np.sort(track.within(predicted.ends()))
    miss = float(by_period[-1])
    return replace(_plain(track, "told"), miss=miss, by_period=by_period).with_ends(_stated(track, ends, miss))
