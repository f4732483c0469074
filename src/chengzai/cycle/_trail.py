"""The trail of every act: shown, verified, exported, backed up and brought back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chengzai.collect import Sheet
from chengzai.cycle._desk import title_of
from chengzai.cycle._office import Office
from chengzai.kernel import Text, UserError
from chengzai.store import (
    Verified,
    journal_head,
    journal_page,
    journal_rows,
    read_backup,
    verify_rows,
    write_backup,
)

View = dict[str, Any]
ACCOUNTS = ("web.account", "web.grant")


class NotAnExport(UserError):
    """The file is no export of a journal."""


def trail_page(office: Office, *, before: int | None = None, search: str = "") -> View:
    """Return the latest entries, who did what when, with their hashes, and the head to write down."""
    rows = journal_page(before=before, search=search)
    sequence, head = journal_head()
    return {
        "head": head,
        "entries": sequence,
        "search": search,
        "rows": [_said(office, row) for row in rows],
        "before": rows[-1]["sequence"] if len(rows) == 100 else None,
        "simulated": office.simulated,
    }


def _said(office: Office, row: dict[str, Any]) -> View:
    told = json.loads(row["payload"])
    lines = told.get("lines", {})
    return {
        **{key: row[key] for key in ("sequence", "at", "actor", "name", "act", "topic", "unit", "period", "hash")},
        "title": title_of(office, Sheet(row["topic"].removeprefix("open/"), row["unit"], row["period"])),
        "unit_name": office.scope.name(row["unit"]),
        "reason": told.get("reason", ""),
        "lines": len(lines),
        "told": json.dumps(lines, ensure_ascii=False)[:1500],
    }


def journal_end() -> int:
    """Return the number of the last entry."""
    return journal_head()[0]


def verify_journal(against: Path | None = None) -> Verified:
    """Return how far the journal holds, in itself and against an earlier export kept elsewhere."""
    if against and (kept := verify_export(against)).broken_at:
        raise NotAnExport(
            Text(
                f"{against} 本身第{kept.broken_at}条{kept.why}，不能用来核对；请换一份。",
                f"The export {against} does not hold itself at entry {kept.broken_at}; use another.",
            )
        )
    earlier = {int(row["sequence"]): str(row["hash"]) for row in _rows(against)} if against else None
    return verify_rows(journal_rows(), earlier=earlier)


def verify_export(file: Path) -> Verified:
    """Return how far an exported journal holds, without any store."""
    return verify_rows(_rows(file))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["sequence"], row["hash"], row["previous"]
            yield row
    except (OSError, ValueError, KeyError, TypeError):
        raise NotAnExport(Text(f"{file} 不是操作日志的导出文件。", f"{file} is no export of a journal.")) from None


def export_journal() -> Iterator[bytes]:
    """Yield the journal as one JSON object a line, with hashes, for an archive outside this server."""
    for row in journal_rows():
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def back_up(data: Path, file: Path) -> Verified:
    """Write the whole store, accounts included, to one file; the journal must hold."""
    return write_backup(data, file, accounts=ACCOUNTS)


def restore(data: Path, file: Path) -> Verified:
    """Bring a backup into an empty store."""
    return read_backup(data, file, accounts=ACCOUNTS)
