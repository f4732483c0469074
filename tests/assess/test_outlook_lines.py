"""One line of an outlook never states two opposite things: random courses are printed and read back naively."""

import math
import re
import warnings
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import plan_of
from chengzai.assess import OutlookRule, PaceRule, Pipeline, Track, foretell, paces_apart
from chengzai.assess._calibrate import learn
from chengzai.assess._expected import NOMINAL
from chengzai.assess._pace import Courses, follow
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
def tracks(draw, kind=None, place="1", *, gaps=True, steps_of_counties=True):
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
    part = 0.0
    if (
        kind == "share" and steps_of_counties and draw(st.booleans())
    ):  # a share of counties, which moves by a county's part
        part = 100 / draw(st.sampled_from([3, 6, 7]))
        values, baseline = np.round(np.floor((values - 80) / 20 * 100 / part) * part, 9), 0.0
        values = np.maximum(values, 0.0)
    stated = float(values[-1])
    values[months - draw(st.sampled_from([0, 0, 1, 3] if gaps else [0])) :] = (
        np.nan
    )  # the newest reports are not all in
    return Track(
        target, place, "pace", Period.parse("2023-01").next(months - 1), END, values, baseline, goal,
        (values - baseline) / (goal - baseline), np.full(60, 1 / 60), 1.0, kind == "things", 0.05,
        stated=stated, part=part,
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
        reached = track.most
        registered = Registered(
            pipeline.open, pipeline.counted, reached, pipeline.reach(reached), Text(pipeline.title, pipeline.title_en)
        )
    words = binding_words(outlook.binds, outlook.binding, outlook.binding_miss, registered).zh
    if registered and outlook.binds != "register":
        words += register_words(registered, track.goal).zh
    pace, needed = paces_apart(outlook.pace, outlook.pace_needed)
    return {
        "pace": pace,
        "needed": needed,
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
    if line["pace"] != "nan":
        pace, needed = float(line["pace"]), float(line["needed"])
        if pace < needed and chance < 0.495:
            found.append(f"too slow ({pace} of {needed}), and yet a miss is unlikely")
        if pace >= needed and chance > 0.505:
            found.append(f"fast enough ({pace} of {needed}), and yet a miss is likely")
    elif not target.around:
        found.append("no pace is told")
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
        reached = int(track.most)
        pipeline = Pipeline(register[0], reached if register[1] else reached // 2, "台账", "the register")
    pipelines = {(track.target.id, track.place): pipeline} if pipeline else {}
    outlook = foretell([track], RULE, calibration=LESSONS[lesson], pipelines=pipelines)[0]
    assume(outlook.answer == "told")
    kept_and_met = track.target.kind == "cumulative" and track.most >= track.goal
    line = printed(track, outlook, pipeline)

    assert contradictions(line, track.target, kept_and_met=kept_and_met) == [], line


@settings(max_examples=40)
@given(
    st.lists(tracks("share", gaps=False, steps_of_counties=False), min_size=3, max_size=5),
    st.sampled_from(sorted(LESSONS)),
)
def test_a_full_coverage_agrees_with_its_hardest_county(found, lesson):
    months = min(len(t.values) for t in found)
    plan_target = found[0].target
    cut = [
        replace(t, target=plan_target, place=str(n + 10) if n else plan_target.place, values=t.values[:months],
                attained=t.attained[:months], measured=Period.parse("2023-01").next(months - 1))
        for n, t in enumerate(found)
    ]  # fmt: skip
    whole = np.mean([t.values for t in cut[1:]], axis=0)
    cut[0] = replace(cut[0], values=whole, attained=(whole - 80.0) / 20.0, stated=math.nan)
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


def yearly(done, seasons=None):
    """A number due every year, two years of twelve reports and ten months of the third; `done` is this year's."""
    target = replace(target_of("things"), kind="flow", every_year=True)
    before = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1] * 2, dtype=float)
    values = np.concatenate((before, np.asarray(done, dtype=float)))
    attained = np.concatenate((before[:12], before[:12] + 1, np.asarray(done, dtype=float) + 2))
    exposure = np.full(36, 1 / 12) if seasons is None else seasons
    when = Period.parse("2023-01").next(len(values) - 1)
    return Track(
        target, "1", "pace", when, Period.parse("2025-12"), values, 0.0, 1.0, attained, exposure, 3.0, whole=True,
        planned=np.full(36, 1 / 12),
    )  # fmt: skip


def test_the_pace_of_a_yearly_number_is_that_of_the_current_year():
    seasons = np.full(36, 1 / 12)
    seasons[34:] = 1 / 100  # in the years before hardly anything came in the last two months
    outlook = foretell([yearly([0] * 10, seasons)], RULE)[0]

    assert outlook.pace_needed == pytest.approx(6.0), "one in two months, where the plan has one in twelve"
    assert (outlook.middle, outlook.pace) == (0.0, 0.0)


def test_both_paces_are_counted_from_the_last_report():
    late = things(np.concatenate((np.floor(np.linspace(12, 480, 44)), [np.nan, np.nan])))
    outlook = foretell([late], RULE)[0]

    assert outlook.pace_needed == pytest.approx((700 - 480) / 700 / (16 / 60))
    assert outlook.pace == pytest.approx((outlook.middle - 480) / 700 / (16 / 60))


def test_what_the_board_counts_already_is_not_forgotten_by_the_forecast():
    values = np.concatenate((np.floor(np.linspace(12, 480, 44)), [np.nan]))
    late = replace(things(values), stated=490.0)
    assert late.most == 490.0
    assert foretell([late], RULE)[0].low95 >= 490.0
    assert foretell([replace(late, stated=700.0)], RULE)[0].miss == 0.0
    pipeline = Pipeline(40, 485, "台账", "register")
    young = foretell([late], RULE, pipelines={("it", "1"): pipeline})[0]
    assert young.binds == "", "the register holds less than the board counts"


@pytest.mark.parametrize(
    ("values", "goal", "answer"),
    [([0.0, 0.0], 1.0, "once"), ([0.0, 1.0], 1.0, "reached"), ([1.0, math.nan], math.nan, "reached"),
     ([100.0, 50.0], 100.0, "once"), ([math.nan, math.nan], 1.0, "once")],
)  # fmt: skip
def test_what_is_done_is_told_apart_from_what_is_not_done_yet(values, goal, answer):
    told = np.asarray(values)
    when = Period.parse("2023-02")
    track = Track(target_of("things"), "1", "once", when, END, told, 0.0, goal, told, told[:0], math.nan, whole=False)

    assert foretell([track], RULE)[0].answer == answer


def test_a_share_of_counties_is_foretold_in_whole_counties():
    values = np.round(np.floor(np.linspace(0, 4.2, 44)) * 100 / 6, 9)
    target = target_of("share")
    when = Period.parse("2023-01").next(43)
    track = Track(
        target, target.place, "pace", when, END, values, 0.0, 100.0, values / 100, np.full(60, 1 / 60), 1.0,
        whole=False, part=100 / 6,
    )  # fmt: skip
    outlook = foretell([track], RULE)[0]

    assert outlook.answer == "told"
    ends = [outlook.low95, outlook.low80, outlook.middle, outlook.high80, outlook.high95]
    assert np.allclose(np.array(ends) * 6 / 100, np.round(np.array(ends) * 6 / 100))
    assert replace(track, goal=80.0).meets == (pytest.approx(500 / 6), math.inf), "80 % of six counties are five"


def test_where_no_goal_is_set_nothing_meets_it():
    assert all(math.isnan(end) for end in replace(things([1.0] * 8), goal=math.nan).meets)


def test_a_report_far_from_all_that_was_expected_leaves_every_course_its_weight():
    steady = np.tile([0.04, 0.04, 0.07, 0.07, 0.08, 0.08, 0.07, 0.06, 0.08, 0.08, 0.08, 0.25], 4).cumsum()
    attained = np.array([[*steady, steady[-1] + 500.0]])  # beyond what a density can tell from nought
    courses = Courses(attained, np.full((1, 60), 1 / 12), np.zeros(1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mixture, _, _ = follow(courses, replace(PACE, slip=1e-12))

    assert mixture.weight.sum() == pytest.approx(1.0)
