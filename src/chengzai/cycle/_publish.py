"""Issuing a month: the bulletin as DOCX and PDF, read back before it is written, and the open tables."""

from dataclasses import dataclass
from pathlib import Path

from chengzai.kernel import Finding
from chengzai.publish import (
    Bulletin,
    Edition,
    FontReport,
    bulletin_docx,
    bulletin_pdf,
    chart_png,
    docx_lines,
    open_tables,
    reread,
    reread_pdf,
    write_bulletin,
)
from chengzai.store import write_files


@dataclass(frozen=True)
class Published:
    """What was issued: the bulletin, its files by name, the faces used, and what re-reading found."""

    bulletin: Bulletin
    files: tuple[str, ...]
    fonts: FontReport
    findings: tuple[Finding, ...]


def publish_month(edition: Edition, out: Path) -> Published:
    """Write the month's bulletin and tables to `out`; a bulletin whose numbers do not match is not written."""
    files, fonts, findings = files_of_month(edition)
    write_files(out, files)
    return Published(write_bulletin(edition), tuple(files), fonts, findings)


def files_of_month(edition: Edition) -> tuple[dict[str, bytes], FontReport, tuple[Finding, ...]]:
    """Return the month's files by name, the faces used, and what re-reading found; a doubtful bulletin is left out."""
    bulletin = write_bulletin(edition)
    chart = next((block.svg for block in bulletin.blocks if block.svg), "")
    docx = bulletin_docx(bulletin, chart_png(chart) if chart else b"")
    pdf, fonts = bulletin_pdf(bulletin, day=edition.period.last_day())
    name = f"bulletin-{edition.period}"
    findings = (
        *reread(edition, bulletin, docx_lines(docx), document=f"{name}.docx"),
        *reread_pdf(bulletin, pdf, document=f"{name}.pdf"),
    )
    files = {f"tables/{table}": content for table, content in open_tables(edition).items()}
    if not findings:
        files |= {f"{name}.docx": docx, f"{name}.pdf": pdf}
    return files, fonts, findings
