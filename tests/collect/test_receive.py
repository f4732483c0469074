import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import element, observation, places
from chengzai.collect import Facts, MixedSources, Reporting, facts_of, receive, settle

ELEMENTS = {
    "roads": element("roads", unit="公里"),
    "total": element("total", kind="running"),
    "share": element("share", unit="%", maximum=100.0),
    "income": element("income", unit="元", frequency="year"),
}


def received(*rows, known=None):
    return receive(rows, Reporting(ELEMENTS, places(), dict(known or {})), document="sheet.csv")


def row(**changes):
    return {"element": "roads", "place": "100", "period": "2026-07", "value": "1.2", **changes}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"element": "nothing"}, "collect.unknown-element"),
        ({"place": "999"}, "collect.unknown-place"),
        ({"period": "七月"}, "collect.wrong-period"),
        ({"period": "2026Q3"}, "collect.wrong-period"),
        ({"period": "2026-10-31"}, "collect.wrong-period"),
        ({"element": "total", "period": "2026-10-31"}, "collect.wrong-period"),
        ({"element": "total", "period": "2020/2024"}, "collect.wrong-period"),
        ({"place": "10"}, "collect.wrong-level"),
        ({"value": "二百"}, "collect.not-a-number"),
        ({"value": "inf"}, "collect.not-a-number"),
        ({"value": ""}, "collect.not-a-number"),
        ({"unit": "个"}, "collect.wrong-unit"),
        ({"value": "-3"}, "collect.negative-count"),
        ({"element": "share", "value": "130"}, "collect.out-of-range"),
        ({"element": "total", "value": "12.5"}, "collect.part-of-a-thing"),
    ],
)
def test_a_doubtful_row_is_held_and_says_why_and_what_to_do(change, code):
    receipt = received(row(**change))

    assert receipt.accepted == ()
    assert [n for n, _ in receipt.held] == [2]
    assert code in {f.code for f in receipt.findings}
    assert all("第2行" in f.message.zh and f.remedy.zh and f.message.en for f in receipt.findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": "10"}, "由乡镇级填报，county 0是县级"),
        ({"element": "income", "period": "2026", "value": "5%", "unit": "元"}, "表中写的是“%”和“元”"),
        ({"element": "income", "period": "2026", "value": "5万", "unit": "万元"}, "表中写的是“万”和“万元”"),
    ],
)
def test_what_is_wrong_is_said_in_words_of_the_trade(change, words):
    said = "".join(f.message.zh for f in received(row(**change)).findings)

    assert words in said


def test_a_period_that_cannot_be_reported_holds_its_own_row_only():
    receipt = received(row(element="total", period="2026-10-31"), row())

    assert [n for n, _ in receipt.held] == [2]
    assert [o.element for o in receipt.accepted] == ["roads"]


def test_a_sound_row_becomes_an_observation_in_the_element_s_unit():
    receipt = received(row(element="income", period="2026", value="4.8", unit="万元"))

    assert receipt.held == ()
    assert receipt.accepted[0].value == 48000.0


def test_a_running_total_may_not_fall():
    known = {("total", "100", "2026-06"): 35.0}

    receipt = received(row(element="total", value="32"), known=known)

    assert [f.code for f in receipt.findings] == ["collect.falling-cumulative"]
    assert "35" in receipt.findings[0].message.zh


def test_a_running_total_is_compared_with_the_last_report_however_old():
    known = {("total", "100", "2025-11"): 35.0}

    assert [f.code for f in received(row(element="total", value="32"), known=known).findings] == [
        "collect.falling-cumulative"
    ]


def test_the_check_sees_rows_of_the_same_sheet():
    receipt = received(row(element="total", period="2026-06", value="35"), row(element="total", value="32"))

    assert len(receipt.accepted) == 1
    assert [f.code for f in receipt.findings] == ["collect.falling-cumulative"]


def test_the_second_of_two_equal_cells_is_a_duplicate():
    receipt = received(row(), row(value="1.4"))

    assert [f.code for f in receipt.findings] == ["collect.duplicate"]
    assert "第2行" in receipt.findings[0].message.zh


words = st.sampled_from(
    ["roads", "total", "share", "x", "", "100", "101", "2026-07", "2026", "-1", "5", "公里", "万个", "一"]
)


@given(st.lists(st.fixed_dictionaries({k: words for k in ("element", "place", "period", "value", "unit")}), max_size=8))
def test_nothing_is_lost_whatever_the_sheet_holds(rows):
    receipt = received(*rows)

    assert len(receipt.accepted) + len(receipt.held) == len(rows)
    assert {n for n, _ in receipt.held} == {int(f.where.locator[1:-1]) for f in receipt.findings}


def test_the_preferred_source_holds_and_disagreement_is_said():
    facts = facts_of([observation(value=5.0, source="register"), observation(value=7.0, source="form", sequence=1)])

    settled, findings = settle(facts)

    assert settled.value[-1] == 5.0
    assert [f.code for f in findings] == ["collect.sources-disagree"]


def test_simulated_and_real_facts_never_meet():
    with pytest.raises(MixedSources):
        _ = facts_of([observation(source="simulated"), observation(source="form")]).simulated


def test_rows_of_a_cell_come_in_order_with_corrections_marked():
    facts: Facts = facts_of(
        [observation(value=1.0), observation(value=2.0, sequence=1), observation(place="101", sequence=2)]
    )

    rows = facts.of_cell("a", ["100", "101"])

    assert [(r["value"], r["corrects"]) for r in rows] == [(1.0, False), (2.0, True), (1.0, False)]
    assert facts.count_of("a", ["100"]) == 2
    assert facts.of_cell("a", ["100", "101"], latest=1) == rows[-1:]
    assert facts.of_cell("b", ["100"]) == []
