"""Laws at their edges: each edge has its state, its code and words that follow direction and comparator."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import case, rules
from chengzai.assess import STATES, assess
from chengzai.measure import Completeness

RULES = rules()
ORDER = ("on_course", "watch", "behind", "far_behind")
CODES = {
    "reached", "reached-late", "reached-before", "lost-since", "under-way", "at-the-limit", "baseline-at-limit",
    "fell-back", "past-the-mark", "worse-than-baseline", "missed", "no-baseline", "cap-held", "cap-fast", "cap-passed",
}  # fmt: skip
RATE = {"words": "达到95%以上", "number": "95%", "value": Decimal(95), "unit": "%", "kind": "ratio"}
PEOPLE = {"words": "达到5万人以上", "number": "5万人", "value": Decimal(5), "unit": "万人", "kind": "stock"}
AIR = {"words": "低于23微克", "number": "23微克", "value": Decimal(23), "unit": "微克", "kind": "ratio",
       "direction": "down", "comparator": "<"}  # fmt: skip
FIRMS = {"words": "超过5家", "number": "5家", "value": Decimal(5), "unit": "家", "kind": "stock", "comparator": ">"}
NEAR = {"words": "50%左右", "number": "50%", "value": Decimal(50), "unit": "%", "kind": "ratio", "comparator": "~="}
CAP = {"words": "每年不超过100起", "number": "100起", "value": Decimal(100), "unit": "起", "kind": "flow",
       "direction": "down", "comparator": "<=", "every_year": True}  # fmt: skip


def judged(series, **changes):
    return assess(case(series, **changes), RULES)


def test_what_was_reached_before_the_plan_and_is_not_any_more_is_behind_and_has_no_share():
    rate = judged([97.0, 94.0], baseline=98.0, **RATE)
    people = judged([49000.0], baseline=52000.0, **PEOPLE)

    assert (rate.state, rate.code, rate.law) == ("behind", "lost-since", "keep")
    assert (people.state, people.code) == ("behind", "lost-since")
    assert math.isnan(rate.attained)
    assert math.isnan(rate.gap)
    assert rate.reason.zh == "开始时已达到目标值，现没有达到，还差1个百分点。"
    assert people.reason.zh == "开始时已达到目标值，现没有达到，还差0.1万人。"


def test_what_was_reached_before_the_plan_and_is_kept_is_on_course():
    kept = judged([96.0], baseline=98.0, **RATE)

    assert (kept.state, kept.code, kept.met) == ("on_course", "reached-before", True)
    assert math.isnan(kept.attained)
    assert kept.due == 95.0


def test_a_baseline_that_is_the_goal_is_kept_where_the_words_include_it():
    assert judged([95.0], baseline=95.0, **RATE).code == "reached-before"
    assert judged([94.9], baseline=95.0, **RATE).code == "lost-since"


def test_a_baseline_at_a_limit_that_the_words_exclude_has_everything_to_do():
    at, below = judged([5.0], baseline=5.0, **FIRMS), judged([4.0], baseline=5.0, **FIRMS)
    over = judged([6.0], baseline=5.0, **FIRMS)

    assert (at.state, at.code) == ("watch", "baseline-at-limit")
    assert at.reason.zh == "基数正好等于界限，现还差1家。"
    assert (below.state, below.code) == ("behind", "baseline-at-limit")
    assert (over.state, over.code) == ("on_course", "reached")


def test_five_do_not_satisfy_more_than_five_and_one_is_still_to_come():
    a = judged([5.0], baseline=2.0, month="2027-06", **FIRMS)

    assert (a.met, a.attained, a.code) == (False, 1.0, "at-the-limit")
    assert a.needed == pytest.approx(1 / 6)
    assert a.reason.zh == "还差1家，完成进度100.0%，应达90.0%。"


def test_what_has_been_reached_and_fell_back_is_at_best_watched():
    a = judged([60.0, 96.0, 94.0], month="2023-06", baseline=60.0, **RATE)

    assert (a.state, a.code) == ("watch", "fell-back")
    assert a.reason.zh == "2023年5月曾达到目标值，现还差1个百分点，完成进度97.1%，应达10.0%。"


def test_an_earlier_month_before_the_plan_proves_no_fall():
    assert judged([96.0, 94.0], month="2023-01", baseline=60.0, **RATE).code == "under-way"


def test_a_day_that_passed_undone_is_never_better_than_behind():
    near = judged([94.0], month="2027-12", baseline=60.0, **RATE)
    unknown = judged([94.0], month="2027-12", **RATE)

    assert (near.state, near.code) == ("behind", "missed")
    assert near.reason.zh == "已到期，没有达到目标值，还差1个百分点，完成进度97.1%，应达100.0%。"
    assert (unknown.state, unknown.code) == ("behind", "missed")


def test_what_came_after_its_day_says_so():
    import datetime as dt

    late = judged([90.0, 96.0], month="2025-02", baseline=60.0, deadline=dt.date(2025, 1, 31), **RATE)
    timely = judged([96.0, 96.0], month="2025-02", baseline=60.0, deadline=dt.date(2025, 1, 31), **RATE)

    assert (late.state, late.code, late.reason.zh) == ("on_course", "reached-late", "到期后才达到目标值。")
    assert timely.code == "reached"


def test_what_satisfies_the_words_needs_no_baseline():
    a = judged([96.0], **RATE)

    assert (a.state, a.code, a.met) == ("on_course", "reached", True)
    assert math.isnan(a.attained)
    assert judged([94.0], **RATE).code == "no-baseline"


def test_beyond_a_mark_is_no_more_than_the_whole_way():
    past = judged([70.0], baseline=30.0, month="2023-02", **NEAR)

    assert (past.met, past.state, past.code) == (False, "watch", "past-the-mark")
    assert past.attained == 0.0
    assert past.reason.zh == "走过了目标，比目标多20个百分点，完成进度0.0%，应达3.3%。"
    assert judged([51.0], baseline=30.0, **NEAR).code == "reached"


def test_a_value_worse_than_where_it_began_says_so_and_loses_its_share_beyond_the_whole_way_back():
    little = judged([29.0], baseline=30.0, month="2023-01", **RATE)
    far = judged([90.0], baseline=94.9, month="2026-10", **RATE)

    assert (little.code, little.state) == ("worse-than-baseline", "watch")
    assert little.attained == pytest.approx(-1 / 65)
    assert (far.code, far.state) == ("worse-than-baseline", "far_behind")
    assert math.isnan(far.attained)
    assert far.reason.zh == "不如开始时，还差5个百分点。"


def test_goals_below_nought_count_the_same_way():
    down = {"words": "降到-3%", "number": None, "value": Decimal(-3), "unit": "%", "kind": "ratio",
            "direction": "down", "comparator": "<="}  # fmt: skip
    a = judged([-1.0], baseline=1.0, month="2025-06", **down)

    assert (a.attained, a.state, a.code) == (0.5, "on_course", "under-way")
    assert judged([-3.0], baseline=1.0, **down).code == "reached"


def test_a_goal_of_nought_is_reached_by_nought_alone():
    none = {"words": "零就业家庭清零", "number": None, "value": Decimal(0), "unit": "户", "kind": "stock",
            "direction": "down", "comparator": "=="}  # fmt: skip

    assert judged([25.0], baseline=100.0, **none).attained == 0.75
    assert judged([0.0], baseline=100.0, **none).code == "reached"
    assert judged([1.0], baseline=0.0, **none).reason.zh == "开始时已达到目标值，现没有达到，比目标多1户。"


@pytest.mark.parametrize(
    ("value", "month", "state", "code"),
    [
        (20.0, "2026-06", "on_course", "cap-held"),
        (70.0, "2026-06", "behind", "cap-fast"),
        (101.0, "2026-06", "far_behind", "cap-passed"),
        (100.0, "2026-12", "on_course", "cap-held"),
    ],
)
def test_a_limit_on_a_running_total_holds_until_it_is_passed(value, month, state, code):
    a = judged([value], month=month, **CAP)

    assert (a.state, a.code) == (state, code)
    assert math.isnan(a.attained)


def test_a_year_that_ends_short_of_its_number_is_missed_and_a_new_year_begins_anew():
    yearly = {"kind": "flow", "every_year": True, "value": Decimal(200), "words": "每年200个", "number": "200个"}

    assert judged([199.0], month="2026-12", **yearly).code == "missed"
    assert judged([199.0, 3.0], month="2027-01", **yearly).code == "under-way"
    assert judged([220.0, 3.0], month="2027-01", **yearly).code == "under-way"  # last year's number proves nothing


def test_of_places_that_must_each_exceed_a_number_all_of_them_satisfy_it():
    """Strictness and direction belong to each place; the number of places counts up and includes its last."""
    each = {"words": "各县低于23微克", "number": "23微克", "value": Decimal(23), "unit": "微克", "kind": "ratio",
            "direction": "down", "comparator": "<", "each": ["11", "12", "13"]}  # fmt: skip

    two, three = judged([2.0], **each), judged([3.0], **each)

    assert (two.met, three.met) == (False, True)
    assert two.reason.zh == "完成进度66.7%，应达76.7%。"
    assert two.needed == pytest.approx(1 / 14)


def test_what_must_be_kept_tells_of_a_breach_within_the_year():
    kept = {"words": "保持在90%以上", "number": "90%", "value": Decimal(90), "unit": "%", "kind": "maintain"}

    assert judged([91.0] * 3, **kept).code == "kept"
    again = judged([91.0, 89.0, 91.0], **kept)
    assert (again.state, again.code, again.reason.zh) == (
        "on_course", "kept-again", "现保持在要求以内，2026年9月曾不在。",
    )  # fmt: skip
    assert judged([89.0, *[91.0] * 12], **kept).code == "kept"
    assert judged([89.0], **kept).reason.zh == "没有保持在要求以内，还差1个百分点。"


def test_a_class_that_is_too_large_is_worse():
    water = {"words": "水质稳定在Ⅱ类以上", "number": "Ⅱ类", "value": Decimal(2), "unit": "类", "kind": "maintain",
             "direction": "down"}  # fmt: skip

    assert judged([3.0], **water).reason.zh == "没有保持在要求以内，劣于目标1个类别。"
    assert judged([1.0], **water).met


def test_a_deadline_before_the_plan_began_is_over():
    import datetime as dt

    a = judged([10.0], month="2023-01", deadline=dt.date(2022, 12, 31))

    assert (a.code, a.expected) == ("missed", 1.0)


def test_yearly_steps_of_a_goal_that_is_its_baseline_are_no_trouble():
    a = judged([94.0], baseline=95.0, steps={2023: 95.0, 2027: 95.0}, **RATE)

    assert a.code == "lost-since"


WORDS = [RATE, PEOPLE, AIR, FIRMS, NEAR, CAP, {}, {**RATE, "comparator": ">"}, {**PEOPLE, "comparator": "=="}]
AMOUNTS = st.one_of(st.integers(-20, 120).map(float), st.floats(-1e7, 1e7, allow_nan=False))
MONTHS = st.sampled_from(["2023-01", "2024-06", "2026-12", "2027-06", "2027-12"])
NO_DOUBT = Completeness(1, 1)


@given(st.sampled_from(WORDS), AMOUNTS, AMOUNTS, MONTHS, st.booleans())
def test_every_value_has_one_law_and_no_share_beyond_what_it_reached(of, value, baseline, month, known):
    a = judged([value], baseline=baseline if known else None, month=month, **of)

    assert a.state in STATES
    assert a.code in CODES
    assert math.isnan(a.attained) or -1.0 <= a.attained < math.inf
    if not a.met:
        assert not a.attained > 1.0
        assert a.reason.zh != "已达到目标值。"
    if a.met and a.law != "cap":
        assert a.state == "on_course"
        assert math.isnan(a.needed)
    if not a.met and month == "2027-12":
        assert a.state in {"behind", "far_behind"}
    if a.law == "keep":
        assert math.isnan(a.attained)


@given(st.sampled_from([w for w in WORDS if w is not NEAR]), AMOUNTS, AMOUNTS, AMOUNTS, MONTHS)
def test_a_better_value_never_has_a_worse_light(of, one, other, baseline, month):
    worse, better = sorted((one, other), reverse=of.get("direction") == "down")
    lights = [judged([v], baseline=baseline, month=month, **of).state for v in (worse, better)]

    assert ORDER.index(lights[1]) <= ORDER.index(lights[0])
