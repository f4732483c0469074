"""The bulletin as DOCX in the layout of GB/T 9704-2012.

A4; margins 37 mm top, 28 mm left, so that the type area is 156 × 225 mm; 22 lines of 28 characters (5.2);
title in 小标宋 2号, body in 仿宋 3号, levels in 黑体 and 楷体 (7.3); page number in 宋体 4号 between dashes,
odd pages right, even pages left (7.5). The official faces are named; a machine without them substitutes.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from chengzai.publish._blocks import SIMULATED_MARK, Block, Bulletin, Figure, Line, Part, words_of

_FANGSONG, _HEITI, _KAITI, _SONG, _TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
_LATIN = "Times New Roman"  # digits and letters, as offices set them
_LINE_PT, _BODY_PT = 28.95, 16  # 22 × 28.95 pt = 636.9 pt, just inside 225 mm
_CLOSER = "-5"  # in twentieths of a point: 28 characters of 16 pt are 448 pt, 156 mm hold 442
_TAG = 64  # a tag holds no more
_ALIGNED = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
_STYLE = {
    "title": (_TITLE, 22),
    "level1": (_HEITI, _BODY_PT),
    "level2": (_KAITI, _BODY_PT),
    "body": (_FANGSONG, _BODY_PT),
    "annex": (_HEITI, _BODY_PT),
    "attachments": (_FANGSONG, _BODY_PT),
    "note": (_FANGSONG, _BODY_PT),
}


def bulletin_docx(bulletin: Bulletin, chart: bytes = b"") -> bytes:
    """Return a paper as a DOCX file; `chart` is the PNG of its one chart, if it has one."""
    document = Document()
    _page(document, bulletin)
    if bulletin.simulated:
        _paragraph(document, (SIMULATED_MARK,), _HEITI, 14, centred=True)
    for block in bulletin.blocks:
        if block.kind == "table":
            _table(document, block)
        elif block.kind == "chart":
            _chart(document, block, chart)
        elif block.kind == "annex":
            _annex(document, block)
        else:
            font, size = _STYLE[block.kind]
            title = block.kind == "title"
            if block.kind in {"attachments", "note"}:
                _paragraph(document, ("",), font, size)  # one blank row before
            for number, line in enumerate(block.lines):
                paragraph = _paragraph(
                    document,
                    line,
                    font,
                    size,
                    centred=title,
                    indented=not title,
                    pitch=34 if title else _LINE_PT,
                )
                if block.kind == "attachments" and number:  # names stand under the first name, past “附件：”
                    paragraph.paragraph_format.left_indent = Pt(3 * size)
                paragraph.paragraph_format.keep_with_next = block.kind in {"title", "level1", "level2"}
                paragraph.paragraph_format.page_break_before = block.fresh and not number
    out = io.BytesIO()
    document.core_properties.title = bulletin.title
    document.core_properties.author = ""
    document.core_properties.comments = SIMULATED_MARK if bulletin.simulated else ""
    document.save(out)
    return _undated(out.getvalue())


def _undated(content: bytes) -> bytes:
    """Return the file with the clock taken out of its archive, so that the same bulletin gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx_cells(content: bytes) -> dict[str, str]:
    """Return the cell of every figure in a DOCX file and the number printed there, by its content controls."""
    body = Document(io.BytesIO(content)).element.body
    return {
        tag.get(qn("w:val")): "".join(node.text or "" for node in control.iter(qn("w:t")))
        for control in body.iter(qn("w:sdt"))
        for tag in control.iter(qn("w:tag"))
    }


def docx_lines(content: bytes) -> Iterator[str]:
    """Yield the text of a DOCX file in reading order: paragraphs, and table cells row by row."""
    document = Document(io.BytesIO(content))
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            yield "".join(node.text or "" for node in child.iter(qn("w:t")))
        elif child.tag == qn("w:tbl"):
            for cell in child.iter(qn("w:tc")):
                yield "".join(node.text or "" for node in cell.iter(qn("w:t")))


def _page(document: Any, bulletin: Bulletin) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.bottom_margin, section.right_margin = Mm(35), Mm(26)
    section.footer_distance = Mm(25)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 -- python-docx has no grid of its own
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.append(grid)  # noqa: SLF001
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _page_number(footer.paragraphs[0], side)
    if bulletin.simulated:
        for header in (section.header, section.even_page_header):
            header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(header.paragraphs[0], SIMULATED_MARK, _HEITI, 10.5)


def _page_number(paragraph: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = side
    indent = Pt(14)  # one character in from the edge
    if side is WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = indent
    else:
        paragraph.paragraph_format.left_indent = indent
    _run(paragraph, "— ", _SONG, 14)
    run = _run(paragraph, "", _SONG, 14)
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        node = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            node.set(qn("w:fldCharType"), kind)
        else:
            node.set(qn("xml:space"), "preserve")
            node.text = text
        run._r.append(node)  # noqa: SLF001 -- fields have no interface
    _run(paragraph, " —", _SONG, 14)


def _run(paragraph: Any, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = _LATIN
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 -- no interface
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if size == _BODY_PT:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), _CLOSER)
        properties.find(qn("w:sz")).addprevious(closer)  # the schema wants this order
    return run


def _paragraph(  # noqa: PLR0913 -- the few ways in which a line can be set
    parent: Any,
    line: Line,
    font: str,
    size: float,
    *,
    centred: bool = False,
    indented: bool = False,
    pitch: float = _LINE_PT,
) -> Any:
    paragraph = parent.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    layout.widow_control = False
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if indented:
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(int(size * 2 * 20)))
    for part in line:
        _part(paragraph, part, font, size)
    return paragraph


def _part(paragraph: Any, part: Part, font: str, size: float) -> None:
    """Set words, or a figure in a content control whose tag is its cell: the page of a number is found by it."""
    run = _run(paragraph, words_of((part,)), font, size)
    if isinstance(part, Figure):
        control, properties, held = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
        for name in ("alias", "tag"):  # the alias is shown when the number is clicked
            named = OxmlElement(f"w:{name}")
            named.set(qn("w:val"), part.cell[:_TAG])
            properties.append(named)
        run._r.addprevious(control)  # noqa: SLF001 -- content controls have no interface
        control.extend((properties, held))
        held.append(run._r)  # noqa: SLF001


def _annex(document: Any, block: Block) -> None:
    number, title = block.lines
    paragraph = _paragraph(document, number, _HEITI, _BODY_PT)
    paragraph.paragraph_format.page_break_before = True
    _paragraph(document, title, _TITLE, 22, centred=True, pitch=44)


def _chart(document: Any, block: Block, chart: bytes) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run().add_picture(io.BytesIO(chart), width=Mm(150))
    for line in block.lines:
        _paragraph(document, line, _KAITI, 12, centred=True, pitch=20)


def _flush(table: Any) -> None:
    """Put the outer rule of a table on the edge of the type area; word processors put its text there."""
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), "108")  # the inner margin of a cell, 1.9 mm
    indent.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(indent)  # noqa: SLF001 -- no interface


def _table(document: Any, block: Block) -> None:
    """Set a table with thin rules; its head repeats on each page and no row breaks across pages."""
    table = document.add_table(rows=0, cols=len(block.widths))
    table.style = "Table Grid"
    table.autofit = False
    _flush(table)
    total = sum(block.widths)
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = Mm(156 * width / total)
    for number, row in enumerate(block.rows):
        cells = table.add_row().cells
        if number == 0:
            repeat = OxmlElement("w:tblHeader")
            table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001
        whole = OxmlElement("w:cantSplit")
        table.rows[-1]._tr.get_or_add_trPr().append(whole)  # noqa: SLF001
        for column, (cell, line) in enumerate(zip(cells, row, strict=True)):
            cell.width = Mm(156 * block.widths[column] / total)
            paragraph = cell.paragraphs[0]
            layout = paragraph.paragraph_format
            layout.space_before = layout.space_after = Pt(2)
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(22 if block.large else 13)
            off_grid = OxmlElement("w:snapToGrid")
            off_grid.set(qn("w:val"), "0")
            paragraph._p.get_or_add_pPr().append(off_grid)  # noqa: SLF001
            paragraph.alignment = _ALIGNED[block.aligned[column]]
            for part in line:
                _part(paragraph, part, _HEITI if number == 0 else _FANGSONG, 14 if block.large else 10.5)
