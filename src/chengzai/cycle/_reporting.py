"""The reporter's month: the form of a unit and period, typed, checked, handed in, and looked at by the reviewer."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chengzai.collect import (
    STEPS,
    Form,
    Line,
    NotAllowed,
    Sheet,
    cells_of,
    check_cells,
    check_task,
    count_register,
    cross_check,
    files_itself,
    read_value,
    units_of,
)
from chengzai.cycle._acts import Refused, act_on, errors_in, name_of_line, open_until, worst
from chengzai.cycle._duties import tasks_of
from chengzai.cycle._office import Office, form_sheet, no_such_sheet, require_period
from chengzai.kernel import PER_YEAR, Actor, Element, Finding, Period, Text, UserError
from chengzai.store import Saved, acts_of, drafts_of, one_writer, save_drafts, versions_of

View = dict[str, Any]


def sheet_page(office: Office, actor: Actor, form_id: str, unit: str, period: str) -> View:
    """Return a form as it stands for one person: each cell with its past, its state, its findings and what may be done.

    Raises NoSuchSheet, or NotAllowed where the sheet is outside the person's scope.
    """
    form, sheet = form_sheet(office, form_id, unit, period)
    require_seen(office, actor, sheet)
    elements = cells_of(form, unit, office.pack.elements, period=Period.parse(period))
    known, lines = office.known(form_id, unit), office.lines(sheet)
    drafts = drafts_of(sheet, simulated=office.simulated)
    versions = versions_of(sheet, simulated=office.simulated)
    counted = counts_now(office, elements, unit, period)
    contents = {e.code: content_of(e.code, lines, drafts, counted) for e in elements}
    found = _findings(office, form, elements, contents, unit, period)
    place = office.place_of(unit)
    rows = []
    for element in sorted(elements, key=lambda e: e.code in office.counted):  # what is typed first, counts below
        code = element.code
        line = lines.get(code) or Line(code)
        touched = code in drafts or line.step != "empty"
        told = found.get(code, []) if touched else []
        parts = office.parts(actor, sheet, code)
        if "read" not in parts:
            continue
        when = Period.parse(period)
        past = [known.values.get((code, place, when.next(-back).text)) for back in (1, PER_YEAR[form.frequency])]
        rows.append(
            {
                "code": code,
                "name": element.name,
                "unit": element.unit,
                **element.about(),
                "last": _shown(past[0]),
                "last_year": _shown(past[1]),
                "value": str(contents[code].get("value", "")),
                "missing": str(contents[code].get("missing", "")),
                "note": str(contents[code].get("note", "")),
                "evidence": list(contents[code].get("evidence", ())),
                "version": versions.get(code, 0),
                "typed_by": drafts[code].name if code in drafts else "",
                "step": line.step,
                "reason": line.reason,
                "register": office.counted[code].id if code in office.counted else "",
                "changed": _change(contents[code], past[0], element),
                "findings": [finding.as_dict("zh") for finding in told],
                "worst": worst(f for f in told if errors_in({code: [f]}, contents)),
                "open": "hand_in" in parts and is_open(office, sheet, line) and code not in office.counted,
                "may": sorted(parts & {"review", "accept"}),
                "history": [step_of(act, code) for act in line.history],
            }
        )
    return {
        **_head(office, form, sheet),
        "rows": rows,
        "filled": sum(1 for row in rows if row["value"] or row["missing"]),
        "to_check": sum(1 for row in rows if row["worst"] and row["step"] in {"empty", "returned", "submitted"}),
        "steps": {step: sum(1 for r in rows if r["step"] == step) for step in STEPS},
        "minutes": round(sum(1 for r in rows if r["open"] and not r["value"]) * office.timing.minutes),
        "seen": max((line.history[-1].sequence for line in lines.values()), default=0),
        "may_hand_in": any(row["open"] for row in rows),
        "files_itself": files_itself(elements, office.counted),
        "may_open": "task_force" in actor.roles and is_locked(office, sheet),
    }


def require_seen(office: Office, actor: Actor, sheet: Sheet) -> None:
    """Raise NotAllowed where a sheet is outside a person's scope."""
    if not office.may_see(actor, sheet):
        raise NotAllowed(
            Text(
                f"您没有查看“{office.scope.name(sheet.unit)}”这张表的权限。",
                "This sheet is outside what you may see.",
            )
        )


def _head(office: Office, form: Form, sheet: Sheet) -> View:
    opens, due, locks = office.timing.window(Period.parse(sheet.period))
    department = office.scope.departments.get(form.department)
    return {
        "form": form.id,
        "title": form.title.zh,
        "title_en": form.title.en,
        "unit": sheet.unit,
        "unit_name": office.scope.name(sheet.unit),
        "period": sheet.period,
        "department": department.name if department else "",
        "opens": opens.isoformat(),
        "due": due.isoformat(),
        "locks": (open_until(office, sheet) or locks).isoformat(),
        "late": office.today > due,
        "locked": is_locked(office, sheet),
        "simulated": office.simulated,
    }


def is_locked(office: Office, sheet: Sheet) -> bool:
    """Return whether a period is closed for a sheet, an extension counted."""
    locks = office.timing.window(Period.parse(sheet.period))[2]
    again = open_until(office, sheet)
    return office.today > max(locks, again) if again else office.today > locks


def is_open(office: Office, sheet: Sheet, line: Line) -> bool:
    """Return whether a line can be typed today: its period has opened and is not locked, or it was returned."""
    opened = office.timing.window(Period.parse(sheet.period))[0] <= office.today
    return opened and (line.step == "returned" or not is_locked(office, sheet))


def step_of(act: Any, key: str) -> View:
    """Return one act on a line as its history shows it."""
    return {
        "act": act.act,
        "name": act.name,
        "at": act.at,
        "reason": act.reason,
        "value": str(act.lines.get(key, {}).get("value", "")),
        "sequence": act.sequence,
    }


def content_of(
    code: str, lines: Mapping[str, Line], drafts: Mapping[str, Saved], counted: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return what a line holds now: what is being typed, else what was handed in; a count where a register counts."""
    typed = drafts[code].content if code in drafts else (lines[code].content if code in lines else {})
    return {**typed, "value": counted[code], "missing": ""} if code in counted else typed


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{round(value, 10) + 0.0:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def _change(content: Mapping[str, Any], last: float | None, element: Element) -> str:
    value = read_value(str(content.get("value", "")), element.unit) if content.get("value") else None
    return "" if value is None or last is None else _shown(float(value) - last)


def counts_now(office: Office, elements: tuple[Element, ...], unit: str, period: str) -> dict[str, str]:
    """Return what the registers count for a unit and period, for the elements that a register answers for."""
    until = Period.parse(period).last_day()
    found = {}
    for element in elements:
        register = office.counted.get(element.code)
        if register is None:
            continue
        lines = office.lines(Sheet(f"register/{register.id}", unit))
        counts = count_register(register, {unit: lines}, office.pack.elements, until=until)
        mine = [o for o in counts if o.element == element.code and o.period.text == period]
        found[element.code] = f"{mine[-1].value:g}" if mine else "0"
    return found


def _findings(
    office: Office,
    form: Form,
    elements: tuple[Element, ...],
    contents: Mapping[str, Mapping[str, Any]],
    unit: str,
    period: str,
) -> dict[str, list[Finding]]:
    when = Period.parse(period)
    known = replace(office.known(form.id, unit), below=_below(office, form, unit, when))
    typed = [element for element in elements if element.code not in office.counted]
    found = check_cells(contents, typed, place=office.place_of(unit), period=when, known=known)
    for code, more in cross_check(contents, elements, form.checks, known).items():
        found.setdefault(code, []).extend(more)
    return found


def _below(office: Office, form: Form, unit: str, period: Period) -> dict[str, tuple[float, int]]:
    """Return the sums over the units below that a form's checks ask for, and how many have not reported."""
    asked = {name for check in form.checks if check.children for name in check.right.names}
    if not asked or unit not in office.pack.places:
        return {}
    tree = office.pack.places.at(period.last_day())
    children = [place.code for place in (tree.children(unit) if unit in tree.index else ())]
    values = dict(office.known().values)
    for act in acts_of(simulated=office.simulated, topics="form/", period=period.text):
        for code, content in act.lines.items():
            if act.act == "submit" and content.get("value"):
                values[code, act.sheet.unit, period.text] = float(content["value"])
    told = {name: [values.get((name, child, period.text)) for child in children] for name in asked}
    return {
        name: (sum(v for v in own if v is not None), sum(1 for v in own if v is None)) for name, own in told.items()
    }


def save_cells(
    office: Office, actor: Actor, sheet: Sheet, lines: Mapping[str, tuple[Mapping[str, Any], int | None]]
) -> View:
    """Save typed lines as they are and return their versions, conflicts, and the findings of the sheet as it stands.

    Nothing typed is refused for what it says: a doubtful value is saved, and said.
    """
    known, mine = office.lines(sheet), keys_of(office, sheet)
    for key in lines:
        if "hand_in" not in office.parts(actor, sheet, key) or key not in mine:
            raise NotAllowed(
                Text(f"“{key}”不在您的填报范围内，未保存。", f"'{key}' is not yours to fill in; not saved.")
            )
        if not is_open(office, sheet, known.get(key) or Line(key)):
            raise NotAllowed(
                Text(f"“{key}”现在不能填写：未到时间或已锁定。", f"'{key}' cannot be typed now: not open, or locked.")
            )
    kept = {key: (_plain(content), base) for key, (content, base) in lines.items()}
    versions, conflicts = save_drafts(
        sheet, kept, simulated=office.simulated, author=actor.id, name=actor.name, at=office.at
    )
    return {
        "versions": versions,
        "conflicts": {
            key: {"content": dict(s.content), "version": s.version, "name": s.name, "at": s.at}
            for key, s in conflicts.items()
        },
        "saved_at": office.at,
    }


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content with the known fields alone, as text, each bounded."""
    kept = {key: clean(content[key]) for key in _TYPED if content.get(key) not in {None, ""}}
    return {**kept, **evidence_in(content)}


def clean(written: object) -> str:
    """Return typed text without what no file and no database can hold: control characters and half characters."""
    text = "".join(c for c in str(written) if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return text.strip()[:2000]


def evidence_in(content: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return the numbers of a content's evidence, if there are any."""
    given = content.get("evidence")
    numbers = (
        [int(e) for e in given if str(e).isdecimal() and len(str(e)) < 12] if isinstance(given, list | tuple) else []
    )
    return {"evidence": numbers} if numbers else {}


_TYPED = ("value", "missing", "note", "state", "next")


def keys_of(office: Office, sheet: Sheet) -> set[str]:
    """Return the lines a sheet has."""
    name = sheet.topic.partition("/")[2]
    if sheet.kind == "form" and name in office.forms:
        form_sheet(office, name, sheet.unit, sheet.period)
        when = Period.parse(sheet.period)
        typed = cells_of(office.forms[name], sheet.unit, office.pack.elements, period=when)
        return {element.code for element in typed if element.code not in office.counted}
    if sheet.kind == "tasks":
        month = require_period(sheet.period, "month")
        return {promise.id for promise in tasks_of(office, sheet.unit, month.last_day())}
    raise no_such_sheet(sheet.topic)


def findings_of(office: Office, sheet: Sheet) -> dict[str, list[Finding]]:
    """Return the findings on a sheet as it stands, typed and handed in together."""
    drafts, lines = drafts_of(sheet, simulated=office.simulated), office.lines(sheet)
    if sheet.kind == "tasks":
        contents = {key: content_of(key, lines, drafts, {}) for key in keys_of(office, sheet)}
        return {key: found for key, content in contents.items() if (found := check_task(content))}
    form = office.forms[sheet.topic.partition("/")[2]]
    elements = cells_of(form, sheet.unit, office.pack.elements, period=Period.parse(sheet.period))
    counted = counts_now(office, elements, sheet.unit, sheet.period)
    contents = {e.code: content_of(e.code, lines, drafts, counted) for e in elements}
    return _findings(office, form, elements, contents, sheet.unit, sheet.period)


def hand_in(office: Office, actor: Actor, sheet: Sheet) -> View:
    """Hand in every line of a sheet that is new, returned or changed; raises Refused while a finding is open.

    A value is recorded in the element's unit, as a plain number, so that 3.2万 is 32000 from here on.
    """
    with one_writer():  # what is read is what is recorded: a colleague who types meanwhile waits, and loses nothing
        return _handed_in(office, actor, sheet)


def _handed_in(office: Office, actor: Actor, sheet: Sheet) -> View:
    drafts, lines = drafts_of(sheet, simulated=office.simulated), office.lines(sheet)
    keys = keys_of(office, sheet)
    counted: dict[str, str] = {}
    if sheet.kind == "form":
        form = office.forms[sheet.topic.partition("/")[2]]
        elements = cells_of(form, sheet.unit, office.pack.elements, period=Period.parse(sheet.period))
        if files_itself(elements, office.counted):
            raise UserError(Text("本表全由台账计数，不用报送。", "Registers count all of this form; it files itself."))
        counted = counts_now(office, elements, sheet.unit, sheet.period)
        keys |= set(counted)
    contents = {key: content_of(key, lines, drafts, counted) for key in keys}
    due = [k for k in sorted(keys) if k in drafts or (lines.get(k) or Line(k)).step in {"empty", "returned"}]
    due += [k for k in sorted(counted) if k in lines and lines[k].content.get("value") != counted[k] and k not in due]
    due = [key for key in due if "hand_in" in office.parts(actor, sheet, key)]
    if office.timing.window(Period.parse(sheet.period))[0] > office.today:
        raise NotAllowed(Text(f"{sheet.period} 还没到填报时间。", f"{sheet.period} has not opened yet."))
    open_findings = errors_in(findings_of(office, sheet), contents)
    open_findings = {key: found for key, found in open_findings.items() if key in due}
    open_findings |= _unexplained(lines, contents, due)
    if open_findings:
        raise Refused(open_findings, name=name_of_line(office, next(iter(open_findings))))
    recorded = {key: _recorded(office, contents[key], key, key in counted) for key in due}
    for key in due:
        if key in drafts and drafts[key].author != actor.id:
            recorded[key]["typed_by"] = drafts[key].author
    done, _ = act_on(office, actor, sheet, "submit", recorded)
    return {"sequence": done.sequence, "lines": len(recorded), "at": done.at}


def _unexplained(
    lines: Mapping[str, Line], contents: Mapping[str, Mapping[str, Any]], due: list[str]
) -> dict[str, list[Finding]]:
    from chengzai.kernel import Citation, Severity  # noqa: PLC0415 -- one use

    found = {}
    for key in due:
        line = lines.get(key)
        if line and line.in_force and "value" in line.in_force and not str(contents[key].get("note", "")).strip():
            found[key] = [
                Finding(
                    "collect.correction-without-reason",
                    Severity.ERROR,
                    Text("更正已验收的数须说明原因", "A correction of an accepted value needs its reason"),
                    Text("请在说明栏写明为什么更正。", "Say in the note why it is corrected."),
                    Citation("", key),
                )
            ]
    return found


def _recorded(office: Office, content: Mapping[str, Any], key: str, counted: bool) -> dict[str, Any]:  # noqa: FBT001
    kept = dict(content)
    element = office.pack.elements.get(key)
    if element is not None and str(kept.get("value", "")).strip():
        value = read_value(str(kept["value"]), element.unit)
        kept["value"] = format(value.normalize() + 0, "f") if value is not None else kept["value"]
        kept.pop("missing", None)
    if counted:
        kept["register"] = office.counted[key].id
    return kept


def quiet_lines(page: View, act: str) -> list[str]:
    """Return the lines that one act may pass together: waiting for it, without a doubt, never returned before."""
    waiting = {"review": "submitted", "accept": "reviewed"}[act]
    return [
        row["code"]
        for row in page["rows"]
        if act in row["may"]
        and row["step"] == waiting
        and not row["findings"]
        and not any(step["act"] == "return" for step in row["history"])
    ]


def reporting_units(office: Office, form: Form) -> tuple[str, ...]:
    """Return the units a form is asked of."""
    return units_of(form, office.pack.places, office.pack.elements, office.plan.root)
