import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import plan_of
from chengzai.plan import audit_plan, check_plan, compile_plan, scan_mentions

HEAD = {
    "title": "t",
    "city": "c",
    "root": "1",
    "start": dt.date(2023, 1, 1),
    "end": dt.date(2027, 12, 31),
    "default_deadline": dt.date(2027, 12, 31),
    "document": "document.txt",
    "section": [{"id": "a", "working_title": "甲", "starts": "一"}],
}
TARGET = {
    "id": "x",
    "clause": "a.1",
    "words": "建成5个",
    "number": "5个",
    "indicator": "i",
    "scope": "s",
    "comparator": "==",
    "value": Decimal(5),
    "unit": "个",
    "kind": "cumulative",
    "direction": "up",
    "strength": "firm",
}


def compiled(text, *targets, **head):
    return compile_plan({"plan": {**HEAD, **head}, "commitments": [{"target": list(targets)}]}, text)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"words": "建成6个"}, "plan.words-not-found"),
        ({"number": "9个"}, "plan.number-not-in-words"),
        ({"kind": "sum"}, "plan.target-malformed"),
        ({"clause": "b.9"}, "plan.words-not-found"),
    ],
)
def test_a_pack_that_does_not_fit_its_document_is_found_out(change, code):
    _, findings = compiled("一、建成5个。", {**TARGET, **change})

    assert code in {f.code for f in findings}
    assert all(f.remedy.zh for f in findings)


def test_two_targets_may_not_share_an_id():
    _, findings = compiled("一、建成5个。", TARGET, TARGET)

    assert [f.code for f in findings] == ["plan.duplicate-id"]


def test_a_section_whose_words_are_gone_is_found_out():
    _, findings = compiled("二、建成5个。")

    assert [f.code for f in findings] == ["plan.section-not-found"]


def test_a_value_that_is_not_what_the_words_say_is_found_out():
    plan, _ = compiled("一、建成5个。", {**TARGET, "value": Decimal(6)})

    assert "plan.value-differs" in {f.code for f in audit_plan(plan).findings}


def test_a_comparator_that_is_not_what_the_words_say_is_found_out():
    plan, _ = compiled("一、建成5个。", {**TARGET, "comparator": ">"})

    assert "plan.comparator-differs" in {f.code for f in audit_plan(plan).findings}


@pytest.mark.parametrize(
    ("words", "number", "said"),
    [
        ("达到70%", "70%", ">="),
        ("400个以上", "400个", ">="),
        ("超3000亿元", "3000亿元", ">"),
        ("突破7000亿元", "7000亿元", ">"),
        ("高于90%", "90%", ">"),
        ("低于23微克", "23微克", "<"),
        ("缩小至1.74以内", "1.74", "<="),
        ("达到50%左右", "50%", "~="),
        ("增加到27人", "27人", "=="),
        ("不少于10%", "10%", ">="),
        ("跻身20强", "20强", "<="),
        ("至少培育1家", "1家", ">="),
        ("水质达标率5%", "5%", "=="),
    ],
)
def test_comparing_words_are_read(words, number, said):
    value = Decimal(number.rstrip("%个亿元微克人强家"))
    unit = "亿元" if "亿" in number else ""
    plan = plan_of(words=words, number=number, value=value, unit=unit, comparator=said)

    assert "plan.comparator-differs" not in {f.code for f in audit_plan(plan).findings}


@given(st.text(alphabet="一二十百万亿两山0123456789.%年,。A", max_size=40))
def test_the_scanner_covers_every_numeral_exactly_once(text):
    covered = [i for m in scan_mentions(text) for i in range(m.start, m.end)]

    assert len(covered) == len(set(covered))
    assert {i for i, c in enumerate(text) if c in "一二十百万亿两0123456789"} <= set(covered)


def test_a_share_over_100_and_a_part_over_its_whole_are_impossible():
    over = plan_of(words="比例达到130%", number="130%", value=Decimal(130), unit="%", kind="ratio")

    assert "plan.impossible-value" in {f.code for f in check_plan(over, [])[1]}

    part = {**TARGET, "id": "p", "words": "其中9个", "number": "9个", "value": Decimal(9), "part_of": "x"}
    plan, _ = compiled("一、建成5个,其中9个。", TARGET, part)
    assert "plan.impossible-value" in {f.code for f in check_plan(plan, [])[1]}


def test_a_check_that_cannot_be_computed_is_a_finding():
    plan, _ = compiled("一、建成5个。", TARGET)

    _, findings = check_plan(plan, [{"id": "c", "expression": "x + nobody", "says": "{result}"}])

    assert "plan.check-unreadable" in {f.code for f in findings}
