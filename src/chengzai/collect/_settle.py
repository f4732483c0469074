"""One source a cell: where several report the same cell, the stated precedence decides and it is said."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.collect._facts import Facts
from chengzai.kernel import Citation, Finding, Severity, Text

PRECEDENCE = ("register", "ledger", "space", "carbon", "form", "statistics", "simulated")


def settle(facts: Facts, precedence: Sequence[str] = PRECEDENCE) -> tuple[Facts, tuple[Finding, ...]]:
    """Return the facts ordered so that the last row of each cell is the one in force, and disagreements.

    `precedence` names sources, most preferred first. Within a source the later row holds.
    No row is dropped: the history of a cell stays readable.
    """
    if len(facts.sources) < 2:
        return facts, ()
    rank = np.array([precedence.index(source) for source in facts.sources])[facts.source]
    order = np.argsort(-rank, kind="stable")
    return _reordered(facts, order), tuple(_disagreements(facts))


def _reordered(facts: Facts, order: NDArray[np.int64]) -> Facts:
    evidence, by, at = (_Picked(column, order) if len(column) else column for column in facts.notes)
    return replace(
        facts,
        element=facts.element[order],
        place=facts.place[order],
        period=facts.period[order],
        source=facts.source[order],
        value=facts.value[order],
        notes=(evidence, by, at),
    )


class _Picked(Sequence[str]):
    """The rows of a text column in another order, each looked up where it is asked for: most never are."""

    def __init__(self, column: Sequence[str], order: NDArray[np.int64]) -> None:
        self._column, self._order = column, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, i: Any) -> Any:
        return self._column[int(self._order[i])]


def _of_several(facts: Facts) -> NDArray[np.int64]:
    """Return the rows, in order, of cells that more than one source speaks of: only they can disagree."""
    size = len(facts.places), len(facts.periods), len(facts.sources)
    cells = (facts.element.astype(np.int64) * size[0] + facts.place) * size[1] + facts.period
    cell, sources = np.unique(np.unique(cells * size[2] + facts.source) // size[2], return_counts=True)
    return np.flatnonzero(np.isin(cells, cell[sources > 1]))


def _disagreements(facts: Facts) -> Iterator[Finding]:
    said: dict[tuple[int, int, int], dict[int, float]] = {}
    rows = _of_several(facts)
    columns = (facts.element[rows], facts.place[rows], facts.period[rows], facts.source[rows], facts.value[rows])
    for e, p, t, s, v in zip(*columns, strict=True):
        said.setdefault((int(e), int(p), int(t)), {})[int(s)] = float(v)
    for (e, p, t), values in said.items():
        if len(set(values.values())) > 1:
            told = "、".join(f"{facts.sources[s]} {v:g}" for s, v in values.items())
            yield Finding(
                "collect.sources-disagree",
                Severity.WARNING,
                Text(
                    f"{facts.elements[e]} 在 {facts.places[p]} {facts.periods[t]} 有不同来源的数：{told}。",
                    f"{facts.elements[e]} at {facts.places[p]} in {facts.periods[t]} differs by source: {told}.",
                ),
                Text(
                    "请数据责任单位核对；在此之前按来源优先次序取数。",
                    "Ask the custodian; until then precedence decides.",
                ),
                Citation(facts.elements[e], f"{facts.places[p]} {facts.periods[t]}"),
            )
