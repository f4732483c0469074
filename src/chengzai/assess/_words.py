"""How a number is said beside a target: words that follow its direction, its comparator and the sign.

Every function gives a `Phrase`: the words before and after a number, and the number itself, never negative and in the
canonical unit, so that whoever prints it can bind the figure to its cell. A phrase without a number has NaN.
"""

import math
from dataclasses import dataclass

from chengzai.assess._progress import rounded_gap
from chengzai.kernel import Text, unit_scale
from chengzai.plan import Target

_NOTHING = Text("", "")
_POINTS = Text("个百分点", "points")
_CLASS = Text("个类别", "classes")
_ROMAN = "ⅠⅡⅢⅣⅤ"
_TAIL = 1e-9


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words around a number. `unit` takes the place of the target's own unit where the words need another one."""

    before: Text
    amount: float = math.nan
    after: Text = _NOTHING
    unit: Text | None = None

    def said(self, number: str, unit: str = "") -> Text:
        """Return the phrase with its number as printed and the target's unit; a phrase without a number has neither.

        >>> Phrase(Text("还差", "short by "), 83.0).said("83", "个").zh
        '还差83个'
        """
        if math.isnan(self.amount):
            return Text(self.before.zh + self.after.zh, self.before.en + self.after.en)
        named = self.unit or Text(unit, unit)
        gap = " " if named.en and named.en != "%" else ""
        return Text(
            f"{self.before.zh}{number}{named.zh}{self.after.zh}",
            f"{self.before.en}{number}{gap}{named.en}{self.after.en}",
        )


def class_name(value: float) -> str:
    """Return a class of quality as the standard writes it, the one worse than all as 劣Ⅴ; empty where it is none.

    Source: GB 3838-2002, 3; 劣Ⅴ类 is what meets none of the five.

    >>> class_name(2.0), class_name(6.0), class_name(2.5)
    ('Ⅱ', '劣Ⅴ', '')
    """
    if not math.isfinite(value) or value != int(value) or value < 1:
        return ""
    return _ROMAN[int(value) - 1] if value <= len(_ROMAN) else "劣Ⅴ" if value == len(_ROMAN) + 1 else ""


def comparison_words(target: Target, goal: float = math.nan) -> Phrase:
    """Return what the target asks of its number: 不少于, 超过, 不高于, 低于, 达到, 左右, 优于或等于, 前.

    `goal` replaces the plan's number where a part of it was allocated. Strictness comes from the comparator, the side
    from the direction: “Ⅱ类以上” is 优于或等于Ⅱ类 although Ⅰ is the smaller number.
    """
    if math.isnan(goal):
        goal = float(target.canonical.value) if target.canonical else math.nan
    if math.isnan(goal):
        return Phrase(Text("完成", "done"))
    after = Text("左右", "") if target.around else _NOTHING
    return Phrase(_asked(target), goal, after)


_LEVELS = {
    ("up", ""): Text("不低于", "at least "),
    ("up", "strict"): Text("超过", "more than "),
    ("up", "bare"): Text("达到", ""),
    ("down", ""): Text("不高于", "at most "),
    ("down", "strict"): Text("低于", "less than "),
    ("down", "bare"): Text("降到", "down to "),
}
_COUNTED = _LEVELS | {
    ("up", ""): Text("不少于", "at least "),
    ("down", ""): Text("不超过", "at most "),
    ("down", "strict"): Text("少于", "less than "),
}


def _asked(target: Target) -> Text:
    if target.around:
        return Text("", "about ")
    if target.of_class:
        return Text("优于", "better than ") if target.strict else Text("优于或等于", "as good as or better than ")
    if target.of_rank:
        return Text("高于第", "above place ") if target.strict else Text("前", "among the first ")
    way = "bare" if target.comparator == "==" and target.kind != "maintain" else "strict" if target.strict else ""
    counted = target.whole or target.kind in {"cumulative", "flow"}
    return (_COUNTED if counted else _LEVELS)[target.direction, way]


def goal_sign(target: Target) -> Text:
    """Return the short sign before a goal in a table; empty for a bare number, words for classes and ranks."""
    if target.of_class or target.of_rank:
        return comparison_words(target, 1.0).before
    if target.around:
        return Text("≈", "≈")
    if target.comparator == "==":
        return _NOTHING
    strict = target.comparator in {">", "<"}
    sign = ("＞" if strict else "≥") if target.direction == "up" else ("＜" if strict else "≤")
    return Text(sign, sign)


def must_reach(target: Target, goal: float, *, counts_places: bool = False) -> float:
    """Return the value that would satisfy the words: for whole things the next whole one, past it if they are strict.

    With `counts_places` the goal counts places that each reach theirs, and strictness stays with each of them.
    """
    if counts_places or not target.whole or math.isnan(goal):
        return goal
    if target.direction == "up":
        return math.floor(goal + _TAIL) + 1.0 if target.strict else math.ceil(goal - _TAIL) + 0.0
    return math.ceil(goal - _TAIL) - 1.0 if target.strict else math.floor(goal + _TAIL) + 0.0


def distance_words(target: Target, value: float, goal: float, *, met: bool, counts_places: bool = False) -> Phrase:
    """Return how far a value is from satisfying the words: 还差, 比目标高, 正好等于界限, or that it does.

    `met` is the judgement's own, which knows the tolerance of 左右.
    """
    if met:
        return Phrase(Text("已达到目标", "reached"))
    if math.isnan(value) or math.isnan(goal):
        return Phrase(Text("没有可比的数", "nothing to compare"))
    if counts_places:
        return Phrase(Text("还差", "short by "), goal - value)
    if target.of_class:
        return Phrase(Text("劣于目标", "worse by "), value - goal, unit=_CLASS)
    if target.of_rank:
        return Phrase(Text("落后", "behind by "), value - must_reach(target, goal))
    return _numeric_distance(target, value, goal)


def _numeric_distance(target: Target, value: float, goal: float) -> Phrase:
    off = must_reach(target, goal) - value
    unit = _POINTS if target.base_unit == "%" else None
    if math.isclose(value, goal, rel_tol=_TAIL) and not target.whole:
        words = ("正好等于界限，尚未超过", "at the limit, not above it")
        if target.direction == "down":
            words = ("正好等于界限，尚未低于", "at the limit, not below it")
        return Phrase(Text(*words))
    if target.around:
        over = value > goal
        return Phrase(
            Text("比目标多" if over else "比目标少", "above by " if over else "below by "), abs(off), unit=unit
        )
    if target.direction == "up":
        return Phrase(Text("还差", "short by "), off, unit=unit)
    counted = target.whole or target.kind in {"cumulative", "flow"}
    return Phrase(Text("比目标多" if counted else "比目标高", "above by "), -off, unit=unit)


def surplus_words(total: float, whole: float) -> Phrase:
    """Return by how much parts miss their whole: 多, 少, or nothing where they make it.

    >>> surplus_words(783.0, 700.0).said("83").zh, surplus_words(690.0, 700.0).said("10").zh
    ('多83', '少10')
    """
    if math.isclose(total, whole, rel_tol=_TAIL, abs_tol=_TAIL):
        return Phrase(Text("正好", "exact"))
    return Phrase(Text("多", "over by ") if total > whole else Text("少", "short by "), abs(total - whole))


def change_words(target: Target, change: float, *, counts_places: bool = False) -> Phrase:
    """Return how a value moved: 增加 or 减少 of amounts, 提高 or 下降 of shares, 改善 or 变差 of classes.

    With `counts_places` the value counts places that reach their own goal.
    """
    if math.isnan(change):
        return Phrase(Text("没有可比的数", "nothing to compare"))
    if change == 0:
        return Phrase(Text("持平", "unchanged"))
    risen, size = change > 0, abs(change)
    if target.of_class and not counts_places:
        return Phrase(Text("变差", "worse by ") if risen else Text("改善", "better by "), size, unit=_CLASS)
    if target.of_rank and not counts_places:
        return Phrase(Text("后退", "back by ") if risen else Text("前进", "up by "), size)
    if (target.kind in {"ratio", "coverage"} or target.base_unit == "%") and not counts_places:
        unit = _POINTS if target.base_unit == "%" else None
        return Phrase(Text("提高", "up by ") if risen else Text("下降", "down by "), size, unit=unit)
    return Phrase(Text("增加", "up by ") if risen else Text("减少", "down by "), size)


def ahead_words(gap: float, rounding: str = "half_up") -> Phrase:
    """Return a gap in points against 序时进度: 快于, 慢于, or 与序时进度持平 where it prints as nought.

    >>> ahead_words(-5.83).said("5.8").zh, ahead_words(0.04).said("").zh
    ('慢于序时进度5.8个百分点', '与序时进度持平')
    """
    if math.isnan(gap):
        return Phrase(Text("没有序时进度可比", "no schedule to compare"))
    if not rounded_gap(gap, rounding):
        return Phrase(Text("与序时进度持平", "on schedule"))
    before = Text("快于序时进度", "ahead of schedule by ") if gap > 0 else Text("慢于序时进度", "behind schedule by ")
    return Phrase(before, abs(gap), unit=_POINTS)


_SPANS = ((1, Text("每月", "a month")), (3, Text("每季度", "a quarter")), (6, Text("每半年", "a half-year")),
          (12, Text("每年", "a year")))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """What is still to be done by the deadline: `rest` in all and `each` span, in canonical units, never negative.

    `span` is 每月, 每季度, 每半年 or 每年. Where a year would carry less than one whole thing, or fewer than two spans
    are left, `each` is NaN and the rest alone is said. `verb` follows kind and direction: 完成, 增加, 减少, 提高, 下降.
    """

    verb: Text
    rest: float
    each: float
    span: Text
    unit: Text | None = None
    whole: bool = False

    @property
    def lead(self) -> Text:
        """The words before the pace: an amount is an average and printed rounded, a whole number is enough as it is."""
        if self.whole:
            return Text(f"{self.span.zh}{self.verb.zh}", "")
        return Text(f"平均{self.span.zh}{self.verb.zh}约", "about ")

    def said(self, rest: str, each: str, unit: str) -> Text:
        """Return the sentence: what is left, and the pace that brings it about in time."""
        named = self.unit or Text(unit, unit)
        zh = f"到期前还须{self.verb.zh}{rest}{named.zh}"
        en = f"{rest} {named.en} still to {self.verb.en}".replace("  ", " ")
        if math.isnan(self.each):
            return Text(zh, en)
        return Text(
            f"{zh}，{self.lead.zh}{each}{named.zh}可如期达到",
            f"{en}; {self.lead.en}{each} {self.span.en} will do".replace("  ", " "),
        )


def pace_words(
    target: Target, value: float, goal: float, months_left: int, *, each_months: int = 1, counts_places: bool = False
) -> Pace:
    """Return the pace that reaches the goal in `months_left`, said over the shortest span in which a whole thing fits.

    `each_months` is the length of the indicator's own period: nothing is asked oftener than it is measured.
    For whole things the pace is rounded up, and keeping it for the whole spans left does reach the goal.
    Nothing is left to do for a value that satisfies the words; `rest` is 0 then. With `counts_places` the places that
    reach their own goal are counted, which come whole and only upwards.
    """
    wanted = must_reach(target, goal, counts_places=counts_places)
    whole, up = target.whole or counts_places, target.direction == "up" or counts_places
    rest = max(wanted - value if up else value - wanted, 0.0)
    unit = None if counts_places else _CLASS if target.of_class else _POINTS if target.base_unit == "%" else None
    verb = Text("增加", "add") if counts_places else _verb(target)
    exact = counts_places or unit_scale(target.unit)[0] == 1  # people in 万 are printed rounded
    for months, words in _SPANS:
        spans = months_left // months
        if months < each_months or spans < 2 or not rest > 0:
            continue
        if not whole:
            return Pace(verb, rest, rest / spans, words, unit)
        if rest >= spans:
            return Pace(verb, rest, float(math.ceil(rest / spans - _TAIL)), words, unit, whole=exact)
    return Pace(verb, rest, math.nan, _NOTHING, unit)


def _verb(target: Target) -> Text:
    up = target.direction == "up"
    if target.of_class:
        return Text("改善", "improve")
    if target.of_rank:
        return Text("前进", "gain")
    if target.kind in {"ratio", "coverage"} or target.base_unit == "%":
        return Text("提高", "gain") if up else Text("下降", "shed")
    if target.kind == "stock":
        return Text("增加", "add") if up else Text("减少", "shed")
    return Text("完成", "do") if up else Text("减少", "shed")


def never_shown(target: Target, needed: float, best: float) -> bool:
    """Return whether the change a period still needed is more than any past period has shown; false where unknown.

    A best that goes the wrong way is less than any change needed.
    """
    if math.isnan(needed) or math.isnan(best):
        return False
    return needed > best if target.direction == "up" or target.each else needed < best
