"""Working copies of lines, saved as they are typed, and files handed in beside them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import F

from chengzai.collect import Sheet
from chengzai.store._files import write_files
from chengzai.store._journal import one_writer


@dataclass(frozen=True, slots=True)
class Saved:
    """A working copy as it stands: what it holds, its version, and who typed it when."""

    content: Mapping[str, Any]
    version: int
    author: str
    name: str
    at: str


def drafts_of(sheet: Sheet, *, simulated: bool) -> dict[str, Saved]:
    """Return the working copies of a sheet by line."""
    return {row.line: _saved(row) for row in _rows(sheet, simulated).exclude(content="")}


def versions_of(sheet: Sheet, *, simulated: bool) -> dict[str, int]:
    """Return the version each line is at, also of those that were handed in: a number is never used twice."""
    return dict(_rows(sheet, simulated).values_list("line", "version"))


def drafted_lines(*, simulated: bool) -> dict[Sheet, int]:
    """Return how many lines are being typed on each sheet."""
    from django.db.models import Count  # noqa: PLC0415

    from chengzai.store.models import Draft  # noqa: PLC0415

    rows = (
        Draft.objects.filter(simulated=simulated)
        .exclude(content="")
        .values_list("topic", "unit", "period")
        .annotate(Count("id"))
    )
    return {Sheet(topic, unit, period): count for topic, unit, period, count in rows}


def save_drafts(
    sheet: Sheet,
    lines: Mapping[str, tuple[Mapping[str, Any], int | None]],
    *,
    simulated: bool,
    author: str,
    name: str,
    at: str,
) -> tuple[dict[str, int], dict[str, Saved]]:
    """Save lines, each with the version it was typed over; return the new versions and the conflicts.

    A line that somebody changed since is not saved: the other's copy is returned for the person to choose.
    None as a version writes over whatever is there, which only a whole file does.
    """
    from chengzai.store.models import Draft  # noqa: PLC0415 -- models need an open store

    versions: dict[str, int] = {}
    conflicts: dict[str, Saved] = {}
    with one_writer():
        known = {row.line: row for row in _rows(sheet, simulated)}
        for line, (content, base) in lines.items():
            row = known.get(line)
            if base is not None and base != (row.version if row else 0):
                conflicts[line] = _saved(row) if row else Saved({}, 0, "", "", "")
                continue
            version = row.version + 1 if row else 1
            Draft.objects.update_or_create(
                topic=sheet.topic,
                unit=sheet.unit,
                period=sheet.period,
                line=line,
                simulated=simulated,
                defaults={
                    "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
                    "version": version,
                    "author": author,
                    "name": name,
                    "at": at,
                },
            )
            versions[line] = version
    return versions, conflicts


def drop_drafts(sheet: Sheet, lines: Mapping[str, Any], *, simulated: bool) -> None:
    """Empty the working copies whose lines were handed in; their versions go on, so that an old tab is found out."""
    _rows(sheet, simulated).filter(line__in=list(lines)).update(content="", version=F("version") + 1)


def _rows(sheet: Sheet, simulated: bool) -> Any:  # noqa: FBT001
    from chengzai.store.models import Draft  # noqa: PLC0415

    return Draft.objects.filter(topic=sheet.topic, unit=sheet.unit, period=sheet.period, simulated=simulated)


def _saved(row: Any) -> Saved:
    return Saved(json.loads(row.content or "{}"), row.version, row.author, row.name, row.at)


def keep_evidence(folder: Path, sheet: Sheet, *, name: str, content: bytes, author: str, at: str) -> dict[str, Any]:
    """Keep a file under its hash and return its record."""
    from chengzai.store.models import Evidence  # noqa: PLC0415

    sha256 = hashlib.sha256(content).hexdigest()
    write_files(folder, {f"evidence/{sha256}": content})
    row = Evidence.objects.create(
        sha256=sha256,
        name=name[:200],
        size=len(content),
        topic=sheet.topic,
        unit=sheet.unit,
        period=sheet.period,
        author=author,
        at=at,
    )
    return {"id": row.pk, "name": row.name, "size": row.size, "sha256": sha256}


def evidence(folder: Path, number: int) -> tuple[Sheet, str, str, bytes] | None:
    """Return the sheet, name, author and bytes of a kept file, or None if there is none."""
    from chengzai.store.models import Evidence  # noqa: PLC0415

    row = Evidence.objects.filter(pk=number).first()
    path = folder / "evidence" / row.sha256 if row else None
    if row is None or path is None or not path.exists():
        return None
    return Sheet(row.topic, row.unit, row.period), row.name, row.author, path.read_bytes()


def evidence_names(numbers: Iterable[int]) -> dict[int, str]:
    """Return the names of kept files by number."""
    from chengzai.store.models import Evidence  # noqa: PLC0415

    return dict(Evidence.objects.filter(pk__in=list(numbers)).values_list("pk", "name"))
