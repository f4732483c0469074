"""Backup and restore: one ZIP with every record and file, checked by the journal's own chain; no database is named."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chengzai.kernel import Text, UserError
from chengzai.store._journal import Verified, journal_rows, verify_rows

_FOLDERS = ("batches", "evidence", "packs", "received", "twin", "issued")
_TABLES = ("store.batch", "store.evidence", "store.draft")


class BackupRefused(UserError):
    """The backup cannot be made or brought back as asked; nothing was changed."""


def write_backup(data: Path, file: Path, *, accounts: tuple[str, ...] = ()) -> Verified:
    """Write every record and file of the store to a ZIP; the journal is verified on the way and must hold.

    `accounts` names further tables, as the door keeps its own. A half-written file never bears the final name.
    """
    from django.core import serializers  # noqa: PLC0415 -- needs an open store
    from django.db import transaction  # noqa: PLC0415

    part = file.with_name(file.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(), zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = list(journal_rows())
        checked = verify_rows(rows)
        archive.writestr("journal.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        for name in (*_TABLES, *accounts):
            archive.writestr(f"tables/{name}.json", serializers.serialize("json", _model(name).objects.all()))
        for folder in _FOLDERS:
            for path in sorted(p for p in (data / folder).rglob("*") if p.is_file()):
                archive.write(path, path.relative_to(data))
    if checked.broken_at:
        part.unlink()
        raise BackupRefused(
            Text(
                f"操作日志第{checked.broken_at}条{checked.why}，未作备份；请先用 chengzai journal verify 查明。",
                f"The journal does not hold at entry {checked.broken_at}; no backup was made.",
            )
        )
    part.replace(file)
    return checked


def read_backup(data: Path, file: Path, *, accounts: tuple[str, ...] = ()) -> Verified:
    """Bring a backup into an empty store, on either database; raises BackupRefused before anything is written."""
    from django.core import serializers  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    from chengzai.store.models import Entry  # noqa: PLC0415

    if Entry.objects.exists():
        raise BackupRefused(
            Text(
                "本库已有记录，不能恢复到这里；请用 --data 指一个空文件夹（或空数据库）。",
                "This store holds records already; restore into an empty one.",
            )
        )
    with _opened(file) as archive:
        rows = [json.loads(line) for line in archive.read("journal.jsonl").decode().splitlines()]
        checked = verify_rows(rows)
        if checked.broken_at:
            raise BackupRefused(
                Text(
                    f"备份中的操作日志第{checked.broken_at}条{checked.why}；请换一份备份。",
                    f"The journal in this backup does not hold at entry {checked.broken_at}; use another.",
                )
            )
        names = [n for n in archive.namelist() if n.partition("/")[0] in _FOLDERS and ".." not in Path(n).parts]
        for name in names:
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_bytes(archive.read(name))
        with transaction.atomic():
            for batch in _chunks(rows, 500):
                Entry.objects.bulk_create([Entry(**row) for row in batch])
            for name in (*_TABLES, *accounts):
                for item in serializers.deserialize("json", archive.read(f"tables/{name}.json").decode()):
                    item.save()
            models = [_model(name) for name in (*_TABLES, *accounts)]
            for statement in connection.ops.sequence_reset_sql(_plain_style(), models):
                with connection.cursor() as cursor:
                    cursor.execute(statement)
    return checked


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
        if "journal.jsonl" in archive.namelist() and archive.testzip() is None:
            return archive
    except (OSError, zipfile.BadZipFile):
        pass
    raise BackupRefused(
        Text(f"{file} 不是完整的备份文件；请换一份。", f"{file} is no whole backup; use another.")
    ) from None


def _chunks(rows: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _model(name: str) -> Any:
    from django.apps import apps  # noqa: PLC0415

    return apps.get_model(name)


def _plain_style() -> Any:
    from django.core.management.color import no_style  # noqa: PLC0415

    return no_style()
