"""A city's own sheets: merged heads, totals, names and codes, mapped once and recognised again."""

from builders import element, places
from chengzai.collect import Columns, RawSheet, filled, guess, heads, read_wide, signature

GRID = [
    ["2026年11月农业情况表", "", "", ""],
    ["单位", "高标准农田", "", "备注"],
    ["", "本月新增", "累计", ""],
    ["county 0", 12.0, 340.0, ""],
    ["11", "15", "1,200", "补报"],
    ["合计", 27, 1540, ""],
]
MERGED = [((0, 0), (0, 3)), ((1, 1), (1, 2)), ((1, 0), (2, 0)), ((1, 3), (2, 3))]
MINE = {place.code for place in places().ordered}
ELEMENTS = [
    element("new", name="高标准农田本月新增", unit="亩"),
    element("total", name="高标准农田累计", unit="亩"),
]
UNITS = {**{e.code: e for e in ELEMENTS}, "income": element("income", unit="元")}


def whole():
    return filled(GRID, MERGED)


def test_merged_heads_are_filled_and_read_from_top_to_bottom():
    assert heads(whole(), 3)[1:3] == [
        "2026年11月农业情况表/高标准农田/本月新增",
        "2026年11月农业情况表/高标准农田/累计",
    ]


def test_the_first_reading_finds_heads_units_and_columns():
    reading = guess(whole(), ELEMENTS, places())

    assert (reading.head_rows, reading.unit_column) == (3, 0)
    assert reading.columns == {1: "new", 2: "total"}


def test_values_are_read_by_name_or_code_and_totals_are_passed_over_and_said():
    values, found = read_wide(
        RawSheet(GRID, MERGED), Columns(3, 0, {1: "new", 2: "total"}), places(), mine=MINE, elements=UNITS
    )

    assert values == {"10": {"new": "12", "total": "340"}, "11": {"new": "15", "total": "1,200"}}
    assert [(n, f.code) for n, f in found] == [(6, "collect.total-row-skipped")]


def test_a_unit_unknown_or_named_twice_is_an_error():
    rows = [["单位", "数"], ["别处", 1], ["county 0", 1], ["10", 2], ["township 0", 3]]

    _, found = read_wide(RawSheet(rows), Columns(1, 0, {1: "new"}), places(), mine=MINE, elements=UNITS)

    assert [(n, f.code) for n, f in found] == [
        (2, "collect.unit-not-found"), (4, "collect.unit-twice"), (5, "collect.unit-not-found"),
    ]  # fmt: skip


def test_next_month_s_sheet_of_the_same_shape_is_recognised():
    later = [["2026年12月农业情况表", "", "", ""], *GRID[1:]]

    assert signature(filled(later, MERGED), 3) == signature(whole(), 3)
    assert signature(filled([*GRID[:1], ["单位", "粮食", "", "备注"], *GRID[2:]], MERGED), 3) != signature(whole(), 3)


def test_a_city_s_sheet_is_taken_for_one_s_own_rows_and_the_others_are_passed_over():
    values, found = read_wide(RawSheet(GRID, MERGED), Columns(3, 0, {1: "new"}), places(), mine={"11"}, elements=UNITS)

    assert values == {"11": {"new": "15"}}
    assert next((n, f.code) for n, f in found) == (4, "collect.row-of-others")


def test_a_number_that_its_comma_parted_in_two_cells_is_not_taken():
    rows = [["单位", "数"], ["county 0", "12", "345"], ["11", "7"]]

    values, found = read_wide(
        RawSheet(rows, from_text=True), Columns(1, 0, {1: "new"}), places(), mine=MINE, elements=UNITS
    )

    assert values == {"11": {"new": "7"}}
    assert [(n, f.code) for n, f in found] == [(2, "collect.too-many-cells")]


def test_a_column_of_growth_is_proposed_for_no_count():
    for head in ("高标准农田累计（同比%）", "高标准农田累计增长率", "高标准农田累计同比增长（%）"):
        rows = [["单位", head, "高标准农田累计"], ["county 0", 5, 7]]

        assert guess(rows, ELEMENTS, places()).columns == {2: "total"}, head


def test_the_unit_in_a_head_is_heard():
    rows = [["单位", "加工费（万元）"], ["county 0", 3135]]
    values, found = read_wide(RawSheet(rows), Columns(1, 0, {1: "income"}), places(), mine=MINE, elements=UNITS)
    assert (values, found) == ({"10": {"income": "3135万"}}, [])

    rows = [["单位", "面积（公里）"], ["county 0", 3135]]
    _, found = read_wide(RawSheet(rows), Columns(1, 0, {1: "new"}), places(), mine=MINE, elements=UNITS)
    assert [f.code for _, f in found] == ["collect.column-unit"]
