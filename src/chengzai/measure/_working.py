"""The working behind one value: formula, inputs, and how many units stand behind them."""

from dataclasses import dataclass

from chengzai.kernel import Binary, Call, Name, Negate, Period
from chengzai.measure._cube import Cube


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many reports stand behind a value, of how many that were due."""

    reported: int
    expected: int

    @property
    def full(self) -> bool:
        """Whether every due report is there."""
        return self.reported >= self.expected

    @property
    def share(self) -> float:
        """Reported as a share of expected; 1 where nothing was due."""
        return self.reported / self.expected if self.expected else 1.0


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
    which = cube.indicators[cube.indicator_at[indicator]]
    p, t = cube.places.index[place], cube.period_at[period.text]
    formula = cube.formulas[cube.indicator_at[indicator]]
    windows = _windows(formula.root, period)
    inputs = []
    for code in formula.names:
        e = cube.element_at[code]
        begin = max(0, t + 1 - windows.get(code, 1)) if windows.get(code, 1) else 0
        due = int(cube.expected[e, p]) * (t + 1 - begin)
        counted = Completeness(int(cube.reported[e, p, begin : t + 1].sum()), due)
        inputs.append((code, cube.elements[e].name, float(cube.values[e, p, t]), counted))
    worst = min((row[3] for row in inputs), key=lambda c: c.share)
    return Working(
        indicator,
        place,
        period,
        cube.value(indicator, place, period),
        which.formula.text,
        tuple(inputs),
        worst,
    )


def _windows(node: object, period: Period, periods: int = 1) -> dict[str, int]:
    """Return for each element how many periods back the formula looks; 0 means to the beginning."""
    match node:
        case Name(code):
            return {code: periods}
        case Negate(of):
            return _windows(of, period, periods)
        case Binary(_, left, right):
            return {**_windows(left, period, periods), **_windows(right, period, periods)}
        case Call(function, of, count):
            reach = {"cumulative": 0, "ytd": period.part, "trailing": count, "lag": count + 1}[function]
            return _windows(of, period, reach)
        case _:
            return {}
