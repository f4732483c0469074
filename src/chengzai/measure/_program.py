"""Formulas as postfix programs for the compiled evaluator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import Binary, Call, Element, Formula, Name, Negate, Node, Number
from chengzai.measure import _kernel as kernel

_OPERATORS = {"+": kernel.ADD, "-": kernel.SUBTRACT, "*": kernel.MULTIPLY, "/": kernel.DIVIDE}
_FUNCTIONS = {
    "cumulative": kernel.CUMULATIVE,
    "ytd": kernel.YTD,
    "year_mean": kernel.YEAR_MEAN,
    "trailing": kernel.TRAILING,
    "lag": kernel.LAG,
}


@dataclass(frozen=True)
class Programs:
    """All formulas of a cube: one row per step, `[operation, argument]`, and where each formula begins.

    `users[users_at[e]:users_at[e + 1]]` are the formulas that need element `e`.
    """

    steps: NDArray[np.int32]
    constants: NDArray[np.float64]
    begins: NDArray[np.int32]
    users: NDArray[np.int32]
    users_at: NDArray[np.int32]
    depth: int


def compile_formulas(
    formulas: Sequence[Formula], position: Mapping[str, int], dependents: Mapping[int, Sequence[int]]
) -> Programs:
    """Return the programs of formulas over elements at the given positions.

    `dependents` names, for an element, the elements that are computed from it, so that they count as needed.
    """
    steps: list[tuple[int, int]] = []
    constants: list[float] = []
    begins = [0]
    users: list[set[int]] = [set() for _ in position]
    for number, formula in enumerate(formulas):
        _emit(formula.root, position, steps, constants)
        begins.append(len(steps))
        for name in formula.names:
            users[position[name]].add(number)
    for element, computed in dependents.items():
        for other in computed:
            users[element] |= users[other]
    return Programs(
        np.array(steps, dtype=np.int32).reshape(-1, 2),
        np.array(constants, dtype=np.float64),
        np.array(begins, dtype=np.int32),
        np.array([f for needed in users for f in sorted(needed)], dtype=np.int32),
        np.cumsum([0, *(len(needed) for needed in users)], dtype=np.int32),
        max((_depth(formula.root) for formula in formulas), default=1),
    )


def pair_ratios(formula: Formula, elements: Mapping[str, Element]) -> Formula:
    """Return the formula with each ratio of two summed elements read over the units that reported both.

    A county that sends the numerator without the denominator would otherwise push the city's ratio off.
    The paired elements are named `numerator&denominator` and `denominator&numerator`.
    """
    return Formula(formula.text, _paired(formula.root, elements))


def _paired(node: Node, elements: Mapping[str, Element]) -> Node:
    match node:
        case Binary("/", left, right):
            over, under = _single(left), _single(right)
            if over and under and over != under and _alike(elements[over], elements[under]):
                return Binary("/", _renamed(left, f"{over}&{under}"), _renamed(right, f"{under}&{over}"))
            return Binary("/", _paired(left, elements), _paired(right, elements))
        case Binary(operator, left, right):
            return Binary(operator, _paired(left, elements), _paired(right, elements))
        case Negate(of):
            return Negate(_paired(of, elements))
        case Call(function, of, periods):
            return Call(function, _paired(of, elements), periods)
        case _:
            return node


def _single(node: Node) -> str:
    """Return the element under time functions, or nothing if the node is more than that."""
    while isinstance(node, Call):
        node = node.of
    return node.code if isinstance(node, Name) else ""


def _renamed(node: Node, code: str) -> Node:
    return Call(node.function, _renamed(node.of, code), node.periods) if isinstance(node, Call) else Name(code)


def _alike(one: Element, other: Element) -> bool:
    return one.collected == other.collected and one.over_places == other.over_places == "sum"


def _emit(node: object, position: Mapping[str, int], steps: list[tuple[int, int]], constants: list[float]) -> None:
    match node:
        case Number(value):
            steps.append((kernel.CONSTANT, len(constants)))
            constants.append(value)
        case Name(code):
            steps.append((kernel.LOAD, position[code]))
        case Negate(of):
            _emit(of, position, steps, constants)
            steps.append((kernel.NEGATE, 0))
        case Binary(operator, left, right):
            _emit(left, position, steps, constants)
            _emit(right, position, steps, constants)
            steps.append((_OPERATORS[operator], 0))
        case Call(function, of, periods):
            _emit(of, position, steps, constants)
            steps.append((_FUNCTIONS[function], periods))


def _depth(node: object) -> int:
    match node:
        case Binary(_, left, right):
            return max(_depth(left), _depth(right) + 1)
        case Negate(of) | Call(_, of, _):
            return _depth(of)
        case _:
            return 1
