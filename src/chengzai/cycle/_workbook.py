"""The Excel and WPS way: a form goes out as a workbook and comes back into it, whole or not at all."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.collect import MISSING, Form, Sheet, cells_of
from chengzai.cycle._acts import errors_in
from chengzai.cycle._office import Office, form_sheet
from chengzai.cycle._reporting import content_of, evidence_in, findings_of, save_cells, sheet_page
from chengzai.kernel import Actor, Citation, Element, Finding, Period, Severity, Text
from chengzai.store import (
    Returned,
    TemplateRow,
    drafts_of,
    one_writer,
    read_template,
    write_files,
    write_findings,
    write_template,
)

MISSING_WORD = {
    "not-happened": "本期未发生",
    "not-collected": "尚未统计",
    "late-source": "来源单位未提供",
    "does-not-apply": "本单位不涉及",
}
View = dict[str, Any]


class _Undone(Exception):
    """The file has errors, so what was saved to look at it whole is taken back."""


def template(office: Office, actor: Actor, form_id: str, unit: str, period: str) -> tuple[str, bytes]:
    """Return the name and bytes of a form's workbook, with what is filled in so far."""
    page = sheet_page(office, actor, form_id, unit, period)
    form, _ = form_sheet(office, form_id, unit, period)
    rows = [
        TemplateRow(
            row["code"],
            row["name"],
            row["unit"],
            row["last"],
            row["last_year"],
            row["value"],
            MISSING_WORD.get(row["missing"], ""),
            row["note"],
            row["version"],
            row["definition"],
            row["source"],
            row["caveat"],
        )
        for row in page["rows"]
        if not row["register"]
    ]
    mark = "【模拟数据】" if office.simulated else ""
    told = f"{mark}{page['unit_name']}　{period}　请于 {page['due']} 前报送；只填黄色格，没有数请选缺报原因"
    meta = {
        "form": form_id,
        "unit": unit,
        "period": period,
        "version": _version(form, office, unit),
        "issued": office.at,
        "simulated": str(office.simulated),
    }
    title = f"{form.title.zh}"
    content = write_template(rows, title=title, told=told, meta=meta, choices=MISSING_WORD)
    return f"{form.title.zh}-{page['unit_name']}-{period}.xlsx", content


def _version(form: Form, office: Office, unit: str) -> str:
    """Return what tells one edition of a form from another: its cells with their units."""
    asked = [(e.code, e.unit) for e in cells_of(form, unit, office.pack.elements)]
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]


def fill_from_workbook(office: Office, actor: Actor, sheet: Sheet, name: str, content: bytes) -> View:
    """Take a filled template into the sheet's working copy, all of its cells or none.

    What is wrong comes back by cell, and as the same file with a finding in each row; the file is kept as received.
    """
    form, _ = form_sheet(office, sheet.topic.partition("/")[2], sheet.unit, sheet.period)
    returned = read_template(content)
    write_files(office.data, {f"received/{office.at[:19].replace(':', '')}-{sheet.unit}-{_safe(name)}": content})
    found = _identity(returned, form, office, sheet)
    typed: dict[str, Mapping[str, Any]] = {}
    if not found:
        typed, found = _typed(returned, form, office, sheet)
    undone = False
    if typed:
        try:
            with one_writer():
                current, lines = drafts_of(sheet, simulated=office.simulated), office.lines(sheet)
                kept = {
                    key: ({**cell, **evidence_in(content_of(key, lines, current, {}))}, _base(returned, key))
                    for key, cell in typed.items()
                }
                told = save_cells(office, actor, sheet, kept)
                for key, more in findings_of(office, sheet).items():
                    found[key] = found.get(key) or more
                for key, other in told["conflicts"].items():
                    found.setdefault(key, []).insert(0, _typed_since(other))
                if any(f.severity is Severity.ERROR for told in errors_in(found, typed).values() for f in told):
                    raise _Undone  # noqa: TRY301 -- leaving the block is what takes the save back
        except _Undone:
            undone = True
    wrong = any(f.severity is Severity.ERROR for told in found.values() for f in told)
    taken = 0 if wrong or undone else len(typed)
    head = f"已导入 {taken} 项，请回到网页报送。" if taken else "有错误，整张表都没有导入；改正标红的格再传一次。"
    by_row = {
        key: [(str(f.severity), f"{f.message.zh.rstrip('。')}，{f.remedy.zh.rstrip('。')}") for f in told]
        for key, told in found.items()
    }
    formulas = [key for key in returned.formulas if typed.get(key, {}).get("value")]
    for key in formulas:
        by_row.setdefault(key, []).append(("note", "公式已按其计算结果转为数值"))
    return {
        "taken": taken,
        "findings": [
            {"line": key, "row": returned.rows.get(key, 0), **f.as_dict()} for key, told in found.items() for f in told
        ],
        "formulas": formulas,
        "told": head,
        "file": write_findings(content, by_row, head=head),
    }


def _base(returned: Returned, key: str) -> int:
    written = returned.cells[key].get("version", "")
    return int(written) if written.isdecimal() else 0


def _typed_since(other: Mapping[str, Any]) -> Finding:
    value = str(other["content"].get("value", "")) or "空"
    return Finding(
        "collect.typed-since",
        Severity.ERROR,
        Text(
            f"模板下载后，{other['name'] or '有人'}已在网页上把这格填为“{value}”。",
            f"After this template was made, somebody typed '{value}' on the web.",
        ),
        Text("请重新下载模板，或在网页上改。", "Download the template again, or change it on the web."),
        Citation("workbook", ""),
    )


def _safe(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)[-60:]


def _identity(returned: Returned, form: Form, office: Office, sheet: Sheet) -> dict[str, list[Finding]]:
    meta = returned.meta
    told = ""
    if (meta.get("form"), meta.get("unit"), meta.get("period")) != (form.id, sheet.unit, sheet.period):
        other = f"{meta.get('period', '')} {office.scope.name(meta.get('unit', ''))}"
        told = f"这是“{other}”的另一张表，不是本表"
    elif meta.get("simulated") != str(office.simulated):
        told = "这张表来自另一套数据（模拟与真实不能混用）"
    elif meta.get("version") != _version(form, office, sheet.unit):
        told = "模板已更新，这是旧版"
    if not told:
        return {}
    return {
        "": [
            Finding(
                "collect.other-template",
                Severity.ERROR,
                Text(f"{told}。", "This file is another form's, unit's or period's, or of an older edition."),
                Text("请重新下载本期模板，把数填到新模板里。", "Download this period's template and fill that in."),
                Citation("workbook", ""),
            )
        ]
    }


def _typed(
    returned: Returned, form: Form, office: Office, sheet: Sheet
) -> tuple[dict[str, Mapping[str, Any]], dict[str, list[Finding]]]:
    when = Period.parse(sheet.period)
    asked = {e.code for e in cells_of(form, sheet.unit, office.pack.elements, period=when)} - set(office.counted)
    by_word = {word: key for key, word in MISSING_WORD.items()}
    typed: dict[str, Mapping[str, Any]] = {}
    found: dict[str, list[Finding]] = {}
    changed = [_head_changed(returned.heads)] if returned.heads else []
    if changed or returned.nameless:
        found[""] = [*changed, *map(_nameless, returned.nameless)]
    for key, cell in returned.cells.items():
        if key not in asked:
            found[key] = [_strange(key)]
            continue
        problems = [_twice(key, office)] if key in returned.twice else []
        problems += _not_its_row(cell, office.pack.elements[key])
        if problems:
            found[key] = problems
            continue
        missing = by_word.get(cell["missing"], cell["missing"] if cell["missing"] in MISSING else "")
        if key in returned.formulas and not cell["value"]:
            found[key] = [_empty_formula(key)]
        typed[key] = {"value": cell["value"], "missing": missing, "note": cell["note"]}
    for key in sorted(asked - set(returned.cells)):
        found[key] = [_lost(key, office)]
    return typed, found


def _not_its_row(cell: Mapping[str, str], element: Element) -> list[Finding]:
    """Hold the name and unit that a person sees in a row against those of its hidden key."""
    found = []
    for seen, own, what, en in (
        (cell["name"], element.name, "指标", "name"),
        (cell["unit"], element.unit, "单位", "unit"),
    ):
        if "".join(seen.split()) != "".join(own.split()):
            found.append(
                Finding(
                    "collect.row-mixed",
                    Severity.ERROR,
                    Text(
                        f"这一行的{what}应是“{own or '无'}”，现为“{seen or '空'}”。",
                        f"The {en} of this row must be '{own}', not '{seen}'.",
                    ),
                    Text(
                        "表可能排过序，或改了指标、单位；请重新下载模板再填。",
                        "Rows were sorted, or names or units changed; fill a template that is downloaded anew.",
                    ),
                    Citation("workbook", element.code),
                )
            )
    return found


def _twice(key: str, office: Office) -> Finding:
    name = office.pack.elements[key].name
    return Finding(
        "collect.row-twice",
        Severity.ERROR,
        Text(f"“{name}”有两行，看不出以哪一行为准。", f"The row of '{key}' stands twice; which holds is not known."),
        Text("请删去多出的一行。", "Delete one of them."),
        Citation("workbook", key),
    )


def _nameless(row: int) -> Finding:
    return Finding(
        "collect.row-added",
        Severity.ERROR,
        Text(
            f"第{row}行有数，但不是模板里的行，不知道是哪一项。",
            f"Row {row} holds a value and is no row of the template.",
        ),
        Text(
            "请把数填到模板原有的行里，删去这一行。", "Enter the value in the template's own row and delete this one."
        ),
        Citation("workbook", f"row {row}"),
    )


def _head_changed(changed: Sequence[str]) -> Finding:
    return Finding(
        "collect.template-head",
        Severity.ERROR,
        Text(
            f"模板的列头改过了：{'、'.join(changed)}。",
            f"Heads of the template were changed: {', '.join(changed)}.",
        ),
        Text("请重新下载模板，把数填到新模板里。", "Download the template again and fill that in."),
        Citation("workbook", "head"),
    )


def _strange(key: str) -> Finding:
    return Finding(
        "collect.row-not-asked",
        Severity.ERROR,
        Text(f"多出一行“{key}”，本表不要这项。", f"Row '{key}' is not asked by this form."),
        Text("请删去这一行。", "Delete the row."),
        Citation("workbook", key),
    )


def _lost(key: str, office: Office) -> Finding:
    name = office.pack.elements[key].name
    return Finding(
        "collect.row-lost",
        Severity.ERROR,
        Text(f"缺少“{name}”这一行。", f"The row of '{key}' is gone."),
        Text("请用原模板，不要删行。", "Use the template as it was; rows are not deleted."),
        Citation("workbook", key),
    )


def _empty_formula(key: str) -> Finding:
    return Finding(
        "collect.formula-without-value",
        Severity.ERROR,
        Text("此格是公式，文件里没有它的计算结果。", "The cell holds a formula whose value the file does not hold."),
        Text("请用“选择性粘贴→数值”后再传。", "Paste it as a value, then send it again."),
        Citation("workbook", key),
    )
