"""Issuing a month: the bulletin as DOCX and PDF, read back before it is written, and the open tables."""

from dataclasses import dataclass
from pathlib import Path

from chengzai.kernel import Finding, Severity
from chengzai.publish import (
    Bulletin,
    Edition,
    FontReport,
    bulletin_docx,
    bulletin_pdf,
    chart_png,
    check_paper,
    docx_lines,
    open_tables,
    reread,
    reread_pdf,
    write_bulletin,
)
from chengzai.store import write_files


@dataclass(frozen=True)
class Published:
    """What was written: the bulletin, its files by name, the faces used, and what stands against issuing it."""

    bulletin: Bulletin
    files: tuple[str, ...]
    fonts: FontReport
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class MonthFiles:
    """A month as files by name, the faces used, what re-reading found, and what the rules of papers say against it.

    A bulletin that re-reading doubts is left out.
    """

    files: dict[str, bytes]
    fonts: FontReport
    doubts: tuple[Finding, ...]
    against: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What forbids issuing it: any doubt, and an issuer that may not say what the paper says."""
        return (*self.doubts, *(f for f in self.against if f.severity is Severity.ERROR))


def publish_month(edition: Edition, out: Path) -> Published:
    """Write the month's bulletin and tables to `out`; a bulletin whose numbers do not match is not written."""
    made = files_of_month(edition)
    write_files(out, made.files)
    return Published(write_bulletin(edition), tuple(made.files), made.fonts, (*made.doubts, *made.against))


def files_of_month(edition: Edition) -> MonthFiles:
    """Return the month's files, read back, and held to the rules of papers in force."""
    bulletin = write_bulletin(edition)
    chart = next((block.svg for block in bulletin.blocks if block.svg), "")
    docx = bulletin_docx(bulletin, chart_png(chart)) if chart else bulletin_docx(bulletin)
    pdf, fonts = bulletin_pdf(bulletin, day=edition.period.last_day())
    name = f"bulletin-{edition.period}"
    doubts = (
        *reread(edition, bulletin, docx_lines(docx), document=f"{name}.docx"),
        *reread_pdf(bulletin, pdf, document=f"{name}.pdf"),
    )
    files = {f"tables/{table}": content for table, content in open_tables(edition).items()}
    if not doubts:
        files |= {f"{name}.docx": docx, f"{name}.pdf": pdf}
    against = check_paper(bulletin, edition.paper_rule) if edition.paper_rule else ()
    return MonthFiles(files, fonts, doubts, against)
