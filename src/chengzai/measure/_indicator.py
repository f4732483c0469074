"""Indicators: formulas over elements, checked against what is collected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Element, Finding, Formula, FormulaError, Severity, Text, parse_formula


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured thing: its formula, unit, printed decimals, and the published statistic that may stand in."""

    id: str
    name: str
    formula: Formula
    unit: str
    decimals: int
    frequency: str
    published: str = ""


def read_indicators(
    tables: Iterable[Mapping[str, Any]], elements: Mapping[str, Element]
) -> tuple[tuple[Indicator, ...], tuple[Finding, ...]]:
    """Return the indicators of a pack's tables; one whose formula cannot be used is left out with a finding."""
    indicators: list[Indicator] = []
    findings: list[Finding] = []
    for table in tables:
        for entry in table.get("indicator", ()):
            try:
                indicators.append(_read(entry, elements))
            except FormulaError as problem:
                findings.append(
                    Finding(
                        "measure.formula-unusable",
                        Severity.ERROR,
                        problem.text,
                        Text("请改正指标文件中的 formula。", "Correct the indicator's formula."),
                        Citation("indicators", str(entry.get("id", "?"))),
                    )
                )
    return tuple(indicators), tuple(findings)


def _read(entry: Mapping[str, Any], elements: Mapping[str, Element]) -> Indicator:
    formula = parse_formula(str(entry["formula"]))
    unknown = [name for name in formula.names if name not in elements]
    if unknown or not formula.names:
        missing = "、".join(unknown) or "（无）"
        raise FormulaError(
            Text(
                f"公式“{formula.text}”用到的采集项 {missing} 不存在。",
                f"Formula '{formula.text}' names no such element: {', '.join(unknown) or '(none)'}.",
            )
        )
    frequencies = {elements[name].frequency for name in formula.names}
    if len(frequencies) > 1:
        raise FormulaError(
            Text(
                f"公式“{formula.text}”混用了不同频率的采集项（{'、'.join(sorted(frequencies))}）。",
                f"Formula '{formula.text}' mixes frequencies: {', '.join(sorted(frequencies))}.",
            )
        )
    return Indicator(
        str(entry["id"]),
        str(entry["name"]),
        formula,
        str(entry.get("unit", "")),
        int(entry.get("decimals", 0)),
        frequencies.pop(),
        str(entry.get("published", "")),
    )
