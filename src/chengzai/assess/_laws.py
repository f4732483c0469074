"""The law of each kind at its edges: what state a value has, by which code, and the words for it.

Everything here is arithmetic on one value; reports, places and time have been judged before.
The table of laws, edge by edge, stands in `docs/explanation/how-numbers-are-made.md`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chengzai.assess._lights import Band, band_of
from chengzai.assess._progress import attained_share
from chengzai.assess._words import distance_words
from chengzai.kernel import Period, Text, unit_scale
from chengzai.plan import Target

_ORDER = ("on_course", "watch", "behind", "far_behind")
_WHOLE_WAY_BACK = -1.0


@dataclass(frozen=True, slots=True)
class Stand:
    """A value beside its baseline and goal, canonical; `expected` is the share of the way that is due by now.

    `over` tells that the day (or the year, for a yearly number) has come; `once` is the last earlier period in which
    the words were satisfied, `late` that this came only after the day. With `counts_places` the value counts the
    places that reach their own goal.
    """

    target: Target
    value: float
    baseline: float
    goal: float
    expected: float
    tolerance: float
    over: bool = False
    once: Period | None = None
    late: bool = False
    counts_places: bool = False

    def satisfied_by(self, value: float) -> bool:
        """Return whether a value satisfies the words; of counted places all must."""
        if self.counts_places:
            return value >= self.goal
        return self.target.met_by(value, goal=self.goal, tolerance=self.tolerance)

    @property
    def met(self) -> bool:
        """Whether the present value satisfies the words."""
        return self.satisfied_by(self.value)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the law says: the state, the code of the edge, the words, and the numbers that there are (else NaN)."""

    law: str
    code: str
    state: str
    reason: Text
    attained: float = math.nan
    gap: float = math.nan


def rule(stand: Stand, bands: Sequence[Band]) -> Ruling:
    """Return the ruling on a value of a kind that progresses, is capped, or began beyond its goal."""
    if is_cap(stand.target):
        return _cap(stand, bands)
    if not math.isnan(stand.baseline) and stand.satisfied_by(stand.baseline):
        return _kept_from_the_start(stand)
    if stand.met:
        return _reached(stand)
    if math.isnan(stand.baseline):
        return _missed(stand) if stand.over else _untold("no-baseline", "没有基数", "no baseline")
    if stand.goal == stand.baseline:
        return _from_the_limit(stand)
    return _under_way(stand, bands)


def maintain(stand: Stand) -> Ruling:
    """Return the ruling on what must be kept: the present value decides, an earlier breach is said."""
    if not stand.met:
        gap = _distance(stand)
        return Ruling("keep", "broken", "behind", Text(f"没有保持在要求以内，{gap.zh}。", f"Not kept: {gap.en}."))
    if stand.once is not None:
        when = period_words(stand.once)
        words = Text(f"现保持在要求以内，{when.zh}曾不在。", f"Kept now; it was not in {when.en}.")
        return Ruling("keep", "kept-again", "on_course", words)
    return Ruling("keep", "kept", "on_course", Text("保持在要求以内。", "Kept."))


def is_cap(target: Target) -> bool:
    """Return whether a running total must stay within a limit, such as 每年不超过100起."""
    return target.direction == "down" and (target.kind == "cumulative" or target.every_year) and not target.each


def _cap(stand: Stand, bands: Sequence[Band]) -> Ruling:
    """A cap is satisfied while it holds; passing it cannot be undone where the total counts things.

    A total that uses its limit up faster than time passes has the light of the points by which it does.
    """
    if not stand.met:
        state = "far_behind" if stand.target.whole or stand.target.kind == "cumulative" else "behind"
        gap = _distance(stand)
        return Ruling("cap", "cap-passed", state, Text(f"已超出限额，{gap.zh}。", f"The limit is passed: {gap.en}."))
    counted = stand.target.whole or stand.target.kind == "cumulative"
    used = stand.value / stand.goal if stand.goal > 0 and counted else math.nan
    if not stand.over and used > stand.expected:
        state = band_of(bands, (stand.expected - used) * 100).state
        zh = f"在限额以内，已用{used * 100:.1f}%，时间过去{stand.expected * 100:.1f}%。"
        en = f"Within the limit: {used * 100:.1f}% used, {stand.expected * 100:.1f}% of the time gone."
        return Ruling("cap", "cap-fast", state, Text(zh, en))
    return Ruling("cap", "cap-held", "on_course", Text("在限额以内。", "Within the limit."))


def _kept_from_the_start(stand: Stand) -> Ruling:
    """What had reached its goal before it began has no way to go: it is kept or it is not."""
    if stand.met:
        words = Text("开始时已达到目标值，现保持达到。", "Reached before the plan began, and kept.")
        return Ruling("keep", "reached-before", "on_course", words)
    gap = _distance(stand)
    words = Text(f"开始时已达到目标值，现没有达到，{gap.zh}。", f"Reached before the plan began, not now: {gap.en}.")
    return Ruling("keep", "lost-since", "behind", words)


def _reached(stand: Stand) -> Ruling:
    attained = way(stand)
    gap = (attained - stand.expected) * 100
    if stand.late:
        words = Text("到期后才达到目标值。", "Reached after its day.")
        return Ruling("progress", "reached-late", "on_course", words, attained, gap)
    return Ruling("progress", "reached", "on_course", Text("已达到目标值。", "The goal is reached."), attained, gap)


def _from_the_limit(stand: Stand) -> Ruling:
    """A strict goal equal to its baseline: at the limit everything is still to do, below it ground has been lost."""
    if stand.over:
        return _missed(stand)
    gap = _distance(stand)
    at_limit = math.isclose(stand.value, stand.goal, rel_tol=1e-12)
    words = Text(f"基数正好等于界限，现{gap.zh}。", f"The baseline is at the limit; now {gap.en}.")
    return Ruling("progress", "baseline-at-limit", "watch" if at_limit else "behind", words)


def _under_way(stand: Stand, bands: Sequence[Band]) -> Ruling:
    share = way(stand)
    gap = (share - stand.expected) * 100
    state = band_of(bands, gap).state
    done, due = f"{share * 100:.1f}%", f"{stand.expected * 100:.1f}%"
    progress = Text(f"完成进度{done}，应达{due}", f"{done} attained, {due} due")
    if share < _WHOLE_WAY_BACK:
        share, gap = math.nan, math.nan  # a way so short tells nothing in per cent
        progress = Text("", "")
    code, floor, before = _edge(stand, share)
    after = f"，{progress.zh}" if progress.zh else ""
    after_en = f"; {progress.en}" if progress.en else ""
    words = Text(f"{before.zh}{after}。", f"{before.en}{after_en}.") if code != "under-way" else _sentence(progress)
    return Ruling("progress", code, _at_best(floor, state), words, share, gap)


def _edge(stand: Stand, share: float) -> tuple[str, str, Text]:
    """Return the code of what is not plain progress, the best state it may have, and the words before the shares."""
    gap = _distance(stand)
    if stand.over:
        return "missed", "behind", Text(f"已到期，没有达到目标值，{gap.zh}", f"Its day has come, not reached: {gap.en}")
    if stand.once is not None:
        when = period_words(stand.once)
        return "fell-back", "watch", Text(f"{when.zh}曾达到目标值，现{gap.zh}", f"Reached in {when.en}, now {gap.en}")
    if stand.target.around and (stand.value - stand.goal) * (stand.goal - stand.baseline) > 0:
        return "past-the-mark", "watch", Text(f"走过了目标，{gap.zh}", f"Past the mark: {gap.en}")
    if not share >= 0:
        return "worse-than-baseline", "on_course", Text(f"不如开始时，{gap.zh}", f"Worse than the baseline: {gap.en}")
    if math.isclose(stand.value, stand.goal, rel_tol=1e-12):
        return "at-the-limit", "on_course", gap
    return "under-way", "on_course", gap


def _missed(stand: Stand) -> Ruling:
    gap = _distance(stand)
    words = Text(f"已到期，没有达到目标值，{gap.zh}。", f"Its day has come, not reached: {gap.en}.")
    return Ruling("progress", "missed", "behind", words)


def _untold(code: str, zh: str, en: str) -> Ruling:
    return Ruling("", code, "cannot_tell", Text(f"无法判断：{zh}。", f"Cannot tell: {en}."))


def _sentence(text: Text) -> Text:
    return Text(f"{text.zh}。", f"{text.en}.")


def way(stand: Stand) -> float:
    """Return the share of the way that is done, NaN without a baseline; near a mark, what is too much counts back.

    It passes 1 only where the words are satisfied: (x − b)/(t − b), and 1 − |x − t|/|t − b| for 左右.
    """
    if math.isnan(stand.baseline) or stand.goal == stand.baseline:
        return math.nan
    if stand.target.around and not stand.counts_places:
        return 1.0 - abs(stand.value - stand.goal) / abs(stand.goal - stand.baseline)
    return attained_share(stand.value, baseline=stand.baseline, goal=stand.goal)


def _at_best(floor: str, state: str) -> str:
    return max(floor, state, key=_ORDER.index)


def _distance(stand: Stand) -> Text:
    """Return how far the value is from satisfying the words, with its number in the plan's own unit."""
    target = stand.target
    phrase = distance_words(target, stand.value, stand.goal, met=stand.met, counts_places=stand.counts_places)
    if stand.counts_places:
        return phrase.said(f"{phrase.amount:g}", "个")
    return phrase.said(number_words(target, phrase.amount), target.unit)


def number_words(target: Target, value: float) -> str:
    """Return a value in the plan's own unit with as many decimals as it needs to differ from nought, two as a rule."""
    if math.isnan(value):
        return "—"
    shown = value / float(unit_scale(target.unit)[0])
    decimals = next((d for d in range(2, 10) if round(shown, d) != 0), 2)
    return f"{round(shown, decimals):,.{decimals}f}".rstrip("0").rstrip(".")


def period_words(period: Period) -> Text:
    """Return a period as a sentence names it: 2026年5月, 2026年第二季度, 2026年."""
    part = {"month": f"{period.part}月", "quarter": f"第{'一二三四'[(period.part - 1) % 4]}季度"}
    return Text(f"{period.year}年{part.get(period.frequency, '')}", period.text)
