"""及时预警 as a story: a twin whose courses are known is foretold, warned about, and asked again."""

import math
from dataclasses import replace

import pytest

from builders import COUNTY as SMALL
from builders import QUZHOU, case, element, observation, places, rules
from chengzai.assess import PromptRule, assess, prompts_of, tracks_of
from chengzai.cli import main
from chengzai.collect import facts_of
from chengzai.cycle import RuleMissing, foresee, kept_outlook, run_month, simulate_city, work_out_and_keep
from chengzai.cycle._rules import forecast_rules
from chengzai.kernel import Period
from chengzai.measure import build_cube
from chengzai.store import read_pack
from specs import write_pack

LAST = Period.parse("2024-06")
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(tmp_path):
    simulate_city(QUZHOU, tmp_path, seed=20231, months=(Period.parse("2023-01"), LAST))
    edition = run_month(QUZHOU, tmp_path, LAST)
    heard = []
    kept = work_out_and_keep(QUZHOU, tmp_path, edition, progress=lambda *said: heard.append(said))
    assert kept_outlook(tmp_path, LAST.text, simulated=True) == kept, (
        "a server that starts anew finds what was finished"
    )
    assert work_out_and_keep(QUZHOU, tmp_path, edition, progress=pytest.fail) == kept, "the same is not made twice"
    return kept.view, edition, heard


def test_every_probability_comes_with_its_calibration_and_every_warning_with_what_clears_it(told):
    view, edition, heard = told

    assert view["simulated"]
    assert view["rule"]["status"] == "draft"
    places = {o: edition.plan.target[o].place for o in edition.plan.target}
    assert sum(view["answers"].values()) == len(
        {o["target"] for o in view["outlooks"] if o["place"] == places[o["target"]]}
    )
    for outlook in view["outlooks"]:
        assert (outlook["miss"] is not None) == (outlook["answer"] == "told"), outlook
        if outlook["answer"] == "told":
            assert 0 <= outlook["miss"] <= 1
    record = view["record"]
    assert record["events"] > 100
    always = record["missed"] / record["events"]
    assert record["score"]["brier"] < always * (1 - always), "better than saying the same of everything"
    for warning in view["warnings"]:
        assert warning["miss"] >= view["rule"]["clear_at"]
        assert warning["lead"] > 0
        assert warning["takes_up"]
    assert ("record", 1, 1) in heard
    assert all(done <= total for _, done, total in heard)
    for outlook in view["outlooks"]:
        target = edition.plan.target[outlook["target"]]
        if outlook["answer"] != "told" or target.of_class:  # classes are printed by their names
            continue
        low, high = (float(v.replace(",", "")) for v in outlook["range95"])
        assert low <= float(outlook["middle"].replace(",", "")) <= high
        if target.canonical and target.canonical.unit == "%" and target.kind != "maintain":
            assert 0 <= low <= high <= 100
        judged = edition.judged[edition.plan.root if outlook["place"] == target.place else outlook["place"]]
        if target.kind == "cumulative" and not target.each:
            now = judged[target.id].value / edition.scale(target)
            assert not low < now - 10 ** -edition.decimals(target), outlook


def test_a_pack_without_rules_says_so(tmp_path):
    simulate_city(SMALL, tmp_path, seed=1, months=(Period.parse("2026-01"), Period.parse("2026-02")))
    edition = run_month(SMALL, tmp_path, Period.parse("2026-02"))

    with pytest.raises(RuleMissing, match="policy/forecast"):
        foresee(SMALL, tmp_path, edition)


MONTHS = ("2023-01", "2023-02")
PERIODS = [Period.parse(m) for m in MONTHS]
AIR = {"a": 22.999, "b": 22.99, "c": 22.995, "d": 18.0}
ASK = PromptRule(spike=3.0, near=0.001, heap=3, repeats=3)


def cube_of(rows, **changes):
    periods = [Period.parse("2023-01").next(i) for i in range(len(next(iter(rows.values()))))]
    told = [
        observation("a", place, p.text, v)
        for place, values in rows.items()
        for p, v in zip(periods, values, strict=True)
    ]
    return build_cube(
        facts_of(told), elements=[element("a", **changes)], indicators=[], places=places(), periods=periods
    )


@pytest.mark.parametrize(
    ("rows", "changes", "kinds"),
    [
        ({"100": [1.0] * 11 + [5.0], "101": [1.0, 2.0] * 6}, {"kind": "flow"}, []),
        ({"100": [2.0, 3.0] * 11 + [2.0, 30.0]}, {"kind": "flow"}, ["spike"]),
        ({"100": [1.0, 2.0, 3.0, 4.0, 4.0, 4.0]}, {"kind": "stock"}, ["repeat"]),
        ({"100": [4.0] * 6}, {"kind": "stock"}, []),
        ({"100": [50.0, 50.0, 30.0], "101": [7.0, 7.0, 27.0]}, {"kind": "stock"}, ["swap"]),
        ({"100": [50.0, 50.0, 30.0], "101": [7.0, 7.0, 28.0]}, {"kind": "stock"}, []),
        ({"100": [50.0, 50.0, 30.0], "110": [7.0, 7.0, 27.0]}, {"kind": "stock"}, []),
        ({"100": [5.0, 5.0, 4.0], "101": [7.0, 7.0, 8.0]}, {"kind": "stock"}, []),
    ],
)
def test_what_deserves_a_second_look_is_asked_and_nothing_else(rows, changes, kinds):
    cube = cube_of(rows, **changes)
    assert [p.kind for p in prompts_of({"month": cube}, {}, (), ASK)] == kinds


@pytest.mark.parametrize(
    ("last", "pairs"),
    [
        ([30.0, 70.0, 70.0, 70.0], []),  # one lost 20 and three gained it: who with whom nobody knows
        ([30.0, 30.0, 70.0, 50.0], []),
        ([30.0, 70.0, 50.0, 50.0], [("100", "101")]),
        ([30.0, 70.0, 35.0, 65.0], [("100", "101"), ("102", "103")]),
        ([30.0, 69.99999999999999, 50.0, 50.0], [("100", "101")]),
    ],
)
def test_a_swap_is_named_only_where_it_can_be_no_other_pair(last, pairs):
    tree = places(townships=4)
    told = [
        observation("a", f"10{n}", p, v) for n, now in enumerate(last) for p, v in zip(MONTHS, (50.0, now), strict=True)
    ]
    cube = build_cube(
        facts_of(told), elements=[element("a", kind="stock")], indicators=[], places=tree, periods=PERIODS
    )

    assert [p.places for p in prompts_of({"month": cube}, {}, (), ASK)] == pairs


def test_limits_of_prompts_are_floats_which_what_is_not_a_number_can_be_held_against():
    """A decimal refuses to be compared with NaN, and ended the outlook of a pack without goals."""
    *_, prompt, _ = forecast_rules(read_pack(QUZHOU), LAST.last_day())

    assert {type(v) for v in (prompt.spike, prompt.near, prompt.swap)} == {float}


def test_a_county_without_a_goal_is_no_part_of_a_heap():
    at_goal = assess(case([100.0] * 12), rules())
    counties = {c: {"t": replace(at_goal, place=c, value=100.0, goal=100.0, met=True)} for c in "abc"}
    counties["d"] = {"t": replace(at_goal, place="d", value=140.0, goal=100.0, met=True)}
    counties["e"] = {"t": replace(at_goal, place="e", value=90.0, goal=math.nan)}
    counties["f"] = {"t": replace(at_goal, place="f", value=math.nan)}

    assert [q.places for q in prompts_of({}, counties, tuple("abcdef"), ASK)] == [("a", "b", "c")]


def test_a_heap_is_told_by_what_satisfies_the_words_whichever_way_is_better():
    """Of what should fall, just below the limit is at it and just above it is short of it."""
    base = assess(case([22.999] * 12), rules())
    heaped = {c: {"t": replace(base, place=c, value=v, goal=23.0, met=v < 23.0)} for c, v in AIR.items()}
    above = {**heaped, "e": {"t": replace(base, place="e", value=23.01, goal=23.0, met=False)}}

    assert [q.places for q in prompts_of({}, heaped, tuple("abcde"), ASK)] == [("a", "b", "c")]
    assert prompts_of({}, above, tuple("abcde"), ASK) == ()


def test_counties_heaped_at_their_goal_are_asked_about():
    def stand(place, value):
        return replace(judged_case, place=place, value=value, goal=100.0, baseline=0.0, met=value >= 100.0)

    judged_case = assess(case([50.0] * 12), rules())
    heaped = {p: {"t": stand(p, v)} for p, v in (("a", 100.0), ("b", 100.05), ("c", 100.0), ("d", 140.0))}
    spread = {p: {"t": stand(p, v)} for p, v in (("a", 100.0), ("b", 99.95), ("c", 100.0), ("d", 140.0))}

    assert [(q.kind, q.places) for q in prompts_of({}, heaped, tuple("abcd"), ASK)] == [("heap", ("a", "b", "c"))]
    assert prompts_of({}, spread, tuple("abcd"), ASK) == ()


def test_what_was_reached_before_the_plan_is_foretold_as_a_level_to_keep(tmp_path):
    """From 98 down to a goal of 95 there is no way to go; a share of it would praise the fall to 94."""
    target = {"number": "95%", "value": 95, "unit": "%", "kind": "ratio"}
    told = {"sentence": "治理率95%以上", "period": "2026-06", "baseline": 98, "now": 94, "target": target}
    policy = {f"policy/{p.name}": p.read_text(encoding="utf-8") for p in (SMALL / "policy").glob("*.toml")}
    write_pack(told, tmp_path / "pack", policy)
    month = run_month(tmp_path / "pack", tmp_path / "var", Period.parse("2026-06"), real=True)

    (track,) = tracks_of(month.plan, month.measured, month.allocations, month.judged, 0.9)

    assert (track.law, track.goal) == ("level", 95.0)


def test_a_store_without_reports_says_that_nothing_can_be_foretold(tmp_path, capsys):
    assert main(["outlook", "2026-10", "--real", "--content", str(QUZHOU), "--data", str(tmp_path)]) == 0
    assert "还没有报送数" in capsys.readouterr().out
