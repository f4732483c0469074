"""Drafting a pack from files of every kind an office sends."""

import json
import re

import pytest
import typst
from docx import Document

from builders import COUNTY, ROOT
from chengzai import cli
from chengzai.cycle import run_month
from chengzai.kernel import Period, UserError
from chengzai.plan import draft_plan
from chengzai.publish import write_bulletin
from chengzai.store import read_document, read_pack

TEXT = (COUNTY / "document.txt").read_text(encoding="utf-8").strip()
LINES = TEXT.split("\n")


def as_docx(path):
    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "指标", "新建学校5所"
    document.save(path)


def as_pdf(path):
    body = "\n\n".join(line.replace("#", r"\#") for line in LINES)
    path.write_bytes(typst.compile(f'#set text(font: "Noto Sans CJK SC", lang: "zh")\n{body}'.encode()))


def as_html(path):
    body = "".join(f"<p>{line}</p>" for line in LINES)
    path.write_text(
        f"<html><head><style>p{{}}</style><script>var a = 1</script></head><body>{body}</body></html>", encoding="utf-8"
    )


WRITERS = {
    "a.txt": lambda path: path.write_text(TEXT, encoding="utf-8"),
    "gb.txt": lambda path: path.write_bytes(TEXT.encode("gb18030")),
    "wide.txt": lambda path: path.write_bytes(TEXT.encode("utf-16")),
    "a.docx": as_docx,
    "a.pdf": as_pdf,
    "a.html": as_html,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_gives_the_same_targets(name, tmp_path, capsys):
    WRITERS[name](tmp_path / name)

    assert cli.main(["plan", "draft", str(tmp_path / name), "--out", str(tmp_path / "pack"), "--json"]) == 0

    account = json.loads(capsys.readouterr().out)
    values = {t["value"] for t in account["targets"]}
    assert values >= {40.0, 3.0, 95.0, 120.0}
    assert {m["disposition"] for m in account["mentions"]} <= {"target", "other_commitment", "not_commitment"}
    assert (tmp_path / "pack/original" / name).exists()
    assert cli.main(["plan", "audit", str(tmp_path / "pack")]) == 0


def test_a_draft_never_overwrites_a_pack(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    call = ["plan", "draft", str(tmp_path / "a.txt"), "--out", str(tmp_path / "pack")]

    assert cli.main(call) == 0
    assert cli.main(call) == 2
    assert "已有内容包" in capsys.readouterr().err


def test_a_scan_says_that_it_is_one(tmp_path):
    blank = typst.compile(b"#rect(width: 5cm, height: 5cm)")
    (tmp_path / "scan.pdf").write_bytes(blank)

    with pytest.raises(UserError, match="扫描件"):
        read_document(tmp_path / "scan.pdf")


@pytest.mark.parametrize(("name", "says"), [("a.xyz", "不认识"), ("broken.docx", "打不开"), ("broken.pdf", "打不开")])
def test_what_cannot_be_read_says_so(name, says, tmp_path):
    (tmp_path / name).write_bytes(b"not a document")

    with pytest.raises(UserError, match=says):
        read_document(tmp_path / name)


@pytest.mark.django_db
def test_a_drafted_pack_runs_at_once_and_quotes_only_its_own_plan(tmp_path, capsys):
    WRITERS["a.txt"](tmp_path / "a.txt")
    assert cli.main(["plan", "draft", str(tmp_path / "a.txt"), "--out", str(tmp_path / "pack")]) == 0
    year = read_pack(tmp_path / "pack").tables["plan"]["start"].year
    capsys.readouterr()

    edition = run_month(tmp_path / "pack", tmp_path / "data", Period.parse(f"{year}-03"), real=True)

    assert {a.state for a in edition.city.values()} <= {"no_report", "not_yet_due"}
    assert {t.id for t in edition.plan.targets} == set(edition.city)
    text = write_bulletin(edition).text()
    for quoted in re.findall(r"“([^”]{6,})”的要求", text):
        assert quoted in edition.plan.document


def test_a_printed_report_drafts_to_the_targets_of_its_text(tmp_path):
    """Thirty printed pages and more with running heads and page numbers, against the text they were set from."""
    text = (ROOT / "tests/accuracy/work-report-2021.txt").read_text(encoding="utf-8")
    page = "#set page(header: [政府工作报告], footer: context align(center)[— #counter(page).display() —])\n"
    look = '#set text(font: "Noto Serif CJK SC", lang: "zh", size: 14pt)\n'
    (tmp_path / "a.pdf").write_bytes(typst.compile((page + look + text.replace("\n", "\n\n")).encode()))

    printed = draft_plan(read_document(tmp_path / "a.pdf"), name="a.pdf")
    whole = draft_plan(text, name="a.txt")

    def said(draft):
        return [(t["indicator"], t.get("value"), t["deadline"]) for t in draft.tables["commitments"][0]["target"]]

    assert said(printed) == said(whole)
    furniture = [r for r in printed.tables["repairs"]["repair"] if r["kind"] == "page-furniture"]
    assert len(furniture) > 40
