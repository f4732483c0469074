import pytest

from chengzai.kernel import Binary, Call, FormulaError, Name, Number, parse_formula


def test_a_formula_is_read_with_the_usual_precedence():
    formula = parse_formula("a + b * 2")

    assert formula.root == Binary("+", Name("a"), Binary("*", Name("b"), Number(2.0)))


def test_time_functions_carry_their_number_of_periods():
    assert parse_formula("lag(a, 12)").root == Call("lag", Name("a"), 12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a +", "第4列"),
        ("a $ b", "第3列"),
        ("total(a)", "没有函数 total"),
        ("lag(a)", "需写期数"),
        ("cumulative(a, 3)", "不带期数"),
        ("a.__class__", "第2列"),
        ("__import__('os')", "第12列"),
        ("", "第1列"),
    ],
)
def test_a_bad_formula_says_where_and_what_is_allowed(text, says):
    with pytest.raises(FormulaError, match=says):
        parse_formula(text)
