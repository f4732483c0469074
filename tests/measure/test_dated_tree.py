"""Any history of mergers, splits, renames and moves against a naive recount, month by month."""

import datetime as dt
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import element, months
from chengzai.collect import facts_of
from chengzai.kernel import Observation, Place, PlaceChange, Places
from chengzai.measure import build_cube, complete_shares, completeness_of, read_indicators

MONTHS = months(9)
COUNTIES = ("10", "11")
ELEMENTS = (
    element("flow"),
    element("people", kind="stock", over_time="last"),
    element("level", over_places="mean", over_time="mean"),
    element("income", over_places="weighted:people", over_time="last"),
)
FORMULAS = {"total": "flow", "running": "cumulative(flow)", "share": "flow / people", "mean": "level", "paid": "income"}
INDICATORS, _ = read_indicators(
    [{"indicator": [{"id": i, "name": i, "formula": f} for i, f in FORMULAS.items()]}], {e.code: e for e in ELEMENTS}
)


class History:
    """A made-up history kept as a clerk would: for each month who stands where, and who goes on from whom."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.now = {f"{c}{t}": (c, f"乡{c}{t}") for c in COUNTIES for t in range(3)}
        self.line = {code: (code, 0) for code in self.now}  # the present life of a code: its name, its first month
        self.before = {life: [] for life in self.line.values()}
        self.ever = {code: (county, name) for code, (county, name) in self.now.items()}
        self.changes, self.months, self.new = [], [], 0
        for t in range(len(MONTHS)):
            if t:
                for _ in range(self.dice.choice((0, 0, 1, 2))):
                    self._happens(t)
            self.months.append({code: (*self.now[code], self.line[code]) for code in self.now})
        self.rows = [Place("1", "市", "prefecture"), *(Place(c, c, "county", "1") for c in COUNTIES)]
        self.rows += [Place(code, name, "township", county) for code, (county, name) in self.ever.items()]
        self.places = Places(self.rows, self.changes)

    def _happens(self, t):
        day = MONTHS[t].last_day().replace(day=1)
        fresh = [
            code
            for code in self.now
            if self.line[code][1] < t and not any(c.day == day and code in (*c.codes, *c.into) for c in self.changes)
        ]
        if not fresh:
            return
        kind, code = self.dice.choice(("rename", "move", "merge", "split")), self.dice.choice(fresh)
        county, name = self.now[code]
        if kind == "rename":
            self.now[code] = county, name + "改"
            self.changes.append(PlaceChange(day, kind, (code,), name))
        elif kind == "move":
            other = COUNTIES[county == COUNTIES[0]]
            self.changes.append(PlaceChange(day, kind, (code,), county))
            self.now[code] = other, name
            self._begin(code, t, [(self.line[code], 1.0)])
        elif kind == "merge" and len(fresh) > 1:
            mate = self.dice.choice([c for c in fresh if c != code])
            into = self.dice.choice((code, self._code(county)))
            lives = [(self.line[c], 1.0) for c in (code, mate)]
            for gone in (code, mate):
                self.now.pop(gone)
            self.now[into] = county, self.ever.get(into, (county, f"乡{into}"))[1] if into == code else f"乡{into}"
            if into == code:
                self.now[into] = county, name
            self._begin(into, t, lives)
            self.changes.append(PlaceChange(day, kind, (code, mate), into=(into,)))
        elif kind == "split":
            parts = (self.dice.choice((code, self._code(county))), self._code(county))
            share = self.dice.choice((0.5, 0.25, 0.375))
            life = self.line[code]
            self.now.pop(code)
            for part, own in zip(parts, (share, 1 - share), strict=True):
                self.now[part] = county, name if part == code else f"乡{part}"
                self._begin(part, t, [(life, own)])
            shares = dict(zip(parts, (share, 1 - share), strict=True))
            self.changes.append(PlaceChange(day, kind, (code,), into=parts, shares=shares, key="人口"))
        for standing, (where, called) in self.now.items():
            self.ever[standing] = where, called

    def _code(self, county):
        self.new += 1
        return f"{county}9{self.new}"

    def _begin(self, code, t, before):
        self.line[code] = code, t
        self.before[code, t] = before


class Recount:
    """Sums by dictionaries and plain loops over what stood in each month."""

    def __init__(self, history, seed):
        self.history = history
        dice = random.Random(seed)
        self.cells = {
            (e.code, life, t): float(dice.randrange(1, 60))
            for t, month in enumerate(history.months)
            for _, _, life in month.values()
            for e in ELEMENTS
            if dice.random() < 0.8
        }

    def facts(self):
        return [
            Observation(e, life[0], MONTHS[t], value, "form", sequence=i)
            for i, ((e, life, t), value) in enumerate(self.cells.items())
        ]

    def leaves(self, life, t):
        """The lives that stood in a month behind one of today, each with the share of it that counts."""
        if life in [own for _, _, own in self.history.months[t].values()]:
            return [(life, 1.0)]
        if t >= life[1]:
            return []
        return [(leaf, share * part) for old, share in self.history.before[life] for leaf, part in self.leaves(old, t)]

    def units(self, place, t):
        return [(life, 1.0) for county, _, life in self.history.months[t].values() if place in {"1", county}]

    def value(self, name, units, t, *, alone=False):
        def told(e):
            return [(self.cells[e, life, t], share, life) for life, share in units if (e, life, t) in self.cells]

        if name == "total":
            rows = told("flow")
            return sum(v * s for v, s, _ in rows) if rows else math.nan
        if name == "mean":
            rows = told("level")
            return sum(v for v, _, _ in rows) / len(rows) if rows else math.nan
        if name == "share":
            both = [
                (v, s, self.cells["people", life, t])
                for v, s, life in told("flow")
                if ("people", life, t) in self.cells
            ]
            return sum(v * s for v, s, _ in both) / sum(p * s for _, s, p in both) if both else math.nan
        if alone and len(units) == 1:  # a unit's own income needs no weight
            return told("income")[0][0] if told("income") else math.nan
        rows = [
            (v, self.cells["people", life, t]) for v, _, life in told("income") if ("people", life, t) in self.cells
        ]
        return sum(v * w for v, w in rows) / sum(w for _, w in rows) if rows else math.nan

    def running(self, by_month, t):
        now = [self.value("total", units, k) for k, units in enumerate(by_month[: t + 1])]
        return math.nan if math.isnan(now[-1]) else sum(v for v in now if not math.isnan(v))


def cube_of(history, rows):
    return build_cube(facts_of(rows), elements=ELEMENTS, indicators=INDICATORS, places=history.places, periods=MONTHS)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_any_history_of_places_equals_a_naive_recount(seed):
    history = History(seed)
    recount = Recount(history, seed)
    cube = cube_of(history, recount.facts())
    last = len(MONTHS) - 1

    for place in ("1", *COUNTIES):
        by_month = [recount.units(place, t) for t in range(len(MONTHS))]
        for t, month in enumerate(MONTHS):
            for name in ("total", "mean", "share", "paid"):
                wanted = recount.value(name, by_month[t], t)
                assert cube.value(name, place, month) == pytest.approx(wanted, rel=1e-12, nan_ok=True), (name, place, t)
            assert cube.value("running", place, month) == pytest.approx(recount.running(by_month, t), nan_ok=True)
            there = completeness_of(cube, "total", place, month)
            told = sum(("flow", life, t) in recount.cells for life, _ in by_month[t])
            assert (there.reported, there.expected) == (told, len(by_month[t]))
    for code, (_, _, life) in history.months[last].items():  # what stands today, with its own history
        by_month = [recount.leaves(life, t) for t in range(len(MONTHS))]
        series = {name: cube.series(name, code) for name in FORMULAS}
        for t, month in enumerate(MONTHS):
            for name in ("total", "mean", "share", "paid"):
                wanted = recount.value(name, by_month[t], t, alone=True)
                assert series[name][t] == pytest.approx(wanted, rel=1e-12, nan_ok=True), (name, code, t)
            assert series["running"][t] == pytest.approx(recount.running(by_month, t), nan_ok=True)
            there = completeness_of(cube, "total", code, month)
            assert there.expected == len(by_month[t])
    for t, month in enumerate(MONTHS):  # and what stood in a month, as it stood
        for code, (_, _, life) in history.months[t].items():
            wanted = recount.cells.get(("flow", life, t), math.nan)
            assert cube.value("total", code, month) == pytest.approx(wanted, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 8))
def test_an_update_in_a_dated_tree_is_bit_identical_to_a_full_recompute(seed, edits):
    history = History(seed)
    recount = Recount(history, seed)
    rows = recount.facts()
    cube = cube_of(history, rows)
    dice = random.Random(seed + 1)
    for _ in range(edits):
        t = dice.randrange(len(MONTHS))
        code = dice.choice(sorted(history.months[t]))
        change = Observation(
            dice.choice(ELEMENTS).code, code, MONTHS[t], dice.randrange(99) / 7, "form", sequence=len(rows)
        )
        rows.append(change)
        complete_shares(cube, "running", "1")
        cube.set_value(change.element, code, MONTHS[t], change.value)

    whole = cube_of(history, rows)

    assert cube.results.tobytes() == whole.results.tobytes()
    assert cube.values.tobytes() == whole.values.tobytes()
    assert np.array_equal(cube.reported, whole.reported)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_the_tree_of_a_day_is_what_stood_then_under_the_names_of_the_time(seed):
    history = History(seed)

    for t, month in enumerate(MONTHS):
        tree = history.places.at(month.last_day())
        stood = {p.code: (p.parent, p.name) for p in tree.at_level("township")}
        assert stood == {code: (county, name) for code, (county, name, _) in history.months[t].items()}
        assert [p.code for p in tree.at_level("county")] == list(COUNTIES)


def test_a_split_gives_each_part_its_share_and_says_so():
    day = dt.date(2023, 3, 1)
    split = PlaceChange(day, "split", ("100",), into=("101", "102"), shares={"101": 0.75, "102": 0.25}, key="户籍人口")
    units = [Place("1", "市", "prefecture"), Place("10", "县", "county", "1")]
    units += [Place(code, code, "township", "10") for code in ("100", "101", "102")]
    rows = [Observation("flow", "100", MONTHS[0], 8.0, "form"), Observation("flow", "101", MONTHS[2], 1.0, "form")]

    cube = build_cube(
        facts_of(rows), elements=ELEMENTS, indicators=INDICATORS, places=Places(units, [split]), periods=MONTHS
    )

    assert cube.series("total", "101")[:3].tolist()[::2] == [6.0, 1.0]
    assert cube.series("total", "102")[0] == 2.0
    assert cube.value("total", "10", MONTHS[0]) == 8.0
    assert cube.apportioned("101") == (MONTHS[2], "户籍人口")
    assert cube.apportioned("10") is None
    assert math.isnan(cube.value("total", "101", MONTHS[0])) is False
