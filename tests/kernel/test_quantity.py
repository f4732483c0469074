from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.kernel import Quantity, QuantityError, read_number

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Write 0–9999 as a Chinese numeral, by the school rule: an independent oracle."""
    if number == 0:
        return "零"
    text, gap = "", False
    for place, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return text


@given(st.integers(0, 9999), st.sampled_from([("", 1), ("万", 10_000), ("亿", 100_000_000)]))
def test_chinese_numerals_read_back_to_the_number_they_write(number, scale):
    word, factor = scale
    assert read_number(spoken(number) + (word if number else "")) == number * factor


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("11.1亿斤", "1110000000"),
        ("２３％", "23"),
        ("百亿级", "10000000000"),
        ("十二", "12"),
        ("Ⅱ类", "2"),
        ("两家", "2"),
        ("1.2万亿", "1200000000000"),
        ("一个", "1"),
    ],
)
def test_numbers_are_read_as_plans_write_them(written, value):
    assert read_number(written) == Decimal(value)


def test_text_without_a_number_is_refused_in_words():
    with pytest.raises(QuantityError, match="没有数字"):
        read_number("全覆盖")


def test_a_unit_with_a_scale_has_a_base_unit():
    assert Quantity(Decimal("4.8"), "万元").canonical() == Quantity(Decimal(48000), "元")
