"""Compile the kernels into their cache: `python -m chengzai.measure`, run once when the product is installed."""

from chengzai.collect import facts_of
from chengzai.kernel import Element, Observation, Period, Place, Places
from chengzai.measure import build_cube, read_indicators

_ELEMENTS = (Element("a", "", ""), Element("b", "", "", over_places="weighted:a"))


def main() -> None:
    """Run every kernel once on the smallest city there is."""
    places = Places([Place("1", "", "prefecture"), Place("11", "", "county", "1")])
    month = Period.parse("2023-01")
    indicators, _ = read_indicators(
        [{"indicator": [{"id": "i", "name": "", "formula": "cumulative(a) / a"}]}],
        {e.code: e for e in _ELEMENTS},
    )
    facts = facts_of([Observation("a", "11", month, 1.0, "form"), Observation("b", "11", month, 1.0, "form")])
    cube = build_cube(facts, elements=_ELEMENTS, indicators=indicators, places=places, periods=[month])
    cube.set_value("a", "11", month, 2.0)


if __name__ == "__main__":
    main()
