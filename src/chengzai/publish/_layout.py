"""A finished document measured on its pages against GB/T 9704-2012, whoever made it and with whatever program.

Measured are glyph boxes and ink on the rendered page, not what the file says of itself. A breach of what the standard
rules (规定) fails; of what it recommends (一般) warns. What only a person or the paper can show is listed as such, and
faces that stand in for the official ones are named, never claimed as conforming.
"""

from collections.abc import Iterator, Sequence
from ctypes import c_double, create_string_buffer
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from chengzai.kernel import Text

_MM = 25.4 / 72
_DPI = 200
_TOP, _LEFT, _WIDTH, _HEIGHT = 37.0, 28.0, 156.0, 225.0  # 5.2.1
_RIGHT, _BOTTOM = _LEFT + _WIDTH, _TOP + _HEIGHT
_INK = 1.5  # how far ink may lie off: glyphs do not fill their squares
_OFFICIAL = ("xiaobiaosong", "fzxbs", "fangsong_gb2312", "simfang", "simhei", "kaiti_gb2312", "simkai", "simsun")
_LATIN = ("times", "liberation", "tinos", "nimbus")
_SMALLEST_TEXT = 12.0  # tables are set smaller
_BODY = (15.0, 16.5)  # 3号 is 16 pt in word processors and 15.75 pt in print


@dataclass(frozen=True, slots=True)
class LayoutCheck:
    """One clause held against the pages: `verdict` is pass, fail, warn, not_measured or person."""

    item: Text
    clause: str
    strength: str
    wanted: str
    found: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character on a page: its beginning and its ink in mm from the upper left corner, its size in points."""

    letter: str
    origin: float
    left: float
    top: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True)
class MeasuredPage:
    """One page as measured: its number, its size in mm, its glyphs, and its pixels at 200 dpi."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    faces: frozenset[str]
    pixels: np.ndarray

    @cached_property
    def body(self) -> list[Glyph]:
        """The glyphs between page head and page number."""
        return [g for g in self.glyphs if g.top > _TOP - 3 and g.bottom < _BOTTOM + 4]

    @cached_property
    def foot(self) -> list[Glyph]:
        """The glyphs of the page number."""
        return [g for g in self.glyphs if g.top >= _BOTTOM + 4]

    @cached_property
    def rows(self) -> list[list[Glyph]]:
        """The body's glyphs by row, from top to bottom."""
        found: list[list[Glyph]] = []
        for glyph in sorted((g for g in self.body if _is_han(g.letter)), key=lambda g: g.top + g.bottom):
            middle = (glyph.top + glyph.bottom) / 2
            if found and found[-1][0].top - 1 <= middle <= found[-1][0].bottom + 1:
                found[-1].append(glyph)
            else:
                found.append([glyph])
        for glyph in (g for g in self.body if not _is_han(g.letter)):  # marks and digits do not fill their squares
            middle = (glyph.top + glyph.bottom) / 2
            row = next((r for r in found if r[0].top - 1 <= middle <= r[0].bottom + 1), None)
            if row is not None:
                row.append(glyph)
        return [sorted(row, key=lambda g: g.left) for row in found]

    @property
    def plain(self) -> bool:
        """Whether the page holds running text alone, in one size: no table, no picture, no title."""
        sizes = [g.size for row in self.rows for g in row]
        return bool(sizes) and min(sizes) >= _SMALLEST_TEXT and max(sizes) - min(sizes) <= 0.5

    def ink(self) -> tuple[float, float, float, float]:
        """Return the left, top, right and bottom edge of the ink within the height of the body, in mm."""
        scale = 25.4 / _DPI
        first, last = int((_TOP - 3) / scale), int((_BOTTOM + 4) / scale)
        dark = self.pixels[first:last, :, 1] < 128
        down, across = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        if not len(down):
            return _LEFT, _TOP, _RIGHT, _BOTTOM
        return (
            across[0] * scale,
            (first + down[0]) * scale,
            (across[-1] + 1) * scale,
            (first + down[-1] + 1) * scale,
        )

    def coloured(self) -> int:
        """Return how many pixels are neither grey nor red."""
        r, g, b = (self.pixels[..., channel] for channel in range(3))
        spread = np.maximum(np.maximum(r, g), b) - np.minimum(np.minimum(r, g), b)
        red = (r >= 200) & (g <= 80) & (b <= 80)
        return int(((spread > 60) & ~red).sum())


def measure_layout(content: bytes) -> tuple[LayoutCheck, ...]:
    """Return every check of the layout that a PDF file allows, and those that only a person can make."""
    sheets = list(_sheets(content))
    return (*_page(sheets), *_text(sheets), *_numbers(sheets), _faces(sheets), *_by_hand())


def _sheets(content: bytes) -> Iterator[MeasuredPage]:
    document = pdfium.PdfDocument(content)
    for number, page in enumerate(document, start=1):
        width, height = page.get_size()
        image = page.render(scale=_DPI / 72, rev_byteorder=True).to_numpy()[..., :3]
        yield MeasuredPage(
            number, width * _MM, height * _MM, tuple(_glyphs(page, height)), frozenset(_fonts(page)), image.copy()
        )


def _glyphs(page: pdfium.PdfPage, height: float) -> Iterator[Glyph]:
    text = page.get_textpage()
    for i in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text, i))
        if letter.strip():
            left, bottom, right, top = text.get_charbox(i)
            size = raw.FPDFText_GetFontSize(text, i)
            x, y = c_double(), c_double()
            raw.FPDFText_GetCharOrigin(text, i, x, y)
            yield Glyph(
                letter, x.value * _MM, left * _MM, (height - top) * _MM, right * _MM, (height - bottom) * _MM, size
            )


def _fonts(page: pdfium.PdfPage) -> Iterator[str]:
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        font = raw.FPDFTextObj_GetFont(thing)
        name = create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(font, name, 200)
        yield name.value.decode("utf-8", "replace").partition("+")[2] or name.value.decode("utf-8", "replace")


def _judge(  # noqa: PLR0913 -- the columns of a check
    zh: str, en: str, clause: str, strength: str, wanted: str, found: str, *, good: bool
) -> LayoutCheck:
    verdict = "pass" if good else "fail" if strength == "规定" else "warn"
    return LayoutCheck(Text(zh, en), clause, strength, wanted, found, verdict)


def _is_han(letter: str) -> bool:
    return "一" <= letter <= "鿿"


def _pitches(row: Sequence[Glyph]) -> Iterator[float]:
    """Yield how far apart neighbouring characters of a row begin, in points; marks and digits are passed over."""
    for a, b in pairwise(row):
        apart = (b.origin - a.origin) / _MM
        if _is_han(a.letter) and _is_han(b.letter) and apart < 1.2 * a.size:
            yield apart


def _page(sheets: Sequence[MeasuredPage]) -> Iterator[LayoutCheck]:
    off = max(max(abs(s.width - 210), abs(s.height - 297)) for s in sheets)
    yield _judge("纸张", "Paper", "5.1", "规定", "210×297 mm", f"相差 {off:.1f} mm", good=off <= 1)
    edges = np.array([s.ink() for s in sheets if s.body])
    left, top, right, bottom = edges[:, 0].min(), edges[:, 1].min(), edges[:, 2].max(), edges[:, 3].max()
    yield _judge(
        "订口（左）", "Left margin", "5.2.1", "规定", "28 mm", f"{left:.1f} mm", good=abs(left - _LEFT) <= _INK
    )
    yield _judge("天头（上）", "Top margin", "5.2.1", "规定", "37 mm", f"{top:.1f} mm",
                 good=-1 <= top - _TOP <= 1 + _INK + 1)  # fmt: skip
    inside = right <= _RIGHT + _INK and bottom <= _BOTTOM + _INK
    yield _judge("版心 156×225 mm", "Type area", "5.2.1", "规定", f"右缘 ≤{_RIGHT:.0f}，下缘 ≤{_BOTTOM:.0f} mm",
                 f"右缘 {right:.1f}，下缘 {bottom:.1f} mm", good=inside)  # fmt: skip
    spots = sum(s.coloured() for s in sheets)
    yield _judge("颜色", "Colour", "5.2.4", "规定", "除红色标志外为黑色", f"彩色像素 {spots}", good=spots == 0)


def _text(sheets: Sequence[MeasuredPage]) -> Iterator[LayoutCheck]:
    sizes = [g.size for s in sheets if s.plain for row in s.rows for g in row]
    rows = [len(s.rows) for s in sheets[:-1] if s.plain and s.rows[-1][0].bottom > _BOTTOM - 15]
    apart = [pitch for s in sheets if s.plain for row in s.rows for pitch in _pitches(row)]
    first = [row for row in sheets[0].rows if median(g.size for g in row) <= _BODY[1]]
    if sizes:
        size = median(sizes)
        yield _judge("正文字号", "Type size", "5.2.2", "一般", "3号（16 pt）", f"{size:.2f} pt",
                     good=_BODY[0] <= size <= _BODY[1])  # fmt: skip
    else:
        yield _not_measured("正文字号", "Type size", "5.2.2", "3号（16 pt）", "没有只含正文的页")
    if rows:
        yield _judge("每面行数", "Rows a page", "5.2.3", "一般", "22 行", f"{min(rows)}—{max(rows)} 行",
                     good=min(rows) == max(rows) == 22)  # fmt: skip
    else:
        yield _not_measured("每面行数", "Rows a page", "5.2.3", "22 行", "没有满页的正文")
    if apart:
        each = int(_WIDTH / _MM / float(np.quantile(apart, 0.1)) + 0.02)  # justified rows are spread, never squeezed
        yield _judge("每行字数", "Characters a row", "5.2.3", "一般", "28 字", f"{each} 字", good=each == 28)
    else:
        yield _not_measured("每行字数", "Characters a row", "5.2.3", "28 字", "没有相邻的正文汉字")
    yield _judge("首页有正文", "Text on page one", "7.3.3", "规定", "首页必须显示正文", f"{len(first)} 行",
                 good=len(first) > 1)  # fmt: skip


def _not_measured(zh: str, en: str, clause: str, wanted: str, why: str) -> LayoutCheck:
    return LayoutCheck(Text(zh, en), clause, "一般", wanted, why, "not_measured")


def _numbers(sheets: Sequence[MeasuredPage]) -> Iterator[LayoutCheck]:
    told = [s for s in sheets if s.foot]
    if not told:
        yield LayoutCheck(Text("页码", "Page numbers"), "7.5", "规定", "版心下 7 mm，单右双左", "没有页码", "fail")
        return
    dashes = [g.top for s in told for g in s.foot if g.letter in "—–-"]
    off = max((abs(top - (_BOTTOM + 7)) for top in dashes), default=99.0)
    yield _judge("页码一字线在版心下", "Page number below the type area", "7.5", "规定", "7 mm",
                 f"相差 {off:.1f} mm" if dashes else "没有一字线", good=off <= 2)  # fmt: skip
    sides = [s.number for s in told if not _on_its_side(s)]
    yield _judge("单页居右、双页居左，空一字", "Odd right, even left, one character in", "7.5", "规定", "空一字",
                 f"第{'、'.join(map(str, sides))}页不在" if sides else "全部相符", good=not sides)  # fmt: skip
    size = median(g.size for s in told for g in s.foot)
    yield _judge("页码字号", "Size of page numbers", "7.5", "规定", "4号（14 pt）", f"{size:.1f} pt",
                 good=abs(size - 14) <= 0.6)  # fmt: skip


def _on_its_side(sheet: MeasuredPage) -> bool:
    if sheet.number % 2:
        right = max(g.right for g in sheet.foot)
        return _RIGHT - 12 <= right <= _RIGHT
    return _LEFT <= min(g.left for g in sheet.foot) <= _LEFT + 12


def _faces(sheets: Sequence[MeasuredPage]) -> LayoutCheck:
    used = sorted({face for s in sheets for face in s.faces})
    other = [f for f in used if not f.lower().replace("-", "").startswith((*_OFFICIAL, *_LATIN))]
    found = f"替代字体：{'、'.join(other)}" if other else "官方字体"
    return _judge("字体", "Faces", "5.2.2、7.3", "一般", "小标宋、仿宋、黑体、楷体、宋体", found, good=not other)


def _by_hand() -> Iterator[LayoutCheck]:
    for zh, en, clause in (
        ("纸张克重、白度、耐折度", "Paper stock", "4"),
        ("双面印刷套正、版心不斜、文字印色", "Printing", "6.1、6.2"),
        ("左侧装订、钉位、裁切误差", "Binding", "6.3"),
    ):
        yield LayoutCheck(Text(zh, en), clause, "规定", "见条文", "须人工核对", "person")
