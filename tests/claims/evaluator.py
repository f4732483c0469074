"""Holds each figure and each claim of a paper against a naive month; one small function a predicate."""

import re

from claims.months import FAST, ROOT
from claims.naive import JUDGED, LATE, THINGS, NaiveMonth, month_after, shown

WORDS = {
    "on_course": "按期",
    "watch": "关注",
    "behind": "滞后",
    "far_behind": "严重滞后",
    "not_yet_due": "未到期",
    "cannot_tell": "无法判断",
    "no_report": "未报",
    "not_asked": "未布置",
}
STATES = (*JUDGED, "not_yet_due", "cannot_tell", "no_report", "not_asked")


class Evaluator:
    """Answers whether a figure or a claim of a paper is so; `carried` are numbers that the paper itself carries."""

    def __init__(self, naive: NaiveMonth, before: NaiveMonth | None = None):
        self.naive, self.before = naive, before

    # figures

    def number(self, cell: str) -> float | None:
        match cell.split("/"):
            case ["total"]:
                return len(self.naive.goals)
            case ["judged"]:
                return sum(s in JUDGED for s in self.naive.states(ROOT).values())
            case ["fast"]:
                return sum(self.is_fast(name, words="") for name in self.naive.goals)
            case ["partly"]:
                return len(self.naive.partly(ROOT))
            case ["elapsed"]:
                year, month = (int(x) for x in self.naive.month.period.split("-"))
                return min(((year - 2023) * 12 + month) / 60, 1.0) * 100
            case ["count", place, state]:
                return list(self.naive.states(place).values()).count(state)
            case ["share", place, state]:
                return self.shares(place)[state]
            case ["rank", place, field]:
                return self.rank(place, field)
            case ["ranked", "left_out"]:
                return len(self.naive.scored()[1])
            case ["missing", place]:
                return len(self.naive.missing(place))
            case ["moved", way]:
                return len(self.moved(worse=way == "worse"))
            case ["change", place, state, part]:
                return self.change(place, state)[part]
            case ["since", part]:
                return self.change(ROOT, "on_course", self.before)[part]
            case ["then", "count", state]:
                return list(self.before.states(ROOT).values()).count(state)
            case ["then", "share", state]:
                return Evaluator(self.before).shares(ROOT)[state]
            case ["then", "target", name, _, "gap"]:
                return self.before.verdict(name, ROOT).gap
            case ["target", name, place, field]:
                return self.of_target(name, place, field)
        raise KeyError(cell)

    def of_target(self, name: str, place: str, field: str) -> float | None:
        v, goal = self.naive.verdict(name, place), self.naive.goals[name]
        match field:
            case "value" | "goal":
                number = getattr(v, field)
                return None if number is None else number / goal.worth
            case "attained" | "expected":
                share = getattr(v, field)
                return None if share is None else share * 100
            case "gap":
                return v.gap
            case "rest":
                return self.naive.rest(name) / goal.worth
            case "needed":
                left = self.left(name)
                return self.naive.rest(name) * self.way(name) / left / goal.worth if left > 0 else None
            case "best":
                best = self.best(name)
                return None if best is None else best / goal.worth
        raise KeyError(field)

    def rank(self, place: str, field: str) -> float | None:
        ranks = self.naive.ranks()
        if place not in ranks:
            return None
        if field in {"best", "worst"}:
            return self.naive.rank_range(place)[field == "worst"]
        return ranks[place][field == "rank"]

    def way(self, name: str) -> int:
        goal = self.naive.goals[name]
        return 1 if goal.comparator.startswith(">") or goal.each else -1

    def left(self, name: str) -> int:
        """Return how many months are left until the deadline, or until the year ends."""
        goal, period = self.naive.goals[name], self.naive.month.period
        until = f"{period[:4]}-12" if goal.every_year else goal.deadline
        (y, m), (year, month) = ((int(x) for x in p.split("-")) for p in (period, until))
        return (year - y) * 12 + month - m

    def best(self, name: str) -> float | None:
        steps = self.naive.steps(name)
        return (max if self.way(name) > 0 else min)(steps) if steps else None

    def shares(self, place: str) -> dict[str, float]:
        """Return tenths of a per cent that sum to 1000, what is left over going to the largest remainders."""
        states = list(self.naive.states(place).values())
        counts = [states.count(s) for s in STATES]
        total = sum(counts)
        if not total:
            return dict.fromkeys(STATES, 0.0)
        tenths = [c * 1000 // total for c in counts]
        left = sorted(range(len(STATES)), key=lambda i: -(counts[i] * 1000 % total))
        for i in left[: 1000 - sum(tenths)]:
            tenths[i] += 1
        return {s: t / 10 for s, t in zip(STATES, tenths, strict=True)}

    def moved(self, *, worse: bool) -> list[str]:
        now, then = self.naive.states(ROOT), self.naive.states(ROOT, month_after(self.naive.month.period, -1))
        both = [n for n in now if now[n] in JUDGED and then.get(n) in JUDGED and now[n] != then[n]]
        return [n for n in both if (JUDGED.index(now[n]) > JUDGED.index(then[n])) == worse]

    def change(self, place: str, state: str, before: NaiveMonth | None = None) -> dict[str, int]:
        now = self.naive.states(place)
        then = before.states(place) if before else self.naive.states(place, month_after(self.naive.month.period, -1))
        judged_now, judged_then = ({n for n, s in states.items() if s in JUDGED} for states in (now, then))
        both = judged_now & judged_then
        same = sum(now[n] == state for n in both) - sum(then[n] == state for n in both)
        joined = sum(now[n] == state for n in judged_now - both)
        left = -sum(then[n] == state for n in judged_then - both)
        return {"same": same, "joined": joined, "left": left, "total": same + joined + left}

    # claims

    def holds(self, says: str, of: tuple[str, ...], words: str) -> bool:
        return getattr(self, "is_" + says.replace("-", "_"))(*of, words=words)

    def late(self) -> list[str]:
        return [n for n, s in self.naive.states(ROOT).items() if s in LATE]

    def is_all_reported(self, *place, words):
        return self.naive.all_in(place or (ROOT, *self.naive.month.counties)) and words.startswith("应报的数据均已报送")

    def is_unreported(self, place, number, words):
        return len(self.naive.missing(place)) == int(number) > 0

    def is_partly_reported(self, place, number, words):
        return len(self.naive.partly(place)) == int(number) > 0

    def is_partial(self, name, place, words):
        return not self.naive.verdict(name, place).full

    def is_nothing_judged(self, words):
        return not any(s in JUDGED for s in self.naive.states(ROOT).values())

    def is_none_late(self, words):
        return not self.late() and any(s in JUDGED for s in self.naive.states(ROOT).values())

    def is_no_order(self, words):
        return not any(s == "far_behind" for s in self.naive.states(ROOT).values())  # as the tests call it

    def is_in_state(self, name, place, state, words):
        word = words.lstrip("●▲■◆○–⌀·").removeprefix("现为")
        told = next((s for s, w in WORDS.items() if w == word), state if word.startswith("事项") else "")
        return self.naive.verdict(name, place).state == state == told

    def is_rest_in_annex(self, state, listed, words):
        return list(self.naive.states(ROOT).values()).count(state) > int(listed)

    def is_more_late(self, listed, words):
        return len(self.late()) > int(listed)

    def is_late_counties(self, name, *codes, words):
        states = {c: self.naive.verdict(name, c) for c in self.naive.month.counties}
        return {c for c, v in states.items() if v and v.state in LATE} == set(codes) and bool(codes)

    def is_met(self, name, place, words):
        return self.naive.verdict(name, place).met and "已达到" in words

    def gap(self, name: str, place: str) -> float:
        gap = self.naive.verdict(name, place).gap
        return float("nan") if gap is None else float(shown(gap, 1))

    def is_ahead(self, name, place, words):
        return self.gap(name, place) > 0 and words.startswith("快于")

    def is_lags(self, name, place, words):
        return self.gap(name, place) < 0 and words.startswith("慢于")

    def is_level(self, name, place, words):
        return self.gap(name, place) == 0 and words == "与序时进度持平"

    def is_rose(self, cell, words):
        return self.number(cell) > 0 and not re.search("减少|下降", words)

    def is_fell(self, cell, words):
        return self.number(cell) < 0 and not re.search("增加|提高|新进入", words)

    def is_unmoved(self, cell, words):
        return self.number(cell) == 0 and words.endswith("没有变化")

    def is_fast(self, name, words):
        v = self.naive.verdict(name, ROOT)
        return not v.met and v.gap is not None and v.gap >= FAST

    def is_must_rise(self, name, words):
        return self.naive.rest(name) > 0 and self.way(name) > 0 and words not in {"减少", "下降"}

    def is_must_fall(self, name, words):
        return self.naive.rest(name) > 0 and self.way(name) < 0 and words in {"减少", "下降", "改善", "前进"}

    def is_best_rise(self, name, words):
        return self.best(name) > 0 and self.way(name) > 0

    def is_best_fall(self, name, words):
        return self.best(name) < 0 and self.way(name) < 0

    def is_no_best(self, name, words):
        return self.best(name) is None

    def is_never_nearer(self, name, words):
        return self.best(name) * self.way(name) <= 0

    def is_is_class(self, name, place, words):
        number = int(self.naive.verdict(name, place).value)
        return words == f"{('Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ', 'Ⅴ', '劣Ⅴ')[number - 1]}类"

    def is_goal_class(self, name, words):
        return words == f"{'ⅠⅡⅢⅣⅤ'[self.naive.goals[name].value - 1]}类"

    def needs_more(self, name) -> bool | None:
        """Return whether the pace needed is more than the best ever shown; None where that cannot be compared."""
        left, best = self.left(name), self.best(name)
        if left <= 0 or best is None or self.naive.goals[name].kind in {"maintain", "milestone"}:
            return None
        goal = self.naive.goals[name]
        digits = {"%": 2, "万元": 2}.get(goal.unit, 0)
        needed, best = self.naive.rest(name) / left / goal.worth, best * self.way(name) / goal.worth
        return round(needed, digits) > round(best, digits)

    def is_beyond_best(self, name, words):
        return name in self.late() and self.needs_more(name) is True

    def is_none_beyond_best(self, words):
        return bool(self.late()) and all(self.needs_more(n) is False for n in self.late())

    def is_more_beyond_best(self, listed, words):
        return sum(self.needs_more(n) is True for n in self.late()) > int(listed)

    def is_some_without_pace(self, words):
        return any(self.needs_more(n) is None for n in self.late())

    def due_soon(self) -> dict[str, str]:
        """Return the month, from this quarter's first to six ahead, in which each unreached target falls due."""
        period, found = self.naive.month.period, {}
        for name, goal in self.naive.goals.items():
            until = f"{period[:4]}-12" if goal.every_year else goal.deadline
            if (
                month_after(period, -((int(period[5:]) - 1) % 3 + 1)) < until <= month_after(period, 6)
                and not self.naive.verdict(name, ROOT).met
            ):
                found[name] = until
        return found

    def is_falls_due(self, name, month, words):
        year, number = month.split("-")
        over = "已" if month <= self.naive.month.period else ""
        return self.due_soon().get(name) == month and words == f"{year}年{int(number)}月{over}到期"

    def is_year_ends(self, name, month, words):
        over = month <= self.naive.month.period
        return self.due_soon().get(name) == month and self.naive.goals[name].every_year and over == ("已" in words)

    def is_none_falls_due(self, words):
        return not self.due_soon()

    def is_more_fall_due(self, listed, words):
        return len(self.due_soon()) > int(listed)

    def is_deadline(self, name, month, words):
        year, number = month.split("-")
        return self.naive.goals[name].deadline == month and words == f"{year}年{int(number)}月底前完成"

    def is_owner(self, name, unit, words):
        return self.naive.month.allocations[name]["owner"] == unit and unit in words

    def is_no_owner(self, *names, words):
        return not any(self.naive.month.allocations.get(name, {}).get("owner") for name in names)

    def is_no_ranking(self, words):
        return not self.naive.ranks()

    def is_tied(self, place, words):
        ranks = self.naive.ranks()
        return sum(rank == ranks[place][1] for _, rank in ranks.values()) > 1

    def is_rank_incomplete(self, words):
        return bool(self.naive.scored()[1])

    def is_ranked_by(self, name, words):
        return "没有可用的评价办法" in name and name in words  # the packs drawn have no scheme

    def is_without_one(self, words):
        return bool(self.naive.ranks())

    def is_weights_within(self, share, words):
        return False

    def is_wide_ranges(self, words):
        return False

    def is_simulated(self, words):
        return False  # the months drawn are real

    def is_blocked(self, task, unit, since, reported, words):
        return False  # the months drawn hold no task reports

    def is_more_blocked(self, most, words):
        return False

    def is_not_issued(self, words):
        return True

    def is_reason(self, name, place, words):
        return why_holds(self, name, place, words)


def why_holds(evaluator: Evaluator, name: str, place: str, words: str) -> bool:
    """Return whether the reason given for a state is so, by its words."""
    naive, goal, v = evaluator.naive, evaluator.naive.goals[name], evaluator.naive.verdict(name, place)
    period = naive.month.period
    there, due, part = naive.least(goal, place, period)
    if found := re.fullmatch(r"(?:(\d{4}-\d\d))?应报(\d+)份只报(\d+)份，不足90%，合计数不作评价", words):
        return (due, there, part) == (int(found[2]), int(found[3]), found[1] or period) and v.state == "no_report"
    if found := re.fullmatch(r"(\d{4})年(\d+)月曾达到目标值，现(.+)", words):
        once = naive.once_met(goal, place, period, v.goal)
        return once == f"{found[1]}-{int(found[2]):02}" and not v.met and distance_holds(naive, name, place, found[3])
    if found := re.fullmatch(
        r"(没有保持在要求以内|开始时已达到目标值，现没有达到|已到期，没有达到目标值|已超出限额|不如开始时)，(.+)", words
    ):
        ended = naive.over(goal, period) or not found[1].startswith("已到期")
        return not v.met and ended and v.state in LATE and distance_holds(naive, name, place, found[2])
    plain = {
        "本期未报，无法评价": v.state == "no_report" and v.value is None,
        "没有单位填报本目标，未布置填报": v.state == "not_asked" and not due,
        "报送齐全，但按公式算不出数（如分母为零）": v.state == "cannot_tell" and v.value is None and there == due,
        "无法判断：没有基数": v.state == "cannot_tell" and naive.baseline(goal, place) is None,
        "无法判断：没有可比的目标值": v.state == "cannot_tell" and naive.wanted(goal, place) is None,
        "方案期内还不满滚动计算所需的期数，暂不作评价": "trailing" in goal.formula and period < "2023-03",
        "保持在要求以内": v.met,
        "已达到目标值": v.met,
        "开始时已达到目标值，现保持达到": v.met,
        "到期后才达到目标值": v.met and naive.over(goal, period),
        "已完成": v.met,
    }
    if words in plain:
        return plain[words]
    if found := re.fullmatch(r"现保持在要求以内，(\d{4})年(\d+)月曾不在", words):
        then = f"{found[1]}-{int(found[2]):02}"
        value = naive.value(goal, place, then)
        return v.met and then < period and value is not None and not naive.satisfies(goal, value, v.goal)
    if found := re.fullmatch(r"(\d{4})年(\d+)月到期，尚未完成", words):
        return not v.met and period < goal.deadline == f"{found[1]}-{int(found[2]):02}"
    if found := re.fullmatch(r"(\d{4})年(\d+)月已到期，仍未完成", words):
        return not v.met and period >= goal.deadline == f"{found[1]}-{int(found[2]):02}"
    if found := re.fullmatch(r"完成进度(-?[\d.]+)%，应达([\d.]+)%", words):
        return (found[1], found[2]) == (f"{v.attained * 100:.1f}", f"{v.expected * 100:.1f}")
    if words.startswith("基数正好等于界限，现"):
        return naive.baseline(goal, place) == v.goal and distance_holds(naive, name, place, words.partition("现")[2])
    return distance_holds(naive, name, place, words)


def distance_holds(naive: NaiveMonth, name: str, place: str, words: str) -> bool:
    """Return whether “还差3户，完成进度40.0%，应达50.0%” and its like are so."""
    goal, v = naive.goals[name], naive.verdict(name, place)
    words, _, progress = words.partition("，完成进度")
    shares = re.fullmatch(r"(-?[\d.]+)%，应达([\d.]+)%", progress)
    if shares and (shares[1], shares[2]) != (f"{v.attained * 100:.1f}", f"{v.expected * 100:.1f}"):
        return False
    if words.startswith("正好等于界限"):
        return abs(v.value - v.goal) < 1e-6 and goal.comparator in {">", "<"}
    found = re.fullmatch(r"(还差|比目标多|比目标高|劣于目标)([\d.,]+)(\D*)", words)
    if not found:
        return False
    wanted, strict = v.goal, goal.comparator in {">", "<"} and goal.unit in THINGS and not (goal.each and place == ROOT)
    up = goal.comparator.startswith(">")
    wanted += (1 if up else -1) if strict else 0
    off = (wanted - v.value if up else v.value - wanted) / goal.worth
    said = float(found[2].replace(",", ""))
    return (found[1] == "还差") == up and abs(off - said) <= max(0.005 + 1e-9, abs(off) * 0.005 if off < 0.01 else 0)
