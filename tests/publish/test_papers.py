"""Brief, quarterly pack, orders and annual assessment: every figure is its cell, and who may not issue is told."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.publish import (
    bulletin_docx,
    bulletin_pdf,
    check_paper,
    docx_cells,
    docx_lines,
    reread,
    reread_pdf,
    write_annual,
    write_brief,
    write_orders,
    write_quarter,
)
from chengzai.publish._blocks import Figure
from chengzai.publish._edition import reconciled

RULE = {
    "most_characters": 4000, "directive": ["须", "责成"], "clause": "条例",
    "issuer": {"brief": {"name": "市工作专班", "kind": "body"}, "quarter": {"name": "市政府办公室", "kind": "office"}},
}  # fmt: skip
EVALUATED = {
    "name": "办法", "clause": "缺省", "status": "draft", "aside": [], "pairs": 1, "of_pairs": 1,
    "items": [{"id": "x", "name": "甲项", "weight": 60.0}, {"id": "y", "name": "乙项", "weight": 40.0}],
    "rows": [
        {"place": "a", "name": "甲县", "score": 80.1, "rank": 1, "tied": False, "grade": "良好", "best": 1, "worst": 1,
         "gain": 2.5, "gain_rank": 1, "group": 1, "points": [80.0, 80.2]},
        {"place": "b", "name": "乙县", "score": 70.0, "rank": 2, "tied": False, "grade": "一般", "best": 2, "worst": 2,
         "gain": None, "gain_rank": None, "group": 2, "points": [70.0, 70.0]},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def papers(edition):
    late = [t for t, a in edition.city.items() if a.state == "far_behind"]
    return {
        "brief": write_brief(edition),
        "quarter": write_quarter(edition, edition),
        "order": write_orders(edition, late, answer_within=10),
        "annual": write_annual(edition, EVALUATED, ("自评：2个。",)),
    }


@pytest.mark.parametrize("kind", ["brief", "quarter", "order", "annual"])
def test_every_number_is_its_cell_in_both_files(edition, papers, kind):
    paper = papers[kind]
    docx = bulletin_docx(paper)
    figures = {part.cell for line in paper.lines for part in line if isinstance(part, Figure)}

    assert reread(edition, paper, docx_lines(docx), document=kind) == ()
    assert reread_pdf(paper, bulletin_pdf(paper, day=edition.period.last_day())[0], document=kind) == ()
    assert {cell[:64] for cell in figures} == set(docx_cells(docx)), "a content control names each figure's cell"
    assert figures


def test_a_value_that_a_paper_carries_is_compared_too(edition, papers):
    paper = papers["annual"]
    other = replace(paper, values={**paper.values, "evaluation/a/score": 81.0})
    found = reread(edition, other, docx_lines(bulletin_docx(paper)), document="x")

    assert [f.code for f in found] == ["publish.number-differs"]


def test_a_content_control_shows_the_number_that_its_cell_holds(edition, papers):
    cells = docx_cells(bulletin_docx(papers["brief"]))
    assert cells["total"] == str(len(edition.city))
    assert cells[f"share/{edition.plan.root}/on_course"] == str(edition.shares(edition.plan.root)["on_course"])


def test_an_order_is_one_page_and_names_sentence_stand_and_deadline(edition, papers):
    text, pages = papers["order"].text(), [b for b in papers["order"].blocks if b.kind == "title"]
    late = [t for t, a in edition.city.items() if a.state == "far_behind"]

    assert len(pages) == len(late)
    for name in late:
        assert edition.plan.target[name].quotes[0].words in text
    assert text.count("10日内书面答复") == len(late)
    assert "没有符合督办条件" in write_orders(edition, [], answer_within=10).text()


def test_an_annual_paper_is_a_draft_until_it_is_decided(edition):
    assert "草案，未经审定" in write_annual(edition, EVALUATED, ()).title
    assert "草案" not in write_annual(edition, EVALUATED, ("审定：某某已审定并封存。",), decided=True).title


def test_a_body_may_not_direct_lower_governments_and_length_is_told(edition, papers):
    assert check_paper(papers["brief"], RULE) == ()
    directs = replace(papers["brief"], title="须", blocks=papers["quarter"].blocks)
    assert [f.code for f in check_paper(directs, RULE)] == ["publish.issuer-not-allowed"]
    assert check_paper(papers["quarter"], RULE) == ()
    short = {**RULE, "most_characters": 100}
    assert [f.code for f in check_paper(papers["brief"], short)] == ["publish.too-long"]


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 500), min_size=1))
def test_printed_shares_sum_to_exactly_100_and_none_is_off_by_a_digit(counts):
    shares = reconciled(counts)
    total = sum(counts.values())

    assert sum(shares.values()) == (Decimal(100) if total else 0)
    for name, count in counts.items():
        assert not total or abs(shares[name] - Decimal(100 * count) / total) < Decimal("0.1")


def test_a_range_that_is_not_proven_is_not_called_proven(edition):
    proven = {**EVALUATED, "rows": [{**row, "exact": True} for row in EVALUATED["rows"]]}

    assert "由整数规划证明" in write_annual(edition, proven, ()).text()
    assert "由整数规划证明" not in write_annual(edition, EVALUATED, ()).text()
