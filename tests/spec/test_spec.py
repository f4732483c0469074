"""Specifications an official can read: small tables in, small table out, through the command line's front door."""

import csv
import io
import re
import shutil
import tomllib

import pytest

from builders import COUNTY, ROOT
from chengzai import cli

SPECS = sorted((ROOT / "tests" / "spec").glob("*.toml"))


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value) else str(value)


def _table(kind, entry):
    return f"[[{kind}]]\n" + "\n".join(f"{k} = {_toml(v)}" for k, v in entry.items()) + "\n"


@pytest.mark.parametrize("path", SPECS, ids=[p.stem for p in SPECS])
@pytest.mark.django_db
def test_the_engine_behaves_as_the_specification_says(path, tmp_path):
    spec = tomllib.loads(path.read_text(encoding="utf-8"))
    pack = tmp_path / "pack"
    shutil.copytree(COUNTY, pack)
    for folder in ("commitments", "elements", "indicators", "allocation"):
        shutil.rmtree(pack / folder)
        (pack / folder).mkdir()
    (pack / "document.txt").write_text(f"一、目标。{spec['sentence']}。\n", encoding="utf-8")
    plan = (pack / "plan.toml").read_text(encoding="utf-8").split("[[section]]")[0]
    (pack / "plan.toml").write_text(
        plan + '[[section]]\nid = "goals"\ntitle = "目标"\nstarts = "一、"\n', encoding="utf-8"
    )
    target = {
        "id": "it",
        "clause": "goals.1",
        "indicator": "它",
        "scope": "全县",
        "direction": "up",
        "strength": "firm",
    }
    (pack / "commitments/it.toml").write_text(
        _table("target", {**target, "words": spec["sentence"], **spec["target"]}), encoding="utf-8"
    )
    elements = "\n".join(_table("element", {"unit": "", "collected": "township", **e}) for e in spec["element"])
    (pack / "elements/it.toml").write_text(elements, encoding="utf-8")
    (pack / "indicators/it.toml").write_text(
        _table("indicator", {"id": "it", "name": "它", "formula": spec["formula"]}), encoding="utf-8"
    )
    if "allocation" in spec:
        (pack / "allocation/it.toml").write_text(
            _table("allocation", {"target": "it", **spec["allocation"]}), encoding="utf-8"
        )
    sheet = tmp_path / "report.csv"
    sheet.write_text("element,place,period,value\n" + "\n".join(spec["report"]) + "\n", encoding="utf-8")
    folders = ["--content", str(pack), "--data", str(tmp_path / "var")]

    cli.main(["import", str(sheet), *folders])
    cli.main(["run", spec["period"], "--real", "--no-pages", *folders, "--out", str(tmp_path / "out")])

    rows = csv.DictReader(io.StringIO((tmp_path / "out/tables/assessments.csv").read_text(encoding="utf-8-sig")))
    found = next(r for r in rows if r["place"] == "990101")
    assert {k: found[k] for k in spec["expect"]} == spec["expect"]
