"""The cells of one form, checked as they are typed: each finding stands at its cell and says what to do."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from statistics import median

from chengzai.collect._checks import Row, falling, out_of_range, part_of_a_thing
from chengzai.collect._forms import CrossCheck
from chengzai.collect._sheet import Content
from chengzai.kernel import (
    Binary,
    Citation,
    Element,
    Finding,
    Name,
    Negate,
    Node,
    Number,
    Period,
    Severity,
    Text,
    in_unit,
    read_written,
)

MISSING = ("not-happened", "not-collected", "late-source", "does-not-apply")
TASK_STATES = ("not_started", "on_course", "behind", "done", "blocked")
_ENOUGH = 4  # earlier values needed before a jump can be called one
_BEYOND = Decimal(10) ** 15  # above what any city counts, in yuan; sums stay exact below it
_LARGE = 10  # a flow this large that repeats is doubted; small counts repeat all the time


@dataclass(frozen=True)
class Known:
    """What was known before: values in force by (element, place, period text), and the rule for a jump.

    `jump` is the share of its own span by which a value may leave the range of its last twelve.
    `below` holds, by element, the sum over the units below and how many of them are missing.
    """

    values: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    jump: float = 0.5
    below: Mapping[str, tuple[float, int]] = field(default_factory=dict)

    def before(self, element: str, place: str, period: Period, count: int) -> list[float]:
        """Return the values of the periods before, latest first, as far as they are known."""
        texts = (period.next(-back).text for back in range(1, count + 1))
        found = (self.values.get((element, place, text)) for text in texts)
        return [value for value in found if value is not None]


def read_value(written: str, unit: str) -> Decimal | None:
    """Return a typed value in the element's unit, or None if it is no number; 3.2万, 1,200 and １２ are read.

    Where there is no unit, 是 is 1 and 否 is 0. A unit typed behind it must be the element's own, or 万 or 亿 of it.
    A number of sixteen digits is a slip; 13①, 80², 3,5 and 0012 are no numbers.

    >>> read_value("3.2万", "亩"), read_value("1,200亩", "亩"), read_value("12吨", "亩")
    (Decimal('32000.0'), Decimal('1200'), None)
    """
    plain = written.strip()
    if not unit and plain in {"是", "否"}:
        return Decimal(plain == "是")
    parts = read_written(plain)
    value = in_unit(*parts, unit) if parts else None
    return value if value is not None and abs(value) < _BEYOND else None


def check_cells(
    cells: Mapping[str, Content], elements: Sequence[Element], *, place: str, period: Period, known: Known
) -> dict[str, list[Finding]]:
    """Return the findings on each cell of a form as it stands; an error keeps the sheet from being handed in.

    A warning asks for a word in `note`; with one it is answered and remains on record.
    """
    found: dict[str, list[Finding]] = {}
    for element in elements:
        cell = cells.get(element.code, {})
        problems = _check_cell(cell, element, place, period, known)
        if problems:
            found[element.code] = problems
    return found


def cross_check(
    cells: Mapping[str, Content], elements: Sequence[Element], checks: Sequence[CrossCheck], known: Known
) -> dict[str, list[Finding]]:
    """Return the findings of a form's cross-field checks, each at the first element of its left side."""
    by_code = {element.code: element for element in elements}
    values = {code: _number(cells.get(code, {}), element) for code, element in by_code.items()}
    found: dict[str, list[Finding]] = {}
    for check in checks:
        at = check.left.names[0]
        finding = _relation(check, values, known, at, by_code)
        if at in by_code and finding:
            found.setdefault(at, []).append(finding)
    return found


def is_answered(finding: Finding, cell: Content) -> bool:
    """Return whether a finding no longer keeps a cell back: a note, or a warning that somebody answered in words."""
    if finding.severity is Severity.WARNING:
        return bool(str(cell.get("note", "")).strip())
    return finding.severity is Severity.NOTE


def check_task(content: Content) -> list[Finding]:
    """Return what a task's monthly report lacks: a state, words, a next step; a finished one needs its evidence."""
    found = []
    if content.get("state") not in TASK_STATES:
        found.append(_told("collect.task-without-state", "请选择进展状态。", "Choose how the task stands."))
    if not str(content.get("note", "")).strip():
        found.append(_told("collect.task-without-words", "请写一句本月进展。", "Say in a sentence what was done."))
    if content.get("state") != "done" and not str(content.get("next", "")).strip():
        found.append(_told("collect.task-without-next", "请写下一步和时间。", "Say what comes next, and when."))
    if content.get("state") == "done" and not content.get("evidence"):
        found.append(
            _told("collect.task-without-evidence", "报“已完成”须附佐证材料。", "A finished task needs its evidence.")
        )
    return found


def _told(code: str, zh: str, en: str) -> Finding:
    return Finding(code, Severity.ERROR, Text(zh, en), Text("补齐后再报送。", "Fill it in, then submit."), _HERE)


_HERE = Citation("", "")


def _check_cell(cell: Content, element: Element, place: str, period: Period, known: Known) -> list[Finding]:
    written = str(cell.get("value", "")).strip()
    if not written:
        return _check_missing(cell, element)
    value = read_value(written, element.unit)
    if value is None:
        return [
            _finding(
                "collect.not-a-number",
                Severity.ERROR,
                element,
                Text(f"“{written}”不是数，或单位不是{element.unit or '（无）'}", f"'{written}' is no number here"),
                Text("只填数字，可写 3.2万、1.5亿。", "Digits only; 3.2万 and 1.5亿 are read."),
            )
        ]
    row = Row("", "", element, place, period, float(value))
    hard = [problem for check in (out_of_range, part_of_a_thing, falling_in(known)) if (problem := check(row))]
    found = [
        _finding(code, Severity.ERROR, element, Text(said.zh, said.en.lstrip(": ")), remedy)
        for code, said, remedy in hard
    ]
    if not found:
        found = [finding for doubt in (_jump, _repeated) if (finding := doubt(row, known))]
    return found


def falling_in(known: Known) -> Callable[[Row], tuple[str, Text, Text] | None]:
    """Return the check that a running total never falls, against the values in force."""
    return lambda row: falling(row, known.values)


def _check_missing(cell: Content, element: Element) -> list[Finding]:
    if cell.get("missing") in MISSING:
        return []
    return [
        _finding(
            "collect.missing-without-reason",
            Severity.ERROR,
            element,
            Text(f"“{element.name}”没有填", f"'{element.code}' is empty"),
            Text("填数，或选择缺报原因；确实是0请填0。", "Enter it, or say why it is missing; nought is 0."),
        )
    ]


def _jump(row: Row, known: Known) -> Finding | None:
    """Doubt a value that leaves the range of its last twelve by more than the rule's share of that range.

    A stock or running total is held against its own monthly changes.
    """
    history = known.before(row.element.code, row.place, row.period, 13)
    value = row.value
    if row.element.kind in {"stock", "running"} and history:
        value, history = row.value - history[0], [a - b for a, b in pairwise(history)]
    if len(history) < _ENOUGH:
        return None
    low, high = min(history), max(history)
    span = max(high - low, known.jump * abs(median(history)))
    reach = known.jump * span
    if low - reach <= value <= high + reach:
        return None
    what = "变动" if row.element.kind in {"stock", "running"} else "本期"
    return _finding(
        "collect.jump",
        Severity.WARNING,
        row.element,
        Text(
            f"{what}{value:,.10g}，近{len(history)}期在 {low:,.10g} 至 {high:,.10g} 之间",
            f"{value:,.10g} leaves the range {low:,.10g} to {high:,.10g} of the last {len(history)}",
        ),
        Text("请核对；属实请在说明栏写明原因。", "Check it; if it is true, say why in the note."),
    )


def _repeated(row: Row, known: Known) -> Finding | None:
    before = known.before(row.element.code, row.place, row.period, 1)
    telling = row.value % 1 != 0 or (row.element.kind == "flow" and abs(row.value) >= _LARGE)
    if not before or before[0] != row.value or not telling:
        return None
    return _finding(
        "collect.same-as-last",
        Severity.WARNING,
        row.element,
        Text(f"与上期完全相同（{row.value:,.10g}）", f"the same as last time ({row.value:,.10g})"),
        Text("请核对是否忘了更新；属实请在说明栏注明。", "Was it carried over? If it is true, say so in the note."),
    )


def _relation(
    check: CrossCheck,
    values: Mapping[str, float | None],
    known: Known,
    at: str,
    by_code: Mapping[str, Element],
) -> Finding | None:
    below = {code: total for code, (total, missing) in known.below.items() if not missing or check.missing == "zero"}
    right_values: Mapping[str, float | None] = below if check.children else values
    left = _evaluate(check.left.root, values, check.missing)
    right = _evaluate(check.right.root, right_values, check.missing)
    if left is None or right is None:
        if check.missing != "refuse":
            return None
        said = Text(f"{check.says.zh}：有空格，无法核对", f"{check.says.en}: a cell is empty")
        return _cross_finding(check, said, at, by_code)
    holds = {"<=": left <= right, ">=": left >= right, "==": left == right}[check.relation]
    if holds:
        return None
    sign = {"<=": "大于", ">=": "小于", "==": "不等于"}[check.relation]
    said = Text(
        f"{check.says.zh}：现在 {left:,.10g} {sign} {right:,.10g}",
        f"{check.says.en}: {left:,.10g} against {right:,.10g}",
    )
    return _cross_finding(check, said, at, by_code)


def _cross_finding(check: CrossCheck, said: Text, at: str, by_code: Mapping[str, Element]) -> Finding:
    names = "、".join(f"“{by_code[name].name}”" for name in check.right.names if name in by_code and name != at)
    remedy = Text(
        f"请与{names or '下级合计'}一并核对，改正其中有误的一个。",
        f"Check it together with {', '.join(check.right.names)} and correct the wrong one.",
    )
    return Finding("collect.cross-check", Severity.ERROR, said, remedy, Citation("", at))


def _evaluate(node: Node, values: Mapping[str, float | None], missing: str) -> float | None:
    match node:
        case Number(value):
            return value
        case Name(code):
            value_or_none = values.get(code)
            return 0.0 if value_or_none is None and missing == "zero" else value_or_none
        case Negate(of):
            inner = _evaluate(of, values, missing)
            return None if inner is None else -inner
        case Binary(operator, left, right):
            a, b = _evaluate(left, values, missing), _evaluate(right, values, missing)
            if a is None or b is None or (operator == "/" and b == 0):
                return None
            return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else 0.0}[operator]
        case _:
            return None  # functions over time have no place among the cells of one period


def _number(cell: Content, element: Element) -> float | None:
    value = read_value(str(cell.get("value", "")), element.unit) if str(cell.get("value", "")).strip() else None
    return None if value is None else float(value)


def _finding(code: str, severity: Severity, element: Element, said: Text, remedy: Text) -> Finding:
    return Finding(code, severity, said, remedy, Citation("", element.code))


def day_of(written: object) -> dt.date | None:
    """Return a typed day (2026-10-05, 2026/10/5 or 2026年10月5日), or None.

    >>> day_of("2026年10月5日")
    datetime.date(2026, 10, 5)
    """
    match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]00:00:00)?", str(written).strip())
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
