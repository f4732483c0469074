"""晾晒比拼 as a story: scored by the scheme in content, ranked with exact ranges, and recomputed in a spreadsheet."""

import csv
import io
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from builders import COUNTY as SMALL
from builders import QUZHOU
from chengzai.assess import METHODS, score, share_due
from chengzai.cycle import NoScheme, evaluate, run_month, score_sheet, simulate_city
from chengzai.kernel import Period
from chengzai.publish import write_bulletin
from chengzai.store import ScoreRow, write_score_sheet

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OCTOBER = Period.parse("2026-10")
pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path):
    simulate_city(QUZHOU, tmp_path, seed=20231, months=(Period.parse("2025-01"), OCTOBER))
    return tmp_path


def recomputed(content, folder):
    """Return the sheet's cells as LibreOffice computes them, row by row."""
    file = folder / "sheet.xlsx"
    file.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir"]
    subprocess.run([*command, str(folder), str(file)], check=True, capture_output=True, timeout=120)
    return list(csv.reader(io.StringIO((folder / "sheet.csv").read_text(encoding="utf-8"))))


def test_counties_are_scored_ranked_and_told_how_far_that_goes(data):
    told = evaluate(QUZHOU, data, OCTOBER, real=False)
    scheme = told["schemes"][0]
    edition = run_month(QUZHOU, data, OCTOBER)

    assert told["simulated"]
    assert len(scheme["rows"]) == 6
    weights = [item["weight"] for item in scheme["items"]]
    for row in scheme["rows"]:
        by_hand = sum(w * p for w, p in zip(weights, row["points"], strict=True)) / sum(weights)
        assert row["score"] == pytest.approx(by_hand, abs=0.11)
        assert row["best"] <= row["rank"] <= row["worst"]
        assert row["exact"]
        for item, points in zip(scheme["items"], row["points"], strict=True):
            a, target = edition.judged[row["place"]][item["id"]], edition.plan.target[item["id"]]
            due = share_due(edition.plan, target, edition.allocations[target.id], Period.parse(f"{a.measured.year}-12"))
            share = 1.0 if a.met else a.attained / due
            assert points == pytest.approx(min(max(share * 100, 0), 100), abs=0.06)
    assert evaluate(QUZHOU, data, OCTOBER, real=False) == told, "the same month again says the same"


def test_classes_of_counties_rank_within_themselves_on_the_page_and_in_the_bulletin(data, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(QUZHOU, pack)
    file = pack / "evaluation" / "county.toml"
    one = '[{ name = "全部县（市、区）", places = ["330802", "330803", "330822", "330824", "330825", "330881"] }]'
    two = '[{ name = "城区", places = ["330802", "330803"] }, '
    two += '{ name = "县（市）", places = ["330822", "330824", "330825", "330881"] }]'
    text = file.read_text(encoding="utf-8")
    assert one in text
    file.write_text(text.replace(one, two), encoding="utf-8")

    edition = run_month(pack, data, OCTOBER)
    scheme = evaluate(pack, data, OCTOBER, real=False)["schemes"][0]
    rows = [(row["class"], row["rank"]) for row in scheme["rows"]]
    assert rows == [("城区", 1), ("城区", 2), *(("县（市）", n) for n in (1, 2, 3, 4))]
    assert [c["of_pairs"] for c in scheme["classes"]] == [1, 6]
    assert all(row["worst"] <= 2 for row in scheme["rows"] if row["class"] == "城区")
    told = write_bulletin(edition).text()
    assert "城区：" in told
    assert "县（市）：" in told
    assert told.count("居第1位") == 2


def test_with_real_figures_alone_nothing_is_ranked_and_that_is_said(tmp_path):
    scheme = evaluate(QUZHOU, tmp_path, OCTOBER, real=True)["schemes"][0]

    assert scheme["rows"] == []
    assert len(scheme["aside"]) == 10
    assert not scheme["complete"]


def test_a_pack_without_a_scheme_says_so(tmp_path):
    with pytest.raises(NoScheme):
        evaluate(SMALL, tmp_path, Period.parse("2026-06"), real=True)


@pytest.mark.documents
@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_a_county_recomputes_its_score_to_the_printed_digit(data, tmp_path):
    row = next(r for r in evaluate(QUZHOU, data, OCTOBER, real=False)["schemes"][0]["rows"] if r["place"] == "330881")
    name, content = score_sheet(QUZHOU, data, run_month(QUZHOU, data, OCTOBER), "330881")
    book = load_workbook(io.BytesIO(content))
    assert "江山市-2026-10" in name
    assert book.worksheets[0]["A2"].value == "模拟数据·非正式文件"
    assert str(book.worksheets[0]["E6"].value).startswith("=IF("), "formulas, not figures"

    cells = recomputed(content, tmp_path)

    assert float(cells[15][5]) == row["score"]
    assert [round(float(line[4]), 1) for line in cells[5:15] if line[4]] == row["points"]


@pytest.mark.documents
@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_every_method_s_formula_computes_what_the_method_does(tmp_path):
    parameters = {
        "completion": [{"target": 120.0}, {"target": 120.0, "cap": 1.2}],
        "base": [
            {"target": 10.0, "base": 80.0, "per": 5.0, "most": 20.0},
            {"target": 9.0, "base": 80.0, "per": 5.0, "direction": -1.0},
        ],
        "proportion": [{"best": 60.0}, {"best": 60.0, "direction": -1.0}],
        "goalposts": [{"low": 60.0, "high": 70.0}, {"low": 1.8, "high": 1.74}],
        "efficacy": [{"floor": 50.0, "satisfying": 70.0}, {"floor": 30.0, "satisfying": 22.0, "least": 60.0}],
        "interval": [{"a": 50.0, "b": 60.0, "width": 10.0}],
        "closing": [{"before": 60.0, "goal": 70.0}, {"before": 70.0, "goal": 70.0}],
    }  # fmt: skip
    assert set(parameters) == set(METHODS)
    rows = [
        ScoreRow(method, 1.0, method, p, value, "x")
        for method, sets in parameters.items()
        for p in sets
        for value in (-5.0, 0.0, 1.77, 9.5, 55.0, 63.5, 70.0, 150.0)
    ]
    rows.append(ScoreRow("empty", 50.0, "goalposts", {"low": 0.0, "high": 1.0}, None, "x"))

    cells = recomputed(write_score_sheet("t", rows, mark="", clause=""), tmp_path)

    for row, line in zip(rows[:-1], cells[5:], strict=False):
        assert float(line[4]) == pytest.approx(score(row.method, row.value, row.parameters), abs=0.006), row
    points = [score(row.method, row.value, row.parameters) for row in rows[:-1]]
    assert float(cells[-1][5]) == pytest.approx(sum(points) / len(points), abs=0.051), "an empty item weighs nothing"
