"""A month issued as a story: kept, made again, found altered, and owning up to what changed afterwards."""

import csv
import io
import re
import shutil

import pytest

from builders import QUZHOU
from chengzai import cli
from chengzai.cycle import (
    NotIssued,
    _freeze,
    act_on,
    approve,
    errata,
    hand_in,
    issue_month,
    issued_file,
    issued_page,
    issues_of,
    paper_of,
    propose_split_of,
    reproduce,
    run_month,
    save_cells,
    simulate_city,
    verify_journal,
)
from chengzai.kernel import Period
from chengzai.publish import docx_lines, open_tables
from chengzai.store import acts_of
from office import CUSTODIAN, LEADER, PERIOD, REPORTER, REVIEWER, TASK_FORCE, VALUES, office_at, sheet

pytestmark = pytest.mark.django_db
MONTH = Period.parse(PERIOD)


@pytest.fixture
def office(tmp_path, monkeypatch):
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-09"), Period.parse("2026-10")))
    return office_at(tmp_path, monkeypatch, "2026-12-02")


def issued(data, why=""):
    return issue_month(QUZHOU, data, MONTH, TASK_FORCE, real=False, why=why)


def erratum(data, pack=QUZHOU):
    return errata(pack, data, run_month(pack, data, MONTH))


def accept_values(office):
    save_cells(office, REPORTER, sheet(), {c: ({"value": v, "note": "新口径，已核对"}, 0) for c, v in VALUES.items()})
    hand_in(office, REPORTER, sheet())
    keys = {key: {} for key in office.lines(sheet())}
    act_on(office, REVIEWER, sheet(), "review", keys)
    act_on(office, CUSTODIAN, sheet(), "accept", keys)


def test_an_issued_month_is_made_again_to_the_same_bytes_whatever_came_after(office, tmp_path):
    told = issued(tmp_path)
    names = set(told["files"])
    assert {name.rsplit(".", 1)[1] for name in names} >= {"docx", "pdf", "csv"}
    assert all((tmp_path / told["folder"] / name).is_file() for name in names)
    accept_values(office)

    again = reproduce(tmp_path, MONTH, real=False)

    assert (again["same_numbers"], again["same_bytes"], again["kept_whole"]) == (True, True, True)
    assert (again["differs"], again["files"], again["cells"]) == ([], [], [])
    with pytest.raises(NotIssued):
        reproduce(tmp_path, MONTH, real=False, number=5)


def test_what_changed_after_the_issue_is_listed_with_the_act_that_moved_it(office, tmp_path):
    issued(tmp_path)
    assert erratum(tmp_path).same
    accept_values(office)

    told = erratum(tmp_path)

    assert told.simulated
    assert not told.same
    assert any("江山市" in c.where and c.where.endswith("状态") for c in told.corrected)
    page = issued_page(QUZHOU, tmp_path, run_month(QUZHOU, tmp_path, MONTH))
    assert page["errata"] == told.as_dict()
    name = next(f for f in page["issues"][0]["files"] if f.endswith(".docx"))
    kept = tmp_path / "issued" / "simulated" / PERIOD / "1" / name
    assert issued_file(tmp_path, MONTH, 1, name, real=False) == kept.read_bytes()
    with pytest.raises(NotIssued, match="没有签发过这个文件"):
        issued_file(tmp_path, MONTH, 1, "../../secret", real=False)
    kept.write_bytes(b"altered")
    with pytest.raises(NotIssued, match="指纹"):
        issued_file(tmp_path, MONTH, 1, name, real=False)
    assert all(c.difference.was != c.difference.now for c in told.corrected)
    assert [step.name for step in told.steps] == [CUSTODIAN.name]
    assert all(len(c.why) == 1 and "江山市报表" in c.why[0] for c in told.corrected)


def test_issuing_again_says_why_and_the_first_issue_stays(office, tmp_path):
    first = issued(tmp_path)
    with pytest.raises(NotIssued, match="原因"):
        issued(tmp_path)
    accept_values(office)

    second = issued(tmp_path, "补报数据后更正")

    assert [(i["number"], i["why"], i["name"]) for i in issues_of(MONTH, real=False)] == [
        (1, "", TASK_FORCE.name),
        (2, "补报数据后更正", TASK_FORCE.name),
    ]
    assert first["folder"] != second["folder"]
    assert first["data"] != second["data"]
    assert reproduce(tmp_path, MONTH, real=False, number=1)["same_bytes"]
    assert erratum(tmp_path).same
    assert issues_of(MONTH, real=True) == [], "a rehearsal's issue is never taken for a real one"
    assert verify_journal().broken_at == 0
    assert [a.act for a in acts_of(simulated=True, topic="issued")] == ["issue", "issue"]


def test_a_kept_file_altered_or_lost_is_found_and_another_program_is_named(office, tmp_path, monkeypatch):
    told = issued(tmp_path)
    altered, lost = (n for n in sorted(told["files"]) if n in {"tables/assessments.csv", "tables/targets.csv"})
    table = tmp_path / told["folder"] / altered
    whole = table.read_text(encoding="utf-8-sig")
    table.write_text(whole.replace("on_course", "far_behind", 1), encoding="utf-8-sig")
    (tmp_path / told["folder"] / lost).unlink()
    monkeypatch.setattr(_freeze, "program_hash", lambda: "another")

    again = reproduce(tmp_path, MONTH, real=False)

    assert sorted(again["spoilt"]) == [altered, lost]
    assert not again["kept_whole"]
    assert [(c["was"], c["now"]) for c in again["cells"]] == [("far_behind", "on_course")]
    assert again["differs"] == ["程序版本"]


def test_a_pack_edited_after_the_issue_changes_the_erratum_and_not_the_issue(office, tmp_path):
    pack = shutil.copytree(QUZHOU, tmp_path / "pack")
    issue_month(pack, tmp_path, MONTH, TASK_FORCE, real=False)
    lights = pack / "policy" / "lights.toml"
    rules = lights.read_text(encoding="utf-8")
    assert "-10" in rules
    lights.write_text(rules.replace("-10", "-25"), encoding="utf-8")

    again = reproduce(tmp_path, MONTH, real=False)
    told = erratum(tmp_path, pack)

    assert (again["same_bytes"], again["differs"]) == (True, [])
    tables = [c.difference for c in told.corrected if c.difference.place[0] == "assessments"]
    states = {(d.was, d.now) for d in tables if d.place[-1] == "state"}
    assert states == {("behind", "watch")}
    assert [step.words for step in told.steps] == ["内容包的文件有改动，没有经过采用"]


def test_a_month_never_issued_says_so(office, tmp_path):
    for ask in (
        lambda: reproduce(tmp_path, MONTH, real=False),
        lambda: erratum(tmp_path),
    ):
        with pytest.raises(NotIssued, match="还没有签发"):
            ask()


OCTOBER = Period.parse("2026-10")


def stepped(edition):
    """Return a target of the city that is judged this month by a step of 2026."""
    return next(t for t, a in edition.city.items() if a.gap < 0 and 2026 in edition.allocations[t].steps)


def approve_half(office, edition, **how):
    """Have half the step of 2026 of one target proposed and approved; return the target."""
    target = stepped(edition)
    half = edition.allocations[target].steps[2026] * 0.5
    propose_split_of(office, TASK_FORCE, target, {"steps": {"2026": str(half)}, "why": "中期调整"})
    approve(office, LEADER, "allocation", [target], **how)
    return target, half


def naive_differences(data):
    """Return the cells of the assessments that differ, by nothing but the two files, line by line."""
    kept = (data / "issued" / "simulated" / "2026-10" / "1" / "tables" / "assessments.csv").read_text("utf-8-sig")
    now = open_tables(run_month(QUZHOU, data, OCTOBER))["assessments.csv"].decode("utf-8-sig")
    old, new = (list(csv.reader(io.StringIO(text))) for text in (kept, now))
    return {
        (*a[:3], head, x, y)
        for a, b in zip(old, new, strict=True)
        for head, x, y in zip(old[0], a, b, strict=True)
        if x != y
    }


def test_every_number_and_sentence_that_an_approval_moves_is_in_the_erratum_with_the_approval(office, tmp_path):
    issue_month(QUZHOU, tmp_path, OCTOBER, TASK_FORCE, real=False)
    before = run_month(QUZHOU, tmp_path, OCTOBER)
    target, _ = approve_half(office, before, since="2023-01-01", why="市政府会议纪要〔2026〕12号")
    after = run_month(QUZHOU, tmp_path, OCTOBER)

    told = errata(QUZHOU, tmp_path, after)

    found = {(*d.place[1:], d.was, d.now) for c in told.corrected if (d := c.difference).place[0] == "assessments"}
    assert found == naive_differences(tmp_path)
    assert (target, "3308", "2026-10", "gap_points") in {row[:4] for row in found}
    printed = [c.difference for c in told.corrected if c.difference.place[0] == "通报"]
    assert any(not d.is_cell for d in printed)
    assert any(d.is_cell and before.label(before.plan.target[target]) in d.place for d in printed)
    assert [step.name for step in told.steps] == [LEADER.name]
    assert {why for c in told.corrected for why in c.why} == {told.steps[0].words}
    assert "市政府会议纪要〔2026〕12号" in told.steps[0].words


def test_the_erratum_is_a_paper_of_its_own_that_reads_back_and_lists_every_difference(office, tmp_path):
    issued(tmp_path)
    accept_values(office)
    edition = run_month(QUZHOU, tmp_path, MONTH)

    paper = paper_of(QUZHOU, tmp_path, edition, "erratum")

    assert [f.message.zh for f in paper.findings] == []
    assert sorted(name.rsplit(".", 1)[1] for name in paper.files) == ["docx", "pdf"]
    lines = list(docx_lines(next(body for name, body in paper.files.items() if name.endswith(".docx"))))
    for c in errata(QUZHOU, tmp_path, edition).corrected:
        assert c.where in lines
        assert (c.was or "（无）") in lines
        assert (c.now or "（删去）") in lines
        assert c.was != c.now
        assert not {c.was, c.now} & {"watch", "on_course", "behind", "far_behind", "no_report", "True", "False"}
        assert all(re.search(r"[0-9]\.[0-9]{11,}|^-0(\.0+)?$", text) is None for text in (c.was, c.now))


def test_words_that_are_the_same_in_files_that_differ_are_said_so_and_not_as_nothing_changed(office, tmp_path):
    told = issued(tmp_path)
    table = tmp_path / told["folder"] / "tables" / "datapackage.json"
    table.write_bytes(table.read_bytes() + b" ")

    found = erratum(tmp_path)

    assert not found.same
    assert found.corrected == ()
    assert "只有文件的字节不同" in found.beside


def test_the_verb_prints_the_place_the_old_the_new_and_why(office, tmp_path, capsys):
    issued(tmp_path)
    here = ["--content", str(QUZHOU), "--data", str(tmp_path)]
    assert cli.main(["erratum", PERIOD, *here]) == 0
    assert "没有变化：全部文件逐字节相同" in capsys.readouterr().out
    accept_values(office)

    assert cli.main(["erratum", PERIOD, *here, "--all", "--out", str(tmp_path / "out")]) == 0

    out = capsys.readouterr().out
    assert "原因1　" in out
    assert out.count("（原因1）") == len(erratum(tmp_path).corrected)
    assert (tmp_path / "out" / f"erratum-{PERIOD}.docx").is_file()


def test_an_approval_leaves_the_issued_month_as_it_is_and_holds_for_the_next(office, tmp_path):
    issue_month(QUZHOU, tmp_path, OCTOBER, TASK_FORCE, real=False)
    before = run_month(QUZHOU, tmp_path, OCTOBER)
    target, half = approve_half(office, before)

    again = run_month(QUZHOU, tmp_path, OCTOBER)
    later = run_month(QUZHOU, tmp_path, OCTOBER.next())

    assert reproduce(tmp_path, OCTOBER, real=False)["same_bytes"]
    assert errata(QUZHOU, tmp_path, again).same
    assert again.allocations[target] == before.allocations[target]
    assert later.allocations[target].steps[2026] == half
    held = repr(again.city[target])
    assert repr(later.before["3308"][target]) == held, "the month before is judged by what was in force then"


def test_a_month_that_has_not_ended_is_not_issued(office, tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-28T09:00:00+08:00")

    with pytest.raises(NotIssued, match="还没有结束"):
        issued(tmp_path)
    with pytest.raises(NotIssued, match="还没有结束"):
        issue_month(QUZHOU, tmp_path, Period.parse("2027-05"), TASK_FORCE, real=False)
