"""A pack in which townships merge, split and change: what is due, what counts, and under which name."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from builders import COUNTY, element
from chengzai import cli
from chengzai.collect import Form, cells_of, units_of
from chengzai.kernel import Element, Period, Place, PlaceChange, Places, Text
from chengzai.store import PackUnreadable, read_pack

HEAD = "code,name,level,parent,since,until\n"
UNITS = """990101,石桥县,prefecture,,,
990101100,城关镇,county,990101,,
990101101,溪口镇,county,990101,,
990101100001,城关一片,township,990101100,,
990101100002,城关二片,township,990101100,,
990101101001,溪口一片,township,990101101,,
"""
INDICATOR = '[[indicator]]\nid = "rural-roads"\nname = "路"\nformula = "roads_new"\n'


def pack_with(folder: Path, *, changes: str = "", units: str = UNITS) -> Path:
    pack = folder / "pack"
    shutil.copytree(COUNTY, pack)
    (pack / "places/units.csv").write_text(HEAD + units, encoding="utf-8")
    (pack / "places/changes.toml").write_text(changes, encoding="utf-8")
    shutil.rmtree(pack / "indicators")
    (pack / "indicators").mkdir()
    (pack / "indicators/it.toml").write_text(INDICATOR, encoding="utf-8")
    return pack


def judged(folder: Path, pack: Path, month: str, *reports: str) -> dict[str, dict[str, str]]:
    sheet = folder / "report.csv"
    sheet.write_text("\n".join(["element,place,period,value", *reports]) + "\n", encoding="utf-8")
    folders = ["--content", str(pack), "--data", str(folder / "var")]
    cli.main(["import", str(sheet), *folders])
    assert cli.main(["run", month, "--real", "--no-pages", *folders, "--out", str(folder / "out")]) in {0, None}
    rows = csv.DictReader(io.StringIO((folder / "out/tables/assessments.csv").read_text(encoding="utf-8-sig")))
    return {row["place"]: row for row in rows if row["target"] == "rural-roads"}


@pytest.mark.django_db
def test_an_abolished_township_is_due_no_more_from_the_day_after_its_last(tmp_path):
    units = UNITS.replace("城关二片,township,990101100,,", "城关二片,township,990101100,,2026-06-30")
    pack = pack_with(tmp_path, units=units)

    after = judged(tmp_path, pack, "2026-07", "roads_new,990101100001,2026-07,5", "roads_new,990101101001,2026-07,3")

    assert (after["990101"]["reported"], after["990101"]["expected_reports"]) == ("2", "2")
    assert after["990101100"]["expected_reports"] == "1"


@pytest.mark.django_db
def test_a_report_of_a_township_that_is_no_more_is_held_back(tmp_path, capsys):
    units = UNITS.replace("城关二片,township,990101100,,", "城关二片,township,990101100,,2026-06-30")
    pack = pack_with(tmp_path, units=units)

    after = judged(
        tmp_path, pack, "2026-07", "roads_new,990101100001,2026-07,5", "roads_new,990101100002,2026-07,7",
        "roads_new,990101101001,2026-07,3",
    )  # fmt: skip

    assert float(after["990101"]["value"]) == 8.0
    assert "2026-07末没有“城关二片”这个单位" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_township_moved_to_another_county_counts_there_from_its_day_on(tmp_path):
    move = '[[change]]\nday = 2026-06-01\nkind = "move"\ncodes = ["990101100002"]\nwas = "990101101"\nwhy = "县政函"\n'
    pack = pack_with(tmp_path, changes=move)
    reports = [f"roads_new,{unit},{month},{value}" for month in ("2026-05", "2026-06") for unit, value in (
        ("990101100001", 1), ("990101100002", 2), ("990101101001", 4))]  # fmt: skip

    before = judged(tmp_path, pack, "2026-05", *reports)
    after = judged(tmp_path, pack, "2026-06", *reports)

    assert [float(before[p]["value"]) for p in ("990101100", "990101101", "990101")] == [1.0, 6.0, 7.0]
    assert [float(after[p]["value"]) for p in ("990101100", "990101101", "990101")] == [3.0, 4.0, 7.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('kind = "split"\ncodes = ["990101100001"]\ninto = ["990101100002"]', "两个以上单位"),
        ('kind = "split"\ncodes = ["990101100001"]\ninto = ["990101100002", "990101101001"]\nkey = "人口"', "合计为 1"),
        ('kind = "merge"\ncodes = ["990101100001"]\ninto = ["9"]', "units.csv 中没有 9"),
        ('kind = "rename"\ncodes = ["990101100001"]', "须写 was"),
        ('kind = "swap"\ncodes = ["990101100001"]', "kind 应为"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_number(tmp_path, change, says):
    pack = pack_with(tmp_path, changes=f"[[change]]\nday = 2026-06-01\n{change}\n")

    with pytest.raises(PackUnreadable) as refused:
        read_pack(pack)

    assert "第1条" in refused.value.text.zh
    assert says in refused.value.text.zh


def test_who_is_due_is_one_rule_for_forms_and_figures():
    merge = PlaceChange(Period.parse("2026-06").last_day().replace(day=1), "merge", ("101", "102"), into=("103",))
    units = [Place("1", "市", "prefecture"), Place("10", "县", "county", "1")]
    places = Places([*units, *(Place(c, c, "township", "10") for c in ("100", "101", "102", "103"))], [merge])
    late = element("late", since=Period.parse("2026-07"))
    elements: dict[str, Element] = {"old": element("old"), "late": late, "own": element("own", units=("100",))}
    form = Form("f", Text("表", "form"), "township", "month", "", Period.parse("2026-05"), tuple(elements))

    for month in ("2026-05", "2026-06", "2026-07"):
        period = Period.parse(month)
        asked = {
            (unit, cell.code)
            for unit in units_of(form, places, elements, "1", period=period)
            for cell in cells_of(form, unit, elements, period=period)
        }
        assert asked == {(p.code, e.code) for p in places.ordered for e in elements.values() if e.due(p, period)}
    assert {unit for unit, _ in asked} == {"100", "103"}


def test_a_renamed_place_has_the_name_of_the_time():
    rename = PlaceChange(Period.parse("2026-06").last_day().replace(day=1), "rename", ("10",), was="旧县")
    places = Places([Place("1", "市", "prefecture"), Place("10", "新县", "county", "1")], [rename])

    assert places.at(Period.parse("2026-05").last_day())["10"].name == "旧县"
    assert places.at(Period.parse("2026-06").last_day())["10"].name == "新县"


@pytest.mark.django_db
def test_a_change_that_cannot_be_is_told_by_the_audit_and_keeps_a_pack_from_adoption_and_a_month_from_a_run(
    tmp_path, capsys
):
    pack = pack_with(tmp_path, changes='change = "none"\n')
    folders = ["--content", str(pack), "--data", str(tmp_path / "var")]

    assert cli.main(["plan", "audit", str(pack)]) == 1
    assert "✗ [plan.place-change-unusable]" in capsys.readouterr().out
    assert cli.main(["content", "adopt", str(pack), "--data", str(tmp_path / "var"), "--real"]) == 2
    assert "未采用" in capsys.readouterr().err
    assert cli.main(["run", "2026-06", "--real", "--no-pages", *folders, "--out", str(tmp_path / "out")]) == 2
    assert "places/changes.toml：区划变动" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_first_adoption_of_a_store_is_called_so(tmp_path, capsys):
    shutil.copytree(COUNTY, tmp_path / "pack")
    adopt = ["content", "adopt", str(tmp_path / "pack"), "--data", str(tmp_path / "var"), "--real"]

    assert cli.main(adopt) == 0
    first = capsys.readouterr().out
    (tmp_path / "pack/places/changes.toml").write_text("change = []\n", encoding="utf-8")
    assert cli.main(adopt) == 0

    assert "首次采用" in first
    assert "处改动" not in first
    assert "1 处改动" in capsys.readouterr().out
