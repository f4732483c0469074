"""The finished document read back: every number in it is parsed and compared with its cell."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal

from chengzai.assess import rounded_gap
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.publish._blocks import SIMULATED_MARK, Bulletin, Figure, Line, Part, words_of
from chengzai.publish._edition import Edition, cell_value
from chengzai.publish._pdf import pdf_text

_NUMBER = re.compile(r"(?<![\d.])-?\d+(?:\.\d+)?")


def reread(edition: Edition, bulletin: Bulletin, lines: Iterable[str], *, document: str) -> tuple[Finding, ...]:
    """Return a finding for each number of a finished document that is not what its cell holds.

    `lines` is the text taken out of the document, paragraph by paragraph and cell by cell, in reading order.
    Words of the bulletin that carry digits of their own (dates, 5G) must stand unchanged around the figures.
    """
    findings: list[Finding] = []
    told = [line.strip() for line in lines if line.strip()]
    wanted = [line for line in bulletin.lines if words_of(line).strip()]
    position = 0
    for line in wanted:
        pattern = re.compile("".join(_pattern(part) for part in line))
        found = next((i for i in range(position, len(told)) if pattern.fullmatch(told[i])), None)
        if found is None:
            findings.append(_lost(line, document))
            continue
        position = found + 1
        match = pattern.fullmatch(told[found])
        figures = [part for part in line if isinstance(part, Figure)]
        for figure, text in zip(figures, match.groups() if match else (), strict=True):
            value = bulletin.values[figure.cell] if figure.cell in bulletin.values else cell_value(edition, figure.cell)
            findings += _compare(edition, figure, text, value, document)
    return tuple(findings)


def _pattern(part: Part) -> str:
    return r"(—|-?\d+(?:\.\d+)?)" if isinstance(part, Figure) else re.escape(words_of((part,)))


def _compare(edition: Edition, figure: Figure, text: str, value: float, document: str) -> list[Finding]:
    if text == "—" or math.isnan(value):
        return [] if text == "—" and math.isnan(value) else [_differs(figure, text, value, document)]
    mode = edition.rules.rounding.value if figure.cell.endswith("/gap") else "half_up"
    wanted = rounded_gap(abs(value) if figure.unsigned else value, mode, figure.decimals)
    return [] if Decimal(text) == wanted else [_differs(figure, text, value, document)]


def _differs(figure: Figure, text: str, value: float, document: str) -> Finding:
    return Finding(
        "publish.number-differs",
        Severity.ERROR,
        Text(
            f"{document} 中的 {text} 与数据单元 {figure.cell}（{value:g}）不符。",
            f"{text} in {document} is not what cell {figure.cell} holds ({value:g}).",
        ),
        Text(
            "请勿印发；重新生成，并核对是否有人改动过文件。",
            "Do not issue; generate it again and see who changed the file.",
        ),
        Citation(document, figure.cell),
    )


def _lost(line: Line, document: str) -> Finding:
    shown = words_of(line)[:30]
    return Finding(
        "publish.line-lost",
        Severity.ERROR,
        Text(
            f"{document} 中找不到“{shown}……”这一行，或其文字被改动。",
            f"A line of the bulletin is not in {document}: '{shown}…'.",
        ),
        Text("请勿印发；重新生成。", "Do not issue; generate it again."),
        Citation(document, shown),
    )


def reread_pdf(bulletin: Bulletin, content: bytes, *, document: str) -> tuple[Finding, ...]:
    """Return a finding for each line of the bulletin that is not in the PDF word for word.

    Line breaks, spaces and running heads are passed over; the DOCX has already been compared number by number,
    and the PDF must say the same.
    """
    told = _bare(pdf_text(content))
    position = 0
    findings: list[Finding] = []
    for line in bulletin.lines:
        wanted = _bare(words_of(line))
        at = told.find(wanted, position)
        if at < 0:
            findings.append(_lost(line, document))
        else:
            position = at + len(wanted)
    return tuple(findings)


def _bare(text: str) -> str:
    """Return the text without white space and without page heads and numbers that may fall into a line."""
    text = re.sub(r"\r?\n—\s*\d+\s*—", "", text)
    text = text.replace(SIMULATED_MARK, "")
    return re.sub(r"\s", "", text)


def numbers_in(text: str) -> list[Decimal]:
    """Return every Arabic number of a text, in order.

    >>> [str(n) for n in numbers_in("1—9月完成97亿元，占年度计划的80.8%，快于序时进度5.8个百分点")]
    ['1', '9', '97', '80.8', '5.8']
    """
    return [Decimal(match) for match in _NUMBER.findall(text)]
