"""The stories through the command line, as an office would run them."""

import csv
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from builders import COUNTY, QUZHOU, ROOT
from chengzai import cli
from chengzai.cycle import run_month
from chengzai.kernel import Period
from chengzai.store import load_facts, read_pack


def chengzai(*arguments, cwd=ROOT):
    call = [sys.executable, "-m", "chengzai.cli", *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, cwd=cwd, timeout=120)


def called(*arguments):
    """Call the program without starting it, for what no store is opened for."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = cli.main([*map(str, arguments)])
        except SystemExit as told:
            code = told.code
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def test_the_audit_prints_its_account_and_passes():
    done = chengzai("plan", "audit", QUZHOU)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "无去处 0" in done.stdout
    assert "核对通过" in done.stdout


def test_the_audit_in_json_has_the_agreed_shape():
    account = json.loads(chengzai("plan", "audit", QUZHOU, "--json").stdout)
    text = (QUZHOU / "document.txt").read_text(encoding="utf-8")

    assert set(account) >= {"mentions", "targets", "tasks", "mechanisms", "reforms", "repairs", "findings"}
    for mention in account["mentions"]:
        assert text[mention["start"] : mention["end"]] == mention["surface"]
        assert mention["disposition"] in {"target", "other_commitment", "not_commitment"}
        assert mention["ref"] or mention["reason"]
    needed = {
        "id",
        "citations",
        "indicator",
        "scope",
        "comparator",
        "value",
        "unit",
        "canonical_value",
        "canonical_unit",
        "deadline",
        "deadline_explicit",
        "kind",
        "direction",
        "strength",
    }
    for target in account["targets"]:
        assert set(target) >= needed
        assert all(text[c["start"] : c["end"]] for c in target["citations"])


def test_an_unaccounted_number_fails_the_audit(tmp_path):
    pack = tmp_path / "pack"
    subprocess.run(["cp", "-r", str(COUNTY), str(pack)], check=True)
    document = pack / "document.txt"
    document.write_text(document.read_text(encoding="utf-8").rstrip() + "新建公园7处。\n", encoding="utf-8")

    done = called("plan", "audit", pack)

    assert done.returncode == 1
    assert "数字“7”" in done.stdout


@pytest.mark.parametrize(
    ("damage", "says"),
    [("plan.toml", "读不懂"), ("missing", "找不到文件")],
)
def test_a_broken_pack_is_one_sentence_and_no_traceback(tmp_path, damage, says):
    pack = tmp_path / "pack"
    subprocess.run(["cp", "-r", str(COUNTY), str(pack)], check=True)
    if damage == "missing":
        (pack / "document.txt").unlink()
    else:
        (pack / damage).write_text("title = ", encoding="utf-8")

    done = called("plan", "audit", pack)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_month_that_is_none_is_one_sentence(tmp_path):
    done = chengzai("run", "2026-13", "--data", tmp_path / "var", "--out", tmp_path / "out", "--content", COUNTY)

    assert done.returncode == 2
    assert "不是期间" in done.stderr


def test_the_example_county_goes_through_from_sheet_to_table(tmp_path):
    folders = ("--content", COUNTY, "--data", tmp_path / "var")
    sound = chengzai("import", COUNTY / "reports.csv", *folders)
    doubtful = chengzai("import", COUNTY / "reports-with-errors.csv", *folders, "--json")
    run = chengzai("run", "2026-06", "--real", "--no-pages", *folders, "--out", tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/tables/assessments.csv").read_text(encoding="utf-8-sig"))))
    states = {(r["target"], r["place"]): r["state"] for r in rows}

    assert sound.returncode == 0
    assert doubtful.returncode == 1
    assert len(json.loads(doubtful.stdout)) == 7
    assert run.returncode == 0, run.stderr
    assert states["rural-roads", "990101"] == "watch"
    assert states["express-delivery", "990101"] == "cannot_tell"
    assert states["village-plans", "990101"] == "not_yet_due"
    assert states["public-jobs", "990101101"] == "behind"
    assert len(list((tmp_path / "var/received").iterdir())) == 2


def test_real_figures_alone_say_honestly_what_cannot_be_told(tmp_path):
    done = chengzai("run", "2026-10", "--real", "--no-pages", "--data", tmp_path / "var", "--out", tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/tables/assessments.csv").read_text(encoding="utf-8-sig"))))
    city = [r for r in rows if r["place"] == "3308"]

    assert done.returncode == 0, done.stderr
    assert {r["state"] for r in city} <= {"not_asked", "cannot_tell", "not_yet_due"}, "nobody was asked for October"
    untold = [(r["target"], r["reason"]) for r in city if r["state"] == "cannot_tell"]
    assert [target for target, _ in untold] == ["gdp"]
    assert "没有基数" in untold[0][1]
    assert "可信度C" in untold[0][1]
    assert {r["data"] for r in rows} == {"真实 real"}
    assert "模拟" not in done.stdout


def test_every_real_figure_is_an_observation_with_its_source():
    pack = read_pack(QUZHOU)

    assert len(pack.statistics) == 56
    assert all(row["evidence"] and row["reliability"] in "ABC" for row in pack.statistics)


@pytest.mark.django_db
def test_as_of_gives_back_what_was_known_then(tmp_path, settings):
    data = tmp_path / "var"
    for sheet in ("reports.csv", "late.csv"):
        path = COUNTY / sheet
        if sheet == "late.csv":
            path = tmp_path / sheet
            path.write_text("element,place,period,value\nroads_new,990101100001,2026-06,3.3\n", encoding="utf-8")
        cli_import(path, data)

    now = run_month(COUNTY, data, Period.parse("2026-06"), real=True)
    then = run_month(COUNTY, data, Period.parse("2026-06"), real=True, as_of=first_batch())

    assert then.city["rural-roads"].value == pytest.approx(7.8)
    assert now.city["rural-roads"].value == pytest.approx(9.8)


def cli_import(path, data):
    from chengzai.cycle import import_sheet

    assert import_sheet(COUNTY, data, path, author="x").held == ()


def first_batch():
    from chengzai.store.models import Batch

    return Batch.objects.order_by("id").first().entry


@pytest.mark.django_db
def test_a_batch_that_was_altered_is_refused(tmp_path):
    data = tmp_path / "var"
    cli_import(COUNTY / "reports.csv", data)
    batch = next((data / "batches").iterdir())
    batch.write_bytes(batch.read_bytes()[:-1] + b"x")

    with pytest.raises(Exception, match="被改动"):
        load_facts(data, simulated=False)


def test_the_twin_is_the_same_for_the_same_seed_and_keeps_its_truth_apart(city):
    _, _, _, data = city
    truth = list(csv.DictReader(io.StringIO((data / "twin/truth.csv").read_text(encoding="utf-8"))))

    assert {row["drifts"] for row in truth} == {"True", "False"}
    assert any(row["missed"] == "True" for row in truth)


def test_the_city_is_covered_by_the_twin(edition):
    facts = edition.measured.facts

    assert set(facts.sources) == {"simulated"}
    assert {facts.periods[i] for i in facts.period} >= {"2023-01", "2026-10"}
    townships = {code for code in facts.places if len(code) == 9}
    assert len(townships) == 100
    at_townships = {
        facts.elements[e]
        for e, p in set(zip(facts.element.tolist(), facts.place.tolist(), strict=True))
        if len(facts.places[p]) == 9
    }
    assert len(at_townships) >= 12


def test_help_of_every_verb_has_an_example():
    for verb in (
        ["run"],
        ["twin"],
        ["import"],
        ["serve"],
        ["plan", "audit"],
        ["plan", "draft"],
        ["plan", "review"],
        ["plan", "amend"],
        ["plan", "history"],
        ["plan", "check"],
        ["plan", "diff"],
    ):
        text = called(*verb, "--help").stdout
        assert "example: chengzai" in text


def test_exit_codes_are_told():
    assert set(cli.EXIT_CODES) == {0, 1, 2, 3}


@pytest.mark.parametrize("period", ["2026Q3", "2019-01", "2031-01"])
def test_a_period_in_which_the_plan_does_not_run_is_one_sentence(period, tmp_path):
    done = chengzai("run", period, "--real", "--data", tmp_path / "var", "--out", tmp_path / "out", "--content", COUNTY)

    assert done.returncode == 2
    assert "方案期内的月份" in done.stderr


@pytest.mark.parametrize(
    ("file", "was", "now", "says"),
    [
        ("commitments/targets.toml", "deadline = 2027-12-31", 'deadline = "2027"', "deadline 应为日期"),
        ("commitments/targets.toml", "value = 40", 'value = "四十"', "value 应为数字"),
        ("commitments/targets.toml", 'kind = "cumulative"', 'kind = "sum"', "kind 应为"),
        ("plan.toml", 'city = "石桥县"', "", "缺少 city"),
        ("plan.toml", "end = 2027-12-31", 'end = "2027"', "缺少 end"),
        ("elements/monthly.toml", 'over_time = "last"', 'over_time = "final"', "over_time 应为"),
    ],
)
def test_a_wrong_field_of_a_pack_is_named(file, was, now, says, tmp_path):
    pack = tmp_path / "pack"
    subprocess.run(["cp", "-r", str(COUNTY), str(pack)], check=True)
    text = (pack / file).read_text(encoding="utf-8")
    assert was in text
    (pack / file).write_text(text.replace(was, now), encoding="utf-8")

    done = called("plan", "audit", pack)

    assert done.returncode in {1, 2}
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_the_program_is_one_line_and_a_file(monkeypatch, capsys):
    monkeypatch.setattr("chengzai.cycle.audit_pack", lambda _: 1 / 0)

    assert cli.main(["plan", "audit", str(COUNTY)]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "-1", "99999999"])
def test_a_place_in_the_journal_that_does_not_exist_is_refused_with_the_last_one_there_is(tmp_path, capsys, number):
    data = tmp_path / "var"
    cli_import(COUNTY / "reports.csv", data)
    folders = ["--content", str(COUNTY), "--data", str(data), "--out", str(tmp_path / "out")]

    assert cli.main(["run", "2026-06", "--real", "--no-pages", *folders, "--as-of", number]) == 2

    assert f"没有第{number}条，最后一条是第{first_batch()}条" in capsys.readouterr().err
