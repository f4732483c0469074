"""A plan that is amended keeps its history: what held on a day, as far as was known on another."""

import datetime as dt
import json
import shutil

import pytest

from builders import COUNTY
from chengzai import cli
from chengzai.cycle import amend_plan, plan_history
from chengzai.kernel import UserError
from chengzai.store import read_pack

DAY = dt.date(2025, 7, 1)


@pytest.fixture
def amended(tmp_path):
    """The county's pack with an amendment: forty kilometres became fifty, a promise was added and one dropped."""
    pack = tmp_path / "pack"
    shutil.copytree(COUNTY, pack)
    words = (COUNTY / "document.txt").read_text(encoding="utf-8")
    first = read_pack(pack).tables
    road = next(t for table in first["commitments"] for t in table["target"] if t["value"] == 40)
    changed = words.replace(road["number"], road["number"].replace("40", "50")) + "\n新建公园3个。"
    (tmp_path / "new.txt").write_text(changed, encoding="utf-8")
    assert cli.main(["plan", "draft", str(tmp_path / "new.txt"), "--out", str(tmp_path / "draft")]) == 0
    version = amend_plan(pack, tmp_path / "draft", in_force=DAY, why="中期修订")
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
    changed = next(c for c in changes.values() if c["what"] == "changed" and "value" in c["fields"])
    assert changed["fields"]["value"] == ["40", "50"]
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
    amend_plan(pack, tmp_path / "draft", in_force=DAY, why="更正")

    assert [v.why for v in plan_history(pack)] == ["", "中期修订", "更正"]


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
