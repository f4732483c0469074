"""A plan as somebody sends it: DOCX, PDF, HTML or text, read to plain text with nothing judged."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
from docx import Document
from docx.oxml.ns import qn
from lxml import html

from chengzai.kernel import Text, UserError


class DocumentUnreadable(UserError):
    """The file gives no text: it is missing, of another kind, or a scan."""


_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "title")
# Typesetting puts a little space between Chinese and digits; it is no part of the text.
_SET_APART = re.compile(r"(?<=[一-鿿]) (?=[0-9])|(?<=[0-9%％]) (?=[一-鿿])")


def read_document(path: Path) -> str:
    """Return a document's text as received; raises DocumentUnreadable with the way out.

    Paragraphs stand on lines, cells of a table are parted by tabs, pages of a PDF by form feeds.
    """
    if not path.is_file():
        raise DocumentUnreadable(Text(f"找不到文件 {path}。", f"{path} does not exist."))
    raw = path.read_bytes()
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentUnreadable(
            Text(
                f"不认识 {path.suffix or '没有扩展名'} 的文件；请给 DOCX、PDF、HTML 或 TXT。",
                f"Cannot read '{path.suffix}' files; give DOCX, PDF, HTML or TXT.",
            )
        )
    try:
        text = reader(raw)
    except DocumentUnreadable:
        raise
    except Exception as problem:  # noqa: BLE001 -- each library fails in its own ways on a broken file
        raise DocumentUnreadable(
            Text(
                f"{path.name} 打不开，可能已损坏；请重新导出。",
                f"{path.name} cannot be opened ({type(problem).__name__}).",
            )
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip("\n")


def decoded(raw: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, or GB 18030, whichever reads."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _docx(raw: bytes) -> str:
    body = Document(io.BytesIO(raw)).element.body
    return "\n".join(_docx_lines(body))


def _docx_lines(body: object) -> Iterator[str]:
    for child in body.iterchildren():  # type: ignore[attr-defined]  # an lxml element
        if child.tag == qn("w:p"):
            yield "".join(node.text or "" for node in child.iter(qn("w:t")))
        elif child.tag == qn("w:tbl"):
            for row in child.iter(qn("w:tr")):
                cells = row.iter(qn("w:tc"))
                yield "\t".join("".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in cells)


def _pdf(raw: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(raw)]
    if sum(len(page.strip()) for page in pages) < 20 * len(pages):
        raise DocumentUnreadable(
            Text(
                "这个 PDF 是扫描件，没有文字层；请提供可复制文字的版本，或先做文字识别并校对。",
                "This PDF is a scan without text; give a version whose text can be copied.",
            )
        )
    return "\f".join(_SET_APART.sub("", page.replace("\r\n", "\n")) for page in pages)


def _html(raw: bytes) -> str:
    tree = html.fromstring(decoded(raw))
    for hidden in tree.xpath("//script|//style|//noscript"):
        hidden.drop_tree()
    for cell in tree.iter("td", "th"):
        words = re.sub(r"\s+", "", cell.text_content())
        for inner in list(cell):
            cell.remove(inner)
        cell.text, cell.tail = words + "\t", ""
    for block in tree.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
    lines = (re.sub(r"[ \xa0]+", " ", line).strip() for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)


_READERS: dict[str, Callable[[bytes], str]] = {
    ".docx": _docx,
    ".pdf": _pdf,
    ".html": _html,
    ".htm": _html,
    ".txt": decoded,
    ".md": decoded,
}
