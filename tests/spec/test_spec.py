"""Specifications an official can read: a small table in, a small table out, through the whole month.

Each case is a pack of one target, run as a month by the cycle; only the bulletin's files are not set.
"""

import math
from functools import cached_property
from itertools import count

import pytest

from builders import COUNTY
from chengzai.assess import distance_words
from chengzai.cycle import run_month
from chengzai.kernel import Period
from chengzai.publish import city_page, county_page, target_page, write_bulletin
from specs import Spec, chapters, code_of, specs, write_pack

SPECS = specs()
POLICY = {f"policy/{p.name}": p.read_text(encoding="utf-8") for p in (COUNTY / "policy").glob("*.toml")}
FILES = count()


class Found:
    """What a month says about its one target, by the names that specifications use."""

    def __init__(self, edition, told):
        self.edition, self.told = edition, told
        self.place = code_of(told, told["at"]) if "at" in told else edition.plan.root
        self.judged = edition.judged[self.place]["it"]
        self.target = edition.plan.target["it"]

    @cached_property
    def row(self):
        if self.place == self.edition.plan.root:
            return target_page(self.edition, "it")
        sections = county_page(self.edition, self.place)["sections"]
        return next(row for section in sections for row in section["rows"] if row["id"] == "it")

    @cached_property
    def bulletin(self):
        return write_bulletin(self.edition).text()

    @property
    def findings(self):
        return sorted({f.code for f in (*self.edition.findings, *self.edition.audit.findings)})

    @property
    def distance(self):
        a = self.judged
        counts = self.edition.counts_counties(self.target, self.place)
        phrase = distance_words(self.target, a.value, a.goal, met=a.met, counts_places=counts)
        amount = phrase.amount / self.edition.scale_at(self.target, self.place)
        return phrase.said(f"{amount:.10g}", self.row["unit"]).zh

    def get(self, name):
        if name in {"findings", "bulletin", "distance"}:
            return getattr(self, name)
        if name in {"asks", "shown"}:
            row = self.row
            return f"{row['sign']}{row['goal']}{row['unit']}" if name == "asks" else row["value"]
        if name in {"done", "due_share", "gap"}:
            return self.row[{"done": "attained", "due_share": "expected", "gap": "gap"}[name]]
        if name == "pace":
            lines = [line for line in self.bulletin.splitlines() if "到期前还须" in line]
            return lines[0].partition("：")[2].partition("；")[0] if lines else ""
        if name == "reports":
            return f"{self.row['reported']}/{self.row['due_reports']}"
        if name in {"still", "best_shown"}:
            return self.row["still_needed" if name == "still" else name]
        if name == "reason":
            return self.judged.reason.zh
        if name in {"ranks", "scores"}:
            rows = city_page(self.edition)["ranking"]["rows"]
            return {r["name"]: r["rank" if name == "ranks" else "score"] for r in rows if r["scored"]}
        if name == "lights":
            return {k: n for k, n in self.edition.counts(self.place).items() if n}
        value = getattr(self.judged, "value" if name == "value_now" else name)
        return None if isinstance(value, float) and math.isnan(value) else value


def agrees(found, expected, name):
    if name == "bulletin":
        return all(words in found for words in ([expected] if isinstance(expected, str) else expected))
    if name == "findings":
        return set(expected) <= set(found) if expected else not found
    if isinstance(expected, float):
        return found == pytest.approx(expected, rel=1e-9)
    return found == (None if expected == "—" and not isinstance(found, str) else expected)


@pytest.mark.parametrize("spec", SPECS, ids=[f"{s.chapter[:2]}-{s.path.stem}" for s in SPECS])
@pytest.mark.django_db
def test_the_engine_behaves_as_the_specification_says(spec: Spec, tmp_path):
    for case in spec.cases:
        told = spec.merged(case)
        pack = tmp_path / f"pack{next(FILES)}"
        policy = {k: v.replace("half_up", told["rule"]) if "rule" in told else v for k, v in POLICY.items()}
        write_pack(told, pack, policy)

        found = Found(run_month(pack, tmp_path / "var", Period.parse(told["period"]), real=True), told)

        for name, expected in spec.expected(case).items():
            assert agrees(found.get(name), expected, name), (case, name, found.get(name), found.judged)


def test_the_manual_has_chapters_and_every_specification_its_reason():
    strays = [p.name for p in SPECS[0].path.parents[1].glob("*.toml") if p.name != "chapters.toml"]
    folders = {p.name for p in (SPECS[0].path.parents[1]).iterdir() if p.is_dir() and not p.name.startswith("_")}

    assert not strays, "a specification stands in the folder of its chapter; see tests/specs.py for its form"
    assert folders == set(chapters())
    assert len(SPECS) >= 40
    for spec in SPECS:
        assert spec.table["because"].endswith("."), spec.path
        assert len(spec.table["because"]) > 40, spec.path
        assert all(spec.expected(case) for case in spec.cases), spec.path
