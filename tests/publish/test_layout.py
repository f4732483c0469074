"""The layout measured on pages: what keeps GB/T 9704-2012 passes, and each breach made on purpose is found."""

import shutil

import pypdfium2 as pdfium
import pytest
import typst

from chengzai.cycle import NoSuchPaper, measure_file
from chengzai.publish import bulletin_docx, bulletin_pdf, chart_png, measure_layout, write_bulletin
from chengzai.publish._pdf import _folders, find_fonts

GOOD = {
    "paper": '"a4"', "margin": "(top: 37mm, left: 28mm, bottom: 35mm, right: 26mm)", "descent": "4.1mm",
    "size": "15.75pt", "leading": "13.2pt", "ink": "black", "odd": "right", "number": "14pt",
}  # fmt: skip
BREACHES = [
    ("订口（左）", {"margin": "(top: 37mm, left: 32mm, bottom: 35mm, right: 22mm)"}, "fail"),
    ("天头（上）", {"margin": "(top: 30mm, left: 28mm, bottom: 42mm, right: 26mm)"}, "fail"),
    ("纸张", {"paper": '"us-letter"'}, "fail"),
    ("版心 156×225 mm", {"margin": "(top: 37mm, left: 28mm, bottom: 35mm, right: 18mm)"}, "fail"),
    ("颜色", {"ink": "blue"}, "fail"),
    ("正文字号", {"size": "14pt"}, "warn"),
    ("每面行数", {"leading": "18pt"}, "warn"),
    ("每行字数", {"size": "16.4pt"}, "warn"),
    ("页码一字线在版心下", {"descent": "12mm"}, "fail"),
    ("单页居右、双页居左，空一字", {"odd": "left"}, "fail"),
    ("页码字号", {"number": "10pt"}, "fail"),
]


def page(**changes):
    """Return two pages of running text set as the standard asks, with some of it changed."""
    how = GOOD | changes
    faces = dict(find_fonts().used)
    source = f"""#let spaced = {how["leading"]}
#set page(paper: {how["paper"]}, margin: {how["margin"]}, footer-descent: {how["descent"]}, footer: context {{
      let n = counter(page).get().first()
      set text(font: "{faces["宋体"]}", size: {how["number"]})
      if calc.odd(n) {{ align({how["odd"]})[#h(1em)— #n —#h(1em)] }} else {{ align(left)[#h(1em)— #n —] }} }})
#set text(font: "{faces["仿宋"]}", size: {how["size"]}, fill: {how["ink"]}, lang: "zh")
#set text(top-edge: 0.88em, bottom-edge: -0.12em)
#set par(justify: true, leading: spaced, spacing: spaced, first-line-indent: (amount: 2em, all: true))
{"各县市区要按照方案要求扎实推进各项工作" * 60}"""
    return typst.compile(source.encode(), font_paths=_folders())


def verdicts(content):
    return {check.item.zh: check.verdict for check in measure_layout(content)}


def test_what_keeps_the_standard_passes_and_what_only_a_person_sees_is_left_to_a_person():
    told = verdicts(page())

    assert {item for item, verdict in told.items() if verdict not in {"pass", "person"}} <= {"字体"}
    assert sum(verdict == "person" for verdict in told.values()) == 3


@pytest.mark.parametrize(("item", "changes", "verdict"), BREACHES, ids=[item for item, _, _ in BREACHES])
def test_each_breach_is_found(item, changes, verdict):
    assert verdicts(page(**changes))[item] == verdict


def test_a_rule_of_the_standard_fails_and_its_advice_warns():
    for check in measure_layout(page(size="14pt", margin="(top: 30mm, left: 32mm, bottom: 35mm, right: 26mm)")):
        assert check.verdict != "fail" or check.strength == "规定"
        assert check.verdict != "warn" or check.strength == "一般"


def test_the_bulletin_keeps_it_as_pdf_and_names_the_faces_that_stand_in(edition):
    bulletin = write_bulletin(edition)
    pdf, fonts = bulletin_pdf(bulletin, day=edition.period.last_day())
    told = {check.item.zh: check for check in measure_layout(pdf)}

    assert {item for item, c in told.items() if c.verdict == "fail"} == set()
    assert (told["字体"].verdict == "warn") == bool(fonts.substituted)
    pages = pdfium.PdfDocument(pdf)
    assert all("模拟数据·非正式文件" in page.get_textpage().get_text_range() for page in pages)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice to lay out the DOCX")
def test_the_bulletin_keeps_it_as_docx_too(edition):
    bulletin = write_bulletin(edition)
    docx = bulletin_docx(bulletin, chart_png(next(b.svg for b in bulletin.blocks if b.svg)))
    told = {check.item.zh: check.verdict for check in measure_file("b.docx", docx)}

    assert {item for item, verdict in told.items() if verdict == "fail"} == set()
    assert told["每面行数"] == told["每行字数"] == "pass"


def test_without_pages_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(NoSuchPaper, match="没有测量"):
        measure_file("b.docx", b"PK")
    with pytest.raises(NoSuchPaper, match="不是 PDF"):
        measure_file("b.txt", b"hello")
