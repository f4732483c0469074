"""Fact batches: immutable Parquet files, each with a manifest row that gives it its place in history."""

import dataclasses
import datetime as dt
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chengzai.assess import Allocation
from chengzai.collect import Facts, Sheet
from chengzai.kernel import Text, UserError
from chengzai.store._journal import append_entry, one_writer

_COLUMNS = ("element", "place", "period", "source")
_NOTES = ("evidence", "entered_by", "entered_at")
_FACTS, _CITY, _ALLOCATION = "facts", "city", "allocation"  # a city: the facts of a whole simulated city


class BatchDamaged(UserError):
    """A batch file is missing or is no longer what was recorded."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A batch after it was recorded: its place in history, its hash and its number of rows."""

    sequence: int
    sha256: str
    rows: int


def record_facts(
    folder: Path, facts: Facts, *, simulated: bool, author: str, at: dt.datetime, note: str = ""
) -> Recorded:
    """Write facts as the next batch and return its place in history: they add to what is there, real or simulated."""
    content = _columns_of(facts)
    return _record(folder, _FACTS, content, len(facts), simulated=simulated, author=author, at=at, note=note)


def record_city(folder: Path, facts: Facts, *, author: str, at: dt.datetime, note: str) -> Recorded:
    """Write the facts of a whole simulated city: simulated facts recorded before it were of another city."""
    return _record(folder, _CITY, _columns_of(facts), len(facts), simulated=True, author=author, at=at, note=note)


def _columns_of(facts: Facts) -> bytes:
    names = (facts.elements, facts.places, facts.periods, facts.sources)
    codes = (facts.element, facts.place, facts.period, facts.source)
    columns: dict[str, Any] = {
        column: pa.DictionaryArray.from_arrays(pa.array(code), pa.array(name))
        for column, code, name in zip(_COLUMNS, codes, names, strict=True)
    }
    columns["value"] = pa.array(facts.value)
    for column, notes in zip(_NOTES, facts.notes, strict=True):
        filled = list(notes) if len(notes) else [""] * len(facts)
        columns[column] = pa.array(filled).dictionary_encode()
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


def record_allocations(
    folder: Path, allocations: Sequence[Allocation], *, simulated: bool, author: str, at: dt.datetime
) -> Recorded:
    """Write allocations as the next batch and return its place in history."""
    rows = [dataclasses.asdict(allocation) for allocation in allocations]
    content = json.dumps(rows, ensure_ascii=False, indent=0, sort_keys=True).encode()
    return _record(folder, _ALLOCATION, content, len(rows), simulated=simulated, author=author, at=at, note="")


def load_facts(folder: Path, *, simulated: bool, as_of: int | None = None) -> Facts | None:
    """Return all facts known as of a place in history, or None if there are none; of a cell the last row holds.

    Of simulated facts those of the newest city and what was recorded since are returned.
    """
    # Not `read_table`: it loads the library's folders of files first, a quarter of a second for every verb.
    tables = [
        pq.ParquetFile(io.BytesIO(content)).read() for content in _contents(folder, (_FACTS, _CITY), simulated, as_of)
    ]
    if not tables:
        return None
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    named = {column: table.column(column).combine_chunks() for column in (*_COLUMNS, *_NOTES)}
    codes = [np.asarray(named[c].indices, dtype=np.int32) for c in _COLUMNS]
    names = [tuple(named[c].dictionary.to_pylist()) for c in _COLUMNS]
    return Facts(
        elements=names[0],
        places=names[1],
        periods=names[2],
        sources=names[3],
        element=codes[0],
        place=codes[1],
        period=codes[2],
        source=codes[3],
        value=np.asarray(table.column("value"), dtype=np.float64),
        notes=(_Lazy(named["evidence"]), _Lazy(named["entered_by"]), _Lazy(named["entered_at"])),
    )


class _Lazy(Sequence[str]):
    """A text column that is decoded where it is looked at, since most rows never are."""

    def __init__(self, column: Any) -> None:
        self._indices = np.asarray(column.indices)
        self._names = column.dictionary.to_pylist()

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, i: Any) -> Any:
        return self._names[self._indices[i]]


def load_allocations(folder: Path, *, simulated: bool, as_of: int | None = None) -> dict[str, Allocation]:
    """Return the allocations in force by target; a later one replaces an earlier one of the same target."""
    allocations: dict[str, Allocation] = {}
    for content in _contents(folder, (_ALLOCATION,), simulated, as_of):
        for row in json.loads(content):
            row["steps"] = {int(year): value for year, value in row["steps"].items()}
            row["season"] = tuple(row["season"])
            allocations[row["target"]] = Allocation(**row)
    return allocations


def twin_is_current(note: str) -> bool:
    """Return whether the newest simulated city carries this note: the same pack, seed and months."""
    from chengzai.store.models import Batch  # noqa: PLC0415 -- models need an open store

    latest = Batch.objects.filter(kind=_CITY, simulated=True).last()
    return latest is not None and latest.note == note


def _record(  # noqa: PLR0913 -- one manifest row
    folder: Path,
    kind: str,
    content: bytes,
    rows: int,
    *,
    simulated: bool,
    author: str,
    at: dt.datetime,
    note: str,
) -> Recorded:
    from chengzai.store._files import write_files  # noqa: PLC0415
    from chengzai.store.models import Batch  # noqa: PLC0415 -- models need an open store

    sha256 = hashlib.sha256(content).hexdigest()
    name = f"batches/{kind}-{sha256[:16]}"
    write_files(folder, {name: content})
    with one_writer():
        act = append_entry(
            "record",
            Sheet(f"batch/{_FACTS if kind == _CITY else kind}", ""),
            actor="",
            name=author,
            at=at.isoformat(),
            simulated=simulated,
            lines={name: {"sha256": sha256, "rows": rows, "note": note}},
        )
        batch = Batch.objects.create(
            entry=act.sequence,
            kind=kind,
            simulated=simulated,
            file=name,
            sha256=sha256,
            rows=rows,
            author=author,
            recorded_at=at,
            note=note,
        )
    return Recorded(batch.entry, sha256, rows)


def _contents(folder: Path, kinds: tuple[str, ...], simulated: bool, as_of: int | None) -> list[bytes]:  # noqa: FBT001
    from chengzai.store.models import Batch  # noqa: PLC0415 -- models need an open store

    batches = Batch.objects.filter(kind__in=kinds, simulated=simulated)
    if as_of is not None:
        batches = batches.filter(entry__lte=as_of)
    chosen = list(batches)
    if simulated:  # a new twin is a whole new city with its own split: it does not add to the old one
        begins = [n for n, batch in enumerate(chosen) if batch.kind in {_CITY, _ALLOCATION}]
        chosen = chosen[begins[-1] if begins else 0 :]
    return [_checked(folder, batch) for batch in chosen]


def _checked(folder: Path, batch: Any) -> bytes:
    path = folder / batch.file
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != batch.sha256:
        raise BatchDamaged(
            Text(
                f"第{batch.pk}批数据文件 {batch.file} 缺失或被改动；请从备份恢复，不要手工修改。",
                f"Batch {batch.pk} ({batch.file}) is missing or was altered; restore it from a backup.",
            )
        )
    return content
