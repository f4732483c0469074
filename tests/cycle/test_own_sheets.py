"""A city's own sheets through the office: what stands in them is taken right, refused or doubted, never swapped."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from builders import QUZHOU
from chengzai.collect import Sheet
from chengzai.cycle import (
    Refused,
    Stale,
    act_on,
    act_on_entries,
    desk_page,
    enter,
    fill_from_workbook,
    hand_in,
    import_entries,
    import_sheet,
    look_at_workbook,
    register_page,
    register_workbook,
    save_cells,
    take_workbook,
    template,
)
from chengzai.kernel import UserError
from chengzai.store import drafts_of, read_grids, write_table
from office import COUNTY, OTHER, PERIOD, REPORTER, REVIEWER, TOWN, office_at, person, sheet, typed

pytestmark = pytest.mark.django_db
FORM = "income-county-month"
CITY = person("city", ("reporter", COUNTY), ("reporter", OTHER))
HEADS = ["单位", "片区化强村公司", "来料加工固定从业人员", "来料加工年加工费"]
CODES = {"1": "village_companies", "2": "processing_workers", "3": "processing_fees"}
ROWS = [["江山市", 13, 31000, 31500000], ["常山县", 5, 7, 8]]


@pytest.fixture
def office(tmp_path, monkeypatch):
    return office_at(tmp_path, monkeypatch)


def workbook(rows, change=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(office, content, head_rows=1, **more):
    looked = look_at_workbook(office, CITY, FORM, "表.xlsx", content)
    mapping = {"head_rows": head_rows, "unit_column": 0, "columns": CODES}
    return take_workbook(office, CITY, FORM, PERIOD, looked["token"], looked["sheets"][0]["title"], mapping, **more)


def drafted(office, unit=COUNTY):
    saved = drafts_of(Sheet(f"form/{FORM}", unit, PERIOD), simulated=True)
    return {code: copy.content.get("value") for code, copy in saved.items()}


def codes(told):
    return {f["code"] for f in told["findings"]}


@pytest.mark.parametrize(
    ("heads", "fees"),
    [
        ([[*HEADS[:3], "来料加工年加工费（单位：万元）"]], "3150万"),
        ([[*HEADS[:3], "来料加工年加工费/万元"]], "3150万"),
        ([[*HEADS[:3], "来料加工年加工费（万）"]], "3150万"),
        ([["", "", "", "单位：家、人、万元"], HEADS], "3150万"),
        ([HEADS], "3150"),
    ],
)
def test_a_unit_in_the_head_or_above_scales_the_column(office, heads, fees):
    told = take(office, workbook([*heads, ["江山市", 13, 31000, 3150]]), head_rows=len(heads))

    assert told["taken"] == 3
    assert drafted(office) == {"village_companies": "13", "processing_workers": "31000", "processing_fees": fees}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda page: setattr(page["C2"], "value", "#DIV/0!"), "collect.error-cell"),
        (lambda page: setattr(page["C2"], "value", "=40+40"), "collect.formula-without-value"),
        (lambda page: page.merge_cells("B2:B3"), "collect.merged-value"),
        (lambda page: setattr(page["C2"], "value", "13①"), "collect.not-a-number"),
        (lambda page: setattr(page["C2"], "number_format", "0%"), "collect.not-a-number"),
        (lambda page: setattr(page["C2"], "number_format", "yyyy-mm-dd"), "collect.day-as-value"),
        (lambda page: setattr(page["D1"], "value", "来料加工年加工费（万人）"), "collect.column-unit"),
    ],
)
def test_what_is_no_value_keeps_the_sheet_out_and_is_said(office, change, code):
    told = take(office, workbook([HEADS, *ROWS], change))

    assert (told["taken"], told["doubts"]) == (0, False)
    assert code in codes(told)
    assert drafted(office) == {}


@pytest.mark.parametrize(
    ("rows", "change", "code"),
    [
        ([["2026年10月情况表"], HEADS, *ROWS], None, "collect.other-period"),
        ([["2026年11月情况表"], HEADS, *ROWS], lambda p: setattr(p["C3"], "value", "—"), "collect.no-value-mark"),
        ([["情况表"], HEADS, *ROWS, ["合计", 19, 31007, 31500008]], None, "collect.total-differs"),
        ([["情况表"], HEADS, *ROWS], lambda p: setattr(p.row_dimensions[4], "hidden", True), "collect.hidden-cells"),
    ],
)
def test_a_doubtful_table_is_taken_only_once_a_person_is_sure(office, rows, change, code):
    content = workbook(rows, change)

    told = take(office, content, head_rows=2)
    assert (told["taken"], told["doubts"]) == (0, True)
    assert code in codes(told)
    assert drafted(office) == {}

    assert take(office, content, head_rows=2, sure=True)["taken"] >= 5
    assert drafted(office).get("processing_workers") == (None if code == "collect.no-value-mark" else "31000")


def test_a_comma_table_of_a_windows_machine_is_taken_like_a_workbook(office):
    text = "\r\n".join("\t".join(map(str, row)) for row in [HEADS, *ROWS])

    assert take(office, text.encode("gb18030"))["taken"] == 6
    assert drafted(office, OTHER)["processing_fees"] == "8"


def test_what_was_typed_is_compared_in_its_unit(office):
    place = Sheet(f"form/{FORM}", COUNTY, PERIOD)
    save_cells(office, REPORTER, place, {"processing_fees": ({"value": "3150万", "note": "含平台"}, 0)})

    assert take(office, workbook([HEADS, ROWS[0]]))["taken"] == 3, "3150万 and 31500000元 are one value"
    saved = drafts_of(place, simulated=True)["processing_fees"].content
    assert (saved["value"], saved["note"]) == ("31500000", "含平台"), "and the note stays"

    told = take(office, workbook([HEADS, ["江山市", 13, 31000, "3200万元"]]))
    assert told["taken"] == 0
    assert codes(told) == {"collect.already-typed"}
    assert drafted(office)["processing_fees"] == "31500000"


@pytest.mark.parametrize(
    "change",
    [
        {"head_rows": float("inf")},
        {"columns": {"1": "village_companies", "2": "village_companies"}},
        {"columns": {"-1": "village_companies"}},
        {"columns": {"0": "village_companies"}},
    ],
)
def test_a_mapping_that_gives_no_one_reading_is_refused(office, change):
    looked = look_at_workbook(office, CITY, FORM, "表.xlsx", workbook([HEADS, *ROWS]))
    mapping = {"head_rows": 1, "unit_column": 0, "columns": CODES, **change}

    with pytest.raises(UserError):
        take_workbook(office, CITY, FORM, PERIOD, looked["token"], looked["sheets"][0]["title"], mapping)
    assert drafted(office) == {}


def test_a_finding_names_the_row_of_its_cell(office):
    told = take(office, workbook([HEADS, ROWS[0], ["常山县", -5, 7, 8]]))

    assert {f["row"] for f in told["findings"] if f["code"] == "collect.negative-count"} == {3}


def test_what_was_handed_in_is_written_over_by_no_sheet(office):
    values = {"sewage_quality_met": "90", "sewage_quality_base": "100"}
    rest = {
        "rural_drinking_water_met": "80", "rural_drinking_water_base": "80",
        "county_run_waterworks_met": "3", "county_run_waterworks_base": "4",
    }  # fmt: skip
    save_cells(office, REPORTER, sheet(), typed(values | rest))
    hand_in(office, REPORTER, sheet())
    form, columns = "village-county-month", {"1": "sewage_quality_met", "2": "sewage_quality_base"}

    def bring(met):
        content = workbook([["单位", "a", "b"], ["江山市", met, 100]])
        token = look_at_workbook(office, REPORTER, form, "表.xlsx", content)["token"]
        mapping = {"head_rows": 1, "unit_column": 0, "columns": columns}
        return take_workbook(office, REPORTER, form, PERIOD, token, "Sheet", mapping)

    assert codes(bring(91)) == {"collect.already-typed"}
    bring(90)
    assert drafts_of(sheet(), simulated=True) == {}, "what is there already is not handed in again"


# ---- the template


def test_a_template_is_read_as_it_is_seen_and_its_notes_stay_text(office):
    name, content = template(office, REPORTER, "village-county-month", COUNTY, PERIOD)
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    rows = {page.cell(r, 1).value: r for r in range(5, page.max_row + 1)}
    page.cell(rows["sewage_quality_met"], 6).value = 0.9
    page.cell(rows["sewage_quality_met"], 6).number_format = "0%"
    page.cell(rows["sewage_quality_base"], 8).value = "0571"
    out = io.BytesIO()
    book.save(out)

    told = fill_from_workbook(office, REPORTER, sheet(), name, out.getvalue())

    assert "90%" in next(f["message"] for f in told["findings"] if f["line"] == "sewage_quality_met")
    assert page.cell(rows["sewage_quality_base"], 8).number_format == "@"


def _swap_names(page):
    for column in (2, 3):
        one, other = page.cell(5, column), page.cell(6, column)
        one.value, other.value = other.value, one.value


def _copy_first_row(page):
    last = page.max_row + 1
    for column in range(1, 11):
        page.cell(last, column).value = page.cell(5, column).value


def _add_row(page):
    last = page.max_row + 1
    page.cell(last, 2).value, page.cell(last, 6).value = "新项", 777


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_swap_names, "collect.row-mixed"),
        (lambda page: setattr(page["C5"], "value", "万元"), "collect.row-mixed"),
        (lambda page: setattr(page["F4"], "value", "本期数（万元）"), "collect.template-head"),
        (_copy_first_row, "collect.row-twice"),
        (_add_row, "collect.row-added"),
        (lambda page: (page.merge_cells("I5:I6"), _add_row(page)), "collect.row-added"),
    ],
)
def test_a_template_is_held_to_the_names_and_units_that_a_person_sees(office, change, code):
    name, content = template(office, REPORTER, "village-county-month", COUNTY, PERIOD)
    book = load_workbook(io.BytesIO(content))
    for row in range(5, book.worksheets[0].max_row + 1):
        book.worksheets[0].cell(row, 6).value = 1
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)

    told = fill_from_workbook(office, REPORTER, sheet(), name, out.getvalue())

    assert told["taken"] == 0
    assert code in codes(told)
    assert load_workbook(io.BytesIO(told["file"])), "the findings come back in the file"


def test_evidence_of_a_returned_line_survives_a_template(office):
    from office import VALUES

    content = {**typed(), "sewage_quality_met": ({"value": "90", "evidence": [7]}, 0)}
    save_cells(office, REPORTER, sheet(), content)
    hand_in(office, REPORTER, sheet())
    act_on(office, REVIEWER, sheet(), "return", {"sewage_quality_met": {}}, reason="请核对")
    name, file = template(office, REPORTER, "village-county-month", COUNTY, PERIOD)

    assert fill_from_workbook(office, REPORTER, sheet(), name, file)["taken"] == len(VALUES)
    assert drafts_of(sheet(), simulated=True)["sewage_quality_met"].content["evidence"] == [7]


# ---- decisions on an old page


def test_nobody_passes_what_was_handed_in_again_after_they_looked(office):
    save_cells(office, REPORTER, sheet(), typed())
    seen = hand_in(office, REPORTER, sheet())["sequence"]
    save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "70"}, base=2))
    hand_in(office, REPORTER, sheet())

    with pytest.raises(Stale, match="刷新"):
        act_on(office, REVIEWER, sheet(), "review", {"sewage_quality_met": {}}, seen=seen)
    act_on(office, REVIEWER, sheet(), "review", {"sewage_quality_base": {}}, seen=seen)


# ---- registers

REGISTER = "common-prosperity-complexes"
ENTRY = {"name": "模拟综合体", "place": TOWN, "state": "建成", "done": "2026-11-10"}


def test_a_thing_that_is_done_has_its_day(office):
    with pytest.raises(Refused, match="计不进"):
        enter(office, REPORTER, REGISTER, COUNTY, {**ENTRY, "done": ""})
    enter(office, REPORTER, REGISTER, COUNTY, {**ENTRY, "state": "在建", "done": ""})


def test_an_old_entry_without_its_day_is_shown_to_who_can_mend_it_and_passes_no_review(office):
    place = Sheet(f"register/{REGISTER}", COUNTY)
    act_on(office, REPORTER, place, "submit", {"old": {**ENTRY, "done": ""}})

    row = register_page(office, REPORTER, REGISTER)["rows"][0]
    assert [f["code"] for f in row["findings"]] == ["collect.register-uncounted"]
    assert [(u["form"], u["count"]) for u in desk_page(office, REPORTER)["uncounted"]] == [(REGISTER, 1)]
    assert desk_page(office, REVIEWER)["uncounted"] == []
    with pytest.raises(Refused, match="计不进"):
        act_on_entries(office, REVIEWER, REGISTER, COUNTY, "review", ["old"], "")
    act_on_entries(office, REVIEWER, REGISTER, COUNTY, "return", ["old"], "缺日期")

    enter(office, REPORTER, REGISTER, COUNTY, ENTRY, key="old", why="补日期")
    assert desk_page(office, REPORTER)["uncounted"] == []


def test_two_people_do_not_write_over_each_other_s_entry(office):
    key = enter(office, REPORTER, REGISTER, COUNTY, ENTRY)["key"]
    seen = register_page(office, REPORTER, REGISTER)["seen"]
    enter(office, REPORTER, REGISTER, COUNTY, {**ENTRY, "note": "二期"}, key=key)

    with pytest.raises(Stale):
        enter(office, REPORTER, REGISTER, COUNTY, {**ENTRY, "note": "三期"}, key=key, seen=seen)


def test_numbers_of_things_stay_text_in_the_download(office):
    enter(office, REPORTER, REGISTER, COUNTY, {**ENTRY, "name": "0012", "note": "0571"})

    rows = next(iter(read_grids(register_workbook(office, REPORTER, REGISTER)[1]).values())).rows
    assert {"0012", "0571"} <= set(map(str, rows[2]))


def test_a_sheet_of_entries_brought_in_twice_counts_once(office):
    heads = ["名称", "所在地", "进展", "建成（认定）日期"]
    town = office.pack.places[TOWN].name
    content = write_table("台账", heads, [["模拟一", town, "建成", "2026-11-10"], ["模拟二", town, "在建", ""]])

    assert import_entries(office, REPORTER, REGISTER, COUNTY, content)["taken"] == 2
    again = import_entries(office, REPORTER, REGISTER, COUNTY, content)

    assert again["taken"] == 0
    assert [(f["row"], f["code"]) for f in again["findings"]] == [
        (2, "collect.register-again"), (3, "collect.register-again"),
    ]  # fmt: skip


def test_an_error_cell_in_a_sheet_of_entries_is_said(office):
    book = workbook([["名称", "所在地", "进展", "备注"], ["模拟一", "x", "在建", "#REF!"]])

    told = import_entries(office, REPORTER, REGISTER, COUNTY, book)

    assert codes(told) == {"collect.error-cell"}


def test_a_place_whose_name_is_borne_twice_is_told_apart_by_its_code_alone(office, monkeypatch):
    from dataclasses import replace

    from chengzai.kernel import Place, Places

    twins = [Place("330881001998", "同名村", "village", TOWN), Place("330881002998", "同名村", "village", "330881002")]
    pack = replace(office.pack, places=Places([*office.pack.places.ordered, *twins]))
    heads, there = ["名称", "所在地", "进展"], replace(office, pack=pack)

    told = import_entries(there, REPORTER, REGISTER, COUNTY, write_table("台账", heads, [["一", "同名村", "在建"]]))
    assert codes(told) == {"collect.register-field"}
    by_code = write_table("台账", heads, [["一", "330881002998", "在建"]])
    assert import_entries(there, REPORTER, REGISTER, COUNTY, by_code)["taken"] == 1


# ---- people


def test_a_sheet_of_accounts_gives_nobody_somebody_else_s_name(office):
    from chengzai.web._people import import_accounts, make_account, read_accounts

    admin, heads = person("admin", ("administrator", "3308")), ["用户名", "姓名", "角色", "单位"]
    make_account(office, admin, "zhangsan", "张三", REPORTER.grants)

    def bring(*rows):
        return import_accounts(office, admin, read_accounts(write_table("账号", heads, rows)))

    for rows in (
        [["zhangsan", "张珊", "填报", COUNTY]],
        [["lisi", "李四", "填报", COUNTY], ["lisi", "李思", "填报", OTHER]],
    ):
        with pytest.raises(Refused, match="已是"):
            bring(*rows)
    made = bring([1001, "王五", "填报", int(COUNTY)])
    assert [m["username"] for m in made] == ["1001"], "a number in a cell is no 1001.0"


# ---- the command line


def test_rows_of_the_command_line_are_held_to_what_the_web_is(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")
    path = tmp_path / "a.csv"
    path.write_text(
        "element;place;period;value;unit\n"
        "processing_fees;330881;2026-11;3,150,000;元\n"
        "processing_workers;330881;2035-11;31000;\n"
        'processing_fees;330881;2026-10;"3,5";万元\n'
        "public_jobs;330881;2026-11;1,25;\n"
        "village_companies;330881;2026-11;1_3;家\n"
        "processing_workers;330881;2026-11;３１０００;人\n",
        encoding="gb18030",
    )

    receipt = import_sheet(QUZHOU, tmp_path / "var", path, author="x")

    assert {(o.element, o.value) for o in receipt.accepted} == {
        ("processing_fees", 3150000.0), ("processing_workers", 31000.0),
    }  # fmt: skip
    assert [(n, f.code) for (n, _), f in zip(receipt.held, receipt.findings, strict=True)] == [
        (3, "collect.future-period"), (4, "collect.not-a-number"),
        (5, "collect.not-a-number"), (6, "collect.not-a-number"),
    ]  # fmt: skip
