"""Bringing in the sheets a city already has: looked at, mapped once, checked, and the mapping remembered."""

import hashlib
from collections.abc import Mapping
from typing import Any

from chengzai.collect import (
    Columns,
    Sheet,
    cells_of,
    check_cells,
    filled,
    guess,
    heads,
    periods_due,
    read_wide,
    signature,
)
from chengzai.cycle._office import Office, form_sheet, no_such_sheet
from chengzai.cycle._reporting import reporting_units, save_cells
from chengzai.kernel import Actor, Period, Places, Severity, Text, UserError
from chengzai.store import acts_of, one_writer, read_grids, read_received, write_files

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
    places = _within(office, actor, form_id)
    token = hashlib.sha256(content).hexdigest()
    write_files(office.data, {f"received/{token}": content})
    remembered = _remembered(office, form_id)
    sheets = []
    for title, (grid, merged) in read_grids(content).items():
        whole = filled(grid, merged)
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
    office: Office, actor: Actor, form_id: str, period: str, token: str, title: str, mapping: Mapping[str, Any]
) -> View:
    """Take one sheet of a workbook into the working copies of all its units, all of them or none.

    Errors in any row keep the whole sheet out; the mapping is remembered for the next file of this shape.
    """
    form, _ = form_sheet(office, form_id, office.plan.root, period)
    content = read_received(office.data, token)
    grids = read_grids(content) if content else {}
    if title not in grids:
        raise no_such_sheet(title)
    whole = filled(*grids[title])
    reading = Columns.read(mapping)
    strange = [code for code in reading.columns.values() if code not in form.elements or code in office.counted]
    if strange or not reading.columns:
        raise UserError(Text("请为至少一列选择本表的指标。", "Map at least one column to an element of this form."))
    values, found = read_wide(whole, reading, _within(office, actor, form_id))
    told = [{"row": number, **finding.as_dict()} for number, finding in found]
    when = Period.parse(period)
    for unit, cells in values.items():
        asked = [e for e in cells_of(form, unit, office.pack.elements) if e.code in cells]
        contents = {code: {"value": value} for code, value in cells.items()}
        checked = check_cells(
            contents, asked, place=office.place_of(unit), period=when, known=office.known(form_id, unit)
        )
        told += [
            {"row": 0, "unit": office.scope.name(unit), "line": code, **finding.as_dict()}
            for code, findings in checked.items()
            for finding in findings
        ]
    if any(finding["severity"] == str(Severity.ERROR) for finding in told) or not values:
        return {"taken": 0, "units": 0, "findings": told}
    with one_writer():
        for unit, cells in values.items():
            sheet = Sheet(f"form/{form_id}", unit, period)
            save_cells(office, actor, sheet, {code: ({"value": value}, None) for code, value in cells.items()})
        key = signature(whole, reading.head_rows)
        office.record("remember", Sheet(f"mapping/{form_id}", office.plan.root), actor, {key: dict(mapping)})
    return {"taken": sum(map(len, values.values())), "units": len(values), "findings": told}


def _remembered(office: Office, form_id: str) -> dict[str, Any]:
    acts = acts_of(simulated=office.simulated, topic=f"mapping/{form_id}")
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


def _cell(cell: object) -> str:
    return "" if cell is None else str(cell).removesuffix(".0")[:40]


def read_rows(content: bytes) -> list[list[object]]:
    """Return the rows of a workbook's first sheet."""
    grids = read_grids(content)
    return next(iter(grids.values()))[0] if grids else []
