"""Verification by sample: the same draw for everybody, exact intervals, and what is measured of a unit."""

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from chengzai.assess import (
    CheckedValue,
    SampledValue,
    draw_sample,
    error_interval,
    measured_errors,
    self_rating_drift,
    unit_errors,
)


def values(units="ab", each=30):
    return [SampledValue(u, f"e{n}", f"{u}1", "2026-10", float(n)) for u in units for n in range(each)]


def found(value, number, **rest):
    return CheckedValue(value, number, "凭证1号", **rest)


@pytest.mark.parametrize(
    ("wrong", "checked", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_the_interval_gives_the_published_exact_limits(wrong, checked, low, high):
    """Source: Newcombe (1998), Statistics in Medicine 17, table I, method 5 (Clopper-Pearson)."""
    assert error_interval(wrong, checked) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_at_each_end_of_the_interval_what_was_seen_is_a_tail_of_one_in_forty(case):
    wrong, checked = case
    low, high = error_interval(wrong, checked)

    assert low <= wrong / checked <= high
    if wrong:
        assert binom.sf(wrong - 1, checked, low) == pytest.approx(0.025, abs=1e-9)
    if wrong < checked:
        assert binom.cdf(wrong, checked, high) == pytest.approx(0.025, abs=1e-9)


def test_of_a_unit_where_nothing_was_checked_nothing_is_said():
    (told,) = unit_errors(values("a", 3), [], 0.01)

    assert (told.drawn, told.checked, told.low, told.high) == (3, 0, 0.0, 1.0)
    assert math.isnan(told.rate)
    assert measured_errors([told], 0.02, 10) == {"a": 0.02}


def test_the_same_seed_and_values_give_the_same_sample_in_any_order():
    drawn = draw_sample(values(), "20261028-双色球", 5)

    assert drawn == draw_sample(list(reversed(values())), "20261028-双色球", 5)
    assert [v.unit for v in drawn] == ["a"] * 5 + ["b"] * 5
    assert drawn != draw_sample(values(), "another seed", 5)


def test_anybody_can_draw_the_sample_again_as_it_is_described():
    by_hand = sorted(
        (v for v in values() if v.unit == "a"),
        key=lambda v: hashlib.sha256(f"seed-2026|{v.element}|{v.place}|{v.period}".encode()).hexdigest(),
    )[:4]

    assert list(draw_sample(values(), "seed-2026", 4))[:4] == by_hand


def test_a_value_that_is_corrected_does_not_change_which_are_drawn():
    corrected = [SampledValue(v.unit, v.element, v.place, v.period, v.value + 1) for v in values()]

    assert [v.key for v in draw_sample(values(), "seed-2026", 6)] == [
        v.key for v in draw_sample(corrected, "seed-2026", 6)
    ]


def test_a_value_that_leaves_changes_the_sample_by_itself_alone():
    drawn = draw_sample(values("a"), "seed-2026", 6)
    without = draw_sample([v for v in values("a") if v != drawn[2]], "seed-2026", 6)

    assert set(drawn) - set(without) == {drawn[2]}


def test_over_many_seeds_each_value_is_drawn_as_often_as_any_other():
    counts = dict.fromkeys((v.key for v in values("a", 10)), 0)
    for seed in range(2000):
        for v in draw_sample(values("a", 10), f"seed {seed}", 3):
            counts[v.key] += 1

    expected = 2000 * 0.3
    chi2 = sum((n - expected) ** 2 / (expected * 0.7) for n in counts.values()) * 9 / 10
    assert chi2 < 27.9, "the 99.9 % point for nine degrees of freedom"


def test_errors_are_counted_beyond_the_tolerance_and_measured_in_size_and_direction():
    a = values("a", 5)[1:]  # 1, 2, 3, 4
    told = unit_errors(a, [found(a[0], 1.0), found(a[1], 2.01), found(a[2], 2.0), found(a[3], 5.0)], 0.01)[0]

    assert (told.checked, told.wrong, told.rate) == (4, 2, 0.5)
    gaps = [0.0, -0.01 / 2.01, 0.5, -0.2]
    assert told.bias == pytest.approx(sum(gaps) / 4)
    assert told.spread == pytest.approx(math.sqrt(sum(g * g for g in gaps) / 4))


def test_a_report_of_something_where_nothing_was_found_is_wholly_wrong():
    assert found(SampledValue("a", "e", "a", "2026-10", 7.0), 0.0).difference == 1.0
    assert found(SampledValue("a", "e", "a", "2026-10", 0.0), 0.0).difference == 0.0
    assert found(SampledValue("a", "e", "a", "2026-10", 900.0), 3.0).difference == 1.0


def test_measured_errors_never_go_below_the_rule_s_and_need_enough_values():
    a = values("a", 13)[1:]
    exact = unit_errors(a, [found(v, v.value) for v in a], 0.01)
    wide = unit_errors(a, [found(v, v.value * 0.9) for v in a], 0.01)

    assert measured_errors(exact, 0.02, 10) == {"a": 0.02}
    assert measured_errors(wide, 0.02, 10) == {"a": pytest.approx(1 / 9)}
    assert measured_errors(wide, 0.02, 13) == {"a": 0.02}


def test_drift_says_who_rates_itself_too_high():
    told = self_rating_drift({"a": {"x": (90.0, 80.0), "y": (70.0, 75.0), "z": (math.nan, 50.0)}, "b": {}})

    assert [(d.unit, d.items, d.mean, d.largest) for d in told] == [("a", 2, 2.5, 10.0)]
