"""Word files laid out as pages by LibreOffice, where that is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

_LONGEST = 120  # seconds; a document that takes longer is stuck


def rendered_docx(content: bytes) -> bytes | None:
    """Return a DOCX as PDF, or None where LibreOffice is not installed or cannot lay it out."""
    program = shutil.which("soffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "it.docx").write_bytes(content)
        call = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        try:
            call += ["--outdir", folder, f"{folder}/it.docx"]
            subprocess.run(call, check=True, capture_output=True, timeout=_LONGEST)  # noqa: S603 -- our own file
            return (Path(folder) / "it.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError):
            return None
