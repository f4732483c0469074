"""One headline ranking: every place that prints a county's score, rank or interval prints the same."""

import csv
import io
from functools import cache, partial

import pytest
from openpyxl import load_workbook

from builders import COUNTY as SMALL
from builders import QUZHOU
from chengzai.cycle import evaluate, paper_of, run_month, score_sheet, simulate_city
from chengzai.kernel import Period
from chengzai.publish import bulletin_docx, chart_png, city_page, county_page, docx_cells, open_tables, write_bulletin

pytestmark = pytest.mark.django_db


def on_the_board(edition):
    rows = city_page(edition)["ranking"]["rows"]
    return {r["code"]: (r["score"], r["rank"], r["best"], r["worst"], r["tied"]) for r in rows}


def on_county_pages(edition):
    pages = {code: county_page(edition, code)["standing"] for code in edition.counties}
    return {code: (s["score"], s["rank"], s["best"], s["worst"], s["tied"]) for code, s in pages.items()}


def in_print(cells, counties, stem, edition):
    """Return what a DOCX prints, read from its file; whether ranks are tied is not a cell."""
    tied = {s.place: s.tied for s in edition.ranking.standings}
    return {
        p: (cells[f"{stem}/{p}/score"], *(int(cells[f"{stem}/{p}/{f}"]) for f in ("rank", "best", "worst")), tied[p])
        for p in counties
    }


def _docx(edition):
    bulletin = write_bulletin(edition)
    return bulletin_docx(bulletin, chart_png(next(block.svg for block in bulletin.blocks if block.svg)))


def in_tables(edition):
    rows = csv.DictReader(io.StringIO(open_tables(edition)["ranking.csv"].decode("utf-8-sig")))
    return {
        r["place"]: (
            f"{float(r['score']):.1f}",
            *(int(r[f]) for f in ("rank", "best_rank", "worst_rank")),
            r["tied"].lower() == "true",
        )
        for r in rows
    }


def in_the_evaluation(told):
    rows = told["schemes"][0]["rows"]
    return {r["place"]: (f"{r['score']:.1f}", r["rank"], r["best"], r["worst"], r["tied"]) for r in rows}


def on_the_score_sheet(data, edition, place):
    _, content = score_sheet(QUZHOU, data, edition, place)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    said = {row[0].value: row[5].value for row in sheet.iter_rows(min_row=6)}
    rank, (best, worst) = str(said["位次"]), str(said["位次区间"]).split("—")
    number = int(rank.removeprefix("第").split("位")[0])
    return (f"{said['得分']:.1f}", number, int(best), int(worst), "并列" in rank)


def test_every_county_has_one_score_rank_and_interval_in_all_places(tmp_path):
    simulate_city(QUZHOU, tmp_path, seed=20231, months=(Period.parse("2025-08"), Period.parse("2026-10")))
    run = cache(partial(run_month, QUZHOU, tmp_path))
    for month in ("2025-12", "2026-10"):
        compare_places(tmp_path, run(Period.parse(month)), run)


def compare_places(data, edition, run):
    period = edition.period
    ranking = edition.ranking
    assert ranking.by_scheme

    told = evaluate(QUZHOU, data, period, real=False, month_of=run)
    places = {
        "board": on_the_board(edition),
        "county pages": on_county_pages(edition),
        "tables": in_tables(edition),
        "bulletin": in_print(docx_cells(_docx(edition)), edition.counties, "rank", edition),
        "evaluation": in_the_evaluation(told),
        "annual paper": in_print(
            docx_cells(paper_of(QUZHOU, data, edition, "annual", month_of=run).files[f"annual-{period}.docx"]),
            edition.counties,
            "evaluation",
            edition,
        ),
        "score sheet": {p: on_the_score_sheet(data, edition, p) for p in edition.counties},
    }
    truth = {s.place: (f"{s.score:.1f}", s.rank, s.best, s.worst, s.tied) for s in ranking.standings}
    for where, found in places.items():
        assert found == {p: truth[p] for p in found}, where
        assert len(found) >= 2, where
    assert [r["place"] for r in told["schemes"][0]["rows"]] == [s.place for s in ranking.standings]


def test_a_pack_without_a_scheme_says_what_ranks(tmp_path):
    edition = run_month(SMALL, tmp_path, Period.parse("2026-06"), real=True)

    assert not edition.ranking.by_scheme
    assert "没有可用的评价办法" in edition.ranking.name.zh
    assert city_page(edition)["ranking"]["name"] == edition.ranking.name.zh
