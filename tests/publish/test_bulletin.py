"""The bulletin: every number equals its cell, tampering is found, and the layout is that of GB/T 9704-2012."""

import io
import zipfile
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from docx import Document
from docx.shared import Mm

from chengzai.cycle._publish import files_of_month
from chengzai.publish import (
    bulletin_docx,
    bulletin_pdf,
    cell_value,
    chart_png,
    docx_lines,
    open_tables,
    reread,
    reread_pdf,
    write_bulletin,
)
from chengzai.publish._reread import numbers_in
from chengzai.web._labels import label


@pytest.fixture(scope="module")
def bulletin(edition):
    return write_bulletin(edition)


@pytest.fixture(scope="module")
def docx(bulletin):
    return bulletin_docx(bulletin, chart_png(next(b.svg for b in bulletin.blocks if b.svg)))


def test_the_worked_sentence_reads_back_to_its_numbers():
    text = "1—9月完成97亿元，占年度计划的80.8%，快于序时进度5.8个百分点"

    assert [str(n) for n in numbers_in(text)][-3:] == ["97", "80.8", "5.8"]


def test_every_number_of_the_document_is_its_cell(edition, bulletin, docx):
    lines = list(docx_lines(docx))
    figures = sum(not isinstance(part, str) for line in bulletin.lines for part in line)

    assert figures > 500
    assert reread(edition, bulletin, lines, document="x") == ()


def test_one_changed_digit_is_found(edition, bulletin, docx):
    lines = list(docx_lines(docx))
    at = next(i for i, line in enumerate(lines) if line.startswith("全方案共"))
    total = str(len(edition.plan.targets))
    lines[at] = lines[at].replace(total, total + "1")

    assert [f.code for f in reread(edition, bulletin, lines, document="x")] == ["publish.number-differs"]


def test_a_lost_line_is_found(edition, bulletin, docx):
    lines = [line for line in docx_lines(docx) if not line.startswith("全方案共")]

    assert "publish.line-lost" in {f.code for f in reread(edition, bulletin, lines, document="x")}


def test_a_changed_fact_makes_the_old_document_wrong(edition, bulletin, docx):
    city = dict(edition.city)
    city["gdp"] = replace(city["gdp"], value=1.0)
    other = replace(edition, judged={**edition.judged, edition.plan.root: city})

    assert "publish.number-differs" in {f.code for f in reread(other, bulletin, docx_lines(docx), document="x")}


def test_the_pdf_says_what_the_bulletin_says(edition, bulletin):
    pdf, _ = bulletin_pdf(bulletin, day=edition.period.last_day())

    assert reread_pdf(bulletin, pdf, document="x") == ()
    assert reread_pdf(replace(bulletin, blocks=(*bulletin.blocks, *bulletin.blocks[:1])), pdf, document="x") != ()


def test_the_same_month_gives_the_same_bytes(edition, bulletin, docx):
    again = write_bulletin(edition)

    assert bulletin_docx(again, chart_png(next(b.svg for b in again.blocks if b.svg))) == docx
    assert (
        bulletin_pdf(again, day=edition.period.last_day())[0]
        == bulletin_pdf(bulletin, day=edition.period.last_day())[0]
    )


def test_a_simulated_bulletin_is_marked_and_names_no_authority(bulletin, docx):
    document = Document(io.BytesIO(docx))
    section = document.sections[0]

    assert next(iter(docx_lines(docx))) == "模拟数据·非正式文件"
    assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == "模拟数据·非正式文件"
    assert "〔" not in bulletin.text()
    assert "人民政府" not in bulletin.text()


def test_page_and_type_follow_the_standard(docx):
    """GB/T 9704-2012 5.1, 5.2: A4, 37 mm top, 28 mm left, type area 156 × 225 mm, 22 lines."""
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    body = next(p for p in document.paragraphs if p.text.startswith("根据"))

    millimetres = [
        x / Mm(1) for x in (section.page_width, section.page_height, section.top_margin, section.left_margin)
    ]
    assert millimetres == pytest.approx([210, 297, 37, 28], abs=0.1)
    width = (section.page_width - section.left_margin - section.right_margin) / Mm(1)
    height = (section.page_height - section.top_margin - section.bottom_margin) / Mm(1)
    assert (round(width), round(height)) == (156, 225)
    assert body.paragraph_format.line_spacing.pt * 22 <= 225 / 25.4 * 72
    assert body.runs[0].font.size.pt == 16
    assert "仿宋_GB2312" in zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()


def test_no_adjective_without_its_rule(edition, bulletin):
    fast = edition.rules.fast.value
    text = bulletin.text()

    assert ("领先序时进度不少于" in text) == any(not a.met and a.gap >= fast for a in edition.city.values())
    assert all(word not in text for word in ("显著", "突出成绩", "高度重视", "不力"))


def test_wherever_a_range_of_ranks_is_explained_the_sum_of_the_weights_stays(edition, bulletin):
    assert edition.ranking.by_scheme
    assert "权重之和不变、各项权重在±25%内变动" in bulletin.text()
    assert open_tables(edition)["datapackage.json"].decode().count("权重之和不变、各项权重在±25%内变动") == 2
    for key in ("rank_note", "range_note"):
        assert "权重之和不变" in label("zh", key)
        assert "their sum unchanged" in label("en", key)


def test_the_body_stays_within_4000_characters(bulletin):
    """Rules on reducing burdens: a special-topic document generally has at most 4,000 characters."""
    body = bulletin.text().partition("附件1")[0]

    assert len(body) <= 4000


def test_a_heading_never_stands_alone_at_the_foot_of_a_page(edition, bulletin):
    pdf, _ = bulletin_pdf(bulletin, day=edition.period.last_day())
    heads = {"".join(b.lines[0]) for b in bulletin.blocks if b.kind in {"level1", "level2"}}
    document = pdfium.PdfDocument(pdf)
    for page in document:
        lines = [line.strip() for line in page.get_textpage().get_text_range().splitlines() if line.strip()]
        body = [line for line in lines if not line.startswith("—")]
        assert body[-1] not in heads


def test_cells_that_do_not_exist_are_refused(edition):
    with pytest.raises(KeyError):
        cell_value(edition, "weather/today")


def test_tables_say_in_every_row_that_they_are_simulated(edition):
    files = open_tables(edition)

    assert set(files) >= {"assessments.csv", "targets.csv", "mentions.csv", "findings.csv", "datapackage.json"}
    for name, content in files.items():
        if name.endswith(".csv"):
            rows = content.decode("utf-8-sig").strip().split("\r\n")
            assert rows[0].endswith(",data")
            assert all("模拟 simulated" in row for row in rows[1:] if row[-1] != '"')


def test_the_monthly_bulletin_is_held_to_its_length_and_to_who_may_issue_it(edition):
    """Rules on official documents: a body may not direct lower governments, a special-topic document is short."""
    rule = dict(edition.paper_rule)
    ours = {**rule, "issuer": {"bulletin": {"name": "市工作专班", "kind": "body"}}}

    assert files_of_month(edition).refused == ()
    refused = files_of_month(replace(edition, paper_rule=ours)).refused
    assert [f.code for f in refused] == ["publish.issuer-not-allowed"]
    long = files_of_month(replace(edition, paper_rule={**rule, "most_characters": 100}))
    assert [f.code for f in long.against] == ["publish.too-long"]
    assert long.refused == ()


def test_a_month_that_has_not_ended_says_up_to_which_day_its_data_reaches(edition):
    day = edition.period.last_day().replace(day=12)
    assert "数据截至2026年10月31日" in write_bulletin(edition).text()
    assert "数据截至2026年10月12日" in write_bulletin(replace(edition, known_on=day)).text()
