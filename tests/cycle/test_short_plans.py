"""A plan of one year that is over, whose document names no city: every verb works, or says why in one sentence."""

from pathlib import Path

import pytest

from builders import QUZHOU
from chengzai import cli

pytestmark = pytest.mark.django_db
REPORT = Path(__file__).parents[1] / "accuracy" / "work-report-2021.txt"


@pytest.fixture
def drafted(tmp_path, capsys):
    assert cli.main(["plan", "draft", str(REPORT), "--out", str(tmp_path / "city")]) == 0
    capsys.readouterr()
    return ["--content", str(tmp_path / "city"), "--data", str(tmp_path / "var")]


def test_a_run_without_a_month_is_of_the_last_month_of_a_plan_that_is_over(drafted, tmp_path, capsys):
    assert cli.main(["run", *drafted, "--real", "--no-pages", "--out", str(tmp_path / "out")]) == 0

    bulletin = capsys.readouterr().out
    assert bulletin.startswith("关于政府工作报告\n2021年12月进展情况的通报")
    assert "工程" not in bulletin

    assert cli.main(["run", "2022-03", *drafted, "--real", "--no-pages"]) == 2
    assert "请写 2021-01 至 2021-12 之间的月份，如 2021-12。" in capsys.readouterr().err


def test_a_twin_of_a_plan_that_names_later_years_is_made(drafted, capsys):
    assert cli.main(["twin", *drafted, "--from", "2021-01", "--to", "2021-12"]) == 0
    assert "新生成" in capsys.readouterr().err


def test_an_annual_assessment_of_nothing_is_one_sentence(tmp_path, capsys):
    call = ["paper", "annual", "2025-12", "--real", "--content", str(QUZHOU), "--data", str(tmp_path / "var")]

    assert cli.main([*call, "--out", str(tmp_path)]) == 2
    assert "没有可以评价的数，写不出年度评价" in capsys.readouterr().err
