"""Observations as columns: what a batch file holds and what the cube is built from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import Observation, Period, Text, UserError


class MixedSources(UserError):
    """Simulated and real facts were about to meet in one aggregate."""


@dataclass(frozen=True)
class Facts:
    """Observations in columns; `element`, `place`, `period` and `source` are positions in their name lists.

    Rows stand in the order in which they became known: the last row of a cell is the one in force.
    """

    elements: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[str, ...]
    sources: tuple[str, ...]
    element: NDArray[np.int32]
    place: NDArray[np.int32]
    period: NDArray[np.int32]
    source: NDArray[np.int32]
    value: NDArray[np.float64]
    notes: tuple[Sequence[str], Sequence[str], Sequence[str]] = ((), (), ())

    def __len__(self) -> int:
        return len(self.value)

    @property
    def simulated(self) -> bool:
        """Whether these facts come from the simulator; raises MixedSources if only some do."""
        kinds = {self.sources[i] == "simulated" for i in np.unique(self.source)}
        if len(kinds) > 1:
            raise MixedSources(
                Text(
                    "模拟数据与真实数据不能混在同一次汇总中；请分开运行（chengzai run 与 chengzai run --real）。",
                    "Simulated and real facts may not meet in one aggregate; run them apart.",
                )
            )
        return kinds == {True}

    def observations(self, *, after: int = 0) -> Iterator[Observation]:
        """Yield the rows as observations, their sequence counted on from `after`."""
        evidence, by, at = self.notes
        periods = [Period.parse(text) for text in self.periods]
        for i in range(len(self)):
            yield Observation(
                self.elements[self.element[i]],
                self.places[self.place[i]],
                periods[self.period[i]],
                float(self.value[i]),
                self.sources[self.source[i]],
                evidence[i] if len(evidence) else "",
                by[i] if len(by) else "",
                at[i] if len(at) else "",
                after + i,
            )

    def of_cell(self, element: str, places: Iterable[str], *, latest: int = 0) -> list[dict[str, Any]]:
        """Return the rows of one element at the given places, in the order in which they became known.

        `latest` keeps only so many of the last ones; `corrects` says that a row replaced an earlier one of its cell.
        """
        chosen = self._rows_of(element, places)
        cells = self.place[chosen].astype(np.int64) * len(self.periods) + self.period[chosen]
        corrects = np.ones(len(chosen), dtype=bool)
        corrects[np.unique(cells, return_index=True)[1]] = False
        evidence, by, at = self.notes
        return [
            {
                "place": self.places[self.place[i]],
                "period": self.periods[self.period[i]],
                "value": float(self.value[i]),
                "source": self.sources[self.source[i]],
                "evidence": evidence[i] if len(evidence) else "",
                "entered_by": by[i] if len(by) else "",
                "entered_at": at[i] if len(at) else "",
                "corrects": bool(again),
            }
            for i, again in list(zip(chosen, corrects, strict=True))[-latest:]
        ]

    def count_of(self, element: str, places: Iterable[str]) -> int:
        """Return how many rows there are of one element at the given places."""
        return len(self._rows_of(element, places))

    def _rows_of(self, element: str, places: Iterable[str]) -> NDArray[np.int64]:
        if element not in self.elements:
            return np.empty(0, dtype=np.int64)
        wanted = np.zeros(len(self.places) + 1, dtype=bool)
        position = self._place_at
        wanted[[position.get(code, -1) for code in places]] = True
        wanted[-1] = False
        mine = self._rows_by_element[self.elements.index(element)]
        return mine[wanted[self.place[mine]]]

    @cached_property
    def _place_at(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.places)}

    @cached_property
    def _rows_by_element(self) -> list[NDArray[np.int64]]:
        order = np.argsort(self.element, kind="stable")
        ends = np.cumsum(np.bincount(self.element, minlength=len(self.elements)))
        return np.split(order, ends[:-1])


def facts_of(observations: Iterable[Observation]) -> Facts:
    """Return observations as columns, in order of `sequence`."""
    rows = sorted(observations, key=lambda o: o.sequence)
    columns = [
        [o.element for o in rows],
        [o.place for o in rows],
        [o.period.text for o in rows],
        [o.source for o in rows],
    ]
    coded = [_code(column) for column in columns]
    return Facts(
        elements=coded[0][0],
        places=coded[1][0],
        periods=coded[2][0],
        sources=coded[3][0],
        element=coded[0][1],
        place=coded[1][1],
        period=coded[2][1],
        source=coded[3][1],
        value=np.array([o.value for o in rows], dtype=np.float64),
        notes=([o.evidence for o in rows], [o.entered_by for o in rows], [o.entered_at for o in rows]),
    )


def _code(column: list[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    names = tuple(dict.fromkeys(column))
    position = {name: i for i, name in enumerate(names)}
    return names, np.array([position[name] for name in column], dtype=np.int32)
