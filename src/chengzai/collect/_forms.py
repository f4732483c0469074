"""Forms from content: who is asked what, how often, by when, and how much work that is."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import (
    PER_YEAR,
    Citation,
    Element,
    Finding,
    Formula,
    FormulaError,
    Period,
    Places,
    Severity,
    Text,
    parse_formula,
)


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Two formulas over a form's own cells that must stand in a relation: `<=`, `>=` or `==`.

    `missing` says what an empty cell means: `skip` the check, count it as `zero`, or `refuse` the sheet.
    With `children` the right side is summed over the units below, such as the villages of a township.
    """

    left: Formula
    relation: str
    right: Formula
    says: Text
    missing: str = "skip"
    children: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One form: the elements it asks, at which level, how often, and which department answers for the figures.

    `level` is a level of place, or `department` for what a department of the city reports itself.
    """

    id: str
    title: Text
    level: str
    frequency: str
    department: str
    since: Period
    elements: tuple[str, ...]
    checks: tuple[CrossCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the city with the sections of the plan it answers for; `status` is `draft` until confirmed."""

    id: str
    name: str
    name_en: str
    sections: tuple[str, ...]
    status: str = "draft"


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock of reporting, in days around the end of a period, and the effort of one cell in minutes."""

    opens: int
    due: int
    locks: int
    minutes: float

    def window(self, period: Period) -> tuple[dt.date, dt.date, dt.date]:
        """Return the days on which a period's sheet opens, is due, and is locked after."""
        end = period.last_day()
        days = [dt.timedelta(days=n) for n in (self.opens, self.due, self.locks)]
        return end - days[0], end + days[1], end + days[2]


def read_forms(
    tables: Iterable[Mapping[str, Any]], elements: Mapping[str, Element]
) -> tuple[list[Form], list[Finding]]:
    """Return the forms of a pack, and findings: unknown or twice-asked elements and checks that cannot be read."""
    forms: list[Form] = []
    findings: list[Finding] = []
    asked: dict[tuple[str, str], str] = {}
    for table in (entry for file in tables for entry in file.get("form", ())):
        name = str(table["id"])
        kept = []
        for code in map(str, table["elements"]):
            first = asked.setdefault((code, str(table["level"])), name)
            if code not in elements:
                findings.append(_unknown(name, code))
            elif first != name:
                findings.append(_twice(name, code, first))
            else:
                kept.append(code)
        checks = [_cross(name, check, findings) for check in table.get("check", ())]
        forms.append(
            Form(
                id=name,
                title=Text(str(table["title"]), str(table.get("title_en", name))),
                level=str(table["level"]),
                frequency=str(table["frequency"]),
                department=str(table.get("department", "")),
                since=Period.parse(str(table["since"])),
                elements=tuple(kept),
                checks=tuple(check for check in checks if check),
            )
        )
    return forms, findings


def _cross(form: str, table: Mapping[str, Any], findings: list[Finding]) -> CrossCheck | None:
    try:
        left, right = parse_formula(str(table["left"])), parse_formula(str(table["right"]))
    except FormulaError as problem:
        findings.append(
            Finding(
                "collect.check-unreadable",
                Severity.ERROR,
                Text(f"表“{form}”的核对公式读不懂：{problem.text.zh}", f"A check of '{form}': {problem.text.en}"),
                Text("请改正 forms/ 中该条 check。", "Correct this check in forms/."),
                Citation("forms", form),
            )
        )
        return None
    return CrossCheck(
        left,
        str(table.get("relation", "<=")),
        right,
        Text(str(table["says"]), str(table.get("says_en", table["says"]))),
        str(table.get("missing", "skip")),
        bool(table.get("children", False)),
    )


def _unknown(form: str, code: str) -> Finding:
    return Finding(
        "collect.form-asks-unknown",
        Severity.ERROR,
        Text(f"表“{form}”要填的“{code}”不在采集项里。", f"Form '{form}' asks '{code}', which is no element."),
        Text("请先在 elements/ 中定义，或从表中删去。", "Define it in elements/ or take it off the form."),
        Citation("forms", form),
    )


def _twice(form: str, code: str, first: str) -> Finding:
    return Finding(
        "collect.asked-twice",
        Severity.ERROR,
        Text(
            f"表“{form}”与“{first}”向同一级重复要“{code}”；一数一源，不得重复报送。",
            f"Forms '{form}' and '{first}' both ask the same level for '{code}'; a datum is asked once.",
        ),
        Text("请从其中一张表删去。", "Take it off one of the two."),
        Citation("forms", form),
    )


def units_of(
    form: Form, places: Places, elements: Mapping[str, Element], root: str, *, period: Period | None = None
) -> tuple[str, ...]:
    """Return the units a form is asked of: its department, or the places of its level inside the city.

    With `period` those that stood at its end.
    """
    if form.level == "department":
        return (form.department,)
    tree = places.at(period.last_day()) if period else places
    inside = [p for p in tree.ordered if p.level == form.level and tree.is_under(p.within or p.code, root)]
    asked = [element.units for code in form.elements if (element := elements.get(code)) is not None]
    named = {unit for units in asked for unit in units}
    everybody = any(not units for units in asked)
    return tuple(place.code for place in inside if everybody or place.code in named)


def cells_of(
    form: Form, unit: str, elements: Mapping[str, Element], *, period: Period | None = None
) -> tuple[Element, ...]:
    """Return the elements a form asks of one unit; an element that names its units is asked of those alone.

    With `period` those that are asked for by then.
    """
    asked = [elements[code] for code in form.elements if code in elements]
    asked = [element for element in asked if not element.units or unit in element.units]
    return tuple(element for element in asked if period is None or element.asked_in(period))


def files_itself(cells: Sequence[Element], counted: Container[str]) -> bool:
    """Return whether registers count all that a form asks of a unit: nobody fills it in, and its counts stand."""
    return bool(cells) and all(element.code in counted for element in cells)


def periods_due(form: Form, timing: Timing, today: dt.date, *, back: int = 12) -> list[Period]:
    """Return the periods of a form that have opened by a day, from its first, the latest one last."""
    ordinal = form.since.ordinal
    found = []
    while timing.window(period := Period.of(form.frequency, ordinal))[0] <= today:
        found.append(period)
        ordinal += 1
    return found[-back:]


def burden(
    forms: Sequence[Form], timing: Timing, places: Places, elements: Mapping[str, Element], root: str
) -> list[dict[str, Any]]:
    """Return the cells and minutes a year that each kind of unit is asked for, the heaviest first.

        minutes a year = Σ over its forms of cells × minutes a cell × periods a year

    Cells that a register counts are not typed and cost nothing; they are not on any form.
    """
    asked: dict[str, dict[str, Any]] = {}
    for form in forms:
        for unit in units_of(form, places, elements, root):
            if not cells_of(form, unit, elements):
                continue
            row = asked.setdefault(unit, {"unit": unit, "level": form.level, "forms": 0, "cells_year": 0})
            row["forms"] += 1
            row["cells_year"] += len(cells_of(form, unit, elements)) * PER_YEAR[form.frequency]
    for row in asked.values():
        row["minutes_month"] = round(row["cells_year"] * timing.minutes / 12, 1)
        row["cells_month"] = round(row["cells_year"] / 12, 1)
    return sorted(asked.values(), key=lambda row: (-row["minutes_month"], row["unit"]))
