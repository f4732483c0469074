"""Early warning: which targets will be missed if nothing changes, since when, and what would clear it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chengzai.assess._calibrate import AS_STATED, Calibration
from chengzai.assess._outlook import Outlook, OutlookRule
from chengzai.assess._pace import Courses
from chengzai.assess._panel import Panel, is_full
from chengzai.assess._tracks import Floats, Track
from chengzai.kernel import PER_YEAR, Text

_CLEARING = 3  # what would clear a warning is said for so many months ahead
_HALVINGS = 14
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class WarnRule:
    """When a warning is raised and cleared, and who hears of it: content.

    It is raised after `confirm` reports in a row at or above `raise_at`, and cleared below `clear_at`: between the
    two nothing flips. `escalate` names who takes it up after how many months open.
    """

    raise_at: float
    clear_at: float
    confirm: int
    escalate: tuple[tuple[int, str], ...]

    def level(self, months: int) -> int:
        """Return the place in `escalate` of a warning that has been open for so many months."""
        return max((n for n, (after, _) in enumerate(self.escalate) if months >= after), default=0)


@dataclass(frozen=True, slots=True)
class Warned:
    """One open warning. Values are canonical; `months` counts since it was raised, `lead` from then to the deadline.

    `clears_at` is the value that, reached within three months on a straight way, brings the probability below the
    clearing limit; NaN where no way within the goal does, or where the parts decide (full coverage).
    """

    target: str
    place: str
    miss: float
    months: int
    lead: int
    level: int
    takes_up: str
    owner: str
    reason: Text
    clears_at: float


def raised(by_period: Floats, rule: WarnRule) -> NDArray[np.bool_]:
    """Return for each period whether a warning is open at its end; a period without a probability changes nothing."""
    open_, row, found = False, 0, np.zeros(len(by_period), dtype=bool)
    for t, chance in enumerate(by_period):
        if not math.isnan(chance):
            row = row + 1 if chance >= rule.raise_at else 0
            open_ = chance >= rule.clear_at if open_ else row >= rule.confirm
        found[t] = open_
    return found


def warn(
    tracks: Sequence[Track],
    outlooks: Sequence[Outlook],
    owners: Mapping[str, str],
    forecast: OutlookRule,
    rule: WarnRule,
    calibration: Calibration = AS_STATED,
) -> list[Warned]:
    """Return the open warnings, the surest miss first; `calibration` is the one the outlooks were made with."""
    track_of = {(t.target.id, t.place): t for t in tracks}
    opened = {}
    for outlook in outlooks:
        state = raised(outlook.by_period, rule)
        if outlook.answer == "told" and len(state) and state[-1]:
            opened[outlook.target, outlook.place] = (
                outlook,
                len(state) - int(np.flatnonzero(~state)[-1] + 1 if not state.all() else 0),
            )
    clearing = _clearing(tracks, set(opened), _Judged(forecast, calibration, rule.clear_at))
    found = [
        _warned(track_of[key], outlook, periods, owners, rule, clearing.get(key, math.nan))
        for key, (outlook, periods) in opened.items()
    ]
    return sorted(found, key=lambda w: (-w.miss, -w.lead, w.target, w.place))


def _warned(
    track: Track, outlook: Outlook, periods: int, owners: Mapping[str, str], rule: WarnRule, clears_at: float
) -> Warned:
    length = track.measured.months
    months = (periods - 1) * length
    level = rule.level(months)
    return Warned(
        target=outlook.target,
        place=outlook.place,
        miss=outlook.miss,
        months=months,
        lead=outlook.left * length + months,
        level=level,
        takes_up=rule.escalate[level][1] if rule.escalate else "",
        owner=owners.get(outlook.target, ""),
        reason=_reason(track, outlook),
        clears_at=track.goal if track.law == "level" else clears_at,
    )


def _reason(track: Track, outlook: Outlook) -> Text:
    if track.law == "level":
        return Text("照近来的走势，到期时守不住要求的水平。", "As it has moved lately, the level will not be held.")
    if not outlook.pace_needed > 0:
        return _without_a_way(outlook)
    if is_full(track) and outlook.pace >= outlook.pace_needed * _NEARLY:
        return Text(
            "全覆盖要求每个县（市、区）都做到；全市预计的速度接近够，但有的县到期到不了。",
            "Full coverage binds every county; the city's expected pace nearly does, but some county will fall short.",
        )
    if outlook.binds == "register":
        return Text(
            "登记在册的都按期完成也到不了目标，新增的来不及在到期前完成。",
            "All that is registered, finished in time, does not reach the goal, and new entries come too late.",
        )
    return _too_slow(outlook)


def _without_a_way(outlook: Outlook) -> Text:
    """Return why there is a warning where no pace is needed: a mark to come near to, or a goal reached that may go."""
    if math.isnan(outlook.pace_needed):
        return Text("照近来的走势，到期时不在要求的范围内。", "As it has moved lately, it will not be near enough.")
    return Text("眼下已经达到，到期前有退回去的可能。", "Reached today; it may fall back before the deadline.")


def _too_slow(outlook: Outlook) -> Text:
    """Return both paces in words, and whether the needed one was ever kept where it is not expected."""
    ever = (
        Text("本指标已有单位做到过这个速度。", "Some unit of this target has kept such a pace.")
        if outlook.ever
        else Text("本指标还没有单位连续三期做到过这个速度。", "No unit of this target has kept such a pace.")
    )
    pace, needed = paces_apart(outlook.pace, outlook.pace_needed)
    if outlook.pace >= outlook.pace_needed:
        return Text(
            f"预计到期前的速度是计划的{pace}倍，须达{needed}倍，够而没有余地。",
            f"Until the deadline {pace} of the plan's pace is expected; {needed} is needed: enough, but only just.",
        )
    return Text(
        f"预计到期前的速度是计划的{pace}倍，须达{needed}倍；{ever.zh}",
        f"Until the deadline {pace} of the plan's pace is expected; {needed} is needed. {ever.en}",
    )


def paces_apart(expected: float, needed: float) -> tuple[str, str]:
    """Return both paces as printed, with as many decimals (two to six) as tell which is the smaller one.

    >>> paces_apart(0.524, 1.5), paces_apart(1.2761, 1.2764)
    (('0.52', '1.50'), ('1.2761', '1.2764'))
    """
    for decimals in range(2, 7):
        pair = (f"{expected:.{decimals}f}", f"{needed:.{decimals}f}")
        if pair[0] != pair[1]:
            break
    return pair if expected != needed else (f"{expected:.2f}", f"{needed:.2f}")


@dataclass(frozen=True, slots=True)
class _Judged:
    """How a course that moves on is judged, and below which chance it is clear."""

    forecast: OutlookRule
    calibration: Calibration
    clear_at: float


def _clearing(tracks: Sequence[Track], opened: set[tuple[str, str]], by: _Judged) -> dict[tuple[str, str], float]:
    """Return what each warned course would have to reach within three months, by bisection of all at once."""
    found: dict[tuple[str, str], float] = {}
    for frequency, per_year in PER_YEAR.items():
        group = [t for t in tracks if t.law == "pace" and t.measured.frequency == frequency and t.left > 0]
        warned = [n for n, t in enumerate(group) if (t.target.id, t.place) in opened]
        if not warned:
            continue
        panel, steps = Panel.of(group), max(1, _CLEARING * per_year // 12)
        now = panel.courses.known
        low = np.nan_to_num([t.reached for t in group])
        limit = np.array([t.limit for t in group])
        high = np.maximum(limit, low)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            chance = _if_reached(panel, middle, min(steps, panel.courses.exposure.shape[1] - now), by)
            enough = chance < by.clear_at
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        for n in warned:
            share = high[n]
            value = float(group[n].value_of(share))
            value = math.ceil(value / group[n].step - 1e-9) * group[n].step if group[n].step else value
            alone = not is_full(group[n])  # full coverage is cleared by the counties that lag, not by the city's sum
            known = alone and not math.isnan(share) and share < limit[n] - 1e-6
            found[group[n].target.id, group[n].place] = value if known else math.nan
    return found


def _if_reached(panel: Panel, share: Floats, steps: int, by: _Judged) -> Floats:
    """Return the probabilities if every course reached a share on a straight way over the next periods."""
    courses = panel.courses
    start = np.nan_to_num([t.reached for t in panel.tracks])
    way = start[:, None] + (share - start)[:, None] * (np.arange(1, steps + 1) / steps)
    later = Courses(np.concatenate((courses.attained, way), 1), courses.exposure, courses.grain, courses.months)
    moved = replace(panel, courses=later)
    return moved.alone(moved.ahead(later.known, by.forecast.pace)[0], later.known, by.calibration)
