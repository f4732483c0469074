"""The year's evaluation as a story: opened on frozen points, scored, checked, objected to, decided, sealed."""

import io
import re

import pytest
from openpyxl import load_workbook

from builders import QUZHOU
from chengzai.assess import AdjustmentRefused, NotNow
from chengzai.cycle import (
    NoScheme,
    adjustments_page,
    appraisal_of,
    appraisal_page,
    appraise,
    enter_adjustment,
    evaluate,
    flow_words,
    open_appraisal,
    paper_of,
    run_month,
    score_sheet,
    simulate_city,
    step_adjustment,
    try_weights,
    verify_journal,
)
from chengzai.kernel import Period
from chengzai.publish import docx_cells
from office import COUNTY, LEADER, OTHER, REVIEWER, TASK_FORCE, office_at, person

pytestmark = pytest.mark.django_db
EVALUATOR = person("evaluator", ("evaluator", "3308"))
EVERYTHING = dict.fromkeys(("open", "publish", "claim", "object", "check", "rule", "seal"), True)


@pytest.fixture
def year(tmp_path, monkeypatch):
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-10"), Period.parse("2026-12")))
    return tmp_path, lambda day: office_at(tmp_path, monkeypatch, day)


def test_a_year_is_taken_from_its_figures_to_the_seal(year):
    data, on = year
    with pytest.raises(NotNow, match="没有结束"):
        open_appraisal(on("2026-12-20"), QUZHOU, TASK_FORCE, 2026)
    office = on("2027-01-10")
    open_appraisal(office, QUZHOU, TASK_FORCE, 2026)
    with pytest.raises(NotNow, match="已经开始"):
        open_appraisal(office, QUZHOU, TASK_FORCE, 2026)
    opened = appraisal_of(2026, real=False)
    computed = {u: {i: line.computed for i, line in items.items()} for u, items in opened.lines.items()}
    for unit, points in computed.items():
        own = {item: {"points": min(value + 5, 100), "note": "另有材料"} for item, value in points.items()}
        appraise(office, REVIEWER, 2026, "claim", unit, own)
        with pytest.raises(NotNow, match="另一人"):
            appraise(office, REVIEWER, 2026, "check", unit, {i: {"points": value} for i, value in points.items()})
        appraise(office, EVALUATOR, 2026, "check", unit, {i: {"points": value} for i, value in points.items()})
    appraise(office, TASK_FORCE, 2026, "publish", "", {})
    item = next(i for i, value in computed[COUNTY].items() if value < 100)
    appraise(office, REVIEWER, 2026, "object", COUNTY, {item: {}}, "漏计一个项目")

    page = appraisal_page(office, 2026, COUNTY, EVERYTHING)
    assert page["due"] == ["object", "rule"]
    assert not page["may_seal"]
    with pytest.raises(NotNow, match="1项异议"):
        appraise(on("2027-02-01"), LEADER, 2026, "seal", "", {})
    was = appraisal_of(2026, real=False).totals()
    for party in (REVIEWER, EVALUATOR):
        with pytest.raises(NotNow, match="另一人"):
            appraise(office, party, 2026, "rule", COUNTY, {item: {"points": 100.0}}, "已核实")
    appraise(office, LEADER, 2026, "rule", COUNTY, {item: {"points": 100.0}}, "已核实")
    now = appraisal_of(2026, real=False).totals()
    assert now[COUNTY] > was[COUNTY]
    assert now[OTHER] == was[OTHER]

    late = on("2027-02-01")
    appraise(late, LEADER, 2026, "seal", "", {})
    sealed = appraisal_page(late, 2026, COUNTY, EVERYTHING)
    assert sealed["due"] == []
    assert re.fullmatch("[0-9a-f]{64}", sealed["sha256"])
    assert "已审定并封存" in flow_words(2026, real=False)[-1]
    with pytest.raises(NotNow, match="封存"):
        appraise(late, LEADER, 2026, "rule", COUNTY, {item: {"points": 0.0}}, "再改")
    assert verify_journal().broken_at == 0

    paper = paper_of(QUZHOU, data, run_month(QUZHOU, data, Period.parse("2026-12")), "annual")
    assert paper.title.endswith("2026年度评价情况")
    assert [f.code for f in paper.findings] == []
    printed = docx_cells(paper.files["annual-2026-12.docx"])
    for row in sealed["counties"]:
        assert float(printed[f"evaluation/{row['code']}/score"]) == row["score"], "what was decided is what is printed"
        assert int(printed[f"evaluation/{row['code']}/rank"]) == row["rank"]
    assert float(printed[f"evaluation/{COUNTY}/{item}"]) == 100.0


def test_other_weights_are_tried_and_the_official_ranking_stays(year):
    data, on = year
    on("2027-01-10")
    scheme = evaluate(QUZHOU, data, Period.parse("2026-12"), real=False)["schemes"][0]
    same = try_weights(scheme, {})
    assert [(r["was"], r["now"]) for r in same["rows"]] == [(r["rank"], r["rank"]) for r in scheme["rows"]]
    assert same["passed"] == []
    alone = {item["id"]: "0" for item in scheme["items"]} | {scheme["items"][0]["id"]: "1"}
    points = [row["exact_points"][0] for row in scheme["rows"]]
    told = try_weights(scheme, alone)
    assert [r["now"] for r in told["rows"]] == [1 + sum(p > own for p in points) for own in points]
    with pytest.raises(NoScheme, match="权重"):
        try_weights(scheme, {scheme["items"][0]["id"]: "x"})


def test_an_event_moves_every_ranking_from_its_day_and_an_upheld_appeal_ends_it(year):
    data, on = year
    office = on("2027-01-10")
    december, october = Period.parse("2026-12"), Period.parse("2026-10")
    before = run_month(QUZHOU, data, december).ranking
    last = before.ranked[-1]
    said = {"kind": "bonus", "document": "衢政办〔2026〕8号", "day": "2026-11-08", "points": 5.0}
    with pytest.raises(AdjustmentRefused, match="不超过5分"):
        enter_adjustment(office, EVALUATOR, 2026, last.place, {**said, "points": 9.0})
    key = enter_adjustment(office, EVALUATOR, 2026, last.place, said)["key"]
    assert run_month(QUZHOU, data, december).ranking == before, "what nobody has accepted counts nowhere"
    with pytest.raises(AdjustmentRefused, match="与此相同"):
        enter_adjustment(office, EVALUATOR, 2026, last.place, said)
    with pytest.raises(AdjustmentRefused, match="录入人"):
        step_adjustment(office, EVALUATOR, key, "accept")
    step_adjustment(office, LEADER, key, "accept")

    edition = run_month(QUZHOU, data, december)
    moved = edition.ranking.of(last.place)
    assert (moved.score, moved.effect) == (pytest.approx(last.score + 5.0), 5.0)
    assert run_month(QUZHOU, data, october).ranking.of(last.place).effect == 0.0, "the document is of November"
    row = next(
        r for r in evaluate(QUZHOU, data, december, real=False)["schemes"][0]["rows"] if r["place"] == last.place
    )
    assert (row["score"], row["rank"], row["effect"]) == (round(moved.score, 1), moved.rank, 5.0)
    paper = paper_of(QUZHOU, data, edition, "annual")
    cells = docx_cells(paper.files["annual-2026-12.docx"])
    assert float(cells[f"evaluation/{last.place}/score"]) == round(moved.score, 1)
    sheet = load_workbook(io.BytesIO(score_sheet(QUZHOU, data, edition, last.place)[1])).worksheets[0]
    assert "衢政办〔2026〕8号" in {row[5].value for row in sheet.iter_rows()}
    page = adjustments_page(office, 2026)["events"][0]
    assert (page["document"], page["author_name"], page["in_force"]) == ("衢政办〔2026〕8号", EVALUATOR.name, True)

    step_adjustment(office, REVIEWER, key, "appeal", reason="不是本县")
    with pytest.raises(AdjustmentRefused, match="另一位领导"):
        step_adjustment(office, LEADER, key, "rule", reason="查实", outcome="ended")
    step_adjustment(office, person("second", ("leader", "3308")), key, "rule", reason="查实", outcome="ended")
    assert run_month(QUZHOU, data, december).ranking == before
    assert verify_journal().broken_at == 0


def test_a_veto_limits_the_year_s_grade_and_leaves_the_score(year):
    data, on = year
    office = on("2027-01-10")
    december = Period.parse("2026-12")
    first = run_month(QUZHOU, data, december).ranking.ranked[0]
    assert first.grade == "良好"
    said = {"kind": "veto", "ground": "数据造假", "document": "衢统执〔2026〕3号", "day": "2026-12-08"}
    key = enter_adjustment(office, EVALUATOR, 2026, first.place, said)["key"]
    step_adjustment(office, LEADER, key, "accept")

    vetoed = run_month(QUZHOU, data, december).ranking.of(first.place)
    assert (vetoed.grade, vetoed.score, vetoed.rank) == ("一般", first.score, first.rank)
    open_appraisal(office, QUZHOU, TASK_FORCE, 2026)
    county = next(c for c in appraisal_page(office, 2026, "", EVERYTHING)["counties"] if c["code"] == first.place)
    assert (county["grade"], county["limit"]) == ("一般", "一般")
