"""The working behind one value: formula, inputs, and how many units stand behind them."""

from dataclasses import dataclass

from chengzai.kernel import Period
from chengzai.measure._coverage import Completeness, completeness_of, covered
from chengzai.measure._cube import Cube


@dataclass(frozen=True, slots=True)
class Working:
    """One value with its formula, the present value of each input, and its completeness over the window it uses."""

    indicator: str
    place: str
    period: Period
    value: float
    formula: str
    inputs: tuple[tuple[str, str, float, Completeness], ...]
    completeness: Completeness


def explain(cube: Cube, indicator: str, place: str, period: Period) -> Working:
    """Return how a value came about; its inputs are those of the same place and period."""
    p, t = cube.places.index[place], cube.period_at[period.text]
    at = cube.indicator_at[indicator]
    inputs = tuple(
        (code, cube.elements[e].name, float(cube.values[e, p, t]), covered(cube, code, place, period))
        for code in cube.formulas[at].names
        for e in (cube.element_at[code],)
    )
    return Working(
        indicator,
        place,
        period,
        cube.value(indicator, place, period),
        cube.indicators[at].formula.text,
        inputs,
        completeness_of(cube, indicator, place, period),
    )
