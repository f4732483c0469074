"""Issued files: written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from chengzai.kernel import Text, UserError

_HASH = 64


class CannotWrite(UserError):
    """A folder that cannot be written to, or is full."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file under `folder` by its relative name; a reader sees the old one or the new one, never half.

    Raises CannotWrite.
    """
    for name, content in files.items():
        path = folder / name
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            os.replace(part, path)  # noqa: PTH105 -- atomic on one file system, which is the point
        except OSError as problem:
            told = f"写不进 {path}（{problem.strerror}）；请换一个能写、有空间的文件夹。"
            raise CannotWrite(Text(told, f"{path} cannot be written ({problem.strerror}).")) from problem


def read_received(folder: Path, token: str) -> bytes:
    """Return a file kept as received by its hash, or nothing if there is none."""
    return kept_file(folder / "received" / token) if len(token) == _HASH and token.isalnum() else b""


def kept_file(path: Path) -> bytes:
    """Return a file's bytes, or nothing if it is not there."""
    return path.read_bytes() if path.is_file() else b""


def program_hash() -> str:
    """Return the hash of this program: every source file and template of the package, names included."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    kinds = {".py", ".html", ".css", ".js", ".toml", ".typ"}
    for path in sorted(p for p in root.rglob("*") if p.suffix in kinds):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
