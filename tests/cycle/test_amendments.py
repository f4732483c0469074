"""A plan that is amended keeps its history: what held on a day, as far as was known on another."""

import datetime as dt
import json
import shutil

import pytest

from builders import COUNTY, QUZHOU
from chengzai import cli
from chengzai.cycle import (
    AmendmentRefused,
    TargetAmendment,
    adopt_content,
    amend_plan,
    amend_target,
    decide_amendment,
    draft_pack,
    open_office,
    pack_in_force,
    plan_history,
    propose_amendment,
    run_month,
    simulate_city,
)
from chengzai.kernel import Actor, Period, UserError
from chengzai.store import read_pack
from office import LEADER

DAY = dt.date(2025, 7, 1)


@pytest.fixture
def amended(tmp_path):
    """The county's pack with an amendment: forty kilometres became fifty, a promise was added and one dropped."""
    pack = tmp_path / "pack"
    shutil.copytree(COUNTY, pack)
    words = (COUNTY / "document.txt").read_text(encoding="utf-8")
    first = read_pack(pack).tables
    road = next(t for table in first["commitments"] for t in table["target"] if t["value"] == 40)
    changed = words.replace(road["number"], road["number"].replace("40", "50")).replace("创建美丽河湖3条,", "")
    changed += "\n新建公园3个。"
    (tmp_path / "new.txt").write_text(changed, encoding="utf-8")
    assert cli.main(["plan", "draft", str(tmp_path / "new.txt"), "--out", str(tmp_path / "draft")]) == 0
    decide_amendment(pack, tmp_path / "draft", "all", "agree", by="王某")
    version = amend_plan(pack, tmp_path / "draft", in_force=DAY, approver="李某", why="中期修订")
    return pack, version, road["id"]


def test_the_version_in_force_is_the_one_read(amended):
    pack, _, road = amended

    def goal(on):
        tables = read_pack(pack, on=on).tables
        return next(t["value"] for table in tables["commitments"] for t in table["target"] if t["id"] == road)

    assert goal(dt.date(2025, 6, 30)) == 40
    assert goal(DAY) == 50


def test_a_promise_keeps_its_id_and_its_change_both_sentences(amended):
    _, version, road = amended
    changes = {c["indicator"]: c for c in version.as_dict()["changes"]}

    assert road in version.plan.target
    assert sorted(c["what"] for c in changes.values()) == ["added", "changed", "dropped"]
    changed = next(c for c in changes.values() if c["what"] == "changed")
    assert changed["fields"] == {"value": ["40", "50"]}
    assert "40" in changed["old"]
    assert "50" in changed["new"]
    assert changes["公园"]["what"] == "added"


def test_what_was_not_yet_recorded_is_not_known(amended):
    pack, version, _ = amended
    day_before = version.recorded - dt.timedelta(days=1)

    assert len(plan_history(pack)) == 2
    assert len(plan_history(pack, known=day_before)) == 1
    assert len(plan_history(pack, on=dt.date(2025, 6, 30))) == 1


def test_of_two_for_one_day_the_one_recorded_later_holds_and_both_stay(amended, tmp_path):
    pack, _, _ = amended
    again = (tmp_path / "new.txt").read_text(encoding="utf-8").replace("新建公园3个", "新建公园4个")
    (tmp_path / "again.txt").write_text(again, encoding="utf-8")
    draft_pack(tmp_path / "again.txt", tmp_path / "second")
    decide_amendment(pack, tmp_path / "second", "all", "agree", by="王某")
    amend_plan(pack, tmp_path / "second", in_force=DAY, approver="李某", why="更正")

    assert [v.why for v in plan_history(pack)] == ["", "中期修订", "更正"]
    assert [c.fields for c in plan_history(pack)[-1].changes if c.what != "kept"] == [("value",)]


def test_the_history_is_told_in_words_and_as_json(amended, capsys):
    pack, _, _ = amended
    capsys.readouterr()

    assert cli.main(["plan", "history", str(pack)]) == 0
    assert "2025-07-01 起施行" in capsys.readouterr().out
    assert cli.main(["plan", "history", str(pack), "--on", "2025-06-30", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_an_amendment_without_its_days_is_named(amended):
    pack, _, _ = amended
    (pack / "amendments" / "2025-07-01" / "amendment.toml").write_text('in_force = "soon"\n', encoding="utf-8")

    with pytest.raises(UserError, match=r"in_force|录入|recorded"):
        read_pack(pack)


def drafted(tmp_path, edit, content=COUNTY):
    """Return a copy of a pack and a draft of its document as edited, nothing decided yet."""
    pack = shutil.copytree(content, tmp_path / "a-pack")
    text = edit((content / "document.txt").read_text(encoding="utf-8"))
    (tmp_path / "edited.txt").write_text(text, encoding="utf-8")
    draft_pack(tmp_path / "edited.txt", tmp_path / "a-draft")
    return pack, tmp_path / "a-draft"


def more_roads(text):
    return text.replace("40公里", "50公里")


def test_only_a_draft_whose_every_change_was_decided_can_hold(tmp_path):
    pack, draft = drafted(tmp_path, more_roads)
    with pytest.raises(AmendmentRefused, match="还有 1 处没有决定"):
        amend_plan(pack, draft, in_force=DAY, approver="李某")
    with pytest.raises(AmendmentRefused, match="由谁决定"):
        decide_amendment(pack, draft, "all", "agree", by="")
    with pytest.raises(AmendmentRefused, match="可选：agree"):
        decide_amendment(pack, draft, propose_amendment(pack, draft).points[0].key, "maybe", by="王某")

    told = decide_amendment(pack, draft, "all", "agree", by="王某", note="会议纪要")

    assert told.open == ()
    with pytest.raises(AmendmentRefused, match="未参与逐条决定的人"):
        amend_plan(pack, draft, in_force=DAY, approver="王某")
    assert amend_plan(pack, draft, in_force=DAY, approver="李某").in_force == DAY


def test_a_decision_counts_for_the_words_it_was_taken_on(tmp_path):
    pack, draft = drafted(tmp_path, more_roads)
    decide_amendment(pack, draft, "all", "agree", by="王某")
    shutil.rmtree(tmp_path / "a-draft" / "draft")
    log = (draft / "review" / "amendment.jsonl").read_text(encoding="utf-8")
    shutil.rmtree(draft)
    (tmp_path / "edited.txt").write_text(
        more_roads((COUNTY / "document.txt").read_text(encoding="utf-8")).replace("50公里", "60公里"), encoding="utf-8"
    )
    draft_pack(tmp_path / "edited.txt", draft)
    (draft / "review").mkdir()
    (draft / "review" / "amendment.jsonl").write_text(log, encoding="utf-8")

    assert len(propose_amendment(pack, draft).open) == 1


def test_a_plan_that_says_the_same_is_no_amendment(tmp_path):
    pack, draft = drafted(tmp_path, lambda text: text)

    with pytest.raises(AmendmentRefused, match="没有任何改动"):
        amend_plan(pack, draft, in_force=DAY, approver="李某")


def test_the_verb_shows_decides_and_records(tmp_path, capsys):
    pack, draft = drafted(tmp_path, more_roads)
    here = ["plan", "amend", str(pack), str(draft)]
    assert cli.main(here) == 0
    out = capsys.readouterr().out
    assert "改动 1 项，新增 0 项，删去 0 项" in out
    assert "待定 1 处" in out
    assert cli.main([*here, "--in-force", "2026-07-01", "--approver", "李某"]) != 0
    assert "没有决定" in capsys.readouterr().err

    assert cli.main([*here, "--decide", "all=agree", "--by", "王某"]) == 0
    assert "全部已定" in capsys.readouterr().out
    assert cli.main([*here, "--in-force", "2026-07-01", "--approver", "李某", "--why", "修订"]) == 0
    assert "改动 1 项" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_amended_pack_is_adopted_and_runs_its_months_with_all_that_hung_on_its_targets(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-20T09:00:00+08:00")
    pack, draft = drafted(tmp_path, lambda text: text.replace("700个以上", "650个以上"), QUZHOU)
    decide_amendment(pack, draft, "all", "agree", by="王某")
    amend_plan(pack, draft, in_force=dt.date(2026, 11, 1), approver="李某", why="中期修订")
    data = tmp_path / "data"
    simulate_city(pack, data, seed=7, months=(Period.parse("2026-09"), Period.parse("2026-10")))
    before = open_office(data, QUZHOU, real=False)

    adopt_content(data, pack, Actor("a", "甲"), why="中期修订", simulated=True)

    office = open_office(data, pack, real=False)
    assert office.plan.target["village-relocation"].value == 650
    assert set(office.plan.target) == set(before.plan.target)
    assert office.registers.keys() == before.registers.keys()
    assert {k: f.elements for k, f in office.forms.items()} == {k: f.elements for k, f in before.forms.items()}
    assert office.allocations == before.allocations
    october, november = (run_month(pack, data, Period.parse(month)) for month in ("2026-10", "2026-11"))
    assert october.plan.target["village-relocation"].value == 700
    assert november.plan.target["village-relocation"].value == 650
    assert [e["words"] for e in november.earlier["village-relocation"]] == ["整村搬迁自然村700个以上"]
    assert set(november.city) == set(october.city)


def one_target(**changes):
    told = {"words": "整村搬迁自然村650个以上", "document": "市政发〔2026〕12号", "in_force": "2026-11-01"}
    return TargetAmendment(**told | changes)


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_NOW", "2026-11-20T09:00:00+08:00")
    return open_office(tmp_path / "data", shutil.copytree(QUZHOU, tmp_path / "one"), real=False)


@pytest.mark.django_db
def test_an_approver_amends_one_target_and_the_history_shows_it(office, tmp_path):
    pack = tmp_path / "one"

    told = amend_target(office, pack, LEADER, "village-relocation", one_target(value="650", deadline="2028-06-30"))

    assert told["fields"] == {"value": ["700", "650"], "deadline": ["2027-12-31", "2028-06-30"]}
    last = plan_history(pack)[-1]
    assert [(c.what, c.id) for c in last.changes if c.what != "kept"] == [("changed", "village-relocation")]
    assert "市政发〔2026〕12号" in last.why
    now = open_office(tmp_path / "data", pack, real=False).plan.target["village-relocation"]
    assert (now.value, now.deadline, now.reading) == (650, dt.date(2028, 6, 30), office.plan.target[now.id].reading)
    in_force = pack_in_force(tmp_path / "data", pack)
    assert in_force != pack
    assert read_pack(in_force, on=dt.date(2026, 10, 31)).document == office.pack.document


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"document": ""}, "所依据的文件"),
        ({"value": "600"}, "与填写的 600 不符"),
        ({"words": "努力推进整村搬迁"}, "找不到这项目标的数"),
        ({"words": "整村搬迁自然村700个以上"}, "没有任何改动"),
        ({"words": "整村搬迁自然村650个以上,新建城市公园12个"}, "不只改动这一项"),
        ({"in_force": "明年"}, "施行日期"),
    ],
)
def test_words_that_cannot_be_one_target_s_are_refused_and_nothing_changes(office, tmp_path, changes, says):
    with pytest.raises(AmendmentRefused, match=says):
        amend_target(office, tmp_path / "one", LEADER, "village-relocation", one_target(**changes))

    assert len(plan_history(tmp_path / "one")) == 1
    assert pack_in_force(tmp_path / "data", tmp_path / "one") == tmp_path / "one"


@pytest.mark.django_db
def test_one_county_of_a_sentence_of_four_is_amended_alone(office, tmp_path):
    words = "龙游、江山、常山、开化县城人口分别达到18万、21万、15万、15万人"

    told = amend_target(office, tmp_path / "one", LEADER, "population-jiangshan-town", one_target(words=words))

    assert told["fields"] == {"value": ["20", "21"]}
    other = one_target(words=words.replace("15万、15万", "16万、15万"))
    with pytest.raises(AmendmentRefused, match="不只改动这一项"):
        amend_target(office, tmp_path / "one", LEADER, "population-longyou-town", other)
