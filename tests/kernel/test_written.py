"""Numbers as they stand in cells: what is one, and what only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.kernel import in_unit, plain_number, read_written

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@pytest.mark.parametrize(
    "text",
    [
        "13①", "80²", "①", "3,5", "1,25", "12,34,567", "1_3", "0012", "00", "二十", "½", "1/2", "3~4", "3-4", "约3",
        "1e5", "1.2E+5", "(3)", "（3）", "1 200", "#DIV/0!", "—", "/", "无", "", "nan", "inf", "٣", "3.4.5", "1,2345",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(text):
    read = read_written(text)

    assert read is None or in_unit(*read, "个") is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,200", "个", "1200"), ("１，２００", "个", "1200"), ("\u00a080\u3000", "个", "80"), ("'80", "个", "80"),
        ("−3", "个", "-3"), ("－3", "个", "-3"), ("85%", "%", "85"), ("85％", "%", "85"), ("80 个", "个", "80"),
        ("3.2万", "人", "32000"), ("3150万元", "元", "31500000"), ("3150千元", "元", "3150000"),
        ("1.2万亿", "元", "1.2E12"),
        ("2万千瓦", "千瓦", "20000"), ("5km", "公里", "5"), ("3万千米", "公里", "30000"), ("12㎡", "平方米", "12"),
        ("7亿元", "万元", "70000"), ("3套（间）", "套(间)", "3"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_unit_wanted(text, unit, value):
    assert in_unit(*read_written(text), unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("85%", "个"),
        ("80个", "家"),
        ("5公顷", "亩"),
        ("3150万人次", "人"),
        ("3万", "万元"),
        ("3‰", "%"),
        ("5米", "公里"),
    ],
)
def test_another_unit_is_never_taken_for_one_s_own(text, unit):
    read = read_written(text)

    assert read is None or in_unit(*read, unit) is None


PLAIN = st.decimals(-(10**12), 10**12, places=3, allow_nan=False, allow_infinity=False)


@given(PLAIN, st.booleans(), st.booleans(), st.sampled_from(["", " ", "\u3000", "\u00a0", "'"]))
def test_a_number_dressed_as_people_dress_it_reads_back(value, grouped, full_width, before):
    text = f"{value:,f}" if grouped else f"{value:f}"
    text = text.translate(FULL_WIDTH) if full_width else text

    assert read_written(before + text + " ") == (value, "")


@given(PLAIN, st.sampled_from("①②⑩²³½〇三_~/:"))
def test_a_mark_behind_a_number_makes_it_none(value, mark):
    read = read_written(f"{value:f}{mark}")

    assert read is None or in_unit(*read, "个") is None


@given(st.floats(-1e14, 1e14, allow_nan=False))
def test_a_number_of_a_cell_is_said_without_an_exponent_and_means_the_same(value):
    said = plain_number(value)

    assert "e" not in said.lower()
    assert float(said) == pytest.approx(value, rel=1e-14, abs=0.0)
