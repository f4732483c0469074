"""Bringing in the sheets a city already has: looked at, mapped once, checked, and the mapping remembered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chengzai.collect import (
    Columns,
    Sheet,
    cell_text,
    cells_of,
    check_cells,
    filled,
    guess,
    heads,
    other_period,
    periods_due,
    read_value,
    read_wide,
    signature,
    unit_rows,
)
from chengzai.cycle._office import Office, no_such_sheet, require_period
from chengzai.cycle._reporting import reporting_units, save_cells
from chengzai.kernel import Actor, Citation, Finding, Period, Places, Severity, Text, UserError
from chengzai.store import acts_of, drafts_of, one_writer, read_grids, read_received, write_files

View = dict[str, Any]
_SHOWN = 12


def wizard_page(office: Office, actor: Actor, form_id: str) -> View:
    """Return what the first step shows: the form, its open periods, and the units this person may fill in."""
    form = office.forms.get(form_id)
    if form is None:
        raise no_such_sheet(form_id)
    return {
        "form": form.id,
        "title": form.title.zh,
        "title_en": form.title.en,
        "periods": [p.text for p in periods_due(form, office.timing, office.today)][::-1],
        "units": [{"code": p.code, "name": p.name} for p in _within(office, actor, form_id).ordered],
        "forms": [{"id": f.id, "title": f.title.zh} for f in office.forms.values() if f.level != "department"],
        "simulated": office.simulated,
    }


def look_at_workbook(office: Office, actor: Actor, form_id: str, name: str, content: bytes) -> View:
    """Return what a workbook holds and how each sheet would be read: as remembered, or as a first guess."""
    form = office.forms.get(form_id)
    if form is None:
        raise no_such_sheet(form_id)
    elements = [e for code in form.elements if (e := office.pack.elements.get(code)) and code not in office.counted]
    places = _of_the_city(office, form_id)
    grids = read_grids(content)
    token = hashlib.sha256(content).hexdigest()
    write_files(office.data, {f"received/{token}": content})
    remembered = _remembered(office, actor, form_id)
    sheets = []
    for title, table in grids.items():
        whole = filled(table.rows, table.merged)
        reading = guess(whole, elements, places)
        known = next((m for m in (remembered.get(signature(whole, n)) for n in range(1, 7)) if m), None)
        if known:
            reading = Columns.read(known)
        sheets.append(
            {
                "title": title,
                "rows": [[_cell(c) for c in row] for row in whole[:_SHOWN]],
                "total": len(whole),
                "heads": heads(whole, reading.head_rows),
                "head_rows": reading.head_rows,
                "unit_column": reading.unit_column,
                "columns": {str(c): code for c, code in reading.columns.items()},
                "remembered": bool(known),
                "hidden": table.hidden,
            }
        )
    return {
        "token": token,
        "name": name,
        "form": form_id,
        "sheets": sheets,
        "elements": [{"code": e.code, "name": e.name, "unit": e.unit} for e in elements],
    }


def take_workbook(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office,
    actor: Actor,
    form_id: str,
    period: str,
    token: str,
    title: str,
    mapping: Mapping[str, Any],
    *,
    sure: bool = False,
) -> View:
    """Take one sheet of a workbook into the working copies of all its units, all of them or none.

    Errors in any row keep the whole sheet out; so do doubts about the table until a person is `sure`.
    The mapping is remembered for the next file of this shape.
    """
    form = office.forms.get(form_id)
    if form is None:
        raise no_such_sheet(form_id)
    require_period(period, form.frequency)
    content = read_received(office.data, token)
    grids = read_grids(content) if content else {}
    if title not in grids:
        raise no_such_sheet(title)
    table = grids[title]
    whole = filled(table.rows, table.merged)
    reading = _reading(mapping)
    strange = [code for code in reading.columns.values() if code not in form.elements or code in office.counted]
    if strange or not reading.columns:
        raise UserError(Text("请为至少一列选择本表的指标。", "Map at least one column to an element of this form."))
    mine = {place.code for place in _within(office, actor, form_id).ordered}
    elements = {code: office.pack.elements[code] for code in reading.columns.values()}
    places = _of_the_city(office, form_id)
    values, found = read_wide(table, reading, places, mine=mine, elements=elements)
    rows = unit_rows(table, reading, places, mine=mine)
    when = Period.parse(period)
    words = [title, *(cell_text(cell) for row in whole[: reading.head_rows] for cell in row)]
    found += [(1, other)] if (other := other_period(words, when)) else []
    told = [{"row": number, **finding.as_dict()} for number, finding in found]
    doubts = any(finding.severity is Severity.WARNING for _, finding in found) and not sure
    for unit, cells in values.items():
        asked = [e for e in cells_of(form, unit, office.pack.elements, period=when) if e.code in cells]
        contents = {code: {"value": value} for code, value in cells.items()}
        checked = check_cells(
            contents, asked, place=office.place_of(unit), period=when, known=office.known(form_id, unit)
        )
        told += [
            {
                "row": rows[unit],
                "unit": f"{office.scope.name(unit)}“{office.pack.elements[code].name}”",
                **finding.as_dict(),
            }
            for code, findings in checked.items()
            for finding in findings
        ]
    with one_writer():
        stands = {unit: _standing(office, form_id, unit, period) for unit in values}
        told += [{**finding, "row": rows[finding.pop("at")]} for finding in _already_typed(office, stands, values)]
        wrong = any(finding["severity"] == str(Severity.ERROR) for finding in told)
        if wrong or doubts or not values:
            return {"taken": 0, "units": 0, "findings": told, "doubts": doubts and not wrong and bool(values)}
        new = {unit: _new_cells(office, stands[unit], cells) for unit, cells in values.items()}
        for unit, lines in new.items():
            save_cells(office, actor, Sheet(f"form/{form_id}", unit, period), lines)
        key = signature(whole, reading.head_rows)
        kept: dict[str, Any] = {"head_rows": reading.head_rows, "unit_column": reading.unit_column}
        kept["columns"] = {str(column): code for column, code in reading.columns.items()}
        office.record("remember", _memory(actor, form_id), actor, {key: kept})
    return {"taken": sum(map(len, values.values())), "units": len(values), "findings": told, "doubts": False}


def _reading(mapping: Mapping[str, Any]) -> Columns:
    try:
        reading = Columns.read(mapping)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise UserError(Text("列的对应方式读不懂。", "How the columns are read cannot be understood.")) from None
    if not 1 <= reading.head_rows <= 20 or reading.unit_column < 0:
        raise UserError(Text("表头行数应为 1 至 20。", "There are 1 to 20 head rows."))
    if min(reading.columns, default=0) < 0 or reading.unit_column in reading.columns:
        raise UserError(Text("列的对应方式读不懂。", "How the columns are read cannot be understood."))
    if len(set(reading.columns.values())) < len(reading.columns):
        raise UserError(
            Text(
                "有两列对应到同一项指标；请只留一列，另一列选“不导入”。",
                "Two columns are mapped to one element; keep one and leave the other out.",
            )
        )
    return reading


@dataclass(frozen=True, slots=True)
class _Standing:
    """What one cell holds before a sheet is taken: its content, whose it is, and whether it is being typed still."""

    content: Mapping[str, Any]
    name: str
    typed: bool


def _standing(office: Office, form_id: str, unit: str, period: str) -> dict[str, _Standing]:
    """Return what the cells of a unit's form hold, typed or handed in; what was returned is open to be written anew."""
    sheet = Sheet(f"form/{form_id}", unit, period)
    typed = {
        code: _Standing(saved.content, saved.name, typed=True)
        for code, saved in drafts_of(sheet, simulated=office.simulated).items()
    }
    handed_in = {
        code: _Standing(line.content, line.history[-1].name, typed=line.step == "returned")
        for code, line in office.lines(sheet).items()
    }
    return handed_in | typed


def _already_typed(
    office: Office, stands: Mapping[str, Mapping[str, _Standing]], values: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return an error for each cell that holds another value, typed or handed in: an import writes over nobody."""
    found = []
    for unit, cells in values.items():
        for code, value in cells.items():
            standing = stands[unit].get(code)
            other = str(standing.content.get("value", "")) if standing else ""
            if standing is None or not other or _same_value(office, code, other, value):
                continue
            finding = Finding(
                "collect.already-typed",
                Severity.ERROR,
                Text(
                    f"{standing.name}已填“{other}”，与表中“{value}”不同。",
                    f"'{other}' was typed here already, the sheet says '{value}'.",
                ),
                Text("请先在网页上核对以哪个为准。", "Settle on the web which of the two holds."),
                Citation("sheet", code),
            )
            named = f"{office.scope.name(unit)}“{office.pack.elements[code].name}”"
            found.append({"at": unit, "unit": named, "line": code, **finding.as_dict()})
    return found


def _same_value(office: Office, code: str, one: str, other: str) -> bool:
    unit = office.pack.elements[code].unit
    value = read_value(one, unit)
    return value == read_value(other, unit) if value is not None else one == other


def _new_cells(
    office: Office, stands: Mapping[str, _Standing], cells: Mapping[str, str]
) -> dict[str, tuple[dict[str, Any], None]]:
    """Return the cells to save: note and evidence of what stands there stay; what was handed in alike is left alone."""
    lines: dict[str, tuple[dict[str, Any], None]] = {}
    for code, value in cells.items():
        standing = stands.get(code)
        if standing and not standing.typed and _same_value(office, code, str(standing.content.get("value", "")), value):
            continue
        before = dict(standing.content) if standing else {}
        lines[code] = ({**before, "value": value, "missing": ""}, None)
    return lines


def _memory(actor: Actor, form_id: str) -> Sheet:
    """Return where a person's unit keeps how its own sheets are read: other units have other sheets."""
    unit = next((grant.unit for grant in actor.grants if grant.role == "reporter"), "")
    return Sheet(f"mapping/{form_id}", unit)


def _remembered(office: Office, actor: Actor, form_id: str) -> dict[str, Any]:
    memory = _memory(actor, form_id)
    acts = acts_of(simulated=office.simulated, topic=memory.topic, unit=memory.unit)
    return {key: mapping for act in acts for key, mapping in act.lines.items()}


def _within(office: Office, actor: Actor, form_id: str) -> Places:
    """Return the places of a form that a person may fill in; a name outside them is not theirs to bring."""
    form = office.forms[form_id]
    units = set(reporting_units(office, form))
    mine = [
        place
        for place in office.pack.places.ordered
        if place.code in units and "hand_in" in office.parts(actor, Sheet(f"form/{form_id}", place.code), "")
    ]
    return Places(mine)


def _of_the_city(office: Office, form_id: str) -> Places:
    """Return all places that a form is asked of: a city's sheet names them all, whoever brings it."""
    units = set(reporting_units(office, office.forms[form_id]))
    return Places(place for place in office.pack.places.ordered if place.code in units)


def _cell(cell: object) -> str:
    return cell_text(cell)[:40]


def read_rows(content: bytes) -> list[list[object]]:
    """Return the rows of a workbook's first sheet."""
    tables = read_grids(content)
    return [list(row) for row in next(iter(tables.values())).rows] if tables else []
