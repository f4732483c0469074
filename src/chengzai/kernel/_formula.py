"""The formula language of indicators and plan checks: arithmetic over named elements, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from chengzai.kernel._finding import Text, UserError

# Each function and whether it takes a whole number of periods after its expression.
_FUNCTIONS = {"cumulative": False, "ytd": False, "year_mean": False, "trailing": True, "lag": True}
_GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: unary | product "*" unary -> mul | product "/" unary -> div
?unary: "-" unary -> neg | atom
?atom: NUMBER -> number | NAME -> name | NAME "(" sum ("," INT)? ")" -> call | "(" sum ")"
NAME: /[a-z_][a-z0-9_]*/
INT: /[0-9]+/
NUMBER: /[0-9]+(\.[0-9]+)?/
%ignore /\s+/
"""


class FormulaError(UserError):
    """The text is not a formula; the message names the column."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """An element, by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Negate:
    """The negative of an expression."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions joined by `+`, `-`, `*` or `/`; division by zero gives no value."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function over time: `cumulative(x)`, `ytd(x)`, `year_mean(x)`, `trailing(x, n)` or `lag(x, n)`."""

    function: str
    of: "Node"
    periods: int = 0


Node: TypeAlias = Number | Name | Negate | Binary | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula with its text.

    >>> parse_formula("urban / residents * 100").names
    ('urban', 'residents')
    """

    text: str
    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """The elements it needs, each once, in order of appearance."""
        return tuple(dict.fromkeys(node.code for node in walk(self.root) if isinstance(node, Name)))


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct operands of a node."""
    match node:
        case Binary(_, left, right):
            return (left, right)
        case Negate(of) | Call(_, of, _):
            return (of,)
        case _:
            return ()


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="earley", lexer="dynamic")


@lru_cache(maxsize=4096)  # a pack's formulas are read again for every month and page
def parse_formula(text: str) -> Formula:
    """Return the formula that `text` writes; raises FormulaError with the column and the way out."""
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as problem:
        column = _column(problem, text)
        shown = text[column - 1 : column + 7] or "（结尾）"
        raise FormulaError(
            Text(
                f"公式“{text}”第{column}列“{shown}”处读不懂；可用 + - * / ( ) 和 {'、'.join(_FUNCTIONS)}。",
                f"Formula '{text}' cannot be read at column {column}; use + - * / ( ) and {', '.join(_FUNCTIONS)}.",
            )
        ) from None
    return Formula(text, _build(tree, text))


def _column(problem: UnexpectedInput, text: str) -> int:
    return problem.column if isinstance(problem, UnexpectedCharacters) and problem.column > 0 else len(text) + 1


def _build(tree: Tree[Token], text: str) -> Node:
    parts = tree.children
    if tree.data == "number":
        return Number(float(str(parts[0])))
    if tree.data == "name":
        return Name(str(parts[0]))
    if tree.data == "call":
        return _call(tree, text)
    nodes = [_build(part, text) for part in parts if isinstance(part, Tree)]
    if tree.data == "neg":
        return Negate(nodes[0])
    operator = {"add": "+", "sub": "-", "mul": "*", "div": "/"}[str(tree.data)]
    return Binary(operator, nodes[0], nodes[1])


def _call(tree: Tree[Token], text: str) -> Call:
    function = str(tree.children[0])
    argument = tree.children[1]
    periods = tree.children[2] if len(tree.children) > 2 else None
    if function not in _FUNCTIONS:
        raise FormulaError(
            Text(
                f"公式“{text}”中没有函数 {function}；可用 {'、'.join(_FUNCTIONS)}。",
                f"Formula '{text}' names no known function '{function}'; use {', '.join(_FUNCTIONS)}.",
            )
        )
    if _FUNCTIONS[function] != (periods is not None):
        counted = _FUNCTIONS[function]
        wants = "需写期数，如 lag(x, 12)" if counted else "不带期数"
        raise FormulaError(
            Text(
                f"公式“{text}”中 {function} {wants}。",
                f"In formula '{text}', {function} takes {'a number of periods' if counted else 'one argument'}.",
            )
        )
    assert isinstance(argument, Tree)  # noqa: S101 -- the grammar gives a subtree here
    return Call(function, _build(argument, text), int(str(periods)) if periods is not None else 0)
