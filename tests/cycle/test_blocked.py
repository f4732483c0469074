"""A task reported as blocked and accepted so: seen wherever the blocked should be seen, until a report clears it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.collect import Sheet
from chengzai.cycle import act_on, approve, hand_in, propose_all, save_cells, task_page
from chengzai.cycle._blocked import _blocked, blocked_tasks
from chengzai.kernel import Period
from chengzai.publish import (
    Blocked,
    bulletin_docx,
    check_paper,
    city_page,
    county_page,
    docx_lines,
    reread,
    write_brief,
    write_quarter,
)
from chengzai.web._pages import page_data, page_html
from office import COUNTY, LEADER, OTHER, TASK_FORCE, office_at, person

REPORTER, HEAD = person("dept", ("reporter", "D04")), person("head", ("custodian", "D04"))


def reported(office, month, states, *, accept=True):
    """Report the first tasks of D04 for a month in the given states, review and accept them."""
    sheet = Sheet("tasks", "D04", month)
    keys = [row["code"] for row in task_page(office, REPORTER, "D04", month)["rows"]]
    chosen = dict(zip(keys, states, strict=False))
    content = {
        key: {"state": chosen.get(key, "on_course"), "note": f"{month}：土地指标未落实", "next": "报省审批"}
        for key in keys
    }
    save_cells(office, REPORTER, sheet, {key: (cell, 0) for key, cell in content.items()})
    hand_in(office, REPORTER, sheet)
    act_on(office, HEAD, sheet, "review", {key: {} for key in keys})
    if accept:
        act_on(office, TASK_FORCE, sheet, "accept", {key: {} for key in keys})
    return keys


def blocked(office, month):
    return blocked_tasks(office.pack, office.plan, Period.parse(month), real=False, as_of=None)


@pytest.mark.django_db
def test_a_blocked_task_is_known_with_its_unit_reason_and_months_until_a_report_clears_it(tmp_path, monkeypatch):
    office = office_at(tmp_path, monkeypatch)
    propose_all(office, TASK_FORCE, "population")
    approve(office, LEADER, "duties", [p.id for p in office.plan.promises])
    keys = reported(office, "2026-11", ["blocked", "blocked"])
    december = office_at(tmp_path, monkeypatch, "2026-12-28")
    reported(december, "2026-12", ["blocked", "on_course"])

    november, later = blocked(december, "2026-11"), blocked(december, "2027-01")
    assert [(b.task, b.unit, b.since.text, b.months(Period.parse("2026-11"))) for b in november] == [
        (key, "D04", "2026-11", 1) for key in sorted(keys[:2])
    ]
    assert [(b.task, b.since.text, b.reported.text, b.reason) for b in later] == [
        (keys[0], "2026-11", "2026-12", "2026-12：土地指标未落实")
    ]
    assert later[0].months(Period.parse("2027-01")) == 3
    assert blocked(december, "2026-10") == ()


@pytest.mark.django_db
def test_what_is_not_accepted_yet_is_not_said(tmp_path, monkeypatch):
    office = office_at(tmp_path, monkeypatch)
    propose_all(office, TASK_FORCE, "population")
    approve(office, LEADER, "duties", [p.id for p in office.plan.promises])
    reported(office, "2026-11", ["blocked"], accept=False)

    assert blocked(office, "2026-11") == ()


@given(st.dictionaries(st.integers(0, 20), st.sampled_from(["blocked", "on_course", "done"]), min_size=1))
def test_a_task_is_blocked_since_the_first_of_the_reports_that_said_so_one_after_another(states):
    own = {Period.parse("2026-01").next(n): {"state": state, "note": str(n)} for n, state in states.items()}

    found = _blocked("t", "事项", "D04", "某局", own)

    said = [states[n] for n in sorted(states)]
    if said[-1] != "blocked":
        assert found is None
        return
    run = len(said) - max((i for i, state in enumerate(said) if state != "blocked"), default=-1) - 1
    assert found.since == Period.parse("2026-01").next(sorted(states)[-run])
    assert found.reported == Period.parse("2026-01").next(max(states))
    assert found.reason == str(max(states))


def stuck(edition, unit=COUNTY, name="江山市", reason="须先办理用地手续"):
    return Blocked("t", "完成老旧管网改造", unit, name, edition.period.next(-2), edition.period, reason, "年底前批复")


def test_boards_and_papers_say_what_is_blocked_where_since_when_and_why(edition):
    now = replace(edition, blocked=(stuck(edition),))
    words = "江山市报告“完成老旧管网改造”自2026年8月起受阻，已3个月，原因是“须先办理用地手续”。"

    for paper in (write_brief(now), write_quarter(now, now)):
        assert words in paper.text()
        assert "暂无提请研究" not in paper.text()
        assert reread(now, paper, docx_lines(bulletin_docx(paper)), document="x") == ()
        assert [c.of for c in paper.claims if c.says == "blocked"] == [("t", COUNTY, "2026-08", "2026-10")]
    assert [(r["unit"], r["months"], r["reason"]) for r in city_page(now)["blocked"]] == [
        (COUNTY, 3, "须先办理用地手续")
    ]
    assert len(county_page(now, COUNTY)["blocked"]) == 1
    assert county_page(now, OTHER)["blocked"] == []
    for name, shows in (("index", True), (f"county-{COUNTY}", True), (f"county-{OTHER}", False)):
        assert ("须先办理用地手续" in page_html(page_data(now, name, "zh"), name)) is shows
    assert "受阻" not in write_brief(edition).text() + write_quarter(edition, edition).text()


def test_a_reason_in_quotes_is_no_demand_of_the_paper(edition):
    rule = {
        "most_characters": 4000, "directive": ["须"], "clause": "条例",
        "issuer": {"brief": {"name": "市工作专班", "kind": "body"}},
    }  # fmt: skip

    paper = write_brief(replace(edition, blocked=(stuck(edition),)))

    assert [f.code for f in check_paper(paper, rule)] == []


def test_only_the_longest_blocked_stand_in_the_brief(edition):
    many = tuple(replace(stuck(edition), task=f"t{n}") for n in range(5))

    claims = [c.says for c in write_brief(replace(edition, blocked=many)).claims]

    assert claims.count("blocked") == 3
    assert "more-blocked" in claims
