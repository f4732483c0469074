"""五类村庄: a sheet of villages typed by the pack's rules, each with its trace and what would change it."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import village_rules
from chengzai.cycle._sheets_in import NotASheet, PlainSheet, number_of
from chengzai.decide import Typed, TypeRule, VillageTest, flips, prove, type_of, would_change
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.store import read_pack

View = dict[str, Any]
_YES, _NO = {"是", "有", "1", "true", "yes", "y"}, {"否", "无", "0", "false", "no", "n"}
_NAME = "村"
_COLUMNS = ("村", "类型", "依据", "待查明", "什么会改变它")


def read_rules(table: Mapping[str, Any]) -> tuple[TypeRule, ...]:
    """Return the ordered rules that a step of policy/villages.toml writes; raises NotASheet for a strange condition."""
    return tuple(
        TypeRule(
            str(rule["name"]),
            tuple(tuple(read_test(str(words), "villages") for words in case) for case in rule["cases"]),
            str(rule.get("clause", "")),
        )
        for rule in table["rule"]
    )


def read_test(words: str, file: str) -> VillageTest:
    """Return a condition as a file of the pack writes it; raises NotASheet."""
    match = re.fullmatch(r"(.+?)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)", words)
    if match:
        return VillageTest(match[1], match[2], float(match[3]))
    if re.search(r"[<>=]", words) or not words.strip():
        raise NotASheet(Text(f"看不懂条件“{words}”（policy/{file}.toml）。", f"'{words}' is no condition."))
    no = words.startswith("非")
    return VillageTest(words.removeprefix("非").strip(), "is", float(not no))


def type_villages(content: Path, data: Path, name: str, sheet: bytes) -> View:
    """Return the villages of a CSV sheet with their types, what the rules prove, and which limits flip how many.

    Columns are 村 and the facts that the rules name; an empty cell is unknown, never no. What cannot be read is a
    finding with its place, and counts as unknown. Raises NotASheet, RuleMissing.
    """
    pack = read_pack(pack_in_force(data, content))
    head, table = village_rules(pack)
    rules = read_rules(table)
    yes_no = {t.fact: t.relation == "is" for rule in rules for case in rule.cases for t in case}
    rows, findings = read_villages(name, sheet, yes_no)
    typed = {village: type_of(rules, facts) for village, facts in rows.items()}
    proof = prove(rules)
    return {
        "name": head["name"],
        "clause": head["clause"],
        "status": head["status"],
        "counts": {n: sum(t.name == n for t in typed.values()) for n in (*(r.name for r in rules), "待定")},
        "rows": [_row(rules, village, typed[village], rows[village]) for village in rows],
        "situations": proof.situations,
        "never": list(proof.never),
        "open": list(proof.open),
        "both": [list(pair) for pair in proof.both],
        "flips": {words: list(pair) for words, pair in flips(rules, rows).items()},
        "findings": [finding.as_dict() for finding in findings],
    }


def _row(rules: tuple[TypeRule, ...], village: str, typed: Typed, facts: Mapping[str, float | bool | None]) -> View:
    rule = next((r for r in rules if r.name == typed.name), None)
    return {
        "village": village,
        "type": typed.name,
        "clause": rule.clause if rule else "",
        "missing": list(typed.missing),
        "changes": [[test.words, then] for test, then in would_change(rules, facts)],
    }


def read_villages(
    name: str, sheet: bytes, yes_no: Mapping[str, bool]
) -> tuple[dict[str, dict[str, float | bool | None]], list[Finding]]:
    """Return the facts of each village of a sheet, and a finding for each cell it cannot read; raises NotASheet."""
    lines = PlainSheet.read(name, sheet, (_NAME,)).rows
    found: dict[str, dict[str, float | bool | None]] = {}
    findings: list[Finding] = []
    for number, line in enumerate(lines, start=2):
        village = line[_NAME]
        if not village or village in found:
            why = "重复" if village else "没有村名"
            findings.append(_finding(name, number, f"第{number}行{why}，没有分类。", "改好村名后重新导入。"))
            continue
        found[village] = {}
        for fact, is_yes_no in yes_no.items():
            written = line.get(fact, "")
            value = _value(written, yes_no=is_yes_no)
            found[village][fact] = value
            if written and value is None:
                wanted = "是或否" if is_yes_no else "数"
                words = f"第{number}行“{village}”的{fact}“{written}”不是{wanted}，按不知道处理。"
                findings.append(_finding(name, number, words, f"请填{wanted}，不知道就留空。"))
    return found, findings


def _value(written: str, *, yes_no: bool) -> float | bool | None:
    if yes_no:
        return True if written.lower() in _YES else False if written.lower() in _NO else None
    return number_of(written)


def _finding(name: str, line: int, zh: str, remedy: str) -> Finding:
    return Finding(
        "collect.village-row",
        Severity.WARNING,
        Text(zh, f"Row {line} cannot be read whole; what is unreadable counts as unknown."),
        Text(remedy, "Mend the row, or leave the cell empty."),
        Citation(name, f"第{line}行"),
    )


def villages_csv(told: View) -> bytes:
    """Return typed villages as a CSV sheet that spreadsheets open."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in told["rows"]:
        changes = "；".join(f"{words} → {then}" for words, then in row["changes"])
        writer.writerow([row["village"], row["type"], row["clause"], "、".join(row["missing"]), changes])
    return out.getvalue().encode("utf-8-sig")
