"""The office's month as stories: typed, handed in, returned, corrected, locked, accepted, and seen by the boards."""

import dataclasses
import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from builders import QUZHOU
from chengzai.collect import NotAllowed, Sheet
from chengzai.cycle import (
    Locked,
    NoSuchSheet,
    Refused,
    act_on,
    adopt_content,
    allocation_page,
    approve,
    attach,
    burden_page,
    desk_page,
    enter,
    evidence_of,
    fill_from_workbook,
    hand_in,
    import_entries,
    look_at_workbook,
    open_again,
    outlook_inputs,
    propose_all,
    propose_split_of,
    quiet_lines,
    register_page,
    register_workbook,
    run_month,
    save_cells,
    sheet_page,
    status_page,
    take_workbook,
    target_split,
    task_page,
    template,
)
from chengzai.kernel import Period, UserError
from chengzai.store import acts_of, drafts_of, write_table
from office import (
    COUNTY,
    CUSTODIAN,
    FORM,
    LEADER,
    OTHER,
    PERIOD,
    REPORTER,
    REVIEWER,
    STRANGER,
    TASK_FORCE,
    TOWN,
    VALUES,
    office_at,
    person,
    sheet,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tmp_path, monkeypatch):
    return office_at(tmp_path, monkeypatch)


def handed_in(office, values=VALUES):
    save_cells(office, REPORTER, sheet(), typed(values))
    return hand_in(office, REPORTER, sheet())


def passed(office, keys=None):
    keys = {k: {} for k in (keys or sheet_lines(office))}
    act_on(office, REVIEWER, sheet(), "review", keys)
    act_on(office, CUSTODIAN, sheet(), "accept", keys)


def sheet_lines(office):
    return [k for k, line in office.lines(sheet()).items() if line.step == "submitted"]


# ---- reporting


def test_the_reporter_s_month_from_empty_to_in_force(office):
    assert {row["title"] for row in desk_page(office, REPORTER)["due"]} >= {"乡村建设·县（市、区）月报"}
    save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "90"}))
    page = sheet_page(office, REPORTER, FORM, COUNTY, PERIOD)
    assert (page["filled"], page["to_check"]) == (2, 0), "one typed, one counted by a register; the untouched are quiet"

    told = handed_in(office)
    assert told["lines"] == 7
    assert drafts_of(sheet(), simulated=True) == {}
    assert [r["waiting"] for r in desk_page(office, REVIEWER)["waiting"]] == [7]
    passed(office)

    page = sheet_page(office, REPORTER, FORM, COUNTY, PERIOD)
    assert page["steps"]["accepted"] == 7
    assert [step["act"] for step in page["rows"][0]["history"]] == ["submit", "review", "accept"]


def test_a_sheet_with_an_error_or_an_unanswered_doubt_is_not_handed_in(office):
    save_cells(office, REPORTER, sheet(), typed({**VALUES, "sewage_quality_met": "120"}))

    with pytest.raises(Refused) as refused:
        hand_in(office, REPORTER, sheet())

    assert list(refused.value.findings) == ["sewage_quality_met"]
    assert office.lines(sheet()) == {}, "nothing is half handed in"
    assert len(drafts_of(sheet(), simulated=True)) == len(VALUES), "and nothing typed is lost"


def test_a_missing_value_needs_its_reason(office):
    save_cells(office, REPORTER, sheet(), typed({k: v for k, v in VALUES.items() if k != "county_run_waterworks_met"}))
    with pytest.raises(Refused, match="没有填"):
        hand_in(office, REPORTER, sheet())

    save_cells(office, REPORTER, sheet(), {"county_run_waterworks_met": ({"missing": "late-source"}, 0)})
    assert hand_in(office, REPORTER, sheet())["lines"] == 7


def test_a_value_is_kept_as_a_plain_number_in_its_unit(office):
    handed_in(office, {**VALUES, "sewage_quality_base": "1.2万"})

    assert office.lines(sheet())["sewage_quality_base"].content["value"] == "12000"


def test_single_values_are_returned_with_a_reason_that_stays_and_only_they_open_again(office):
    handed_in(office)
    with pytest.raises(UserError, match="原因"):
        act_on(office, REVIEWER, sheet(), "return", {"sewage_quality_met": {}})
    act_on(office, REVIEWER, sheet(), "return", {"sewage_quality_met": {}}, reason="请核对")

    rows = {row["code"]: row for row in sheet_page(office, REPORTER, FORM, COUNTY, PERIOD)["rows"]}
    assert (rows["sewage_quality_met"]["step"], rows["sewage_quality_met"]["reason"]) == ("returned", "请核对")
    assert desk_page(office, REPORTER)["due"][0]["returned"] == 1, "what was returned stands first"
    save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "91"}, base=2))
    assert hand_in(office, REPORTER, sheet())["lines"] == 1
    page = sheet_page(office, REVIEWER, FORM, COUNTY, PERIOD)
    assert "sewage_quality_met" not in quiet_lines(page, "review"), "once returned, it is looked at"


def test_a_correction_of_an_accepted_value_says_why(office):
    handed_in(office)
    passed(office)
    save_cells(office, REPORTER, sheet(), {"sewage_quality_met": ({"value": "95"}, 2)})
    with pytest.raises(Refused, match="更正"):
        hand_in(office, REPORTER, sheet())

    save_cells(office, REPORTER, sheet(), {"sewage_quality_met": ({"value": "95", "note": "漏报一处"}, 3)})
    hand_in(office, REPORTER, sheet())
    line = office.lines(sheet())["sewage_quality_met"]
    assert (line.content["value"], line.in_force["value"]) == ("95", "90")


def test_two_people_in_one_form_meet_a_conflict_and_nothing_is_written_over(office):
    colleague = person("colleague", ("reporter", COUNTY))
    save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "90"}))

    told = save_cells(office, colleague, sheet(), {"sewage_quality_met": ({"value": "70"}, 0)})

    other = told["conflicts"]["sewage_quality_met"]
    assert (other["content"], other["name"], other["version"]) == ({"value": "90"}, "reporter氏", 1)
    assert drafts_of(sheet(), simulated=True)["sewage_quality_met"].content["value"] == "90"
    kept = save_cells(office, colleague, sheet(), {"sewage_quality_met": ({"value": "70"}, 1)})
    assert kept["conflicts"] == {}


def test_a_tab_left_open_over_a_hand_in_meets_a_conflict(office):
    """A version is never used twice: the colleague's new value is not written over by the old tab."""
    colleague = person("colleague", ("reporter", COUNTY))
    handed_in(office)
    page = {row["code"]: row["version"] for row in sheet_page(office, colleague, FORM, COUNTY, PERIOD)["rows"]}
    save_cells(office, colleague, sheet(), typed({"sewage_quality_met": "70"}, page["sewage_quality_met"]))

    told = save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "33"}, base=1))

    assert told["conflicts"]["sewage_quality_met"]["content"] == {"value": "70"}


def test_who_typed_a_value_does_not_review_it_though_another_pressed_the_button(office):
    both = person("both", ("reporter", COUNTY), ("county_reviewer", COUNTY))
    save_cells(office, both, sheet(), typed())
    hand_in(office, REPORTER, sheet())

    with pytest.raises(NotAllowed, match="您自己填报"):
        act_on(office, both, sheet(), "review", {"sewage_quality_met": {}})
    act_on(office, REVIEWER, sheet(), "review", {"sewage_quality_met": {}})


def test_after_the_deadline_a_sheet_locks_and_an_exception_is_on_record(tmp_path, monkeypatch):
    save_cells(office_at(tmp_path, monkeypatch), REPORTER, sheet(), typed())
    late = office_at(tmp_path, monkeypatch, "2026-12-20")
    with pytest.raises(NotAllowed, match="锁定"):
        save_cells(late, REPORTER, sheet(), typed({"sewage_quality_met": "1"}, base=1))
    with pytest.raises(Locked, match="锁定"):
        hand_in(late, REPORTER, sheet())
    with pytest.raises(NotAllowed):
        open_again(late, REVIEWER, sheet(), until=late.today, reason="停电")
    with pytest.raises(UserError, match="原因"):
        open_again(late, TASK_FORCE, sheet(), until=late.today, reason=" ")

    open_again(late, TASK_FORCE, sheet(), until=late.today, reason="停电两天")

    assert hand_in(late, REPORTER, sheet())["lines"] == 7
    kept = acts_of(simulated=True, topics="open/")[0]
    assert (kept.actor, kept.reason, kept.sheet.unit) == ("force", "停电两天", COUNTY)


def test_what_was_returned_stays_open_after_the_lock(tmp_path, monkeypatch):
    handed_in(office_at(tmp_path, monkeypatch, "2026-12-14"))
    late = office_at(tmp_path, monkeypatch, "2026-12-20")
    act_on(late, REVIEWER, sheet(), "return", {"sewage_quality_met": {}}, reason="请核对")

    save_cells(late, REPORTER, sheet(), typed({"sewage_quality_met": "91"}, base=2))
    assert hand_in(late, REPORTER, sheet())["lines"] == 1


def test_before_its_period_opens_a_form_cannot_be_typed(tmp_path, monkeypatch):
    early = office_at(tmp_path, monkeypatch, "2026-11-20")

    assert desk_page(early, REPORTER)["due"] == []
    assert not any(row["open"] for row in sheet_page(early, REPORTER, FORM, COUNTY, PERIOD)["rows"])


def test_nobody_sees_or_types_what_is_outside_their_scope(office):
    with pytest.raises(NotAllowed):
        sheet_page(office, STRANGER, FORM, COUNTY, PERIOD)
    with pytest.raises(NotAllowed):
        save_cells(office, STRANGER, sheet(), typed())
    with pytest.raises(NoSuchSheet):
        sheet_page(office, REPORTER, "no-such-form", COUNTY, PERIOD)
    with pytest.raises(NoSuchSheet):
        sheet_page(office, REPORTER, FORM, COUNTY, "2026")
    handed_in(office)
    assert desk_page(office, STRANGER)["news"] == []
    assert [n["act"] for n in desk_page(office, REVIEWER)["news"]] == ["submit"]


def test_evidence_is_kept_by_hash_and_opens_only_within_scope(office):
    kept = attach(office, REPORTER, sheet(), "..\\a/验收表.pdf", b"%PDF-1.7")

    assert evidence_of(office, REVIEWER, kept["id"]) == ("验收表.pdf", b"%PDF-1.7")
    with pytest.raises(NotAllowed):
        evidence_of(office, STRANGER, kept["id"])
    with pytest.raises(UserError, match="PDF"):
        attach(office, REPORTER, sheet(), "run.exe", b"MZ")
    with pytest.raises(NoSuchSheet):
        evidence_of(office, REPORTER, 999)


# ---- Excel and WPS


def filled_in(content, values, **changes):
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for row in range(5, page.max_row + 1):
        code = page.cell(row, 1).value
        if code in values:
            page.cell(row, 6).value = values[code]
        for (key, column), value in changes.get("cells", {}).items():
            if code == key:
                page.cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_a_cell_counts_stands_beside_it_on_the_page_and_in_the_workbook(office):
    element = office.pack.elements["sewage_quality_met"]
    row = next(r for r in sheet_page(office, REPORTER, FORM, COUNTY, PERIOD)["rows"] if r["code"] == element.code)
    assert (row["unit"], row["definition"], row["source"]) == ("座", element.definition.zh, element.source.zh)
    assert (row["definition_en"], row["caveat_en"]) == (element.definition.en, element.caveat.en)
    assert row["definition_status"] == "draft"

    book = load_workbook(io.BytesIO(template(office, REPORTER, FORM, COUNTY, PERIOD)[1]))
    note = next(r[1].comment.text for r in book.worksheets[0].iter_rows(min_row=5) if r[0].value == element.code)
    assert element.definition.zh in note
    assert element.caveat.zh in note
    told = {r[0]: r[1:] for r in book["口径"].iter_rows(min_row=2, values_only=True)}
    assert told[element.name] == ("座", element.definition.zh, element.source.zh, element.caveat.zh)


def test_a_form_goes_out_as_a_workbook_and_comes_back_whole(office):
    name, content = template(office, REPORTER, FORM, COUNTY, PERIOD)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert "江山市-2026-11.xlsx" in name
    assert "模拟数据" in page["B2"].value
    assert page.column_dimensions["A"].hidden
    assert page.protection.sheet
    assert not page["F5"].protection.locked
    assert page["B5"].protection.locked
    assert [v.sqref for v in page.data_validations.dataValidation]

    numbers = {code: float(value) for code, value in VALUES.items()}
    told = fill_from_workbook(office, REPORTER, sheet(), name, filled_in(content, numbers))

    assert (told["taken"], told["findings"]) == (6, [])
    assert hand_in(office, REPORTER, sheet())["lines"] == 7


def test_one_error_keeps_the_whole_file_out_and_the_file_says_where(office):
    _, content = template(office, REPORTER, FORM, COUNTY, PERIOD)
    told = fill_from_workbook(
        office, REPORTER, sheet(), "表.xlsx", filled_in(content, {**VALUES, "sewage_quality_met": "很多"})
    )

    assert told["taken"] == 0
    assert drafts_of(sheet(), simulated=True) == {}, "nothing half-imported"
    page = load_workbook(io.BytesIO(told["file"])).worksheets[0]
    row = next(r for r in range(5, page.max_row + 1) if page.cell(r, 1).value == "sewage_quality_met")
    assert "不是数" in page.cell(row, 9).value
    assert told["findings"][0]["row"] == row


def test_formulas_are_neutralised_on_the_way_in_and_on_the_way_out(office):
    _, content = template(office, REPORTER, FORM, COUNTY, PERIOD)
    with_formula = filled_in(content, VALUES, cells={("sewage_quality_met", 6): "=45+45"})
    told = fill_from_workbook(office, REPORTER, sheet(), "表.xlsx", with_formula)
    assert told["taken"] == 0, "a formula whose value the file does not hold is no value"
    assert "公式" in told["findings"][0]["message"]

    save_cells(office, REPORTER, sheet(), {"sewage_quality_met": ({"value": "9", "note": "=cmd|' /C calc'!A0"}, 0)})
    _, content = template(office, REPORTER, FORM, COUNTY, PERIOD)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    notes = [page.cell(r, 8) for r in range(5, page.max_row + 1) if page.cell(r, 8).value]
    assert [(n.value, n.data_type) for n in notes] == [("=cmd|' /C calc'!A0", "s")]


def test_a_template_filled_while_a_colleague_typed_on_the_web_writes_over_nobody(office):
    name, content = template(office, REPORTER, FORM, COUNTY, PERIOD)
    save_cells(office, REPORTER, sheet(), typed({"sewage_quality_met": "77"}))

    told = fill_from_workbook(office, REPORTER, sheet(), name, filled_in(content, VALUES))

    assert told["taken"] == 0
    assert [f["code"] for f in told["findings"]] == ["collect.typed-since"]
    assert drafts_of(sheet(), simulated=True)["sewage_quality_met"].content == {"value": "77"}


@pytest.mark.parametrize("spoil", ["other", "version", "row", "not-ours", "broken"])
def test_another_file_is_refused_with_what_to_do(office, spoil):
    from chengzai.store import WorkbookUnreadable

    _, content = template(office, REPORTER, FORM, COUNTY, PERIOD if spoil != "other" else "2026-12")
    book = load_workbook(io.BytesIO(content))
    if spoil == "version":
        book["_承载"]["B4"] = "old"
    if spoil == "row":
        book.worksheets[0].delete_rows(5)
    out = io.BytesIO()
    book.save(out)
    sent = {"not-ours": write_table("表", ["a"], [["1"]]), "broken": b"PK\x03\x04 not a workbook"}.get(
        spoil, out.getvalue()
    )

    if spoil in {"not-ours", "broken"}:
        with pytest.raises(WorkbookUnreadable):
            fill_from_workbook(office, REPORTER, sheet(), "表.xlsx", sent)
    else:
        told = fill_from_workbook(office, REPORTER, sheet(), "表.xlsx", sent)
        assert told["taken"] == 0
        assert {"other": "collect.other-template", "version": "collect.other-template", "row": "collect.row-lost"}[
            spoil
        ] in {f["code"] for f in told["findings"]}


def test_an_existing_sheet_is_mapped_once_and_remembered(office):
    form = "village-township-month"
    town_people = person("towns", ("reporter", COUNTY))
    towns = [p for p in office.pack.places.children(COUNTY)][:3]
    names = {e: office.pack.elements[e].name for e in office.forms[form].elements}
    rows = [[town.name, 8 + n, 10 + n] for n, town in enumerate(towns)]
    content = write_table("村情", ["单位", *names.values()], [*rows, ["合计", 27, 33]])

    looked = look_at_workbook(office, town_people, form, "表.xlsx", content)
    first = looked["sheets"][0]
    assert (first["head_rows"], first["unit_column"], first["remembered"]) == (1, 0, False)
    assert list(first["columns"].values()) == list(names)
    mapping = {"head_rows": 1, "unit_column": 0, "columns": first["columns"]}
    told = take_workbook(office, town_people, form, PERIOD, looked["token"], first["title"], mapping)

    assert (told["taken"], told["units"]) == (6, 3)
    assert drafts_of(sheet(form, towns[0].code), simulated=True)["sewage_villages_met"].content["value"] == "8"
    assert look_at_workbook(office, town_people, form, "表.xlsx", content)["sheets"][0]["remembered"]


def test_an_existing_sheet_with_one_bad_row_brings_nothing(office):
    form = "village-township-month"
    towns = [p for p in office.pack.places.children(COUNTY)][:2]
    rows = [[towns[0].name, 8, 10], ["不存在镇", 1, 2], [towns[1].name, "许多", 3]]
    content = write_table("村情", ["单位", "a", "b"], rows)
    token = look_at_workbook(office, REPORTER, form, "表.xlsx", content)["token"]
    columns = {"1": "sewage_villages_met", "2": "sewage_villages_base"}

    told = take_workbook(
        office, REPORTER, form, PERIOD, token, "村情", {"head_rows": 1, "unit_column": 0, "columns": columns}
    )

    assert told["taken"] == 0
    assert {f["code"] for f in told["findings"]} == {"collect.unit-not-found", "collect.not-a-number"}
    assert drafts_of(sheet(form, towns[0].code), simulated=True) == {}


# ---- registers


def entry(name="模拟综合体一号", **more):
    return {"name": name, "place": TOWN, "state": "建成", "done": "2026-11-10", "lon": "118.6", "lat": "28.7", **more}


def accepted_entry(office, register="common-prosperity-complexes", content=None):
    key = enter(office, REPORTER, register, COUNTY, content or entry())["key"]
    register_sheet = Sheet(f"register/{register}", COUNTY)
    act_on(office, REVIEWER, register_sheet, "review", {key: {}})
    act_on(office, TASK_FORCE, register_sheet, "accept", {key: {}})
    return key


def test_an_accepted_entry_is_counted_on_the_form_and_in_the_facts(office):
    key = enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry())["key"]

    def counted():
        page = sheet_page(office, REPORTER, "income-county-month", COUNTY, PERIOD)
        return next(r["value"] for r in page["rows"] if r["code"] == "common_prosperity_complexes_new")

    assert counted() == "0", "what is not accepted does not count"
    register_sheet = Sheet("register/common-prosperity-complexes", COUNTY)
    act_on(office, REVIEWER, register_sheet, "review", {key: {}})
    act_on(office, TASK_FORCE, register_sheet, "accept", {key: {}})
    assert counted() == "1"
    page = register_page(office, REPORTER, "common-prosperity-complexes")
    assert page["rows"][0]["cells"][:3] == ["模拟综合体一号", "双塔街道", "建成"]


def test_a_change_of_an_accepted_entry_says_why(office):
    key = accepted_entry(office)

    with pytest.raises(UserError, match="原因"):
        enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry(struck="1"), key=key)
    enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry(struck="1"), key=key, why="重复登记")


def test_a_likely_double_is_said_once_and_a_person_decides(office):
    enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry())

    with pytest.raises(Refused, match="可能是同一件"):
        enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry("模拟综合体（一号）"))
    enter(office, REPORTER, "common-prosperity-complexes", COUNTY, entry("模拟综合体（一号）"), distinct=True)
    assert len(register_page(office, REPORTER, "common-prosperity-complexes")["rows"]) == 2


def test_entries_come_from_a_sheet_whole_or_not_at_all(office):
    heads = ["名称", "所在地", "进展", "建成（认定）日期"]
    good = [["甲", "双塔街道", "建成", "2026-11-01"], ["乙", "双塔街道", "在建", ""]]
    bad = [*good, ["丙", "杭州", "建成", "昨天"]]

    told = import_entries(office, REPORTER, "common-prosperity-complexes", COUNTY, write_table("表", heads, bad))
    assert told["taken"] == 0
    assert {f["row"] for f in told["findings"]} == {4}
    assert "不是日期" in load_workbook(io.BytesIO(told["file"])).worksheets[0].cell(4, 5).value
    assert register_page(office, REPORTER, "common-prosperity-complexes")["rows"] == []

    told = import_entries(office, REPORTER, "common-prosperity-complexes", COUNTY, write_table("表", heads, good))
    assert told["taken"] == 2


def test_a_register_is_exported_within_scope_and_says_simulated(office):
    accepted_entry(office)

    _, mine = register_workbook(office, REPORTER, "common-prosperity-complexes")
    _, theirs = register_workbook(office, STRANGER, "common-prosperity-complexes")

    rows = [[c.value for c in row] for row in load_workbook(io.BytesIO(mine)).worksheets[0].iter_rows()]
    assert rows[0][0] == "模拟数据·非正式文件"
    assert rows[2][0] == "模拟综合体一号"
    assert load_workbook(io.BytesIO(theirs)).worksheets[0].max_row == 2


# ---- the boards see what was accepted


def test_an_accepted_value_reaches_the_board_and_as_of_before_it_does_not(tmp_path, monkeypatch):
    from chengzai.cycle import simulate_city

    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-01"), Period.parse("2026-10")))
    office = office_at(tmp_path, monkeypatch, "2026-12-02")
    noted = {code: ({"value": value, "note": "新口径，已核对"}, 0) for code, value in VALUES.items()}
    save_cells(office, REPORTER, sheet(), noted)
    hand_in(office, REPORTER, sheet())
    before = acts_of(simulated=True)[-1].sequence
    passed(office)

    now = run_month(QUZHOU, tmp_path, Period.parse(PERIOD))
    then = run_month(QUZHOU, tmp_path, Period.parse(PERIOD), as_of=before)

    def rows(edition):
        return [r for r in edition.measured.facts.of_cell("sewage_quality_met", [COUNTY]) if r["period"] == PERIOD]

    assert rows(then) == []
    assert [(r["value"], r["entered_by"], r["source"]) for r in rows(now)] == [(90.0, "reporter氏", "simulated")]
    assert rows(now)[0]["evidence"] == f"form/{FORM}@{COUNTY}@{PERIOD}"
    assert outlook_inputs(now) != outlook_inputs(then)
    october = [
        outlook_inputs(run_month(QUZHOU, tmp_path, Period.parse("2026-10"), as_of=end)) for end in (before, None)
    ]
    assert october[0] == october[1], "what is accepted for November is no part of October's outlook"


def test_among_real_figures_the_office_s_values_are_forms_and_the_twin_s_are_not_there(tmp_path, monkeypatch):
    from chengzai.cycle import open_office

    day = dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC)
    office = dataclasses.replace(open_office(tmp_path, QUZHOU, real=True), moment=day)
    monthly = office.forms[FORM]
    first = monthly.since.text
    save_cells(office, REPORTER, sheet(period=first), typed())
    hand_in(office, REPORTER, sheet(period=first))
    keys = {k: {} for k in office.lines(sheet(period=first))}
    act_on(office, REVIEWER, sheet(period=first), "review", keys)
    act_on(office, CUSTODIAN, sheet(period=first), "accept", keys)

    edition = run_month(QUZHOU, tmp_path, Period.parse(first), real=True)

    assert not edition.simulated
    rows = edition.measured.facts.of_cell("sewage_quality_met", [COUNTY])
    assert [(r["value"], r["source"]) for r in rows] == [(90.0, "form")]
    assert {r["source"] for r in edition.measured.facts.of_cell("demo_townships_yearly", [COUNTY])} == {
        "form",
        "register",
    }


def test_nothing_registered_is_no_zero_until_the_unit_says_so(office):
    from chengzai.cycle._office_facts import office_observations

    def seen():
        found, _ = office_observations(
            office.pack, office.plan.root, simulated=True, as_of=None, until=Period.parse(PERIOD).last_day()
        )
        return [(o.element, o.value) for o in found if o.element == "demo_townships_yearly" and o.place == COUNTY]

    assert seen() == []
    handed_in(office)
    passed(office)
    assert seen() == [("demo_townships_yearly", 0.0), ("demo_townships_yearly", 0.0)], (
        "the form said it, the register too"
    )


# ---- 责任分解


def test_the_office_s_first_act_splits_every_target_and_task_and_another_person_approves(office):
    told = propose_all(office, TASK_FORCE, "population")
    assert told["targets"] == len(office.plan.targets)
    assert told["tasks"] == len(list(office.plan.promises))
    split = target_split(office, TASK_FORCE, "village-relocation")
    assert sum(c["share"] for c in split["counties"]) == 700
    assert [y["value"] for y in split["years"]][-1] == 700

    page = allocation_page(office, LEADER)
    sound = [r["id"] for r in page["rows"] if not r["findings"]]
    approve(office, LEADER, "allocation", sound)
    approve(office, LEADER, "duties", [r["id"] for r in page["tasks"]])

    after = allocation_page(office, LEADER)
    assert after["counts"]["accepted"] == len(sound)
    assert after["task_counts"]["accepted"] == len(page["tasks"])
    tasks = task_page(office, person("dept", ("reporter", "D04")), "D04", PERIOD)["rows"]
    assert {row["section"] for row in tasks} == {"人口集聚", "要素流动"}


def test_parts_that_do_not_make_the_plan_s_number_are_refused(office):
    shares = dict.fromkeys(office.counties, "100")
    with pytest.raises(Refused, match="600 不等于目标 700"):
        propose_split_of(office, TASK_FORCE, "village-relocation", {"baseline": "0", "shares": shares, "owner": "D04"})

    shares[COUNTY] = "200"
    steps = {"2026": "500", "2027": "700"}
    typed = {"baseline": "0", "shares": shares, "steps": steps, "owner": "D04"}
    propose_split_of(office, TASK_FORCE, "village-relocation", typed)
    with pytest.raises(NotAllowed):
        approve(office, TASK_FORCE, "allocation", ["village-relocation"])
    approve(office, LEADER, "allocation", ["village-relocation"])

    with pytest.raises(UserError, match="原因"):
        propose_split_of(office, TASK_FORCE, "village-relocation", typed)
    propose_split_of(office, TASK_FORCE, "village-relocation", {**typed, "why": "中期调整"})
    history = target_split(office, LEADER, "village-relocation")["history"]
    assert [h["act"] for h in history] == ["submit", "accept", "submit"]
    assert history[-1]["reason"] == "中期调整"


def test_tasks_report_every_month_and_a_finished_one_brings_its_evidence(office):
    propose_all(office, TASK_FORCE, "population")
    approve(office, LEADER, "duties", [p.id for p in office.plan.promises])
    reporter, reviewer = person("dept", ("reporter", "D04")), person("head", ("custodian", "D04"))
    tasks = Sheet("tasks", "D04", PERIOD)
    keys = [row["code"] for row in task_page(office, reporter, "D04", PERIOD)["rows"]]
    content = {"state": "on_course", "note": "已选址", "next": "12月开工"}

    save_cells(office, reporter, tasks, {key: (content, 0) for key in keys[1:]})
    with pytest.raises(Refused):
        hand_in(office, reporter, tasks)
    save_cells(office, reporter, tasks, {keys[0]: ({**content, "state": "done"}, 0)})
    with pytest.raises(Refused, match="佐证"):
        hand_in(office, reporter, tasks)
    kept = attach(office, reporter, tasks, "验收.pdf", b"%PDF")
    save_cells(office, reporter, tasks, {keys[0]: ({**content, "state": "done", "evidence": [kept["id"]]}, 1)})

    assert hand_in(office, reporter, tasks)["lines"] == len(keys)
    act_on(office, reviewer, tasks, "review", {keys[0]: {}})
    act_on(office, TASK_FORCE, tasks, "accept", {keys[0]: {}})
    assert task_page(office, reporter, "D04", PERIOD)["steps"]["accepted"] == 1


def test_a_proposal_starts_from_the_split_in_force_and_leaves_its_baselines_alone(tmp_path, monkeypatch):
    from chengzai.cycle import simulate_city

    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2025-10"), Period.parse("2026-10")))
    office = office_at(tmp_path, monkeypatch)
    before = office.allocations["gdp"]
    row = next(r for r in allocation_page(office, LEADER)["rows"] if r["id"] == "gdp")
    assert row["current"]
    assert row["baseline_shown"] != ""

    propose_all(office, TASK_FORCE, "population")
    page = allocation_page(office, LEADER)
    approve(
        office, LEADER, "allocation", [r["id"] for r in page["rows"] if not r["findings"] and not r["lacks_baseline"]]
    )

    edition = run_month(QUZHOU, tmp_path, Period.parse("2026-10"))
    assert edition.allocations["gdp"].baseline == before.baseline
    assert edition.city["gdp"].state != "cannot_tell"
    untold = [t for t, a in edition.city.items() if a.state == "cannot_tell" and not a.completeness.first]
    assert untold == [], "approving proposals must not take a baseline away"


# ---- the rest


def test_status_says_who_is_missing_and_writes_the_reminder(office):
    handed_in(office)

    page = status_page(office, REVIEWER, PERIOD)

    assert COUNTY in {row["unit"] for row in page["rows"]}
    assert OTHER not in {row["unit"] for row in page["rows"]}
    assert page["reminder"].startswith("【模拟数据】【报送提醒】2026-11 报送期限为12月5日")
    assert "reporter" not in page["reminder"], "units are named, never people"


def test_the_burden_is_counted_and_what_registers_count_costs_nothing(office):
    page = burden_page(office)
    county = next(row for row in page["levels"] if row["level"] == "county")

    typed_cells = [
        code
        for form in office.forms.values()
        if form.level == "county" and form.frequency == "month"
        for code in form.elements
        if code not in office.counted
    ]
    assert county["cells_month"] >= len(typed_cells)
    assert page["saved"] == sum(1 for form in office.forms.values() for code in form.elements if code in office.counted)
    assert page["refused"] == []


def test_a_pack_is_adopted_with_a_readable_difference_and_runs_use_it(tmp_path, monkeypatch):
    import shutil

    from chengzai.cycle import NotAdopted, pack_in_force
    from chengzai.store import acts_of

    content, data = tmp_path / "city", tmp_path / "var"
    shutil.copytree(QUZHOU, content)
    admin = person("admin", ("administrator", "3308"))
    adopt_content(data, content, admin, why="首次")
    assert adopt_content(data, content, admin)["new"] is False
    rule = content / "policy" / "values.toml"
    text = rule.read_text(encoding="utf-8")
    head, found, tail = text.partition('name = "report_due"')
    rule.write_text(head + found + tail.replace("value = 5", "value = 8", 1), encoding="utf-8")

    before = office_at(data, monkeypatch, content=content)
    assert before.timing.due == 5, "an edited folder is not in force"
    first = acts_of(simulated=False, topic="content")[-1].sequence
    told = adopt_content(data, content, admin, why="专班会议定为8日")

    assert told["changes"] == [
        {"file": "policy/values.toml", "where": "rule[report_due].step[2023-01-01].value", "was": "5", "now": "8"}
    ]
    assert office_at(data, monkeypatch, content=content).timing.due == 8
    assert pack_in_force(data, content, as_of=first) != pack_in_force(data, content)
    (content / "forms" / "village.toml").write_text(
        '[[form]]\nid="x"\ntitle="x"\nlevel="county"\nfrequency="month"\nsince="2026-11"\nelements=["none"]\n'
    )
    with pytest.raises(NotAdopted, match="不在采集项里"):
        adopt_content(data, content, admin)
