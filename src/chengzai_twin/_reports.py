"""What the offices would send in: the truth with gaps that are made up for, late months, corrections and slips."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chengzai.collect import Facts
from chengzai.kernel import Element, Period
from chengzai_twin._paths import Floats, generator

_GAP, _LATE, _CORRECTED, _SLIP = 0.008, 0.02, 0.010, 0.0004
_CHASED = 3  # periods after which the task force has had every gap made up for
_BY = "模拟填报员"


@dataclass
class Reports:
    """Rows as they would arrive, gathered element by element."""

    seed: int
    rows: list[tuple[str, str, str, float, str]] = field(default_factory=list)

    def add(self, element: Element, form: str, places: list[str], periods: list[Period], truth: Floats) -> None:
        """Report a truth of shape (places, periods) on a form; a form that is not sent lacks all its elements.

        What was not sent is asked after: it comes in within three periods, so that only the last ones have gaps.
        """
        post = generator(self.seed, f"form {form} {element.collected} {element.frequency}")
        sent = post.random(truth.shape) >= _GAP
        behind = generator(self.seed, f"made up {form} {element.collected}").integers(1, _CHASED + 1, truth.shape)
        made_up = ~sent & (np.arange(len(periods)) + behind < len(periods))
        if element.frequency == "month":  # by now last quarter and last year are in
            sent[:, -1] &= post.random(len(places)) >= _LATE
        rng = generator(self.seed, f"reports {element.code}")
        if element.collected in {"prefecture", "core"}:
            sent[:] = True
        corrected = sent & (rng.random(truth.shape) < _CORRECTED) & (element.kind != "level")
        slipped = sent & (rng.random(truth.shape) < _SLIP) & (element.kind == "flow")
        wrong = np.round(truth * rng.uniform(0.8, 1.2, truth.shape))
        for i, place in enumerate(places):
            for t, period in enumerate(periods):
                if not (sent[i, t] or made_up[i, t]) or np.isnan(truth[i, t]):
                    continue
                due = _day_due(period.next(int(behind[i, t])) if made_up[i, t] else period)
                if corrected[i, t] and wrong[i, t] != truth[i, t]:
                    self.rows.append((element.code, place, period.text, float(wrong[i, t]), f"{due}-05"))
                value = truth[i, t] * 10 if slipped[i, t] else truth[i, t]
                self.rows.append(
                    (
                        element.code,
                        place,
                        period.text,
                        float(value),
                        f"{due}-{'12' if corrected[i, t] else '05'}",
                    )
                )

    def facts(self) -> Facts:
        """Return all rows as columns, in the order in which they would have arrived."""
        order = sorted(range(len(self.rows)), key=lambda i: self.rows[i][4])
        columns = list(zip(*(self.rows[i] for i in order), strict=True))
        coded = [_code(list(column)) for column in columns[:3]]
        count = len(order)
        return Facts(
            elements=coded[0][0],
            places=coded[1][0],
            periods=coded[2][0],
            sources=("simulated",),
            element=coded[0][1],
            place=coded[1][1],
            period=coded[2][1],
            source=np.zeros(count, dtype=np.int32),
            value=np.array(columns[3], dtype=np.float64),
            notes=(["模拟数据"] * count, [_BY] * count, [str(day) for day in columns[4]]),
        )


def _code(column: list[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    names = tuple(dict.fromkeys(column))
    position = {name: i for i, name in enumerate(names)}
    return names, np.array([position[name] for name in column], dtype=np.int32)


def _day_due(period: Period) -> str:
    """Return the month in which a report on this period is due."""
    last = period.last_day()
    return Period.of("month", last.year * 12 + last.month).text
