"""The registers of a city: entries typed or imported, checked, accepted, counted, and shown on the map."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.collect import (
    STEP_WORD,
    Line,
    NotAllowed,
    Register,
    Sheet,
    cell_text,
    check_entry,
    count_findings,
    count_register,
    early_findings,
    likely_doubles,
    read_entries,
    read_value,
    sheet_findings,
)
from chengzai.cycle._acts import Refused, act_on
from chengzai.cycle._office import Office, by_sheet, no_such_sheet
from chengzai.cycle._reporting import clean, evidence_in, require_seen
from chengzai.kernel import Actor, Citation, Finding, Severity, Text, UserError
from chengzai.publish import county_shapes_of
from chengzai.store import acts_of, read_grids, write_findings_by_row, write_table

View = dict[str, Any]
SIMULATED = "模拟数据·非正式文件"


def register_of(office: Office, name: str) -> Register:
    """Return a register of the pack in force; raises NoSuchSheet."""
    if name not in office.registers:
        raise no_such_sheet(name)
    return office.registers[name]


def register_units(office: Office, register: Register) -> tuple[str, ...]:
    """Return the units that keep a register today."""
    if register.level == "department":
        return (register.department,)
    tree = office.pack.places.at(office.today)
    return tuple(p.code for p in tree.under(office.plan.root) if p.level == register.level)


def register_list(office: Office, actor: Actor) -> View:
    """Return the registers with how many of their entries are accepted, waiting or returned within a person's scope."""
    rows = []
    acts = by_sheet(acts_of(simulated=office.simulated, topics="register/"))
    for register in office.registers.values():
        own = [
            line
            for sheet, lines in acts.items()
            if sheet.topic == f"register/{register.id}" and office.may_see(actor, sheet)
            for line in lines.values()
        ]
        target = office.plan.target.get(register.target)
        rows.append(
            {
                "id": register.id,
                "title": register.title.zh,
                "title_en": register.title.en,
                "level": register.level,
                "target": register.target,
                "goal": f"{target.quotes[0].words}" if target else "",
                "accepted": sum(1 for line in own if line.in_force),
                "waiting": sum(1 for line in own if line.step in {"submitted", "reviewed"}),
                "returned": sum(1 for line in own if line.step == "returned"),
                "uncounted": sum(1 for line in own if count_findings(register, line.content)),
            }
        )
    return {"rows": rows, "simulated": office.simulated}


def register_page(office: Office, actor: Actor, name: str, unit: str = "") -> View:
    """Return a register's entries within a person's scope, with what each may take and the points of the map."""
    register = register_of(office, name)
    acts = by_sheet(acts_of(simulated=office.simulated, topic=f"register/{name}"))
    rows = []
    for sheet, lines in acts.items():
        if not office.may_see(actor, sheet) or (unit and not office.scope.inside(sheet.unit, unit)):
            continue
        rows += [_row(office, actor, register, sheet, line) for line in lines.values()]
    units = [u for u in register_units(office, register) if _may_enter(office, actor, register, u)]
    tree = office.pack.places.at(office.today)
    return {
        "id": register.id,
        "title": register.title.zh,
        "title_en": register.title.en,
        "target": register.target,
        "fields": [
            {
                "id": f.id,
                "name": f.name.zh,
                "name_en": f.name.en,
                "kind": f.kind,
                "unit": f.unit,
                "choices": list(f.choices),
                "required": f.required,
            }
            for f in register.fields
        ],
        "name_field": register.name_field,
        "rows": sorted(rows, key=lambda row: -row["sequence"]),
        "seen": max((row["sequence"] for row in rows), default=0),
        "units": [{"code": u, "name": office.scope.name(u)} for u in units],
        "place_choices": {u: [[p.code, p.name] for p in tree.under(office.place_of(u))] for u in units},
        "shapes": county_shapes_of(tree, office.pack.boundaries),
        "counts": _counts(office, register, acts),
        "without_point": sum(1 for row in rows if not row["lon"]),
        "simulated": office.simulated,
    }


def _may_enter(office: Office, actor: Actor, register: Register, unit: str) -> bool:
    return "hand_in" in office.parts(actor, Sheet(f"register/{register.id}", unit), register.id)


def _row(office: Office, actor: Actor, register: Register, sheet: Sheet, line: Line) -> View:
    parts = office.parts(actor, sheet, register.id)
    content = line.content
    return {
        "key": line.key,
        "unit": sheet.unit,
        "unit_name": office.scope.name(sheet.unit),
        "name": str(content.get(register.name_field, "")),
        "cells": [_said(office, field.kind, content.get(field.id, "")) for field in register.fields],
        "content": dict(content),
        "step": line.step,
        "reason": line.reason,
        "lon": str(content.get("lon", "")),
        "lat": str(content.get("lat", "")),
        "evidence": list(content.get("evidence", ())),
        "struck": bool(content.get("struck")),
        "findings": [f.as_dict() for f in (*count_findings(register, content), *early_findings(register, content))],
        "sequence": line.history[-1].sequence if line.history else 0,
        "open": "hand_in" in parts,
        "may": sorted(parts & {"review", "accept"}),
        "history": [
            {"act": a.act, "name": a.name, "at": a.at, "reason": a.reason, "content": dict(a.lines.get(line.key, {}))}
            for a in line.history
        ],
    }


def _said(office: Office, kind: str, value: object) -> str:
    return office.scope.name(str(value)) if kind == "place" and value else str(value)


def _counts(office: Office, register: Register, acts: Mapping[Sheet, Mapping[str, Line]]) -> list[View]:
    """Return what the register gives to its elements in the period that runs, summed over the city."""
    lines = {sheet.unit: own for sheet, own in acts.items()}
    totals: dict[tuple[str, str], float] = {}
    for o in count_register(register, lines, office.pack.elements, until=_period_end(office)):
        totals[o.element, o.period.text] = totals.get((o.element, o.period.text), 0.0) + o.value
    return [
        {"element": e, "name": office.pack.elements[e].name, "period": p, "value": f"{v:,.10g}"}
        for (e, p), v in sorted(totals.items())
    ][-6:]


def _period_end(office: Office) -> Any:
    from chengzai.kernel import Period  # noqa: PLC0415 -- one use

    return Period.of("month", office.today.year * 12 + office.today.month - 1).last_day()


def enter(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office,
    actor: Actor,
    name: str,
    unit: str,
    content: Mapping[str, Any],
    *,
    key: str = "",
    distinct: bool = False,
    why: str = "",
    seen: int | None = None,
) -> View:
    """Hand in one entry, new or changed; raises Refused with findings at its fields.

    One that looks like another is refused once with the other's name, unless the person says it is `distinct`.
    """
    register = register_of(office, name)
    sheet = Sheet(f"register/{name}", unit)
    if unit not in register_units(office, register) or not _may_enter(office, actor, register, unit):
        raise NotAllowed(Text("您不能在这个单位登记。", "You may not enter for this unit."))
    cells = _plain(register, content)
    errors = check_entry(register, cells, office.pack.places, unit, today=office.today)
    lines = office.lines(sheet)
    if key and key not in lines:
        raise no_such_sheet(key)
    others = {k: line.content for k, line in lines.items() if k != key and not line.content.get("struck")}
    doubles = [] if distinct else likely_doubles(register, cells, others)
    if doubles:
        errors.append(_double(register, [str(others[d].get(register.name_field, "")) for d in doubles]))
    if errors:
        raise Refused({finding.where.locator: [f for f in errors if f.where == finding.where] for finding in errors})
    key = key or new_key()
    done, _ = act_on(office, actor, sheet, "submit", {key: cells}, reason=why, seen=seen)
    return {"key": key, "sequence": done.sequence}


def new_key() -> str:
    """Return a name for an entry that no other has."""
    return secrets.token_hex(6)


def _plain(register: Register, content: Mapping[str, Any]) -> dict[str, Any]:
    names = [*(field.id for field in register.fields), "lon", "lat", "struck"]
    kept = {name: said for name in names if (said := clean(content.get(name) or ""))}
    for axis in ("lon", "lat"):
        value = read_value(kept.get(axis, ""), "")
        kept |= {axis: str(value)} if value is not None else {}
    return {**kept, **evidence_in(content)}


def _double(register: Register, names: list[str]) -> Finding:
    return Finding(
        "collect.register-double",
        Severity.WARNING,
        Text(f"与已有的“{names[0]}”可能是同一件", f"This may be the same as '{names[0]}'"),
        Text("若确是两件，请勾选“不是同一件”再保存。", "If they are two things, tick 'not the same' and save again."),
        Citation(register.id, register.name_field),
    )


def import_entries(office: Office, actor: Actor, name: str, unit: str, file: bytes) -> View:
    """Import a sheet of entries, all or none; the findings come back by row, and likely doubles are said."""
    register = register_of(office, name)
    if unit not in register_units(office, register) or not _may_enter(office, actor, register, unit):
        raise NotAllowed(Text("您不能在这个单位登记。", "You may not enter for this unit."))
    tables = read_grids(file)
    table = next(iter(tables.values())).rows if tables else []
    coded = _with_codes(office, register, table, unit)
    entries, found = read_entries(register, coded, office.pack.places, unit, today=office.today)
    found += sheet_findings(register, tables)
    lines = office.lines(Sheet(f"register/{name}", unit))
    existing = {k: line.content for k, line in lines.items() if not line.content.get("struck")}
    doubles = []
    for number, entry in entries.items():
        alike = likely_doubles(register, entry, existing)
        same = [key for key in alike if _same_thing(register, entry, existing[key])]
        found += [
            (number, _there_already(register, str(existing[key].get(register.name_field, "")))) for key in same[:1]
        ]
        if alike and not same:
            doubles.append({"row": number, "like": str(existing[alike[0]].get(register.name_field, ""))})
        existing[f"row {number}"] = entry
    if found:
        by_row: dict[int, list[str]] = {}
        for number, finding in found:
            by_row.setdefault(number, []).append(f"{finding.message.zh}；{finding.remedy.zh}")
        told = [{"row": number, **finding.as_dict()} for number, finding in found]
        return {"taken": 0, "findings": told, "doubles": doubles, "file": write_findings_by_row(file, by_row)}
    if not entries:
        raise UserError(Text("表里没有一条记录。", "The sheet holds no entry."))
    sheet = Sheet(f"register/{name}", unit)
    act_on(office, actor, sheet, "submit", {new_key(): _plain(register, entry) for entry in entries.values()})
    early = [
        {"row": number, **finding.as_dict()}
        for number, entry in entries.items()
        for finding in early_findings(register, entry)
    ]
    return {"taken": len(entries), "findings": early, "doubles": doubles, "file": b""}


def _with_codes(office: Office, register: Register, table: Sequence[Sequence[object]], unit: str) -> list[list[object]]:
    """Return a sheet with the names of places as their codes."""
    inside = list(office.pack.places.under(unit))
    twice = {name for name, count in Counter(place.name for place in inside).items() if count > 1}
    places = {place.name: place.code for place in inside if place.name not in twice}  # a code tells those apart
    fields = {f.name.zh: f for f in register.fields}
    heads = [cell_text(cell) for cell in table[0]] if table else []
    width = len(heads)
    return [
        [*(_coded(cell, head, fields, places) for head, cell in zip(heads, row, strict=False)), *row[width:]]
        if n
        else list(row)
        for n, row in enumerate(table)
    ]


def _same_thing(register: Register, entry: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two entries agree in all that is written of them: one sheet brought in twice."""
    names = [field.id for field in register.fields]
    return all(str(entry.get(name, "")).strip() == str(other.get(name, "")).strip() for name in names)


def _there_already(register: Register, name: str) -> Finding:
    return Finding(
        "collect.register-again",
        Severity.ERROR,
        Text(f"“{name}”与已登记的一条完全相同", f"'{name}' is entered already, word for word"),
        Text("请删去这一行；确是两件的请写得能区分。", "Delete the row; if they are two things, tell them apart."),
        Citation(register.id, register.name_field),
    )


def _coded(cell: object, head: str, fields: Mapping[str, Any], places: Mapping[str, str]) -> object:
    field = fields.get(head)
    return places.get(cell_text(cell), cell) if field is not None and field.kind == "place" else cell


def register_workbook(office: Office, actor: Actor, name: str, *, empty: bool = False) -> tuple[str, bytes]:
    """Return a register as a workbook within a person's scope, or its empty template; simulated data says so."""
    register = register_of(office, name)
    page = register_page(office, actor, name)
    heads = [*(field["name"] for field in page["fields"]), "经度", "纬度"]
    if empty:
        return f"{register.title.zh}-模板.xlsx", write_table(register.title.zh, heads, [])
    rows = [
        [*_typed_cells(register, row), row["lon"], row["lat"], row["unit_name"], STEP_WORD[row["step"]]]
        for row in page["rows"]
        if not row["struck"]
    ]
    mark = SIMULATED if office.simulated else ""
    return f"{register.title.zh}.xlsx", write_table(register.title.zh, [*heads, "单位", "状态"], rows, mark=mark)


def _typed_cells(register: Register, row: View) -> list[object]:
    """Return an entry's cells for a workbook: numbers where the register holds numbers, text as it was written."""
    numbers = [read_value(cell, f.unit) for f, cell in zip(register.fields, row["cells"], strict=True)]
    return [
        number if field.kind == "number" and number is not None else cell
        for field, cell, number in zip(register.fields, row["cells"], numbers, strict=True)
    ]


def act_on_entries(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office, actor: Actor, name: str, unit: str, act: str, keys: list[str], reason: str, seen: int | None = None
) -> View:
    """Review, accept or return entries of one unit; what would count in no month is only returned."""
    register = register_of(office, name)
    if act == "submit":
        raise UserError(Text("登记请用登记表。", "Entries are handed in on their form."))
    sheet = Sheet(f"register/{name}", unit)
    require_seen(office, actor, sheet)
    known = office.lines(sheet)
    strange = [key for key in keys if key not in known]
    if strange:
        raise no_such_sheet(strange[0])
    uncounted = {key: found for key in keys if (found := count_findings(register, known[key].content))}
    if act != "return" and uncounted:
        raise Refused(uncounted, name=str(known[next(iter(uncounted))].content.get(register.name_field, "")))
    done, _ = act_on(office, actor, sheet, act, {key: {} for key in keys}, reason=reason, seen=seen)
    return {"sequence": done.sequence, "lines": len(keys)}
