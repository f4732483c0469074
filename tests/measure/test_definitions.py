"""What is collected says what it is: definitions, sources, and units that can count it."""

import re
import tomllib
from dataclasses import replace

import pytest

from builders import COUNTY, QUZHOU, ROOT, element
from chengzai.kernel import Text
from chengzai.measure import check_elements, check_units, read_indicators
from chengzai.store import read_pack

PACKS = sorted({path.parent for place in ("content", "examples") for path in (ROOT / place).glob("*/plan.toml")})

# Written by hand, apart from the checker's own list: what each pair of the plan counts.
PAIRS = {
    "人": "public_kindergarten elder_meals elder_doctors move_to_city move_to_town move_to_village",
    "户": "housing_security_coverage gas_access barrier_free_homes elder_cleaning",
    "人次": "in_county_treatment",
    "亩": "scale_farming forest_transfer rural_land_quota",
    "公顷": "sponge_city",
    "千瓦": "renewable_share",
    "张": "nursing_beds",
    "床日": "township_bed_use",
    "所": "modern_schools",
    "家": "township_inpatient welfare_home_conversion",
    "座": "sewage_quality county_run_waterworks",
    "份": "rural_drinking_water",
    "条": "bus_integration dead_end_roads barrier_free_routes happy_rivers",
    "处": "barrier_free_slopes",
    "种": "key_species_protection",
    "个": "scenic_villages low_carbon_pilots government_village_clinics harmonious_villages_rate "
    "express_delivery_coverage ecommerce_coverage barrier_free_communities disabled_homes gigabit_villages "
    "sewage_villages",
}


def _defined(**changes):
    said = {"definition": Text("期末在册的村数", "Villages on the roll."), "source": Text("民政部门", "Civil affairs")}
    return element(**{**said, **changes})


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_every_element_of_every_pack_says_what_it_counts_and_whose_number_it_is(folder):
    pack = read_pack(folder)
    indicators, _ = read_indicators(pack.indicators, pack.elements)
    assert check_elements(pack.elements) == ()
    assert check_units(indicators, pack.elements) == ()


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_definitions_are_written_one_by_one_in_both_languages(folder):
    elements = read_pack(folder).elements.values()
    for language in ("zh", "en"):
        words = [e.definition.in_(language) for e in elements]
        assert len(set(words)) == len(words)
        assert all(len(said) > 10 for said in words)
    assert all(not re.search(r"[一-鿿]", e.definition.en + e.source.en + e.caveat.en) for e in elements)
    assert {e.status for e in elements} <= {"cited", "draft"}
    assert all(e.status == "draft" for e in elements if "待确认" in e.definition.zh + e.caveat.zh)


def test_a_pair_of_the_plan_carries_the_unit_of_what_it_counts():
    elements = read_pack(QUZHOU).elements
    wanted = {stem: unit for unit, stems in PAIRS.items() for stem in stems.split()}
    pairs = {code.removesuffix("_met") for code in elements if code.endswith("_met")}
    assert pairs == set(wanted)
    for stem, unit in wanted.items():
        assert {elements[f"{stem}_met"].unit, elements[f"{stem}_base"].unit} == {unit}, stem


def test_every_pack_of_the_repository_is_looked_at():
    assert {QUZHOU, COUNTY} <= set(PACKS)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"definition": Text("", "")}, "content.element-without-definition"),
        ({"source": Text("", "")}, "content.element-without-definition"),
        ({"definition": Text("期末在册的村数", "")}, "content.element-without-english"),
        ({"name": "示范村", "definition": Text("示范村的数量", "Villages")}, "content.definition-says-nothing"),
        ({"definition": Text("期末在园幼儿数。", "Children enrolled.")}, "content.unit-doubted"),
        ({"definition": Text("期末已并网的装机容量。", "Capacity.")}, "content.unit-doubted"),
        ({"definition": Text("季末可流转的林地面积。", "Forest.")}, "content.unit-doubted"),
    ],
)
def test_what_an_element_leaves_unsaid_is_named(changes, code):
    found = check_elements({"a": _defined(**changes)})
    assert [f.code for f in found] == [code]
    assert found[0].where.locator == "a"


def test_what_a_definition_leaves_out_does_not_decide_its_unit():
    seats = _defined(definition=Text("季末核定的托位数，不是入托人数。", "Places, not the children attending."))
    assert check_elements({"a": seats}) == ()


def test_two_elements_with_one_definition_are_named():
    found = check_elements({"a": _defined(), "b": replace(_defined(), code="b")})
    assert [(f.code, f.where.locator) for f in found] == [("content.definition-repeated", "b")]


@pytest.mark.parametrize(
    ("formula", "unit", "fits"),
    [
        ("a / b * 100", "%", False),
        ("a / c * 100", "%", True),
        ("b / a * 1000", "人", True),
        ("cumulative(a)", "个", True),
        ("cumulative(a)", "亩", False),
    ],
)
def test_an_indicator_divides_and_carries_like_units(formula, unit, fits):
    elements = {code: element(code, unit=u) for code, u in {"a": "个", "b": "人", "c": "个"}.items()}
    table = {"indicator": [{"id": "i", "name": "i", "formula": formula, "unit": unit}]}
    indicators, _ = read_indicators([table], elements)
    assert [f.code for f in check_units(indicators, elements)] == ([] if fits else ["content.units-differ"])


def test_a_drafted_pack_starts_with_definitions_that_say_they_are_not_confirmed(tmp_path):
    from builders import plan_of
    from chengzai.store import starter_files

    rows = tomllib.loads(starter_files(tmp_path, plan_of())["elements/starter.toml"].decode())["element"]
    assert all("整村搬迁自然村700个以上" in row["definition"] and "待确认" in row["definition"] for row in rows)
    assert all(row["status"] == "draft" and row["source"] and row["definition_en"] for row in rows)
