"""评价办法 as content: every slot required, weights that weigh what they say, grades without hole or overlap."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chengzai.assess._scoring import METHODS, check_method
from chengzai.kernel import Citation, Finding, Severity, Text

_SLOTS = ("name", "clause", "objects", "class", "indicator", "bonus", "veto", "procedure", "grade", "use")


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One indicator of a scheme: its weight in points of 100, how it is scored, and who supplies the figure."""

    id: str
    weight: float
    method: str
    parameters: Mapping[str, float]
    source_unit: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade: its name, the score from which it holds up to the next one above, and what it says of a county."""

    name: str
    since: float
    means: Text


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to evaluate: whom, in which classes, by what, with which bonus, veto, procedure, grades and use.

    At most `bonus_most` points are added and `penalty_most` taken away; a veto leaves no grade above `veto_grade`.
    """

    name: str
    clause: str
    objects: str
    classes: Mapping[str, tuple[str, ...]]
    items: tuple[ScoredItem, ...]
    bonus_most: float
    veto: tuple[str, ...]
    procedure: tuple[str, ...]
    grades: tuple[Grade, ...]
    use: tuple[str, ...]
    status: str = "draft"
    name_en: str = ""
    penalty_most: float = 0.0
    veto_grade: str = ""

    def effective_weights(self) -> dict[str, float]:
        """Return what each item can really move, in points of 100: weight × the width of its scale, made to sum 100.

        An item on 60–100 moves two fifths of what one on 0–100 of the same weight does.
        """
        widths = {item.id: item.weight * self.width(item) for item in self.items}
        total = sum(widths.values())
        return {name: 100.0 * width / total for name, width in widths.items()} if total else widths

    @staticmethod
    def width(item: ScoredItem) -> float:
        """Return the width of an item's scale as a part of 0–100."""
        low, high = METHODS[item.method].span(item.parameters)
        return (high - low) / 100.0

    def grade(self, points: float, *, limit: str = "") -> str:
        """Return the grade of a score, never one above the grade named as `limit`."""
        if math.isnan(points):
            return ""
        order = sorted(self.grades, key=lambda grade: grade.since)
        held = max((n for n, grade in enumerate(order) if points >= grade.since), default=0)
        most = next((n for n, grade in enumerate(order) if grade.name == limit), held)
        return order[min(held, most)].name


def read_scheme(table: Mapping[str, Any]) -> tuple[Scheme | None, list[Finding]]:
    """Return a scheme from content, and what is wrong with it; one with an error cannot be used."""
    name = str(table.get("name", "evaluation"))
    missing = [slot for slot in _SLOTS if slot not in table]
    if missing:
        return None, [_error(name, f"缺少：{'、'.join(missing)}", f"the slots {', '.join(missing)} are missing")]
    items = tuple(
        ScoredItem(
            str(i["id"]),
            float(i.get("weight", 0)),
            str(i.get("method", "")),
            {str(k): float(v) for k, v in i.get("parameters", {}).items()},
            str(i.get("source_unit", "")),
        )
        for i in table["indicator"]
    )
    grades = tuple(
        Grade(str(g["name"]), float(g["since"]), Text(str(g.get("means", "")), str(g.get("means_en", ""))))
        for g in table["grade"]
    )
    scheme = Scheme(
        name=name,
        clause=str(table["clause"]),
        objects=str(table["objects"]),
        classes={str(c["name"]): tuple(map(str, c["places"])) for c in table["class"]},
        items=items,
        bonus_most=float(table["bonus"].get("most", 0)),
        veto=tuple(map(str, table["veto"])),
        procedure=tuple(map(str, table["procedure"])),
        grades=tuple(sorted(grades, key=lambda grade: -grade.since)),
        use=tuple(map(str, table["use"])),
        status=str(table.get("status", "draft")),
        name_en=str(table.get("name_en", "")),
        penalty_most=float(table["bonus"].get("penalty_most", 0)),
        veto_grade=str(table.get("veto_grade", "")),
    )
    findings = _check(scheme)
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if broken else scheme), findings


def _check(scheme: Scheme) -> list[Finding]:
    found = [f for item in scheme.items for f in check_method(item.id, item.method, item.parameters)]
    weights = math.fsum(item.weight for item in scheme.items)
    if not math.isclose(weights, 100.0, abs_tol=1e-9):
        found.append(_error(scheme.name, f"权重合计 {weights:g}，应为100", f"the weights sum to {weights:g}, not 100"))
    without = [item.id for item in scheme.items if not item.source_unit]
    if without:
        found.append(
            _error(scheme.name, f"缺数据来源单位：{'、'.join(without)}", f"no source unit: {', '.join(without)}")
        )
    twice = [place for places in scheme.classes.values() for place in places]
    if len(twice) != len(set(twice)):
        found.append(_error(scheme.name, "同一单位列入两类", "a unit stands in two classes"))
    lowest = min((grade.since for grade in scheme.grades), default=1.0)
    starts = [grade.since for grade in scheme.grades]
    if lowest > 0:
        found.append(_error(scheme.name, f"{lowest:g} 分以下没有等次", f"no grade below {lowest:g}"))
    if len(set(starts)) != len(starts):
        found.append(_error(scheme.name, "两个等次从同一分数起", "two grades begin at one score"))
    silent = [grade.name for grade in scheme.grades if not grade.means.zh]
    if silent:
        found.append(
            _error(scheme.name, f"等次没有写明含义（means）：{'、'.join(silent)}", f"no `means`: {', '.join(silent)}")
        )
    if scheme.veto and scheme.veto_grade not in {grade.name for grade in scheme.grades}:
        found.append(
            _error(
                scheme.name,
                "有否决事项而没有写明否决后的最高等次（veto_grade）",
                "`veto_grade` must name the best grade left by a veto",
            )
        )
    return found + ([] if found else _hidden(scheme))


def _hidden(scheme: Scheme) -> list[Finding]:
    """Return a warning where the width of an item's scale makes its weight another than the one written."""
    real = scheme.effective_weights()
    moved = [(i.id, i.weight, real[i.id]) for i in scheme.items if abs(real[i.id] - i.weight) > 0.1 * i.weight]
    if not moved:
        return []
    told = "、".join(f"{name} 写{weight:g}、实{actual:.1f}" for name, weight, actual in moved)
    return [
        Finding(
            "assess.hidden-weights",
            Severity.WARNING,
            Text(
                f"“{scheme.name}”：各项计分区间宽窄不一，实际权重与所写不同（{told}）。",
                f"'{scheme.name}': scales of different width make the weights other than written.",
            ),
            Text("请统一计分区间，或按实际权重改写。", "Give all items one scale, or write the weights they have."),
            Citation("evaluation", scheme.name),
        )
    ]


def _error(where: str, zh: str, en: str) -> Finding:
    return Finding(
        "assess.scheme-unusable",
        Severity.ERROR,
        Text(f"评价办法“{where}”：{zh}。", f"The scheme '{where}': {en}."),
        Text("请在 evaluation/ 中补齐或改正。", "Complete or correct it in evaluation/."),
        Citation("evaluation", where),
    )
