"""Adopted packs: copied whole into the data folder under their hash, so that what was in force can always be read."""

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chengzai.kernel import Text, UserError
from chengzai.store._content import read_pack

_IDS = ("id", "code", "name", "target", "word", "words", "since", "state")


class PackDamaged(UserError):
    """An adopted pack is missing or is no longer what was adopted."""


def keep_pack(data: Path, content: Path) -> str:
    """Copy a pack into the data folder and return its hash; one that is there already is left as it is."""
    sha256 = read_pack(content).sha256
    kept = pack_folder(data, sha256)
    if not kept.exists():
        part = kept.with_name(kept.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(content, part)
        part.rename(kept)
    return sha256


def pack_folder(data: Path, sha256: str) -> Path:
    """Return where an adopted pack lies."""
    return data / "packs" / sha256[:16]


def adopted_pack(data: Path, sha256: str) -> Path:
    """Return the folder of an adopted pack; raises PackDamaged if its bytes are not what was adopted."""
    folder = pack_folder(data, sha256)
    if not folder.exists() or read_pack(folder).sha256 != sha256:
        raise PackDamaged(
            Text(
                f"已采用的内容包 {sha256[:16]} 缺失或被改动；请从备份恢复，或重新采用。",
                f"The adopted pack {sha256[:16]} is missing or was altered; restore it, or adopt it again.",
            )
        )
    return folder


def pack_changes(old: Path | None, new: Path) -> list[dict[str, str]]:
    """Return what changed from one pack to another, value by value: file, where in it, was, now."""
    before, after = dict(_values(old)) if old else {}, dict(_values(new))
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [
        {"file": file, "where": where, "was": before.get((file, where), ""), "now": after.get((file, where), "")}
        for file, where in sorted(changed)
    ]


def _values(folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield every value of every TOML file by file and path, entries by their own id; other files by line."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".toml":
            for where, value in _flat(tomllib.loads(path.read_text(encoding="utf-8")), ""):
                yield (name, where), value
        elif path.suffix in {".csv", ".txt"}:
            for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
                yield (name, line.partition(",")[0] if path.suffix == ".csv" else f"{number}"), line
        else:
            yield (name, ""), f"{path.stat().st_size} bytes"


def _flat(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list) and value and all(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value):
            own = next((str(inner[key]) for key in _IDS if key in inner), str(number))
            yield from _flat(inner, f"{where}[{own}]")
    else:
        yield where, str(value)
