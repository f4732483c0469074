"""A month judged by plain arithmetic over its raw records, to hold printed claims against.

It shares no code with the stages: reports are a dictionary, places are prefixes of codes, and every law is written
down again from `docs/explanation/how-numbers-are-made.md`. Nothing here is fast.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from claims.months import COMPLETENESS, FAST, ROOT, Goal, Month

TAIL = 1e-9
JUDGED = ("on_course", "watch", "behind", "far_behind")
LATE = ("behind", "far_behind")
THINGS = {"个", "户", "家"}


@dataclass
class Verdict:
    """How one target stands at one place; None where there is no such number."""

    state: str
    value: float | None = None
    goal: float | None = None
    attained: float | None = None
    expected: float | None = None
    gap: float | None = None
    met: bool = False
    full: bool = True
    due: int = 0


def months_between(first: str, last: str) -> int:
    begin, end = (int(p[:4]) * 12 + int(p[5:]) for p in (first, last))
    return end - begin


def month_after(period: str, by: int = 1) -> str:
    year, month = (int(x) for x in period.split("-"))
    n = year * 12 + month - 1 + by
    return f"{n // 12}-{n % 12 + 1:02}"


class NaiveMonth:
    """What can be known of a month from its records alone."""

    def __init__(self, month: Month):
        self.month = month
        self.cells = {(code, unit, period): value for code, unit, period, value in month.reports}
        self.goals = {g.id: g for g in month.goals if not g.each or month.counties}
        self._kept: dict[tuple[str, str, str], Verdict | None] = {}

    # reports

    def units(self, level: str, place: str, period: str) -> list[str]:
        every = {"prefecture": [ROOT], "county": self.month.counties, "township": self.month.townships}[level]
        gone = self.month.abolished
        return [unit for unit in every if unit.startswith(place) and period <= gone.get(unit, period)]

    def in_for(self, goal: Goal, place: str, period: str) -> tuple[int, int]:
        """Return how many units reported all of a goal's elements for a period, and how many there are."""
        units = self.units(goal.elements[0][1], place, period)
        return sum(all((c, u, period) in self.cells for c, _, _ in goal.elements) for u in units), len(units)

    def total(self, goal: Goal, place: str, period: str) -> list[float] | None:
        """Return each element's total over the units that reported all of them; None where none did."""
        units = [
            u
            for u in self.units(goal.elements[0][1], place, period)
            if all((c, u, period) in self.cells for c, _, _ in goal.elements)
        ]
        if not units:
            return None
        found = []
        for code, _, over in goal.elements:
            values = [self.cells[code, u, period] for u in units]
            found.append({"sum": sum(values), "mean": sum(values) / len(values), "max": max(values)}[over])
        return found

    def window(self, goal: Goal, period: str) -> list[str]:
        """Return the periods that a goal's formula looks at."""
        first = "2023-01"
        back = {"cumulative": months_between(first, period), "flow": int(period[5:]) - 1}.get(goal.kind, 0)
        if goal.formula.startswith("trailing"):
            back = 2
        return [p for p in (month_after(period, -n) for n in range(back, -1, -1)) if p >= first]

    def value(self, goal: Goal, place: str, period: str) -> float | None:
        if goal.each and place == ROOT:
            stands = [self.value(goal, c, period) for c in self.month.counties]
            known = [v for v in stands if v is not None]
            return float(sum(self.satisfies(goal, v, goal.value) for v in known)) if known else None
        if self.total(goal, place, period) is None:
            return None
        if goal.formula.startswith("trailing") and months_between("2023-01", period) < 2:
            return None
        sums = [t for p in self.window(goal, period) if (t := self.total(goal, place, p)) is not None]
        if goal.kind == "ratio":
            above, below = sums[-1]
            return above / below * 100 if below else None
        return sum(t[0] for t in sums)

    def least(self, goal: Goal, place: str, period: str) -> tuple[int, int, str]:
        """Return reports in and due of the least complete part of the window, the newest of equals."""
        parts = [(*self.in_for(goal, place, p), p) for p in self.window(goal, period)]
        return min(reversed(parts), key=lambda part: Fraction(part[0], part[1]) if part[1] else Fraction(1))

    # laws

    def satisfies(self, goal: Goal, value: float, wanted: float) -> bool:
        if abs(value - wanted) <= TAIL * max(1.0, abs(wanted)):
            return goal.comparator in {">=", "<="}
        return value > wanted if goal.comparator.startswith(">") else value < wanted

    def wanted(self, goal: Goal, place: str) -> float | None:
        if goal.each:
            return float(len(self.month.counties)) if place == ROOT else float(goal.value)
        if place == ROOT:
            return float(goal.value * goal.worth)
        return self.month.allocations.get(goal.id, {}).get("shares", {}).get(place)

    def baseline(self, goal: Goal, place: str) -> float | None:
        if goal.kind == "cumulative" or goal.every_year or goal.each:
            return 0.0
        authored = self.month.allocations.get(goal.id, {})
        return authored.get("baseline") if place == ROOT else authored.get("county_baselines", {}).get(place)

    def expected(self, goal: Goal, period: str) -> float:
        if goal.every_year:
            return int(period[5:]) / 12
        return min((months_between("2023-01", period) + 1) / (months_between("2023-01", goal.deadline) + 1), 1.0)

    def over(self, goal: Goal, period: str) -> bool:
        return period.endswith("-12") if goal.every_year else period >= goal.deadline

    def has(self, goal: Goal, place: str) -> bool:
        """Return whether a place has a target: counties those that are collected at their level or below."""
        if place == ROOT:
            return True
        if goal.elements[0][1] == "prefecture":
            return False
        shares = self.month.allocations.get(goal.id, {}).get("shares", {})
        return not (shares.get(place) == 0.0 and goal.value != 0)

    def verdict(self, name: str, place: str, period: str = "") -> Verdict | None:
        period = period or self.month.period
        key = name, place, period
        if key not in self._kept:
            goal = self.goals[name]
            self._kept[key] = self._judge(goal, place, period) if self.has(goal, place) else None
            if self._kept[key] is not None and period >= "2023-01":
                self._kept[key].due = self.least(goal, place, period)[1]
        return self._kept[key]

    def _judge(self, goal: Goal, place: str, period: str) -> Verdict:
        if period < "2023-01":
            return Verdict("not_yet_due" if goal.kind == "milestone" else "not_asked")
        value, wanted = self.value(goal, place, period), self.wanted(goal, place)
        there, due, _ = self.least(goal, place, period)
        full = there >= due
        if goal.kind == "milestone":
            if value is not None and value >= 1:
                return Verdict("on_course", value, 1.0, met=True, full=full)
            if period < goal.deadline:
                return Verdict("not_yet_due", value, 1.0, full=full)
            return Verdict("no_report" if value is None else "far_behind", value, 1.0, full=full)
        early = goal.formula.startswith("trailing") and months_between("2023-01", period) < 2
        if value is None and not due:
            return Verdict("not_asked", None, wanted, full=full)
        if due and Fraction(there, due) < Fraction(COMPLETENESS).limit_denominator(100):
            return Verdict("no_report", value, wanted, full=full)
        if value is None:
            return Verdict("cannot_tell" if full or early else "no_report", None, wanted, full=full)
        if wanted is None:
            return Verdict("cannot_tell", value, full=full)
        found = (
            self._keep(goal, value, wanted) if goal.kind == "maintain" else self._go(goal, place, period, value, wanted)
        )
        found.value, found.goal, found.full = value, wanted, full
        return found

    def _keep(self, goal: Goal, value: float, wanted: float) -> Verdict:
        met = self.satisfies(goal, value, wanted)
        return Verdict("on_course" if met else "behind", met=met)

    def _met(self, goal: Goal, place: str, value: float, wanted: float) -> bool:
        return value >= wanted if goal.each and place == ROOT else self.satisfies(goal, value, wanted)

    def _go(self, goal: Goal, place: str, period: str, value: float, wanted: float) -> Verdict:
        base, expected = self.baseline(goal, place), self.expected(goal, period)
        met = self._met(goal, place, value, wanted)
        if base is not None and self._met(goal, place, base, wanted):
            return Verdict("on_course" if met else "behind", met=met)
        way = None if base is None or base == wanted else (value - base) / (wanted - base)
        gap = None if way is None else (way - expected) * 100
        if met:
            return Verdict("on_course", attained=way, expected=expected, gap=gap, met=True)
        if base is None:
            return Verdict("behind", expected=expected) if self.over(goal, period) else Verdict("cannot_tell")
        if base == wanted:  # a strict goal whose baseline is the limit itself
            if self.over(goal, period):
                return Verdict("behind", expected=expected)
            at = abs(value - wanted) <= TAIL * max(1.0, abs(wanted))
            return Verdict("watch" if at else "behind", expected=expected)
        state = light_of(gap)
        if self.over(goal, period):
            state = worse_of("behind", state)
        elif self.once_met(goal, place, period, wanted):
            state = worse_of("watch", state)
        if way < -1:
            way = gap = None
        return Verdict(state, attained=way, expected=expected, gap=gap)

    def once_met(self, goal: Goal, place: str, period: str, wanted: float) -> str:
        """Return the last earlier month whose complete value satisfied the words, within the year if it is yearly."""
        first = f"{period[:4]}-01" if goal.every_year else "2023-01"
        at = month_after(period, -1)
        while at >= first:
            value = self.value(goal, place, at)
            there, due, _ = self.least(goal, place, at)
            judged = due and Fraction(there, due) >= Fraction(COMPLETENESS).limit_denominator(100)
            if value is not None and judged and self._met(goal, place, value, wanted):
                return at
            at = month_after(at, -1)
        return ""

    # counts

    def states(self, place: str, period: str = "") -> dict[str, str]:
        found = {name: self.verdict(name, place, period) for name in self.goals}
        return {name: v.state for name, v in found.items() if v is not None}

    def missing(self, place: str) -> set[str]:
        """Return the targets whose due report is missing at a place; the city's own are those of no county."""
        whole = {n for n, s in self.states(ROOT).items() if s == "no_report"}
        if place == ROOT:
            return whole - {n for c in self.month.counties for n in self.missing(c)}
        owed = {n for n in whole if self.goals[n].elements[0][1] != "prefecture" and self.owes(n, place)}
        return {n for n, s in self.states(place).items() if s == "no_report"} | owed

    def owes(self, name: str, county: str) -> bool:
        """Return whether a county's own reports for a target are not all in."""
        there, due, _ = self.least(self.goals[name], county, self.month.period)
        return there < due

    def partly(self, place: str) -> set[str]:
        return {n for n, s in self.states(place).items() if s in JUDGED and not self.verdict(n, place).full}

    def all_in(self, places: tuple[str, ...]) -> bool:
        verdicts = [self.verdict(n, p) for n in self.goals for p in places]
        known = [v for v in verdicts if v is not None]
        return any(v.due for v in known) and all(v.full and v.state != "no_report" for v in known)

    def steps(self, name: str, period: str = "") -> list[float]:
        """Return the city's changes from month to month, of months whose reports were complete enough."""
        period, goal = period or self.month.period, self.goals[name]
        values, at = [], "2023-01"
        while at <= period:
            there, due, _ = self.least(goal, ROOT, at)
            enough = not due or Fraction(there, due) >= Fraction(COMPLETENESS).limit_denominator(100)
            values.append(self.value(goal, ROOT, at) if enough else None)
            at = month_after(at)
        return [b - a for a, b in pairwise(values) if a is not None and b is not None]

    def rest(self, name: str) -> float:
        """Return how much the city still lacks: of things that come whole, the next whole one past a strict limit."""
        goal, v = self.goals[name], self.verdict(name, ROOT)
        wanted, up = v.goal, goal.comparator.startswith(">") or goal.each
        if goal.unit in THINGS and not goal.each and goal.comparator in {">", "<"}:
            wanted += 1 if up else -1
        return max(wanted - v.value if up else v.value - wanted, 0.0)

    # ranks, where no scheme of the pack orders them

    def year_share(self, name: str, place: str) -> float | None:
        """Return the share of the year's goal that a county has attained; None where there is nothing to score."""
        goal, v = self.goals[name], self.verdict(name, place)
        if v.state not in JUDGED:
            return None
        if v.met or v.attained is None:
            return 1.0 if v.met else 0.0
        return min(max(v.attained / self.expected(goal, f"{self.month.period[:4]}-12"), 0.0), 1.0)

    def scored(self) -> tuple[list[str], list[str]]:
        """Return the targets that carry the ranking, and those that some county lacks."""
        counted, lost = [], []
        for name in self.goals:
            shares = [self.year_share(name, c) for c in self.month.counties if self.verdict(name, c)]
            if any(s is not None for s in shares):
                (lost if None in shares else counted).append(name)
        return counted, lost

    def ranks(self, without: str = "") -> dict[str, tuple[float, int]]:
        """Return each county's score and rank, without those that have nothing to score."""
        counted = [n for n in self.scored()[0] if n != without]
        scores = {}
        for county in self.month.counties:
            own = [self.year_share(n, county) * 100 for n in counted if self.verdict(n, county)]
            if own:
                scores[county] = math.fsum(own) / len(own)
        return {c: (score, 1 + sum(other > score for other in scores.values())) for c, score in scores.items()}

    def rank_range(self, county: str) -> tuple[int, int]:
        """Return the best and the worst rank when any one target is left out; one without any score comes last."""
        found = []
        for name in self.scored()[0] or [""]:
            ranks = self.ranks(name)
            found.append(ranks[county][1] if county in ranks else 1 + len(ranks))
        return min(found), max(found)


def light_of(gap: float) -> str:
    """Return the light of a gap in points: nothing or better, less than 10 behind, up to 30 behind, more."""
    gap = round(gap, 9)  # the tail of binary sums decides nothing
    if gap >= 0:
        return "on_course"
    return "watch" if gap > -10 else "behind" if gap >= -30 else "far_behind"


def worse_of(one: str, other: str) -> str:
    return max(one, other, key=JUDGED.index)


def shown(value: float | None, decimals: int) -> str:
    """Return a number as it must stand in print, half up, without the sign of a nought; a dash for none."""
    if value is None:
        return "—"
    number = Decimal(f"{value:.10f}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(number or abs(number))


__all__ = ["FAST", "JUDGED", "LATE", "ROOT", "THINGS", "NaiveMonth", "Verdict", "month_after", "shown"]
