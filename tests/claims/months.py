"""Random months as plain data, and the edition that the product makes of each.

Everything that a month can hold is drawn: missing reports, late units, gaps, corrections, falling values, targets
beyond their goal, yearly ones, none with a baseline, cities without a county, days that have passed.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

from builders import SINCE, rules
from chengzai.assess import Allocation, Measured, assess_plan, compare_counties, year_shares
from chengzai.collect import facts_of, settle
from chengzai.kernel import Element, Observation, Period, Place, Places, parse_formula
from chengzai.measure import Indicator, build_cube
from chengzai.plan import compile_plan
from chengzai.publish import Edition

ROOT = "9"
TOLERANCE, COMPLETENESS, FAST = 0.05, 0.9, 5.0


@dataclass(frozen=True)
class Goal:
    """One target as the plan gives it, and the formula and elements behind it."""

    id: str
    kind: str
    formula: str
    comparator: str
    value: int
    unit: str
    elements: tuple[tuple[str, str, str], ...]  # code, level that reports, how places add up
    deadline: str = "2027-12"
    every_year: bool = False
    each: bool = False
    decimals: int = 0

    @property
    def worth(self) -> int:
        """What one unit as written is worth in the unit that is reported: 10,000 yuan for 万元."""
        return 10000 if self.unit == "万元" else 1


@dataclass(frozen=True)
class Month:
    """Everything a month is made from; reports stand in the order in which they arrived."""

    period: str
    counties: tuple[str, ...]
    townships: tuple[str, ...]
    goals: tuple[Goal, ...]
    reports: tuple[tuple[str, str, str, float], ...]
    allocations: dict[str, dict] = field(default_factory=dict)
    abolished: dict[str, str] = field(default_factory=dict)  # townships by the last month in which they stood


def _goals(draw, n: int) -> Goal:
    kind = draw(
        st.sampled_from(
            ["cumulative", "stock", "falling", "ratio", "maintain", "yearly", "trailing", "milestone", "each", "class"]
        )
    )
    up = draw(st.sampled_from([">=", ">"]))
    down = draw(st.sampled_from(["<=", "<"]))
    value = draw(st.integers(1, 40))
    deadline = draw(st.sampled_from(["2024-06", "2025-12", "2027-12"]))
    a, b = f"a{n}", f"b{n}"
    level = draw(st.sampled_from(["county", "township", "prefecture"]))
    match kind:
        case "cumulative":
            return Goal(f"t{n}", kind, f"cumulative({a})", up, value * 4, "个", ((a, level, "sum"),), deadline)
        case "stock":
            return Goal(f"t{n}", kind, a, up, value * 3, "户", ((a, level, "sum"),), deadline)
        case "falling":
            return Goal(f"t{n}", "stock", a, down, value * 3, "户", ((a, level, "sum"),), deadline)
        case "ratio":
            sign = draw(st.sampled_from([up, down]))
            goal = draw(st.sampled_from([0, 50, 95, 100]))
            parts = ((a, level, "sum"), (b, level, "sum"))
            return Goal(f"t{n}", kind, f"{a} / {b} * 100", sign, goal, "%", parts, deadline, decimals=1)
        case "maintain":
            return Goal(
                f"t{n}", kind, a, draw(st.sampled_from([up, down])), value, "分", ((a, level, "mean"),), deadline
            )
        case "yearly":
            return Goal(f"t{n}", "flow", f"ytd({a})", up, value, "家", ((a, level, "sum"),), deadline, every_year=True)
        case "trailing":
            return Goal(f"t{n}", "stock", f"trailing({a}, 3)", up, value * 2, "万元", ((a, level, "sum"),), deadline)
        case "milestone":
            return Goal(f"t{n}", kind, a, ">=", 0, "", ((a, "prefecture", "sum"),), deadline)
        case "each":
            return Goal(f"t{n}", "stock", a, up, max(1, value // 8), "家", ((a, "county", "sum"),), deadline, each=True)
        case _:
            return Goal(f"t{n}", "maintain", a, "<=", 2, "类", ((a, "county", "max"),), deadline)


@st.composite
def months(draw) -> Month:
    counties = tuple(f"9{i}" for i in range(draw(st.integers(0, 3))))
    townships = tuple(f"{c}{i}" for c in counties for i in range(draw(st.integers(1, 2))))
    goals = tuple(_goals(draw, n) for n in range(draw(st.integers(1, 5))))
    ordinal = draw(st.integers(0, 29))
    periods = [f"{2023 + n // 12}-{n % 12 + 1:02}" for n in range(ordinal + 1)]
    units = {"prefecture": (ROOT,), "county": counties, "township": townships}
    abolished = {t: draw(st.sampled_from(periods)) for t in townships if draw(st.integers(0, 9)) == 0}
    reports = []
    silent = draw(st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0]))
    random = draw(st.randoms(use_true_random=False))
    late = {random.choice(units["county"])} if counties and random.random() < 0.4 else set()
    for goal in goals:
        worth = goal.worth
        for code, level, _ in goal.elements:
            for unit in units[level]:
                start = random.randrange(0, 20)
                for n, period in enumerate(periods):
                    gone = random.random() < silent or (n >= len(periods) - 2 and unit[:2] in late)
                    gone = gone or period > abolished.get(unit, period)
                    if gone:
                        continue
                    start += random.choice([-2, 0, 0, 1, 1, 2, 5])
                    value = max(start, 0)
                    if goal.kind == "milestone":
                        value = float(n > 6 and random.random() < 0.7)
                    if goal.unit == "类":
                        value = 1 + value % 6
                    if code.startswith("b"):
                        value = value + random.choice([0, 20])
                    reports.append((code, unit, period, float(value) * worth))
                    if random.random() < 0.05:
                        reports.append((code, unit, period, float(max(value + random.choice([-3, 3]), 0)) * worth))
    allocations = {}
    for goal in goals:
        if draw(st.booleans()):
            w = goal.worth
            shares = {c: float(draw(st.integers(0, 30))) * w for c in counties} if draw(st.booleans()) else {}
            allocations[goal.id] = {
                "baseline": draw(
                    st.sampled_from([None, 0.0, 10.0 * w, float(goal.value) * w, (float(goal.value) + 7) * w])
                ),
                "shares": shares,
                "county_baselines": {c: float(draw(st.integers(0, 10))) * w for c in shares},
                "owner": draw(st.sampled_from(["", "市农业农村局"])),
            }
    return Month(periods[-1], counties, townships, goals, tuple(reports), allocations, abolished)


def last_day(period: str) -> dt.date:
    year, month = (int(x) for x in period.split("-"))
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def places_of(month: Month) -> Places:
    units = [Place(ROOT, "某市", "prefecture")]
    units += [Place(c, f"{'甲乙丙'[int(c[-1])]}县", "county", ROOT) for c in month.counties]
    units += [
        Place(t, f"{t}镇", "township", t[:2], until=last_day(month.abolished[t]) if t in month.abolished else None)
        for t in month.townships
    ]
    return Places(units)


def words_of_goal(goal: Goal) -> str:
    number = f"{goal.value}{goal.unit}" if goal.kind != "milestone" else "办成"
    return f"第{goal.id[1:]}事项要到{number}"


def plan_of_month(month: Month):
    goals = [g for g in month.goals if not g.each or month.counties]
    text = "".join(f"{words_of_goal(g)}。" for g in goals) or "没有目标。"
    entries = []
    for g in goals:
        numbered = g.kind != "milestone"
        entry = {
            "id": g.id, "clause": "all.1", "words": words_of_goal(g), "indicator": f"事项{'甲乙丙丁戊'[int(g.id[1:])]}",
            "scope": "全市", "comparator": g.comparator, "unit": g.unit, "kind": g.kind,
            "direction": "up" if g.comparator.startswith(">") else "down", "strength": "firm",
            "deadline": last_day(g.deadline),
        }  # fmt: skip
        if numbered:
            entry |= {"number": f"{g.value}{g.unit}", "value": Decimal(g.value)}
        if g.every_year:
            entry["every_year"] = True
        if g.each:
            entry["each"] = list(month.counties)
        entries.append(entry)
    head = {
        "title": "某市实施方案", "city": "某市", "root": ROOT, "start": SINCE, "end": dt.date(2027, 12, 31),
        "default_deadline": dt.date(2027, 12, 31), "document": "document.txt",
        "section": [{"id": "all", "title": "全部", "starts": text[:2]}],
    }  # fmt: skip
    plan, findings = compile_plan({"plan": head, "commitments": [{"target": entries}]}, text)
    assert not findings, findings
    return plan


def edition_of(month: Month) -> Edition:
    """Return what the stages make of a month."""
    places, plan, period = places_of(month), plan_of_month(month), Period.parse(month.period)
    goals = {g.id: g for g in month.goals if g.id in plan.target}
    elements = [
        Element(code, code, g.unit, kind="stock", collected=level, over_places=over, over_time="last")
        for g in goals.values()
        for code, level, over in g.elements
    ]
    indicators = [Indicator(g.id, g.id, parse_formula(g.formula), g.unit, g.decimals, "month") for g in goals.values()]
    facts, _ = settle(
        facts_of(
            Observation(code, unit, Period.parse(p), value, "form", sequence=n)
            for n, (code, unit, p, value) in enumerate(month.reports)
            if any(code == e.code for e in elements)
        )
    )
    start = Period.parse("2023-01")
    axis = [start.next(n) for n in range(period.ordinal - start.ordinal + 1)]
    cube = build_cube(facts, elements=elements, indicators=indicators, places=places, periods=axis)
    measured = Measured({"month": cube}, {i.id: i for i in indicators}, facts)
    allocations = {
        t: Allocation(t, "authored", a["baseline"], {}, a["shares"], a["county_baselines"], owner=a["owner"])
        for t, a in month.allocations.items()
        if t in goals
    }
    ruled = rules(completeness=COMPLETENESS, tolerance=TOLERANCE)
    judged = assess_plan(plan, measured, allocations, period, ruled)
    before = assess_plan(plan, measured, allocations, period.next(-1), ruled)
    return Edition(
        plan=plan, places=places, boundaries=(), pack_sha256="", period=period, simulated=False, audit=None, checks=(),
        measured=measured, allocations=allocations, rules=ruled, judged=judged, before=before,
        ranking=compare_counties(year_shares(plan, allocations, {p: judged[p] for p in judged if p != plan.root})),
        findings=(),
    )  # fmt: skip
