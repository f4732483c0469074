"""The cube against a naive oracle of dictionaries, and updates against full recomputes, bit for bit."""

import calendar
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import element, months, observation, places
from chengzai.collect import facts_of
from chengzai.kernel import FormulaError, Observation, Period
from chengzai.measure import build_cube, complete_shares, completeness_of, explain, over_time, read_indicators

TREE = places(counties=2, townships=3)
TOWNS = [p.code for p in TREE.at_level("township")]
MONTHS = months(15)
ELEMENTS = (
    element("flow"),
    element("stock", kind="stock", over_time="last"),
    element("level", over_places="mean", over_time="mean"),
    element("income", over_places="weighted:stock", over_time="last"),
    element("worst", over_places="max", over_time="last"),
    element("own", over_places="none", over_time="last"),
    element("late", since=MONTHS[6]),
)
FORMULAS = {
    "total": "flow",
    "running": "cumulative(flow)",
    "year": "ytd(flow)",
    "window": "trailing(flow, 3)",
    "before": "lag(flow, 2)",
    "share": "flow / stock * 100",
    "mixed": "-(flow - 2) * (stock + 1) / (level + 0.5)",
    "paid": "income",
    "peak": "worst",
    "own": "own",
    "year mean": "year_mean(level)",
    "growth": "trailing(flow, 3) - lag(stock, 2)",
    "late": "cumulative(late)",
    "late before": "lag(late, 3)",
}
KNOWN = {e.code: e for e in ELEMENTS}
INDICATORS, NONE_WRONG = read_indicators(
    [{"indicator": [{"id": i, "name": i, "formula": f} for i, f in FORMULAS.items()]}], KNOWN
)

cells = st.tuples(
    st.sampled_from([e.code for e in ELEMENTS]),
    st.sampled_from(TOWNS),
    st.integers(0, len(MONTHS) - 1),
    st.integers(-5, 50),
)


def cube_of(rows):
    observations = [Observation(e, p, MONTHS[t], float(v), "form", sequence=i) for i, (e, p, t, v) in enumerate(rows)]
    return build_cube(facts_of(observations), elements=ELEMENTS, indicators=INDICATORS, places=TREE, periods=MONTHS)


class Oracle:
    """The same sums by dictionaries and plain loops, written from the definitions."""

    def __init__(self, rows):
        self.cells = {}
        for e, p, t, v in rows:
            self.cells[e, p, t] = float(v)

    def told(self, e, place, t):
        return [(p, self.cells[e, p, t]) for p in TOWNS if p.startswith(place) and (e, p, t) in self.cells]

    def value(self, e, place, t):
        told, rule = self.told(e, place, t), KNOWN[e].over_places
        if place in TOWNS:
            return told[0][1] if told else math.nan
        if not told or rule == "none":
            return math.nan
        values = [v for _, v in told]
        if rule == "sum":
            return sum(values)
        if rule == "mean":
            return sum(values) / len(values)
        if rule == "max":
            return max(values)
        pairs = [(v, self.cells["stock", p, t]) for p, v in told if self.cells.get(("stock", p, t), 0) > 0]
        weight = sum(w for _, w in pairs)
        return sum(v * w for v, w in pairs) / weight if weight else math.nan

    def share(self, place, t):
        both = [
            p for p in TOWNS if p.startswith(place) and ("flow", p, t) in self.cells and ("stock", p, t) in self.cells
        ]
        under = sum(self.cells["stock", p, t] for p in both)
        return sum(self.cells["flow", p, t] for p in both) / under * 100 if both and under else math.nan

    def indicator(self, name, place, t):
        flows = [self.value("flow", place, k) for k in range(t + 1)]
        now = flows[t]

        def window(k):
            return math.nan if math.isnan(now) else sum(v for v in flows[k:] if not math.isnan(v))

        match name:
            case "total":
                return now
            case "running":
                return window(0)
            case "year":
                return window(t // 12 * 12)
            case "window":
                return window(t - 2) if t >= 2 else math.nan
            case "before":
                return flows[t - 2] if t >= 2 else math.nan
            case "share":
                return self.share(place, t)
            case "mixed":
                divisor = self.value("level", place, t) + 0.5
                return -(now - 2) * (self.value("stock", place, t) + 1) / divisor if divisor else math.nan
            case "paid":
                return self.value("income", place, t)
            case "peak":
                return self.value("worst", place, t)
            case "own":
                return self.value("own", place, t)
            case "late":
                late = [self.value("late", place, k) for k in range(t + 1)]
                return math.nan if math.isnan(late[t]) else sum(v for v in late if not math.isnan(v))
            case "late before":
                return self.value("late", place, t - 3) if t >= 3 else math.nan
            case "growth":
                before = self.indicator("window", place, t) if t >= 2 else math.nan
                return before - self.value("stock", place, t - 2) if t >= 2 else math.nan
            case "year mean":
                days = [
                    self.value("level", place, k)
                    for k in range(t // 12 * 12, t + 1)
                    for _ in range(calendar.monthrange(MONTHS[k].year, MONTHS[k].part)[1])
                ]
                there = [day for day in days if not math.isnan(day)]
                return math.nan if math.isnan(self.value("level", place, t)) else sum(there) / len(there)

    def windows(self, name, t):
        """What a value looks at, by hand: element, first month, last month."""
        year = t // 12 * 12
        return {
            "total": [("flow", t, t)],
            "running": [("flow", 0, t)],
            "year": [("flow", year, t)],
            "window": [("flow", t - 2, t)],
            "before": [("flow", t - 2, t - 2)],
            "mixed": [("flow", t, t), ("stock", t, t), ("level", t, t)],
            "paid": [("income", t, t)],
            "year mean": [("level", year, t)],
            "growth": [("flow", t - 2, t), ("stock", t - 2, t - 2)],
            "late": [("late", 0, t)],
            "late before": [("late", t - 3, t - 3)],
        }.get(name, [])

    def reports(self, e, place, t):
        return sum(1 for p in TOWNS if p.startswith(place) and (e, p, t) in self.cells)

    def asked(self, e, t):
        return e != "late" or t >= 6 or any((e, p, t) in self.cells for p in TOWNS)

    def completeness(self, name, place, t):
        """The least of the months that were asked for, and whether the window begins too early."""
        units = sum(1 for p in TOWNS if p.startswith(place))
        if not all(self.asked(e, t) for e, _, _ in self.windows(name, t)):
            return 0, False, False
        counts, early = [], False
        for e, first, last in self.windows(name, t):
            for k in range(last, first - 1, -1):
                if k < 0 or not all(self.asked(e, j) for j in range(k, t + 1)):
                    early = True
                    break
                counts.append((self.reports(e, place, k) / units, -k))
        least = min(counts)[0] if counts else 1.0
        return round(least * units), True, early


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, max_size=120))
def test_every_value_equals_the_naive_oracle(rows):
    cube, oracle = cube_of(rows), Oracle(rows)

    for name in FORMULAS:
        for place in TREE.ordered:
            for t, month in enumerate(MONTHS):
                wanted = oracle.indicator(name, place.code, t)
                assert cube.value(name, place.code, month) == pytest.approx(wanted, rel=1e-12, abs=1e-12, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, max_size=150), st.integers(0, len(MONTHS) - 1))
def test_a_window_is_as_complete_as_its_least_complete_month(rows, t):
    cube, oracle = cube_of(rows), Oracle(rows)

    for name in FORMULAS:
        for place in TREE.ordered:
            if oracle.windows(name, t):
                there = completeness_of(cube, name, place.code, MONTHS[t])
                assert (there.reported, there.asked, there.first is not None) == oracle.completeness(
                    name, place.code, t
                ), (name, place.code)


def test_a_month_that_is_not_in_counts_though_the_year_before_it_is_whole():
    rows = [("flow", town, t, 1) for town in TOWNS for t in range(12)] + [("flow", TOWNS[0], 12, 1)]
    cube = cube_of(rows)

    there = completeness_of(cube, "window", "1", MONTHS[12])

    assert (there.reported, there.expected, there.period) == (1, 6, MONTHS[12])


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, max_size=80), st.lists(cells, min_size=1, max_size=15))
def test_updates_are_bit_identical_to_a_full_recompute(rows, edits):
    cube = cube_of(rows)
    for name in FORMULAS:  # what was worked out before a change must not be kept after it
        complete_shares(cube, name, "1")
    for e, p, t, v in edits:
        cube.set_value(e, p, MONTHS[t], float(v))

    whole = cube_of([*rows, *edits])

    assert cube.results.tobytes() == whole.results.tobytes()
    assert cube.values.tobytes() == whole.values.tobytes()
    assert np.array_equal(cube.reported, whole.reported)
    for name in FORMULAS:
        for place in TREE.ordered:
            assert np.array_equal(complete_shares(cube, name, place.code), complete_shares(whole, name, place.code))


@settings(max_examples=20, deadline=None)
@given(st.lists(cells, max_size=80))
def test_the_same_rows_give_the_same_bytes(rows):
    assert cube_of(rows).results.tobytes() == cube_of(rows).results.tobytes()


def test_taking_a_value_back_makes_it_missing_again():
    cube = cube_of([("flow", TOWNS[0], 0, 5)])

    cube.set_value("flow", TOWNS[0], MONTHS[0], math.nan)

    assert math.isnan(cube.value("total", "1", MONTHS[0]))


def test_a_ratio_counts_only_units_that_reported_both_sides():
    cube = cube_of([("flow", TOWNS[0], 0, 5), ("stock", TOWNS[0], 0, 10), ("flow", TOWNS[1], 0, 50)])

    assert cube.value("share", "1", MONTHS[0]) == 50.0


def test_the_working_names_inputs_and_how_many_reported():
    cube = cube_of([("flow", TOWNS[0], 0, 5), ("flow", TOWNS[0], 1, 7), ("flow", TOWNS[1], 1, 1)])

    working = explain(cube, "running", "1", MONTHS[1])

    assert (working.value, working.formula) == (13.0, "cumulative(flow)")
    assert (working.completeness.reported, working.completeness.expected) == (1, 6)
    assert [row[2] for row in working.inputs] == [8.0]


@pytest.mark.parametrize(("rule", "wanted"), [("flow", 3.0), ("stock", 2.0), ("level", 1.5)])
def test_months_roll_up_to_years_by_the_element_s_own_rule(rule, wanted):
    cube = cube_of([(rule, TOWNS[0], 0, 1), (rule, TOWNS[0], 5, 2), (rule, TOWNS[0], 12, 9)])

    years, values = over_time(cube, rule, "year")

    assert [y.text for y in years] == ["2023", "2024"]
    assert values[TREE.index[TOWNS[0]]].tolist() == [wanted, 9.0]


@pytest.mark.parametrize(
    ("formula", "says"),
    [("nobody", "不存在"), ("3", "不存在"), ("flow + quarterly", "混用"), ("flow +", "第7列")],
)
def test_a_formula_that_cannot_be_used_is_a_finding(formula, says):
    known = {**KNOWN, "quarterly": element("quarterly", frequency="quarter")}

    indicators, findings = read_indicators([{"indicator": [{"id": "i", "name": "i", "formula": formula}]}], known)

    assert indicators == ()
    assert [f.code for f in findings] == ["measure.formula-unusable"]
    assert says in findings[0].message.zh


def test_only_units_that_are_due_count_as_expected():
    only = element("few", collected="county", units=("10",))
    indicators, _ = read_indicators([{"indicator": [{"id": "few", "name": "", "formula": "few"}]}], {"few": only})
    cube = build_cube(
        facts_of([observation("few", "10")]), elements=[only], indicators=indicators, places=TREE, periods=MONTHS
    )

    assert explain(cube, "few", "1", Period.parse("2023-01")).completeness.full


def test_a_formula_error_is_a_user_s_error():
    assert issubclass(FormulaError, Exception)
    assert NONE_WRONG == ()
