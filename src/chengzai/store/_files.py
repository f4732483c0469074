"""Issued files: written whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file under `folder` by its relative name; a reader sees the old one or the new one, never half."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        os.replace(part, path)  # noqa: PTH105 -- atomic on one file system, which is the point
