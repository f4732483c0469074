"""Run apart, as a program of its own: a workbook in, its cells and what calamine does not tell of them out.

Calamine lays a sheet out whole, and a sheet can be two cells at its far ends: it is read with a bound.
"""

import io
import pickle
import posixpath
import re
import resource
import sys
import zipfile
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook, SheetVisibleEnum

_CELLS = 2_000_000
_BUILTIN = {9: "0%", 10: "0.00%"}  # the built-in formats that tell more than digits
_REF = re.compile(r"([A-Z]+)([0-9]+)")


def main() -> None:
    """Read the workbook on standard input and write each sheet's cells and marks, pickled."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    content = sys.stdin.buffer.read()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    marks = _marks(content)
    found: dict[str, dict[str, Any]] = {}
    for name, sheet_of in zip(book.sheet_names, book.sheets_metadata, strict=True):
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > _CELLS:
            sys.exit(9)
        found[name] = {
            "rows": sheet.to_python(skip_empty_area=False),
            "merged": list(sheet.merged_cell_ranges or []),
            "hidden": sheet_of.visible != SheetVisibleEnum.Visible,
            **marks.get(name, {"sees_formats": False}),
        }
    pickle.dump(found, sys.stdout.buffer)


def _marks(content: bytes) -> dict[str, dict[str, Any]]:
    """Return by sheet the formulas without a value, the errors, the formats, and hidden rows and columns of an xlsx."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    archive = zipfile.ZipFile(io.BytesIO(content))
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    formats = _formats(archive)
    places = {
        node.get("Id"): node.get("Target", "") for node in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for sheet in etree.fromstring(archive.read("xl/workbook.xml")).iter("{*}sheet"):
        target = places.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in archive.namelist():
            found[str(sheet.get("name"))] = _sheet_marks(archive.read(path), formats)
    return found


def _formats(archive: zipfile.ZipFile) -> list[str]:
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = etree.fromstring(archive.read("xl/styles.xml"))
    codes = _BUILTIN | {int(n.get("numFmtId", 0)): str(n.get("formatCode")) for n in root.iter("{*}numFmt")}
    return [codes.get(int(xf.get("numFmtId", 0)), "") for block in root.iter("{*}cellXfs") for xf in block]


def _sheet_marks(xml: bytes, formats: list[str]) -> dict[str, Any]:
    spoilt: dict[tuple[int, int], tuple[str, str]] = {}
    shown: dict[tuple[int, int], str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    at = [-1, -1]
    for event, node in etree.iterparse(io.BytesIO(xml), events=("start", "end"), huge_tree=False):
        tag = etree.QName(node).localname
        if event == "start" and tag == "row":
            at = [int(node.get("r", at[0] + 2)) - 1, -1]
            if node.get("hidden") in {"1", "true"}:
                rows.add(at[0])
        elif event == "start" and tag == "c":
            at[1] = _column(node.get("r", ""), at[1] + 1)
        elif event == "end" and tag == "col" and node.get("hidden") in {"1", "true"}:
            columns |= set(range(int(node.get("min", 1)) - 1, min(int(node.get("max", 1)), 1000)))
        elif event == "end" and tag == "c":
            _cell(node, (at[0], at[1]), formats, spoilt, shown)
        elif event == "end" and tag == "row":
            node.clear()
    return {"spoilt": spoilt, "shown": shown, "hidden_rows": rows, "hidden_columns": columns, "sees_formats": True}


def _column(ref: str, otherwise: int) -> int:
    match = _REF.fullmatch(ref)
    if match is None:
        return otherwise
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cell(
    node: Any,
    at: tuple[int, int],
    formats: list[str],
    spoilt: dict[tuple[int, int], tuple[str, str]],
    shown: dict[tuple[int, int], str],
) -> None:
    kind, value, formula = node.get("t", "n"), node.findtext("{*}v") or "", node.find("{*}f")
    if kind == "e":
        spoilt[at] = "error", value
    elif formula is not None and not value and kind == "n":
        spoilt[at] = "formula", f"={formula.text or ''}"
    elif kind == "n" and value:
        style = int(node.get("s", 0))
        code = formats[style] if style < len(formats) else ""
        if code and code != "General":
            shown[at] = code


if __name__ == "__main__":
    main()
