"""The bulletin as PDF, set by Typst in the layout of GB/T 9704-2012, and charts as PNG.

The official faces are licensed; the nearest free ones stand in, and every substitution is reported.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import typst

from chengzai.publish._blocks import SIMULATED_MARK, Block, Bulletin, Line, words_of

# The official face, and what may stand in for it, best first.
_FACES = {
    "小标宋": ("方正小标宋简体", "FandolSong", "Noto Serif CJK SC"),
    "仿宋": ("仿宋_GB2312", "FangSong", "FandolFang R", "Noto Serif CJK SC"),
    "黑体": ("黑体", "SimHei", "FandolHei", "Noto Sans CJK SC"),
    "楷体": ("楷体_GB2312", "KaiTi", "AR PL UKai", "FandolKai", "Noto Serif CJK SC"),
    "宋体": ("宋体", "SimSun", "Noto Serif CJK SC", "FandolSong"),
}
_FONT_FOLDERS = ("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",)


@dataclass(frozen=True, slots=True)
class FontReport:
    """Which face stands in for each official one; `missing` names those for which nothing was found."""

    used: tuple[tuple[str, str], ...]

    @property
    def substituted(self) -> tuple[tuple[str, str], ...]:
        """The official faces that are not there, with what stands in."""
        return tuple((face, used) for face, used in self.used if used != _FACES[face][0])

    @property
    def missing(self) -> tuple[str, ...]:
        """The official faces that nothing could stand in for."""
        return tuple(face for face, used in self.used if not used)


def find_fonts() -> FontReport:
    """Return the faces that this machine offers for each official one."""
    families = set(typst.Fonts(font_paths=_folders()).families())
    return FontReport(
        tuple((face, next((name for name in names if name in families), "")) for face, names in _FACES.items())
    )


def bulletin_pdf(bulletin: Bulletin, *, day: dt.date) -> tuple[bytes, FontReport]:
    """Return the bulletin as PDF and the report of substituted fonts; the same input gives the same bytes.

    `day` is written into the file as its date.
    """
    fonts = find_fonts()
    files = {"main": _source(bulletin, dict(fonts.used)).encode()}
    files |= {f"chart{n}.svg": block.svg.encode() for n, block in enumerate(bulletin.blocks) if block.svg}
    stamp = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    return _compiled(files, timestamp=stamp), fonts


def chart_png(svg: str) -> bytes:
    """Return a chart as PNG at print resolution."""
    source = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("chart.svg")'
    return _compiled({"main": source, "chart.svg": svg.encode()}, format="png", ppi=220)


def _compiled(files: dict[str, bytes], **how: Any) -> bytes:
    """Run Typst on files held in memory; its stubs do not know that it takes them as a dict."""
    compiler: Any = typst.compile
    content: bytes = compiler(files, font_paths=_folders(), **how)
    return content


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF file, page after page."""
    document = pdfium.PdfDocument(content)
    return "\n".join(document[i].get_textpage().get_text_range() for i in range(len(document)))


def _folders() -> list[str]:
    return [folder for folder in _FONT_FOLDERS if Path(folder).is_dir()]


def _source(bulletin: Bulletin, faces: dict[str, str]) -> str:
    body = "\n".join(_block(n, block, faces) for n, block in enumerate(bulletin.blocks))
    return (
        _PREAMBLE.format(
            fangsong=faces["仿宋"],
            song=faces["宋体"],
            hei=faces["黑体"],
            mark=f'[#text(font: "{faces["黑体"]}", size: 10.5pt)[{SIMULATED_MARK}]]' if bulletin.simulated else "[]",
            title=_string(bulletin.title),
        )
        + (_flag(faces) if bulletin.simulated else "")
        + body
    )


# 16 pt type on 28.95 pt lines: 22 lines in 225 mm. Typst counts leading from baseline edges.
_PREAMBLE = """#set document(title: {title})
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, bottom: 35mm, right: 26mm),
  header-ascent: 8mm, header: align(center, {mark}), footer-descent: 4.1mm,
  footer: context {{
    let n = counter(page).get().first()
    set text(font: "{song}", size: 14pt)
    if calc.odd(n) {{ align(right)[— #n —#h(1em)] }} else {{ align(left)[#h(1em)— #n —] }}
  }})
#set text(font: "{fangsong}", size: 15.75pt, lang: "zh", region: "cn", top-edge: 0.88em, bottom-edge: -0.12em)
#set par(justify: true, leading: 13.2pt, spacing: 13.2pt, first-line-indent: (amount: 2em, all: true))
#set table(stroke: 0.4pt, inset: (x: 3pt, y: 4pt))
#set table.cell(breakable: false)
"""


def _flag(faces: dict[str, str]) -> str:
    return f'#align(center, text(font: "{faces["黑体"]}", size: 14pt)[{SIMULATED_MARK}])\n#v(8pt)\n'


def _block(number: int, block: Block, faces: dict[str, str]) -> str:  # noqa: PLR0911 -- one return a kind
    if block.kind == "table":
        return _table(block, faces)
    if block.kind == "chart":
        caption = _text(block.lines[0])
        return (
            f'#block(width: 100%, breakable: false)[#align(center, image("chart{number}.svg", width: 150mm))\n'
            f'#align(center, text(font: "{faces["楷体"]}", size: 12pt)[{caption}])]'
        )
    if block.kind == "annex":
        annex, title = block.lines
        return (
            f'#pagebreak()\n#block(text(font: "{faces["黑体"]}")[{_text(annex)}])\n#v(6pt)\n'
            f'#align(center, text(font: "{faces["小标宋"]}", weight: "bold", size: 22pt)[{_text(title)}])\n#v(8pt)'
        )
    lines = [_text(line) for line in block.lines]
    if block.kind == "title":
        return ("#pagebreak()\n" if block.fresh else "") + (
            f"#align(center, par(first-line-indent: 0pt, justify: false, "
            f'text(font: "{faces["小标宋"]}", weight: "bold", size: 22pt)[{" #linebreak() ".join(lines)}]))\n#v(14pt)'
        )
    if block.kind == "attachments":
        under = [f"#h(3em){line}" for line in lines[1:]]
        return "\n\n".join(["#v(14pt)", lines[0], *under]) + "\n"
    if block.kind == "note":
        return f"#v(14pt)\n\n{lines[0]}\n"
    face = {"level1": "黑体", "level2": "楷体"}.get(block.kind, "仿宋")
    if block.kind != "body":  # a head may not stand alone at the foot of a page
        return f'#block(sticky: true, par(text(font: "{faces[face]}")[{lines[0]}]))\n'
    return "\n\n".join(lines) + "\n"


def _table(block: Block, faces: dict[str, str]) -> str:
    columns = ", ".join(f"{width}fr" for width in block.widths)
    aligned = ", ".join({"l": "left", "c": "center", "r": "right"}[letter] for letter in block.aligned)
    head = ", ".join(f'text(font: "{faces["黑体"]}")[{_text(cell)}]' for cell in block.rows[0])
    cells = ",\n".join(", ".join(f"[{_text(cell)}]" for cell in row) for row in block.rows[1:])
    size, leading = ("14pt", "8pt") if block.large else ("10.5pt", "4pt")
    return (
        f"#[#set text(size: {size})\n#set par(leading: {leading}, first-line-indent: 0pt, justify: false)\n"
        f"#table(columns: ({columns}), align: ({aligned}),\n"
        f"table.header({head}),\n{cells})]"
    )


def _text(line: Line) -> str:
    """Return a line as Typst content, nothing of it read as markup."""
    return "#" + _string(words_of(line)) + ";"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
