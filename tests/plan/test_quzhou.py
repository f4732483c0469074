"""The account of the Quzhou plan, clause by clause, and the arithmetic of its own numbers."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from builders import QUZHOU, quzhou_plan
from chengzai.plan import audit_plan, check_plan, scan_mentions
from chengzai.store import read_pack

PLAN = quzhou_plan()
AUDIT = audit_plan(PLAN)
RESULTS = {r.id: r for r in check_plan(PLAN, read_pack(QUZHOU).checks)[0]}
GENERAL = check_plan(PLAN, [])[1]


def test_every_numeric_mention_ends_somewhere():
    assert AUDIT.unaccounted == ()
    assert AUDIT.passed
    assert {a.disposition for a in AUDIT.accounts} == {"target", "other_commitment", "not_commitment"}


def test_the_scanner_misses_no_digit_and_no_numeral():
    covered = {i for m in scan_mentions(PLAN.document) for i in range(m.start, m.end)}

    assert [
        m.start()
        for m in re.finditer(r"[0-9Ⅰ-Ⅻ零〇一二三四五六七八九十百千万亿两]", PLAN.document)
        if m.start() not in covered
    ] == []


def test_each_quote_stands_where_it_says():
    for target in PLAN.targets:
        for quote in target.quotes:
            assert PLAN.document[quote.span.start : quote.span.end] == quote.words
            if quote.number:
                assert PLAN.document[quote.number_span.start : quote.number_span.end] == quote.number


def test_taking_a_target_away_leaves_its_number_unaccounted_for():
    without = replace(PLAN, targets=tuple(t for t in PLAN.targets if t.id != "gdp"))

    audit = audit_plan(without)

    assert not audit.passed
    assert [a.mention.surface for a in audit.unaccounted] == ["3000亿"]


def test_taking_an_exclusion_away_fails_the_audit():
    without = replace(PLAN, exclusions=tuple(e for e in PLAN.exclusions if e.words != "党的二十大"))

    assert [f.code for f in audit_plan(without).findings if f.severity == "error"] == ["plan.unaccounted-number"]


def test_a_number_claimed_as_target_and_as_none_is_an_error():
    doubled = replace(PLAN, exclusions=(*PLAN.exclusions, replace(PLAN.exclusions[0], words="3000亿元,规上")))

    assert "plan.claimed-twice" in {f.code for f in audit_plan(doubled).findings}


def test_nothing_is_invented():
    assert not list((QUZHOU / "allocation").glob("*.toml")), "the plan's text gives no baseline, owner or split"


@pytest.mark.parametrize(
    ("target", "scope", "comparator", "value", "unit", "canonical", "deadline", "explicit", "kind", "strength"),
    [
        ("major-projects", "全市", ">=", 400, "个", 400, "2027-12-31", True, "cumulative", "firm"),
        ("gdp", "全市", ">", 3000, "亿元", 300_000_000_000, "2027-12-31", True, "flow", "firm"),
        ("population-central-city", "中心城区", ">=", 64, "万人", 640_000, "2027-12-31", True, "stock", "firm"),
        ("population-longyou-town", "龙游县城", ">=", 18, "万人", 180_000, "2027-12-31", True, "stock", "firm"),
        ("population-jiangshan-town", "江山县城", ">=", 20, "万人", 200_000, "2027-12-31", True, "stock", "firm"),
        ("population-changshan-town", "常山县城", ">=", 15, "万人", 150_000, "2027-12-31", True, "stock", "firm"),
        ("population-kaihua-town", "开化县城", ">=", 15, "万人", 150_000, "2027-12-31", True, "stock", "firm"),
        ("county-industry-share", "县域", "~=", 50, "%", 50, "2027-12-31", True, "ratio", "firm"),
        ("income-ratio", "全市", "<=", "1.74", "", "1.74", "2027-12-31", True, "ratio", "firm"),
        ("pm25", "市区", "<", 23, "微克/立方米", 23, "2027-12-31", True, "ratio", "firm"),
        ("surface-water-class", "全市", ">=", 2, "类", 2, "2027-12-31", True, "maintain", "firm"),
        ("certified-carers", "全市", "==", 27, "人", 27, "2027-12-31", True, "ratio", "firm"),
        ("in-county-treatment", "县域", ">=", 90, "%", 90, "2027-12-31", True, "maintain", "firm"),
        ("grain-area", "全市", ">=", 135, "万亩", 1_350_000, "2027-12-31", False, "maintain", "firm"),
        ("grain-output", "全市", ">=", "11.1", "亿斤", 1_110_000_000, "2027-12-31", False, "maintain", "firm"),
        ("digital-farms", "全市", "==", 95, "家", 95, "2027-12-31", True, "cumulative", "aspirational"),
        ("rental-housing", "全市", "==", 12000, "套(间)", 12000, "2027-12-31", False, "cumulative", "firm"),
        ("water-top-20", "全市", "<=", 20, "名", 20, "2027-12-31", False, "stock", "firm"),
        ("rural-drinking-water", "全市", ">", 90, "%", 90, "2027-12-31", False, "ratio", "firm"),
        ("express-delivery-coverage", "行政村", "==", None, "", 100, "2024-12-31", True, "coverage", "firm"),
        ("village-classification", "每个县(市、区)", "==", None, "", None, "2023-12-31", True, "milestone", "firm"),
        ("culture-circle-15", "全市", "==", None, "", 100, "2027-12-31", False, "coverage", "basic"),
        ("rural-land-quota", "县乡级国土空间规划", ">=", 10, "%", 10, "2027-12-31", False, "ratio", "firm"),
    ],
)
def test_targets_say_what_the_text_says(
    target, scope, comparator, value, unit, canonical, deadline, explicit, kind, strength
):
    t = PLAN.target[target]

    assert (t.scope, t.comparator, t.unit, t.kind, t.strength) == (scope, comparator, unit, kind, strength)
    assert t.value == (None if value is None else Decimal(value))
    assert (t.canonical.value if t.canonical else None) == (None if canonical is None else Decimal(canonical))
    assert (t.deadline.isoformat(), t.deadline_explicit) == (deadline, explicit)


@pytest.mark.parametrize(
    "target", ["in-county-treatment", "nursing-beds", "government-village-clinics", "life-circle-5-10-15"]
)
def test_a_target_stated_twice_is_one_target_with_two_citations(target):
    assert len(PLAN.target[target].quotes) == 2
    assert target in {t for t in PLAN.target if len(PLAN.target[t].quotes) == 2}


@pytest.mark.parametrize(
    "target", ["dead-end-roads", "express-delivery-coverage", "preschool-assessment", "zero-employment-families"]
)
def test_commitments_without_a_numeral_are_targets_too(target):
    assert PLAN.target[target].kind in {"coverage", "maintain"}


def test_strict_and_inclusive_words_are_told_apart():
    assert not PLAN.target["pm25"].met_by(23.0)  # 低于23
    assert PLAN.target["pm25"].met_by(22.9)
    assert PLAN.target["renewable-share"].met_by(58.0)  # 58%以上
    assert not PLAN.target["gdp"].met_by(300_000_000_000)  # 突破
    assert PLAN.target["surface-water-class"].met_by(1)  # Ⅱ类以上: class Ⅰ is better
    assert not PLAN.target["surface-water-class"].met_by(3)
    assert PLAN.target["county-industry-share"].met_by(48.0, tolerance=0.05)  # 左右


def test_the_received_text_is_kept_and_its_damage_recorded():
    repairs = {r.was: r.now for r in PLAN.repairs if r.was}

    assert "极悦娱乐" in PLAN.document
    assert "天燃气" in PLAN.document
    assert any("极悦娱乐" in was and "极悦娱乐" not in now for was, now in repairs.items())
    assert any("习新时代" not in now and "习近平新时代" in now for now in repairs.values())
    assert all(r.why for r in PLAN.repairs)
    assert len(PLAN.lost_headings) == 17


@pytest.mark.parametrize(
    ("check", "value", "within"),
    [
        ("five-cores", 132, 0),
        ("urban-elsewhere", 29, 1e-9),
        ("cores-alone", 57.4, 0.05),
        ("villages-per-year", 140, 0),
        ("settlement-places", 116_000, 0),
        ("places-per-village", 165.7, 0.05),
        ("places-in-city", 81_200, 1e-9),
        ("places-in-town", 23_200, 1e-9),
        ("places-in-village", 11_600, 1e-9),
        ("hundred-mu", 6.667, 0.0005),
        ("land-per-person", 66.7, 0.05),
        ("investment-per-year", 600, 0),
        ("investment-per-project", 7.5, 0),
        ("urban-income-limit", 8.352, 1e-9),
        ("services-share", 53.3, 0.05),
        ("rest-share", 46.7, 0.05),
        ("grain-yield", 822.2, 0.05),
        ("fee-per-worker", 13_333, 0.5),
        ("fee-per-worker-month", 1_111, 0.5),
        ("childcare-places-needed", 12_650, 1e-9),
        ("carers-needed", 1_620, 1e-9),
        ("demo-townships-total", 50, 0),
    ],
)
def test_the_plan_s_own_arithmetic(check, value, within):
    """The consistency findings about the plan's own numbers, each recomputed by hand from the clauses."""
    assert RESULTS[check].value == pytest.approx(value, abs=within)


def test_yearly_steps_are_held_against_totals():
    told = [f.message.zh for f in GENERAL if f.code == "plan.yearly-steps"]

    assert len(told) == 3  # 5 counties, 10 belts, 100 villages
    assert all("相符" in text for text in told)


def test_repeats_and_lost_headings_are_reported():
    codes = [f.code for f in GENERAL]

    assert codes.count("plan.stated-twice") == 13
    assert codes.count("plan.heading-lost") == 17


def test_a_wording_that_contradicts_itself_is_reported():
    assert [f.where.locator for f in AUDIT.findings if f.code == "plan.words-disagree"] == ["agriculture.3 brand-sales"]


def test_every_open_reading_is_recorded_and_reported():
    readings = [f for f in AUDIT.findings if f.code == "plan.reading-chosen"]

    assert len(readings) == sum(bool(t.reading) for t in PLAN.targets) >= 40


def test_tasks_mechanisms_and_reforms_stand_where_they_say():
    for promise in PLAN.promises:
        span = promise.quote.span
        assert PLAN.document[span.start : span.end] == promise.quote.words
        assert promise.verb in PLAN.clause[promise.quote.clause].text

    kinds = [p.kind for p in PLAN.promises]
    assert (kinds.count("task"), kinds.count("reform")) == (254, 12)


def test_the_rhythm_of_the_plan_is_recorded():
    """Safeguards 1 and 3: weekly, monthly and quarterly meetings, and the monthly bulletin."""
    rhythms = {p.quote.words: p.rhythm for p in PLAN.promises_of("mechanism")}

    assert rhythms == {
        "专班每周会商": "week",
        "牵头市领导每月调度": "month",
        "每季度召开全市工作推进会": "quarter",
        "每月通报各项工作进度": "month",
    }


def test_every_clause_carries_a_commitment_or_a_reason():
    assert "plan.clause-silent" not in {f.code for f in AUDIT.findings}
    assert [clause for clause, _ in PLAN.silent_clauses] == ["notice.1", "title.1", "preamble.1", "guideline.1"]


def test_a_clause_without_any_commitment_is_reported():
    silent = audit_plan(replace(PLAN, silent_clauses=()))

    assert [f.where.locator for f in silent.findings if f.code == "plan.clause-silent"] == [
        "notice.1",
        "title.1",
        "preamble.1",
        "guideline.1",
    ]
