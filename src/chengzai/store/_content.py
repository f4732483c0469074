"""A city's pack from its folder: tables parsed, nothing judged."""

import csv
import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from chengzai.kernel import Element, Finding, Period, Place, Places, Text, UserError
from chengzai.store._place_changes import read_changes


class PackUnreadable(UserError):
    """A file of the pack is missing or cannot be parsed."""


@dataclass(frozen=True, slots=True)
class _Tree:
    places: Places
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A pack as read: the document, its tables, places, elements, published figures and outlines."""

    folder: Path
    document: str
    tables: Mapping[str, Any]
    places: Places
    elements: Mapping[str, Element]
    indicators: tuple[Mapping[str, Any], ...]
    policy: Mapping[str, Any]
    checks: tuple[Mapping[str, Any], ...]
    statistics: tuple[Mapping[str, str], ...]
    allocation: tuple[Mapping[str, Any], ...]
    boundaries: tuple[Mapping[str, Any], ...]
    forms: tuple[Mapping[str, Any], ...] = ()
    registers: tuple[Mapping[str, Any], ...] = ()
    departments: tuple[Mapping[str, Any], ...] = ()
    evaluation: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The hash over every file of the pack, names included."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(self.folder)).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A version of a plan's text: the day it is in force from, the day it was recorded, why, and its folder."""

    in_force: dt.date
    recorded: dt.date
    why: str
    folder: Path


def plan_versions(folder: Path, *, known: dt.date | None = None) -> tuple[PlanVersion, ...]:
    """Return the amendments of a pack in the order they come into force, those recorded by `known` if it is given.

    Two that come into force on one day stand in the order they were recorded: the later one holds.
    """
    found = []
    for path in sorted((folder / "amendments").glob("*/amendment.toml")):
        table = _table(path)
        if not all(isinstance(table.get(name), dt.date) for name in ("in_force", "recorded")):
            raise PackUnreadable(
                Text(
                    f"{path} 缺少 in_force 或 recorded（日期写作 2025-07-01，不加引号）。",
                    f"{path} lacks in_force or recorded (dates such as 2025-07-01, without quotes).",
                )
            )
        found.append(PlanVersion(table["in_force"], table["recorded"], str(table.get("why", "")), path.parent))
    heard = [version for version in found if known is None or version.recorded <= known]
    return tuple(sorted(heard, key=lambda version: (version.in_force, version.recorded)))


def read_plan(folder: Path) -> tuple[dict[str, Any], str]:
    """Return the tables and the document of one version of a plan; raises PackUnreadable."""
    plan = _table(folder / "plan.toml")
    tables = {
        "plan": plan,
        "commitments": _tables(folder / "commitments"),
        "not_commitments": _optional(folder / "not_commitments.toml"),
        "repairs": _optional(folder / "repairs.toml"),
    }
    return tables, _text(folder / str(plan.get("document", "document.txt")))


def read_pack(folder: Path, *, on: dt.date | None = None, known: dt.date | None = None) -> Pack:
    """Return the pack in `folder`; raises PackUnreadable naming the file and the line.

    The plan is the version in force `on` a day, as far as it was `known` on another; by default the latest of all.
    """
    pack = read_pack_to_check(folder, on=on, known=known)
    if pack.findings:
        path, wrong = folder / "places/changes.toml", pack.findings
        raise PackUnreadable(
            Text(
                f"{path}：{''.join(f.message.zh for f in wrong)}{wrong[0].remedy.zh}",
                f"{path}: {' '.join(f.message.en for f in wrong)} {wrong[0].remedy.en}",
            )
        )
    return pack


def read_pack_to_check(folder: Path, *, on: dt.date | None = None, known: dt.date | None = None) -> Pack:
    """Return the pack as `read_pack` does, with the `findings` on its places, and without the changes that have any.

    Such a pack is for an audit alone: its tree is not the one that was meant.
    """
    versions = [v for v in plan_versions(folder, known=known) if on is None or v.in_force <= on]
    tables, document = read_plan(versions[-1].folder if versions else folder)
    forms, registers = _tables(folder / "forms"), _tables(folder / "registers")
    begun = _first_asked(forms, registers)
    elements = [_element(entry, begun) for table in _tables(folder / "elements") for entry in table.get("element", ())]
    tree = _places(folder / "places")
    return Pack(
        folder=folder,
        document=document,
        tables=tables,
        places=tree.places,
        findings=tree.findings,
        elements={element.code: element for element in elements},
        indicators=tuple(_tables(folder / "indicators")),
        policy={path.stem: _table(path) for path in sorted((folder / "policy").glob("*.toml"))},
        checks=tuple(_optional(folder / "checks.toml").get("check", ())),
        statistics=tuple(_rows(folder / "facts" / "statistics.csv")),
        allocation=tuple(e for table in _tables(folder / "allocation") for e in table.get("allocation", ())),
        boundaries=tuple(_geojson(folder / "places" / "boundaries.geojson")),
        forms=tuple(forms),
        registers=tuple(registers),
        evaluation=tuple(_tables(folder / "evaluation")),
        departments=tuple(_optional(folder / "departments.toml").get("department", ())),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PackUnreadable(
            Text(
                f"找不到文件 {path}；请核对 --content 所指的文件夹。",
                f"{path} is missing; check the --content folder.",
            )
        ) from None
    except UnicodeDecodeError:
        raise PackUnreadable(
            Text(f"{path} 不是 UTF-8 文本；请另存为 UTF-8。", f"{path} is not UTF-8 text; save it so.")
        ) from None


def _table(path: Path) -> dict[str, Any]:
    """Return a file's table; one that has not changed since is not parsed again, and nobody writes into a table."""
    try:
        stamp = path.stat()
    except FileNotFoundError:
        stamp = None
    return _parsed(path, stamp and (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino))


@lru_cache(maxsize=1024)
def _parsed(path: Path, stamp: object) -> dict[str, Any]:  # noqa: ARG001 -- a file that changed is another
    try:
        return tomllib.loads(_text(path), parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise PackUnreadable(
            Text(
                f"{path} 读不懂：{problem}。请改正该行。",
                f"{path} cannot be read: {problem}. Correct that line.",
            )
        ) from None


def _optional(path: Path) -> dict[str, Any]:
    return _table(path) if path.exists() else {}


def _tables(folder: Path) -> list[dict[str, Any]]:
    return [_table(path) for path in sorted(folder.glob("*.toml"))]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _geojson(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(_text(path))["features"]) if path.exists() else []


def _places(folder: Path) -> _Tree:
    """Return the dated tree of a pack, and what is wrong with its changes, which it then is without."""
    units = {row["code"]: _place(row) for row in _rows(folder / "units.csv")}
    changes, findings = read_changes(_optional(folder / "changes.toml"), units)
    return _Tree(Places(units.values(), changes), findings)


def _place(row: Mapping[str, str]) -> Place:
    return Place(
        row["code"],
        row["name"],
        row["level"],
        row.get("parent", ""),
        float(row["lon"]) if row.get("lon") else None,
        float(row["lat"]) if row.get("lat") else None,
        dt.date.fromisoformat(row["since"]) if row.get("since") else None,
        dt.date.fromisoformat(row["until"]) if row.get("until") else None,
        row.get("within", ""),
    )


_ALLOWED = {
    "kind": ("flow", "stock", "level", "running"),
    "frequency": ("month", "quarter", "year"),
    "over_places": ("sum", "mean", "max", "none"),
    "over_time": ("sum", "last", "mean"),
}


def _first_asked(forms: Iterable[Mapping[str, Any]], registers: Iterable[Mapping[str, Any]]) -> dict[str, Period]:
    """Return for each element the first period for which a form or a register asks it."""
    asks = [(form["since"], form["elements"]) for table in forms for form in table.get("form", ())]
    asks += [
        (register["since"], [count["element"] for count in register.get("count", ())])
        for table in registers
        for register in table.get("register", ())
    ]
    found: dict[str, Period] = {}
    for since, codes in asks:
        first = Period.parse(str(since))
        for code in map(str, codes):
            found[code] = min(found.get(code, first), first, key=lambda period: period.last_day())
    return found


def _element(entry: Mapping[str, Any], begun: Mapping[str, Period]) -> Element:
    """Return an element; raises PackUnreadable where a field is missing or holds a word that means nothing.

    It is asked for from its own `since`, else from the first period of the form or register that asks it (`begun`).
    """
    problems = [f"缺少 {name}" for name in ("code", "name") if name not in entry]
    for name, allowed in _ALLOWED.items():
        word = str(entry.get(name, allowed[0]))
        if word not in allowed and not (name == "over_places" and word.startswith("weighted:")):
            problems.append(f"{name} 应为 {' / '.join(allowed)}")
    if problems:
        code = entry.get("code", "?")
        raise PackUnreadable(Text(f"采集项 {code}：{'；'.join(problems)}。", f"Element {code}: {'; '.join(problems)}."))
    low, high = entry.get("minimum", 0), entry.get("maximum")
    frequency = str(entry.get("frequency", "month"))
    since = Period.parse(str(entry["since"])) if "since" in entry else begun.get(str(entry["code"]))
    return Element(
        code=str(entry["code"]),
        name=str(entry["name"]),
        unit=str(entry.get("unit", "")),
        kind=str(entry.get("kind", "flow")),
        frequency=frequency,
        collected=str(entry.get("collected", "county")),
        over_places=str(entry.get("over_places", "sum")),
        over_time=str(entry.get("over_time", "sum")),
        minimum=None if low is None else float(low),
        maximum=None if high is None else float(high),
        units=tuple(str(code) for code in entry.get("units", ())),
        definition=_said(entry, "definition"),
        source=_said(entry, "source"),
        caveat=_said(entry, "caveat"),
        status=str(entry.get("status", "draft")),
        since=None if since is None else since.covering(frequency),
    )


def _said(entry: Mapping[str, Any], name: str) -> Text:
    return Text(str(entry.get(name, "")), str(entry.get(f"{name}_en", "")))


def read_draft(folder: Path) -> tuple[dict[str, Any], str] | None:
    """Return the tables and the document of a draft as first proposed, or None where the folder holds none."""
    draft = folder / "draft"
    if not (draft / "commitments.toml").exists():
        return None
    plan = _table(folder / "plan.toml")
    tables = {
        "plan": plan,
        "commitments": [_table(draft / "commitments.toml")],
        "not_commitments": _table(draft / "not_commitments.toml"),
        "repairs": _optional(folder / "repairs.toml"),
    }
    return tables, _text(folder / str(plan.get("document", "document.txt")))
