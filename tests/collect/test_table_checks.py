"""A city's table as it comes: units in heads, cells without a value, sums, hidden parts, another month."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import element, places
from chengzai.collect import Columns, RawSheet, Spoilt, other_period, read_value, read_wide
from chengzai.kernel import Period

MINE = {place.code for place in places().ordered}
ELEMENTS = {
    "jobs": element("jobs", name="岗位"),
    "people": element("people", name="从业人员", unit="人"),
    "money": element("money", name="加工费", unit="元"),
    "power": element("power", name="装机", unit="千瓦"),
    "share": element("share", name="处理率", unit="%", over_places="mean"),
    "yes": element("yes", name="有无", unit=""),
}


def taken(table, code="money", column=1, head_rows=1):
    """Return the number taken for county 0, or None, and the codes of the findings."""
    columns = Columns(head_rows, 0, {column: code})
    values, found = read_wide(table, columns, places(), mine=MINE, elements=ELEMENTS)
    typed = values.get("10", {}).get(code)
    return (None if typed is None else read_value(typed, ELEMENTS[code].unit)), [f.code for _, f in found]


@pytest.mark.parametrize(
    ("head", "code", "cell", "value"),
    [
        ("加工费", "money", 3150.0, 3150),
        ("加工费（万元）", "money", 3150.0, 31_500_000),
        ("加工费(万元)", "money", "3,150", 31_500_000),
        ("加工费（单位：万元）", "money", 3150.0, 31_500_000),
        ("加工费/万元", "money", 3150.0, 31_500_000),
        ("加工费，亿元", "money", "0.315", 31_500_000),
        ("加工费【千元】", "money", 3150.0, 3_150_000),
        ("加工费 万元", "money", 3150.0, 31_500_000),
        ("加工费（元）", "money", 3150.0, 3150),
        ("从业人员（万）", "people", 3.1, 31_000),
        ("从业人员（万人）", "people", "3.1", 31_000),
        ("从业人员（本月）", "people", 31.0, 31),
        ("装机（万千瓦）", "power", 2.0, 20_000),
        ("装机（千瓦）", "power", 2.0, 2),
        ("装机（兆瓦）", "power", 2.0, None),
        ("加工费（万人）", "money", 3150.0, None),
        ("加工费（万元）", "money", "3150万元", 31_500_000),
        ("加工费（万元）", "money", "3150元", None),
        ("加工费（万元）", "money", "3150万", None),
        ("处理率（%）", "share", "85%", 85),
        ("处理率（‰）", "share", 850.0, None),
        ("处理率（万元）", "share", 85.0, None),
        ("产值超亿元", "jobs", 3.0, 3),
    ],
)
def test_a_column_s_unit_scales_its_values_or_refuses_them(head, code, cell, value):
    number, codes = taken(RawSheet([["单位", head], ["county 0", cell]]), code)

    if value is None:
        assert "collect.column-unit" in codes or number is None
    else:
        assert (number, codes) == (value, [])


@pytest.mark.parametrize(
    ("caption", "code", "value"),
    [
        ("单位：万元", "money", 31_500_000),
        ("（单位：万元）", "money", 31_500_000),
        ("计量单位:亿元", "money", 315_000_000_000),
        ("单位：家、个、人、万元", "money", 31_500_000),
        ("单位：家、个、人、万元", "jobs", 3150),
        ("单位：元、万元", "money", None),
        ("单位：万元", "jobs", None),
        ("单位：万人次", "people", None),
        ("填报单位：某市农业农村局", "money", 3150),
        ("单位：某市农业农村局", "money", 3150),
        ("单位：万元", "yes", "as it is"),
    ],
)
def test_a_unit_above_the_table_holds_for_the_columns_it_fits_and_refuses_the_others(caption, code, value):
    rows = [["2026年11月情况表", ""], ["", caption], ["单位", ELEMENTS[code].name], ["county 0", 3150.0]]

    number, codes = taken(RawSheet(rows), code, head_rows=3)

    if value is None:
        assert codes == ["collect.column-unit-unclear"]
    elif code != "yes":
        assert (number, codes) == (value, [])


def test_a_column_s_own_head_comes_before_the_caption():
    rows = [["单位：万元", "单位：万元"], ["单位", "岗位（个）"], ["county 0", 7.0]]

    assert taken(RawSheet(rows), "jobs", head_rows=2) == (7, [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (Spoilt("error", "#DIV/0!"), "collect.error-cell"),
        (Spoilt("formula", "=40+40"), "collect.formula-without-value"),
        (Spoilt("scaled", "31500000"), "collect.scaled-format"),
        (dt.datetime(2026, 1, 2), "collect.day-as-value"),
        (True, "collect.day-as-value"),
        *((mark, "collect.no-value-mark") for mark in ("—", "-", "/", "无", "未统计", " — ", "…")),
    ],
)
def test_what_is_no_value_is_a_finding_and_never_a_number(cell, code):
    assert taken(RawSheet([["单位", "加工费"], ["county 0", cell]])) == (None, [code])


@pytest.mark.parametrize("cell", ["", None, "  "])
def test_an_empty_cell_stays_empty_and_nought_is_nought(cell):
    assert taken(RawSheet([["单位", "加工费"], ["county 0", cell]])) == (None, [])
    assert taken(RawSheet([["单位", "加工费"], ["county 0", 0.0]])) == (0, [])


def test_one_merged_value_over_two_units_is_nobody_s():
    rows = [["单位", "加工费"], ["county 0", 26.0], ["county 1", ""]]
    values, found = read_wide(
        RawSheet(rows, [((1, 1), (2, 1))]), Columns(1, 0, {1: "money"}), places(), mine=MINE, elements=ELEMENTS
    )

    assert values == {}
    assert [(n, f.code) for n, f in found] == [(2, "collect.merged-value"), (3, "collect.merged-value")]


def test_one_merged_value_over_two_columns_is_neither_s():
    rows = [["单位", "岗位", "加工费"], ["county 0", 26.0, ""]]
    columns = Columns(1, 0, {1: "jobs", 2: "money"})

    values, _ = read_wide(RawSheet(rows, [((1, 1), (1, 2))]), columns, places(), mine=MINE, elements=ELEMENTS)
    alone, _ = read_wide(
        RawSheet(rows, [((1, 1), (1, 2))]), Columns(1, 0, {1: "jobs"}), places(), mine=MINE, elements=ELEMENTS
    )

    assert (values, alone) == ({}, {"10": {"jobs": "26"}})


@pytest.mark.parametrize(
    ("label", "total", "codes"),
    [
        ("合计", 30.0, ["collect.total-row-skipped"]),
        ("合 计", 30.0, ["collect.total-row-skipped"]),
        ("全市合计", 40.0, ["collect.total-differs", "collect.total-row-skipped"]),
        ("总计：", 29.0, ["collect.total-differs", "collect.total-row-skipped"]),
        ("小计", 7.0, ["collect.total-row-skipped"]),
        ("", 30.0, ["collect.row-without-unit"]),
        ("", "", []),
        ("注：含续建", "", []),
    ],
)
def test_a_row_of_sums_is_no_unit_and_is_held_against_the_rows(label, total, codes):
    rows = [["单位", "加工费"], ["county 0", 10.0], ["county 1", 20.0], [label, total]]

    number, found = taken(RawSheet(rows))

    assert (number, sorted(found)) == (10, codes)


def test_a_total_is_not_held_against_a_part_of_its_rows():
    rows = [["单位", "加工费"], ["county 0", 10.0], ["county 1", 20.0], ["合计", 30.0]]

    _, found = read_wide(RawSheet(rows), Columns(1, 0, {1: "money"}), places(), mine={"10"}, elements=ELEMENTS)

    assert [f.code for _, f in found] == ["collect.row-of-others", "collect.total-row-skipped"]


def test_hidden_rows_columns_and_sheets_are_read_and_said():
    rows = [["单位", "加工费"], ["county 0", 10.0]]

    for hidden in ({"hidden_rows": frozenset({1})}, {"hidden_columns": frozenset({1})}, {"hidden": True}):
        assert taken(RawSheet(rows, **hidden)) == (10, ["collect.hidden-cells"])
    assert taken(RawSheet(rows, hidden_rows=frozenset({7}))) == (10, [])


@pytest.mark.parametrize(("seen", "severity"), [(True, "warning"), (False, "error")])
def test_shares_in_a_column_of_per_cents_are_doubted_and_refused_where_no_format_can_be_seen(seen, severity):
    rows = [["单位", "处理率"], ["county 0", 0.85], ["county 1", 1.0]]

    _, found = read_wide(
        RawSheet(rows, sees_formats=seen), Columns(1, 0, {1: "share"}), places(), mine=MINE, elements=ELEMENTS
    )

    assert [(f.code, str(f.severity)) for _, f in found] == [("collect.percent-as-share", severity)]


@pytest.mark.parametrize(
    ("words", "period", "doubted"),
    [
        (["2026年10月情况表"], "2026-11", True),
        (["2026年11月情况表"], "2026-11", False),
        (["2026 年 1-11 月情况表"], "2026-11", False),
        (["2026年1—10月情况表"], "2026-11", True),
        (["2026年11月", "2025年11月"], "2026-11", False),
        (["2025年11月"], "2026-11", True),
        (["10月"], "2026-11", True),
        (["11月"], "2026-11", False),
        (["表样2026-10"], "2026-11", True),
        (["情况表", "制表：2026年12月3日"], "2026-11", False),
        (["Sheet1", "情况表"], "2026-11", False),
        (["2026年第三季度"], "2026Q4", True),
        (["2026年四季度"], "2026Q4", False),
        (["2025年度"], "2026", True),
        (["2026年"], "2026", False),
        (["截至2026年10月31日"], "2026-11", True),
        (["截至2026年11月30日", "11月份"], "2026-11", False),
        (["截止10月底"], "2026-11", True),
        (["截至2026年9月30日"], "2026Q4", True),
        (["2025年", "11月份"], "2026-11", True),
        (["2026年", "11月份", "2025年同期"], "2026-11", False),
    ],
)
def test_a_title_that_names_another_period_is_doubted(words, period, doubted):
    assert (other_period(words, Period.parse(period)) is not None) == doubted


def test_a_name_that_several_units_bear_is_read_as_one_s_own_and_doubted():
    rows = [["单位", "岗位"], ["township 0", 7.0]]

    values, found = read_wide(
        RawSheet(rows), Columns(1, 0, {1: "jobs"}), places(), mine={"100", "101"}, elements=ELEMENTS
    )

    assert values == {"100": {"jobs": "7"}}
    assert [(f.code, str(f.severity)) for _, f in found] == [("collect.unit-of-several", "warning")]


DRESSES = st.sampled_from(
    [
        float,
        lambda v: f"{v:f}",
        lambda v: f"{v:,f}",
        lambda v: f" {v:f}\u3000",
        lambda v: f"'{v:f}",
        lambda v: f"{v:,f}".translate(str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")),
        lambda v: f"{v:f}元",
    ]
)
HEADS = st.sampled_from(["加工费", "加工费（元）", "加工费/元", "2026年加工费", "加工费（本月）"])
SCALED = st.sampled_from(
    [("加工费（万元）", 10**4), ("加工费/亿元", 10**8), ("加工费（单位：千元）", 10**3), ("加工费，万元", 10**4)]
)
VALUES = st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False)


@given(VALUES, DRESSES, HEADS)
def test_a_value_written_in_any_allowed_way_reads_back(value, dress, head):
    number, codes = taken(RawSheet([["单位", head], ["county 0", dress(value)]]))

    assert number == pytest.approx(value)
    assert codes == []


@given(VALUES.filter(lambda v: abs(v) < 10**6), SCALED)
def test_a_value_written_in_a_scaled_column_reads_back_scaled(value, scaled):
    head, scale = scaled
    number, codes = taken(RawSheet([["单位", head], ["county 0", f"{value:,f}"]]))

    assert (number, codes) == (value * scale, [])


@given(
    st.integers(1, 9999),
    st.sampled_from(["{}①", "{}²", "0{}", "约{}", "{}~9", "({})", "{}.5.5", "{}e3", "{}人", "{}_1", "{},5", "{} 0"]),
)
def test_a_value_dressed_otherwise_is_a_finding_and_never_a_number(value, dress):
    number, _ = taken(RawSheet([["单位", "加工费"], ["county 0", dress.format(value)]]))

    assert number is None or number == Decimal(dress.format(value))
