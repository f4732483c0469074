"""Cells of a form as they are typed: each doubt stands at its cell and says what to do."""

import pytest

from builders import element
from chengzai.collect import Known, check_cells, check_task, cross_check, is_answered, read_forms, read_value
from chengzai.kernel import Element, Period

WHEN = Period.parse("2026-11")


def codes(cell, known=None, **changes):
    found = check_cells({"a": cell}, [element(**changes)], place="100", period=WHEN, known=Known(known or {}))
    return [finding.code for finding in found.get("a", [])]


def history(*values):
    return {("a", "100", WHEN.next(-back).text): value for back, value in enumerate(values, start=1)}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3.2万", 32000),
        ("1.5亿", 150_000_000),
        ("1,200", 1200),
        ("1，200", 1200),
        ("-3", -3),
        (" 7 ", 7),
        ("12个", 12),
        ("１２．５", 12.5),
    ],
)
def test_numbers_are_read_as_people_type_them(written, value):
    assert read_value(written, "个") == value


@pytest.mark.parametrize("written", ["", "约3", "3~4", "12吨", "=1+1", "1e9", "三", "nan", "３万吨", "1,2", "12,34"])
def test_what_is_no_number_is_not_guessed(written):
    assert read_value(written, "个") is None


def test_yes_and_no_are_one_and_nought_where_nothing_is_counted():
    assert (read_value("是", ""), read_value("否", ""), read_value("是", "个")) == (1, 0, None)


def test_an_empty_cell_needs_its_reason_and_nought_is_a_number():
    assert codes({}) == ["collect.missing-without-reason"]
    assert codes({"missing": "late-source"}) == []
    assert codes({"missing": "whatever"}) == ["collect.missing-without-reason"]
    assert codes({"value": "0"}) == []


def test_type_and_range_are_errors():
    assert codes({"value": "很多"}) == ["collect.not-a-number"]
    assert codes({"value": "-1"}) == ["collect.negative-count"]
    assert codes({"value": "101"}, maximum=100.0) == ["collect.out-of-range"]


def test_a_running_total_never_falls():
    assert codes({"value": "9"}, history(10), kind="running") == ["collect.falling-cumulative"]
    assert codes({"value": "10"}, history(10), kind="running") == []


def test_a_jump_is_held_against_the_range_of_the_last_twelve():
    calm = history(10, 12, 11, 10, 12, 11)

    assert codes({"value": "13"}, calm) == []
    assert codes({"value": "40"}, calm) == ["collect.jump"]
    assert codes({"value": "40"}, history(10, 12)) == [], "too few to call anything a jump"


def test_a_stock_is_held_against_its_own_changes():
    rising = history(1050, 1040, 1030, 1020, 1010, 1000)

    assert codes({"value": "1060"}, rising, kind="stock") == []
    assert codes({"value": "1200"}, rising, kind="stock") == ["collect.jump"]


def test_the_same_as_last_month_is_doubted_only_where_that_tells():
    assert codes({"value": "37"}, history(37)) == ["collect.same-as-last"]
    assert codes({"value": "2"}, history(2)) == []
    assert codes({"value": "37"}, history(37), kind="stock") == []


def test_a_doubt_is_answered_in_words_and_an_error_is_not():
    doubt = check_cells({"a": {"value": "37"}}, [element()], place="100", period=WHEN, known=Known(history(37)))["a"][0]
    wrong = check_cells({"a": {"value": "-1"}}, [element()], place="100", period=WHEN, known=Known())["a"][0]

    assert not is_answered(doubt, {"note": " "})
    assert is_answered(doubt, {"note": "属实"})
    assert not is_answered(wrong, {"note": "属实"})


def form_with(missing="skip", relation="<=", **extra):
    check = {
        "left": "met",
        "relation": relation,
        "right": "base",
        "says": "分子不能大于分母",
        "missing": missing,
        **extra,
    }
    table = {
        "id": "f", "title": "表", "level": "county", "frequency": "month", "since": "2026-11",
        "elements": ["met", "base"], "check": [check],
    }  # fmt: skip
    elements = {code: Element(code, code, "个") for code in ("met", "base")}
    forms, findings = read_forms([{"form": [table]}], elements)
    assert not findings
    return forms[0], list(elements.values())


@pytest.mark.parametrize(
    ("missing", "met", "base", "told"),
    [
        ("skip", "3", "2", True), ("skip", "2", "2", False), ("skip", "3", "", False),
        ("zero", "3", "", True), ("refuse", "3", "", True), ("refuse", "1", "2", False),
    ],
)  # fmt: skip
def test_cross_checks_say_what_an_empty_cell_means(missing, met, base, told):
    form, elements = form_with(missing)

    found = cross_check({"met": {"value": met}, "base": {"value": base}}, elements, form.checks, Known())

    assert bool(found.get("met")) == told


def test_the_sum_of_the_villages_is_the_township():
    form, elements = form_with(relation="==", children=True)

    def told(total, below):
        return cross_check({"met": {"value": total}}, elements, form.checks, Known(below={"base": below}))

    assert told("5", (5.0, 0)) == {}
    assert told("6", (5.0, 0))["met"][0].code == "collect.cross-check"
    assert told("6", (5.0, 1)) == {}, "a village that has not reported leaves the sum unknown"


def test_a_datum_is_asked_of_a_level_once():
    table = {"title": "表", "level": "county", "frequency": "month", "since": "2026-11", "elements": ["met"]}
    forms, findings = read_forms(
        [{"form": [{"id": "one", **table}, {"id": "two", **table}]}], {"met": Element("met", "met", "个")}
    )

    assert [finding.code for finding in findings] == ["collect.asked-twice"]
    assert [form.elements for form in forms] == [("met",), ()]


def test_a_task_says_how_it_stands_what_was_done_and_what_comes_next():
    whole = {"state": "on_course", "note": "完成选址", "next": "12月底前开工"}

    assert check_task(whole) == []
    assert {f.code for f in check_task({})} == {
        "collect.task-without-state", "collect.task-without-words", "collect.task-without-next",
    }  # fmt: skip
    assert [f.code for f in check_task({**whole, "state": "done"})] == ["collect.task-without-evidence"]
    assert check_task({"state": "done", "note": "已验收", "evidence": [1]}) == []
