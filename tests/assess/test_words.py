"""Words beside numbers follow direction, comparator and sign."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import plan_of
from chengzai.assess import (
    ahead_words,
    change_words,
    class_name,
    comparison_words,
    distance_words,
    goal_sign,
    must_reach,
    never_shown,
    pace_words,
    surplus_words,
)

WATER = {"words": "水质稳定在Ⅱ类以上", "number": "Ⅱ类", "value": Decimal(2), "unit": "类", "kind": "maintain",
         "direction": "down"}  # fmt: skip
AIR = {"words": "低于23微克", "number": "23微克", "value": Decimal(23), "unit": "微克", "kind": "ratio",
       "direction": "down", "comparator": "<"}  # fmt: skip
FIRMS = {"words": "超过5家", "number": "5家", "value": Decimal(5), "unit": "家", "kind": "stock", "comparator": ">"}
RATE = {"words": "达到58%以上", "number": "58%", "value": Decimal(58), "unit": "%", "kind": "ratio"}
NEAR = {"words": "50%左右", "number": "50%", "value": Decimal(50), "unit": "%", "kind": "ratio", "comparator": "~="}
TOP = {"words": "跻身前20名", "number": "20名", "value": Decimal(20), "unit": "名", "kind": "stock",
       "direction": "down", "comparator": "<="}  # fmt: skip
LEFT = {"words": "控制在100户以内", "number": "100户", "value": Decimal(100), "unit": "户", "kind": "stock",
        "direction": "down", "comparator": "<="}  # fmt: skip


def target(**changes):
    return plan_of(**changes).targets[0]


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (WATER, "优于或等于Ⅱ类"),
        (AIR, "低于Ⅱ微克"),
        (FIRMS, "超过Ⅱ家"),
        (RATE, "不低于Ⅱ%"),
        (NEAR, "Ⅱ%左右"),
        (TOP, "前Ⅱ名"),
        (LEFT, "不超过Ⅱ户"),
        ({}, "不少于Ⅱ个"),
        ({"comparator": "==", "words": "达到700个"}, "达到Ⅱ个"),
    ],
)
def test_what_a_target_asks_is_said_by_direction_and_comparator(of, said):
    asked = target(**of)

    assert comparison_words(asked).said("Ⅱ", asked.unit).zh == said


def test_signs_in_a_table_never_call_a_better_class_more():
    assert goal_sign(target(**WATER)).zh == "优于或等于"
    assert [goal_sign(target(**of)).zh for of in (AIR, FIRMS, RATE, NEAR, TOP, LEFT)] == [
        "＜",
        "＞",
        "≥",
        "≈",
        "前",
        "≤",
    ]


def test_classes_are_written_as_the_standard_writes_them():
    assert [class_name(v) for v in (1.0, 3.0, 6.0, 7.0, 2.4, math.nan)] == ["Ⅰ", "Ⅲ", "劣Ⅴ", "", "", ""]


@pytest.mark.parametrize(
    ("of", "value", "number", "said"),
    [
        (WATER, 3.0, "1", "劣于目标1个类别"),
        (AIR, 25.0, "2.0", "比目标高2.0微克"),
        (AIR, 23.0, "0.0", "正好等于界限，尚未低于"),
        (FIRMS, 5.0, "1", "还差1家"),
        (RATE, 57.0, "1.0", "还差1.0个百分点"),
        (NEAR, 60.0, "10", "比目标多10个百分点"),
        (NEAR, 40.0, "10", "比目标少10个百分点"),
        (TOP, 22.0, "2", "落后2名"),
        (LEFT, 130.0, "30", "比目标多30户"),
    ],
)
def test_a_distance_is_said_towards_the_goal(of, value, number, said):
    asked = target(**of)
    goal = float(asked.canonical.value)

    phrase = distance_words(asked, value, goal, met=asked.met_by(value))

    assert phrase.said(number, asked.unit).zh == said
    assert math.isnan(phrase.amount) or phrase.amount == float(number)


def test_a_strict_limit_is_not_met_by_itself_and_an_inclusive_one_is():
    assert not target(**FIRMS).met_by(5.0)
    assert not target(**AIR).met_by(23.0)
    assert target(**RATE).met_by(58.0)
    assert target(**WATER).met_by(1.0)
    assert not target(**WATER).met_by(3.0)


def test_the_tail_of_binary_sums_decides_nothing():
    assert not target(**{**AIR, "value": Decimal("0.3"), "number": None}).met_by(0.1 + 0.2 - 1e-16)
    assert target(**{**RATE, "value": Decimal("0.3"), "number": None}).met_by(0.1 * 3 - 1e-16)
    assert not target(**{**RATE, "value": Decimal("0.3"), "number": None}).met_by(0.2999999)


def test_parts_that_make_too_much_are_too_many():
    assert surplus_words(783.0, 700.0).said("83").zh == "多83"
    assert surplus_words(617.0, 700.0).said("83").zh == "少83"
    assert surplus_words(0.1 + 0.2, 0.3).said("").zh == "正好"


@pytest.mark.parametrize(
    ("of", "change", "said"),
    [
        (WATER, -1.0, "改善1个类别"),
        (WATER, 1.0, "变差1个类别"),
        (RATE, -1.0, "下降1个百分点"),
        (FIRMS, -1.0, "减少1家"),
        (TOP, -1.0, "前进1名"),
        (FIRMS, 0.0, "持平"),
    ],
)
def test_a_change_is_said_by_what_it_changes(of, change, said):
    asked = target(**of)

    assert change_words(asked, change).said("1", asked.unit).zh == said


def test_places_that_reach_their_goal_increase_whatever_each_of_them_must_do():
    assert change_words(target(**AIR), 1.0, counts_places=True).said("1", "个县").zh == "增加1个县"


def test_a_gap_that_prints_as_nought_is_neither_ahead_nor_behind():
    assert ahead_words(0.04).said("0.0").zh == "与序时进度持平"
    assert ahead_words(0.09, "truncate").said("0.0").zh == "与序时进度持平"
    assert ahead_words(0.05).said("0.1").zh == "快于序时进度0.1个百分点"
    assert ahead_words(-12.34).said("12.3").zh == "慢于序时进度12.3个百分点"


@pytest.mark.parametrize(
    ("value", "left", "said"),
    [
        (4.0, 14, "到期前还须完成1家"),
        (2.0, 14, "到期前还须完成3家，每半年完成2家可如期达到"),
        (0.0, 5, "到期前还须完成5家，每月完成1家可如期达到"),
        (0.0, 2, "到期前还须完成5家，每月完成3家可如期达到"),
    ],
)
def test_whole_things_are_paced_in_whole_things(value, left, said):
    five = target(words="建成5家", number="5家", value=Decimal(5), unit="家")

    pace = pace_words(five, value, 5.0, left)

    assert pace.said(f"{pace.rest:g}", f"{pace.each:g}", "家").zh == said


def test_places_that_reach_their_goal_are_paced_upwards_and_whole_whatever_each_of_them_must_do():
    pace = pace_words(target(**AIR), 2.0, 6.0, 12, counts_places=True)

    assert pace.said(f"{pace.rest:g}", f"{pace.each:g}", "个县").zh == "到期前还须增加4个县，每季度增加1个县可如期达到"


def test_the_pace_of_a_falling_share_falls():
    falling = {"words": "降到10%以内", "number": "10%", "value": Decimal(10), "unit": "%", "kind": "ratio",
               "direction": "down", "comparator": "<="}  # fmt: skip

    pace = pace_words(target(**falling), 16.0, 10.0, 12)

    assert pace.said("6", "0.5", "%").zh == "到期前还须下降6个百分点，平均每月下降约0.5个百分点可如期达到"


@given(value=st.integers(0, 60), goal=st.integers(1, 60), left=st.integers(0, 60), own=st.sampled_from([1, 3, 12]))
def test_keeping_the_pace_that_is_said_reaches_the_goal(value, goal, left, own):
    for comparator in (">=", ">"):
        asked = target(words=f"建成{goal}家", number=f"{goal}家", value=Decimal(goal), unit="家", comparator=comparator)
        pace = pace_words(asked, float(value), float(goal), left, each_months=own)
        if not math.isnan(pace.each):
            months = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}[pace.span.zh]
            assert pace.each >= 1
            assert pace.each == int(pace.each)
            assert asked.met_by(value + pace.each * (left // months))
            assert months >= own
        assert asked.met_by(value + pace.rest)
        assert pace.rest == 0 or not asked.met_by(value + pace.rest - 1)


@given(st.floats(-1e6, 1e6), st.sampled_from([WATER, AIR, FIRMS, RATE, TOP, LEFT]))
def test_no_distance_is_negative_and_only_what_is_met_has_none(value, of):
    asked = target(**of)
    goal = float(asked.canonical.value)

    phrase = distance_words(asked, value, goal, met=asked.met_by(value))

    assert math.isnan(phrase.amount) or phrase.amount > 0
    assert (phrase.before.zh == "已达到目标") == asked.met_by(value)


def test_what_satisfies_strict_words_about_whole_things_is_the_next_one():
    assert must_reach(target(**FIRMS), 5.0) == 6.0
    assert must_reach(target(**AIR), 23.0) == 23.0
    assert must_reach(target(**FIRMS), 5.0, counts_places=True) == 5.0


def test_a_best_that_went_the_wrong_way_is_no_proof_that_a_pace_is_possible():
    rising, falling = target(**FIRMS), target(**AIR)

    assert never_shown(rising, 1.0, -3.0)
    assert never_shown(falling, -1.0, 3.0)
    assert not never_shown(falling, -1.0, -2.0)
    assert not never_shown(rising, math.nan, 1.0)
