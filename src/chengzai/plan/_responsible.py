"""Who answers for a paragraph: units in brackets at its end, or on a line of their own below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chengzai.plan._document import Clause

_ROLE = r"(?:牵头单位|责任单位|责任部门|牵头部门|配合单位|配合部门|主管单位|完成单位|参与单位|责任领导|牵头|责任主体)"
_LINE = re.compile(rf"^\s*[（(【]?\s*(?:{_ROLE})\s*[:：]")
_BRACKET = re.compile(
    rf"[（(](?P<inside>(?:[^（()）]|[（(][^（()）]*[)）])*?(?:{_ROLE}[:：]|牵头|负责|配合)(?:[^（()）]|[（(][^（()）]*[)）])*)[)）]"
)
_UNIT = re.compile(
    r"[一-鿿（()）]*?(?:委|局|办|厅|部|院|会|中心|公司|政府|管委会|集团|银行|总队|支队|法院|检察院|办公室|专班|街道|乡镇|联社|社|署)(?:（[^）]*）)?$"
)
_LED = re.compile(r"^(?P<lead>.+?)(?:分别)?(?:牵头|负责)(?:[，,；;]\s*(?P<help>.+?)(?:配合|参与|按职责分工负责)?)?$")


@dataclass(frozen=True, slots=True)
class Responsible:
    """A unit and its part: `lead` or `support`."""

    unit: str
    part: str


def responsible(clauses: Sequence[Clause]) -> dict[str, tuple[Responsible, ...]]:
    """Return who answers for each clause by its id; a line of its own speaks for the paragraph above it."""
    found: dict[str, tuple[Responsible, ...]] = {}
    for before, clause in zip((None, *clauses), clauses, strict=False):
        if _LINE.match(clause.text):
            owner = before.id if before else clause.id
            found[owner] = (*found.get(owner, ()), *_named(clause.text.strip(" （()）【】")))
            continue
        found[clause.id] = (*found.get(clause.id, ()), *_in_cells(clause.text))
        for match in _BRACKET.finditer(clause.text):
            found[clause.id] = (*found.get(clause.id, ()), *_named(match["inside"]))
    return {clause: units for clause, units in found.items() if units}


def _in_cells(text: str) -> tuple[Responsible, ...]:
    """Return the units that fill a cell of a table's row and leave no other word in it."""
    cells = (cell.strip() for cell in text.split("\t")[1:])
    return tuple(
        Responsible(unit, "lead")
        for cell in cells
        if (units := _units(cell)) and sum(map(len, units)) + len(units) - 1 == len(cell)
        for unit in units
    )


def names_units(clause: Clause) -> bool:
    """Return whether a paragraph only says who is responsible."""
    return bool(_LINE.match(clause.text))


def without_units(text: str) -> str:
    """Return a stretch of text without the bracket behind it that says who is responsible."""
    match = _BRACKET.search(text)
    return text[: match.start()] if match and match.end() >= len(text.rstrip("。")) else text


def _named(text: str) -> tuple[Responsible, ...]:
    parts = re.split(rf"(?=(?:{_ROLE})\s*[:：])|[；;\n。]", text)
    return tuple(unit for part in parts if part and part.strip() for unit in _part(part.strip()))


def _part(text: str) -> tuple[Responsible, ...]:
    """Return the units of one stretch such as `牵头单位：市发改委、市财政局` or `市教育局牵头，市财政局配合`."""
    labelled = re.match(rf"(?P<role>{_ROLE})\s*[:：](?P<units>.*)", text, re.DOTALL)
    if labelled:
        part = "support" if re.match("配合|参与", labelled["role"]) else "lead"
        return tuple(Responsible(unit, part) for unit in _units(labelled["units"]))
    led = _LED.match(text)
    if not led:
        return tuple(
            Responsible(u, "support") for u in _units(re.sub(r"(?:等)?(?:按职责分工)?(?:配合|参与|负责)$", "", text))
        )
    helping = _units(led["help"]) if led["help"] else []
    return (*(Responsible(u, "lead") for u in _units(led["lead"])), *(Responsible(u, "support") for u in helping))


def _units(text: str) -> list[str]:
    """Return the names of units in a list; what names no unit is left out."""
    cut = re.split(
        r"[、，,\s]+(?![^（(]*[)）])", re.sub(r"(?:等|按职责分工|分别|共同)+(?:部门|单位)?$", "", text.strip())
    )
    return [
        name for part in cut if (name := part.strip(" 。；;:：")) and (_UNIT.fullmatch(name) or name.startswith("各"))
    ]
