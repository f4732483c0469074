"""A month issued as a story: kept, made again, found altered, and owning up to what changed afterwards."""

import shutil

import pytest

from builders import QUZHOU
from chengzai.cycle import (
    NotIssued,
    _freeze,
    act_on,
    errata,
    hand_in,
    issue_month,
    issued_file,
    issued_page,
    issues_of,
    reproduce,
    run_month,
    save_cells,
    simulate_city,
    verify_journal,
)
from chengzai.kernel import Period
from chengzai.store import acts_of
from office import CUSTODIAN, FORM, PERIOD, REPORTER, REVIEWER, TASK_FORCE, VALUES, office_at, sheet

pytestmark = pytest.mark.django_db
MONTH = Period.parse(PERIOD)


@pytest.fixture
def office(tmp_path, monkeypatch):
    simulate_city(QUZHOU, tmp_path, seed=7, months=(Period.parse("2026-09"), Period.parse("2026-10")))
    return office_at(tmp_path, monkeypatch, "2026-12-02")


def issued(data, why=""):
    return issue_month(QUZHOU, data, MONTH, TASK_FORCE, real=False, why=why)


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
    assert errata(tmp_path, run_month(QUZHOU, tmp_path, MONTH))["cells"] == []
    accept_values(office)

    told = errata(tmp_path, run_month(QUZHOU, tmp_path, MONTH))

    assert told["simulated"]
    assert {cell["place_name"] for cell in told["cells"]} >= {"江山市"}
    page = issued_page(tmp_path, run_month(QUZHOU, tmp_path, MONTH))
    assert page["errata"]["cells"] == told["cells"]
    assert all(c["was_shown"] != c["now_shown"] for c in told["cells"] if c["what"] == "state")
    name = next(f for f in page["issues"][0]["files"] if f.endswith(".docx"))
    kept = tmp_path / "issued" / "simulated" / PERIOD / "1" / name
    assert issued_file(tmp_path, MONTH, 1, name, real=False) == kept.read_bytes()
    with pytest.raises(NotIssued, match="没有签发过这个文件"):
        issued_file(tmp_path, MONTH, 1, "../../secret", real=False)
    kept.write_bytes(b"altered")
    with pytest.raises(NotIssued, match="指纹"):
        issued_file(tmp_path, MONTH, 1, name, real=False)
    assert all(cell["was"] != cell["now"] for cell in told["cells"])
    assert [(act["topic"], act["name"]) for act in told["since"]] == [(f"form/{FORM}", CUSTODIAN.name)]


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
    assert errata(tmp_path, run_month(QUZHOU, tmp_path, MONTH))["cells"] == []
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
    told = errata(tmp_path, run_month(pack, tmp_path, MONTH))

    assert (again["same_bytes"], again["differs"]) == (True, [])
    assert {(cell["was"], cell["now"]) for cell in told["cells"]} == {("behind", "watch")}


def test_a_month_never_issued_says_so(office, tmp_path):
    for ask in (
        lambda: reproduce(tmp_path, MONTH, real=False),
        lambda: errata(tmp_path, run_month(QUZHOU, tmp_path, MONTH)),
    ):
        with pytest.raises(NotIssued, match="还没有签发"):
            ask()
