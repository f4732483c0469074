"""One line of an outlook never states two opposite things: random courses are printed and read back naively."""

import math
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import plan_of
from chengzai.assess import OutlookRule, PaceRule, Pipeline, Track, foretell
from chengzai.assess._calibrate import learn
from chengzai.assess._expected import NOMINAL
from chengzai.kernel import Period, Text
from chengzai.publish import Registered, binding_words, chance_word, register_words, telling_decimals

PACE = PaceRule(change=0.02, first=(1.0, 0.2), after=(1.0, 0.3), noise=0.1, weight=24, slip=1e-3)
RULE = OutlookRule(PACE, {"month": 6, "quarter": 4, "year": 3}, takes=6)
END = Period.parse("2027-12")
KINDS = {
    "things": {"kind": "cumulative", "unit": "个", "words": "建成700个", "number": "700个", "value": Decimal(700)},
    "money": {"kind": "stock", "unit": "元", "words": "达到700元", "number": "700元", "value": Decimal(700)},
    "share": {"kind": "ratio", "unit": "%", "words": "普及率达到100%", "number": "100%", "value": Decimal(100)},
    "fewer": {"kind": "ratio", "unit": "%", "words": "降到20%以下", "number": "20%", "value": Decimal(20),
              "direction": "down", "comparator": "<="},
    "around": {"kind": "ratio", "unit": "%", "words": "70%左右", "number": "70%", "value": Decimal(70),
               "comparator": "~="},
}  # fmt: skip


def target_of(kind):
    changes = dict(KINDS[kind])
    return plan_of(**changes).targets[0]


@st.composite
def tracks(draw, kind=None, place="1"):
    kind = kind or draw(st.sampled_from(sorted(KINDS)))
    target = target_of(kind)
    goal = float(target.canonical.value)
    baseline = {"fewer": 60.0, "share": 80.0, "around": 40.0}.get(kind, 0.0)
    months = draw(st.integers(8, 56))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    pace = draw(st.sampled_from([0.0, 0.3, 0.7, 0.9, 1.0, 1.05, 1.5, 2.5]))
    steps = np.maximum(rng.normal(pace, draw(st.sampled_from([0.0, 0.1, 0.6])), months), 0 if kind == "things" else -9)
    values = baseline + np.cumsum(steps) / 60 * (goal - baseline)
    if kind in {"share", "fewer", "around"}:
        values = np.clip(values, 0, 100)
    if kind == "things":
        values = np.floor(values)
    return Track(
        target, place, "pace", Period.parse("2023-01").next(months - 1), END, values, baseline, goal,
        (values - baseline) / (goal - baseline), np.full(60, 1 / 60), 1.0, kind == "things", 0.05,
    )  # fmt: skip


def lessons(kind):
    """A calibration as a city's past may teach it: none, overstated chances, understated ones, narrow ranges."""
    rng = np.random.default_rng(9)
    lead = rng.choice([3.0, 9.0, 24.0], 600)
    stated = rng.uniform(0.01, 0.99, 600)
    truth = {"over": 0.3 + 0.4 * stated, "under": np.clip(stated * 3 - 1, 0.01, 0.99)}.get(kind, stated)
    missed = (rng.uniform(size=600) < truth).astype(float)
    lay = np.clip(0.5 + rng.normal(0, 0.15 if kind == "over" else 0.6, (600, 1)), 0, 1)
    return learn(stated, missed, lay, lead, np.ones(600))


LESSONS = {kind: lessons(kind) for kind in ("over", "under", "as stated")}


def printed(track, outlook, pipeline):
    """The line as pages print it."""
    ends = [outlook.low95, outlook.low80, outlook.middle, outlook.high80, outlook.high95]
    decimals = telling_decimals(ends, track.meets, track.goal, 0 if track.whole else 1)
    registered = None
    if pipeline:
        reached = float(np.nanmax(track.values))
        registered = Registered(
            pipeline.open, pipeline.counted, reached, pipeline.reach(reached), Text(pipeline.title, pipeline.title_en)
        )
    words = binding_words(outlook.binds, outlook.binding, outlook.binding_miss, registered).zh
    if registered and outlook.binds != "register":
        words += register_words(registered, track.goal).zh
    return {
        "goal": f"{track.goal:,.{decimals}f}",
        "ends": [f"{v:,.{decimals}f}" for v in ends],
        "chance": chance_word(outlook.miss),
        "words": words,
    }


def number(text):
    return float(text.replace(",", ""))


def contradictions(line, target, *, kept_and_met):
    """What a reader who knows nothing but the printed line could object to."""
    goal, ends = number(line["goal"]), [number(t) for t in line["ends"]]
    chance = {"＞99%": 0.995, "＜1%": 0.005}.get(line["chance"]) or float(line["chance"].rstrip("%")) / 100
    found = []
    if ends != sorted(ends):
        found.append("the ends are not in order")
    if target.base_unit == "%" and not all(0 <= v <= 100 for v in ends):
        found.append("a share beyond nought and a hundred")
    if target.around:
        reach = [abs(v - goal) <= goal * 0.05 + 0.051 for v in ends]
        if chance < 0.095 and not (reach[1] and reach[3]):
            found.append("hardly a miss, and yet a range beyond what is near enough")
        return found
    better = (lambda v: v >= goal) if target.direction == "up" else (lambda v: v <= goal)
    for p, value in zip(NOMINAL, ends, strict=True):
        short_with = p if target.direction == "up" else 1 - p  # the chance of being worse than this end
        if better(value) and chance > short_with + 0.0051:
            found.append(f"the {p} end reaches the goal, the chance of a miss is {chance}")
        if not better(value) and chance < short_with - 0.0051:
            found.append(f"the {p} end is short, the chance of a miss is {chance}")
    if kept_and_met and (line["chance"] != "＜1%" or not better(ends[0])):
        found.append("reached for good, and yet in doubt")
    bound = re.search(r"全部完成也只到([\d,.]+)", line["words"])
    if bound and (chance < 0.5 and number(bound[1]) < goal and ends[2] >= goal and "限制" not in line["words"]):
        found.append("the register stops it, and the forecast does not know")
    more = re.search(r"还要再登记(\d+)项", line["words"])
    if more and "全部完成可到" in line["words"]:
        found.append("enough and not enough is registered")
    if ("全部完成也到不了" in line["words"]) and chance < 0.5:
        found.append("cannot be reached, and yet will be")
    return found


@given(tracks(), st.sampled_from(sorted(LESSONS)), st.none() | st.tuples(st.integers(0, 900), st.booleans()))
def test_no_printed_line_contradicts_itself(track, lesson, register):
    pipeline = None
    if register and track.whole:
        reached = int(track.values.max())
        pipeline = Pipeline(register[0], reached if register[1] else reached // 2, "台账", "the register")
    pipelines = {(track.target.id, track.place): pipeline} if pipeline else {}
    outlook = foretell([track], RULE, calibration=LESSONS[lesson], pipelines=pipelines)[0]
    assume(outlook.answer == "told")
    kept_and_met = track.target.kind == "cumulative" and track.values.max() >= track.goal
    line = printed(track, outlook, pipeline)

    assert contradictions(line, track.target, kept_and_met=kept_and_met) == [], line


@settings(max_examples=40)
@given(st.lists(tracks(kind="share"), min_size=3, max_size=5), st.sampled_from(sorted(LESSONS)))
def test_a_full_coverage_agrees_with_its_hardest_county(found, lesson):
    months = min(len(t.values) for t in found)
    plan_target = found[0].target
    cut = [
        replace(t, target=plan_target, place=str(n + 10) if n else plan_target.place, values=t.values[:months],
                attained=t.attained[:months], measured=Period.parse("2023-01").next(months - 1))
        for n, t in enumerate(found)
    ]  # fmt: skip
    whole = np.mean([t.values for t in cut[1:]], axis=0)
    cut[0] = replace(cut[0], values=whole, attained=(whole - 80.0) / 20.0)
    outlooks = {o.place: o for o in foretell(cut, RULE, calibration=LESSONS[lesson])}
    city = outlooks[plan_target.place]
    parts = [outlooks[t.place] for t in cut[1:]]

    assert city.miss >= max(p.miss for p in parts) - 1e-9
    assert (city.binds, city.binding_miss) == ("county", pytest.approx(max(p.miss for p in parts)))
    assert outlooks[city.binding].miss == pytest.approx(city.binding_miss)
    for track in cut:
        line = printed(track, outlooks[track.place], None)
        assert contradictions(line, plan_target, kept_and_met=False) == [], line


def things(values):
    target = target_of("things")
    told = np.asarray(values, dtype=float)
    when = Period.parse("2023-01").next(len(told) - 1)
    return Track(target, "1", "pace", when, END, told, 0.0, 700.0, told / 700, np.full(60, 1 / 60), 1.0, whole=True)


def test_what_nobody_has_registered_shortly_before_the_deadline_is_not_finished_by_it():
    late = things(np.floor(np.linspace(12, 670, 57)))  # on course, three months to go
    pipelines = {("it", "1"): Pipeline(10, 670, "台账", "register")}
    free, bound = (foretell([late], RULE, pipelines=p)[0] for p in ({}, pipelines))

    assert free.miss < 0.5
    assert bound.miss == pytest.approx(1.0)
    assert (bound.binds, bound.high95) == ("register", 680.0)
    enough = foretell([late], RULE, pipelines={("it", "1"): Pipeline(40, 670, "台账", "register")})[0]
    assert (enough.binds, enough.miss) == ("", pytest.approx(free.miss))


def test_a_register_that_lacks_its_past_bounds_nothing():
    late = things(np.floor(np.linspace(12, 670, 57)))
    young = foretell([late], RULE, pipelines={("it", "1"): Pipeline(10, 300, "台账", "register")})[0]

    assert young.binds == ""
    assert young.miss == foretell([late], RULE)[0].miss


def test_long_before_the_deadline_a_short_register_only_slows():
    early = things(np.floor(np.linspace(12, 420, 30)))
    short = foretell([early], RULE, pipelines={("it", "1"): Pipeline(0, 420, "台账", "register")})[0]
    free = foretell([early], RULE)[0]

    assert 420 <= short.middle < free.middle
    assert short.miss >= free.miss


@pytest.mark.parametrize(
    ("values", "meets", "goal", "usual", "needed"),
    [
        ([99.98], (100.0, math.inf), 100.0, 1, 2),
        ([99.4], (100.0, math.inf), 100.0, 1, 1),
        ([100.0], (100.0, math.inf), 100.0, 1, 1),
        ([12.003], (math.nextafter(12.0, 13), math.inf), 12.0, 1, 3),
        ([20.004], (-math.inf, 20.0), 20.0, 1, 3),
        ([33.331], (33.3333, math.inf), 33.3333, 1, 3),
        ([math.nan], (100.0, math.inf), 100.0, 1, 1),
    ],
)
def test_a_number_is_printed_with_as_many_decimals_as_tell_its_side_of_the_goal(values, meets, goal, usual, needed):
    assert telling_decimals(values, meets, goal, usual) == needed


@given(tracks(), st.floats(-50, 900, allow_nan=False))
def test_the_values_that_meet_a_track_are_those_that_meet_its_target(track, value):
    if track.whole:
        value = float(round(value))
    low, high = track.meets
    assert (low <= value <= high) == track.target.met_by(value, goal=track.goal, tolerance=track.tolerance)


def test_no_more_counties_are_expected_to_have_it_than_there_are():
    each = tuple(str(n) for n in range(11, 17))
    target = replace(target_of("things"), each=each, kind="stock")
    values = np.minimum(np.floor(np.linspace(0, 7, 30)), 5.0)
    fast = replace(things(values), target=target, place=target.place, goal=6.0, attained=values / 6.0)
    outlook = foretell([fast], RULE)[0]

    assert outlook.high95 <= 6.0
    assert outlook.low95 >= 0.0
