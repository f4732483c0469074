"""Scoring: each method's known answers, schemes with every slot, and weights that weigh what they say."""

import copy
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.assess import METHODS, check_method, read_scheme, score
from schemes import SCHEME

PARAMETERS = {
    "completion": {"target": 120.0, "cap": 1.2},
    "base": {"target": 10.0, "base": 80.0, "per": 5.0, "most": 20.0},
    "proportion": {"best": 60.0},
    "goalposts": {"low": 60.0, "high": 70.0},
    "efficacy": {"floor": 50.0, "satisfying": 70.0},
    "interval": {"a": 50.0, "b": 60.0, "width": 10.0},
    "closing": {"before": 60.0, "goal": 70.0},
}


@pytest.mark.parametrize(
    ("method", "value", "changes", "points"),
    [
        ("completion", 97.0, {}, 80.8333),
        ("completion", 180.0, {}, 120.0),
        ("completion", -5.0, {}, 0.0),
        ("base", 10.0, {}, 80.0),
        ("base", 20.0, {}, 100.0),
        ("base", 8.0, {"direction": -1.0}, 90.0),
        ("proportion", 45.0, {}, 75.0),
        ("proportion", 80.0, {"direction": -1.0}, 75.0),
        ("goalposts", 1.775, {"low": 1.8, "high": 1.74}, 41.6667),
        ("efficacy", 62.0, {}, 84.0),
        ("efficacy", 26.0, {"floor": 30.0, "satisfying": 22.0}, 80.0),
        ("efficacy", 40.0, {"least": 60.0}, 60.0),
        ("interval", 55.0, {}, 100.0),
        ("interval", 62.0, {}, 80.0),
        ("closing", 65.0, {}, 50.0),
        ("closing", 70.0, {"before": 70.0}, 100.0),
    ],
)
def test_each_method_gives_its_known_points(method, value, changes, points):
    assert score(method, value, {**PARAMETERS[method], **changes}) == pytest.approx(points, abs=1e-4)


@given(st.sampled_from(sorted(METHODS)), st.floats(-1e6, 1e6))
def test_points_stay_within_the_span_that_a_method_declares(method, value):
    low, high = METHODS[method].span(PARAMETERS[method])

    assert low <= score(method, value, PARAMETERS[method]) <= high
    assert math.isnan(score(method, math.nan, PARAMETERS[method])), "no value is no score"


def test_what_a_method_lacks_or_cannot_divide_by_is_said():
    assert check_method("x", "goalposts", {"low": 1.0, "high": 2.0}) == []
    for method, parameters in (
        ("luck", {}),
        ("goalposts", {"low": 1.0}),
        ("goalposts", {"low": 1.0, "high": 1.0}),
        ("completion", {"target": 0.0}),
        ("interval", {"a": 1.0, "b": 2.0, "width": 0.0}),
        ("closing", {"before": 1.0, "goal": 2.0, "magic": 3.0}),
    ):
        assert [f.code for f in check_method("x", method, parameters)] == ["assess.method-unusable"]


def test_a_scheme_grades_without_hole_or_overlap():
    scheme, findings = read_scheme(SCHEME)

    assert findings == []
    assert [scheme.grade(p) for p in (95, 90, 89.99, 0, math.nan)] == ["优秀", "优秀", "良好", "一般", ""]


@pytest.mark.parametrize("slot", list(SCHEME))
def test_every_slot_is_required(slot):
    if slot in {"name", "veto_grade"}:
        return
    scheme, findings = read_scheme({k: v for k, v in SCHEME.items() if k != slot})

    assert scheme is None
    assert slot in findings[0].message.zh


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s["indicator"][0].update(weight=50),
        lambda s: s["indicator"][0].update(source_unit=""),
        lambda s: s["class"][1].update(places=["a"]),
        lambda s: s["grade"].pop(),
        lambda s: s["grade"].append({"name": "又一般", "since": 0}),
        lambda s: s["indicator"][0].update(method="luck"),
        lambda s: s["grade"][0].pop("means"),
        lambda s: s.pop("veto_grade"),
    ],
)
def test_holes_overlaps_and_wrong_sums_keep_a_scheme_out(spoil):
    spoilt = copy.deepcopy(SCHEME)
    spoil(spoilt)

    assert read_scheme(spoilt)[0] is None


def test_a_veto_limits_the_grade_and_never_lifts_it():
    scheme, _ = read_scheme(SCHEME)

    assert [scheme.grade(p, limit="良好") for p in (95, 80, 10)] == ["良好", "良好", "一般"]
    assert scheme.grade(-3.0) == "一般", "points taken away leave the lowest grade, not none"


def test_a_scale_of_60_to_100_beside_one_of_0_to_100_is_a_hidden_weight():
    spoilt = copy.deepcopy(SCHEME)
    spoilt["indicator"][1] |= {"method": "efficacy", "parameters": {"floor": 0, "satisfying": 1, "least": 60}}
    scheme, findings = read_scheme(spoilt)

    assert [f.code for f in findings] == ["assess.hidden-weights"]
    assert scheme.effective_weights() == pytest.approx({"x": 78.9474, "y": 21.0526}, abs=1e-4)
    assert read_scheme(SCHEME)[0].effective_weights() == {"x": 60.0, "y": 40.0}
