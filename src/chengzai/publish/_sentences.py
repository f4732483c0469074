"""Sentences about targets: each figure bound to its cell, each statement to its claim."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence

from chengzai.assess import Assessment, ahead_words, change_words, class_name
from chengzai.publish._blocks import STATE_WORD, Figure, Line, Part, figure
from chengzai.publish._claims import Said, said
from chengzai.publish._edition import Edition

LATE = ("far_behind", "behind")


class Sentences:
    """Writes sentences about the targets of one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.root = edition.plan.root

    def figure(self, cell: str, decimals: int = 0, *, unsigned: bool = False) -> Figure:
        return figure(self.edition, cell, decimals, unsigned=unsigned)

    def late(self, states: Sequence[str] = LATE) -> list[str]:
        """Return the city's targets in the given states, the farthest behind first."""
        city = self.edition.city
        return sorted((t for t, a in city.items() if a.state in states), key=lambda t: _or_nought(city[t].gap))

    def level(self, target_id: str, place: str = "") -> Line:
        """Return a target's value as the beginning of a sentence, by default the city's."""
        place = place or self.root
        target = self.edition.plan.target[target_id]
        when = self.when(self.edition.judged[place][target_id])
        return (f"{self.edition.label(target)}{when}为", *self.value(target_id, place))

    def value(self, target_id: str, place: str) -> Line:
        """Return a value with its unit; a class of quality by its name."""
        target, a = self.edition.plan.target[target_id], self.edition.judged[place][target_id]
        if name := class_name(a.value) if target.of_class and not self.edition.counts_counties(target, place) else "":
            return (said(f"{name}类", "is-class", target_id, place),)
        decimals = self.edition.value_decimals(target, place)
        return self.figure(f"target/{target_id}/{place}/value", decimals), self.unit(target_id, place)

    def unit(self, target_id: str, place: str) -> str:
        return self.edition.unit_at(self.edition.plan.target[target_id], place)

    def when(self, a: Assessment) -> str:
        """Return the period a value speaks of, where it is not the month of the bulletin."""
        if self.edition.plan.target[a.target].every_year:
            upto = "1—" if a.measured.part > 1 else ""
            monthly = a.measured.frequency == "month"
            return f"（{a.measured.year}年{upto}{a.measured.part}月）" if monthly else _period(a)
        return "" if a.measured.frequency == "month" else _period(a)

    def versus(self, target_id: str, place: str = "") -> Line:
        """Return how far a target has come, and how that compares with 序时进度; words carry the sign.

        A distance that prints as nought is no lead and no lag. What is kept, or held within a limit, has no way to go:
        its reason is said.
        """
        place = place or self.root
        a, cell = self.edition.judged[place][target_id], f"target/{target_id}/{place}"
        if math.isnan(a.gap):
            return (self.reason(target_id, place),)
        if a.met:
            return (said("已达到目标值", "met", target_id, place),)
        attained: Line = ("完成进度", self.figure(f"{cell}/attained", 1), "%，")
        phrase = ahead_words(a.gap, self.edition.rules.rounding.value)
        if math.isnan(phrase.amount):
            return (*attained, said(phrase.before.zh, "level", target_id, place))
        word = said(phrase.before.zh, "ahead" if a.gap > 0 else "lags", target_id, place)
        return (*attained, word, self.figure(f"{cell}/gap", 1, unsigned=True), "个百分点")

    def reason(self, target_id: str, place: str = "") -> Said:
        """Return why a target has its state, where no distance tells it."""
        place = place or self.root
        return said(self.edition.judged[place][target_id].reason.zh.rstrip("。"), "reason", target_id, place)

    def problem(self, number: int, target_id: str) -> Line:
        """Return one problem: where the target stands, why it has its light, and which counties hold it back."""
        a, target = self.edition.city[target_id], self.edition.plan.target[target_id]
        name = said(f"{self.edition.label(target)}{self.when(a)}", "in-state", target_id, self.root, a.state)
        stand: Line = (self.reason(target_id),)
        if not math.isnan(a.gap):
            stand = ("现为", *self.value(target_id, self.root), "，", *self.versus(target_id))
        return (ordinal(number), name, "：", *stand, *self.late_counties(target_id, before="，"), "。")

    def late_counties(self, target_id: str, *, before: str = "") -> Line:
        """Return the counties that are behind in a target; nothing where none is."""
        codes = [c for c in self.edition.counties if self.edition.state(target_id, c) in LATE]
        if not codes:
            return ()
        names = "、".join(self.edition.places[c].name for c in codes)
        return before, said(f"滞后的有{names}", "late-counties", target_id, *codes)

    def pace(self, target_id: str) -> Line:
        """Return what a target still needs until its deadline, the pace that brings it about, and its best so far."""
        pace, cell = self.edition.pace(target_id), f"target/{target_id}/{self.root}"
        target, unit = self.edition.plan.target[target_id], self._unit_of_change(target_id)
        decimals = self.edition.decimals(target)
        line: Line = ("到期前还须", self._verb(target_id, pace.verb.zh), self.figure(f"{cell}/rest", decimals), unit)
        if not math.isnan(pace.each):
            each = self.figure(f"{cell}/pace", self.edition.change_decimals(target))
            line += (f"，{pace.lead.zh}", each, f"{unit}可如期达到")
        return (*line, "；", *self.best(target_id))

    def rest_and_pace(self, target_id: str) -> tuple[Line, Line]:
        """Return for a table what is still to be done and the pace that does it; dashes where there is none to say."""
        if math.isnan(self.edition.city[target_id].needed):
            return ("—",), ("—",)
        pace, cell = self.edition.pace(target_id), f"target/{target_id}/{self.root}"
        target, unit = self.edition.plan.target[target_id], self._unit_of_change(target_id)
        rest: Line = (
            self._verb(target_id, pace.verb.zh),
            self.figure(f"{cell}/rest", self.edition.decimals(target)),
            unit,
        )
        if math.isnan(pace.each):
            return rest, ("—",)
        return rest, (pace.span.zh, self.figure(f"{cell}/pace", self.edition.change_decimals(target)))

    def best(self, target_id: str) -> Line:
        """Return the best change towards the goal that one period has shown, or that there was none."""
        a, target = self.edition.city[target_id], self.edition.plan.target[target_id]
        each = {"month": "单月", "quarter": "单季", "year": "单年"}[a.measured.frequency]
        if math.isnan(a.best):
            return (said("历史最好水平无从比较", "no-best", target_id),)
        if a.best * a.needed <= 0:
            return (said("至今没有一期更接近目标", "never-nearer", target_id),)
        verb = "完成" if target.kind in {"cumulative", "flow"} else change_words(target, a.best).before.zh
        words = f"历史最好{each}{verb}"
        best = self.figure(f"target/{target_id}/{self.root}/best", self.edition.change_decimals(target), unsigned=True)
        return (
            said(words, "best-rise" if a.best > 0 else "best-fall", target_id),
            best,
            self._unit_of_change(target_id),
        )

    def _verb(self, target_id: str, verb: str) -> Said:
        return said(verb, "must-rise" if self.edition.city[target_id].needed > 0 else "must-fall", target_id)

    def _unit_of_change(self, target_id: str) -> str:
        unit = self.edition.pace(target_id).unit
        return unit.zh if unit else self.unit(target_id, self.root)

    def deadline(self, target_id: str) -> Said:
        """Return the day by which a target is to be reached."""
        day = self.edition.plan.target[target_id].deadline
        words = (
            f"{day.year}年{day.month}月底前" if day == last_of_month(day) else f"{day.year}年{day.month}月{day.day}日前"
        )
        return said(f"{words}完成", "deadline", target_id, f"{day.year}-{day.month:02}")

    def owner(self, target_id: str, before: str = "责任单位为", none: str = "责任单位待责任分解确定") -> Said:
        """Return the unit that answers for a target, with words before it, or that there is none yet."""
        allocation = self.edition.allocations.get(target_id)
        if allocation and allocation.owner:
            return said(f"{before}{allocation.owner}", "owner", target_id, allocation.owner)
        return said(none, "no-owner", target_id)


def last_of_month(day: dt.date) -> dt.date:
    """Return the last day of a day's month.

    >>> last_of_month(dt.date(2024, 2, 3)).day
    29
    """
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _period(a: Assessment) -> str:
    quarter = f"第{'一二三四'[a.measured.part - 1]}季度" if a.measured.frequency == "quarter" else ""
    return f"（{a.measured.year}年{quarter}）"


def _or_nought(gap: float) -> float:
    return 0.0 if math.isnan(gap) else gap


def count_change(subject: str, cell: str, number: float, shown: Figure) -> Line:
    """Return how a count changed: 增加, 减少 or 没有变化, with the number where there is one."""
    if not number:
        return (said(f"{subject}没有变化", "unmoved", cell),)
    word = said(f"{subject}增加", "rose", cell) if number > 0 else said(f"{subject}减少", "fell", cell)
    return word, shown, "项"


def state_counts(writer: Sentences, place: str, states: Sequence[str] = tuple(STATE_WORD)) -> Line:
    """Return how many targets of a place are in each state, those with none passed over: “按期3项、滞后1项”."""
    counts: Mapping[str, int] = writer.edition.counts(place)
    line: list[Part] = []
    for state in states:
        if counts[state]:
            line += [STATE_WORD[state], writer.figure(f"count/{place}/{state}"), "项", "、"]
    return tuple(line[:-1])


def ordinal(number: int) -> str:
    return f"{number}."
