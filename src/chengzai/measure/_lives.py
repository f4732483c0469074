"""Lives of places on the axis of a cube: which row a place has in which period, and what a row goes on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import Origin, Period, Places


@dataclass(frozen=True)
class Links:
    """Where the rows of a cube go on from one another.

    `links` rows are a place, its first period, where its sources begin, the sources, and the shares of those; whole
    numbers but for the last, in one array because an update passes it each time.
    `stretches` numbers, for each period, the stretch of time without a change that it lies in; `rows` gives for a place
    its row in each stretch, -1 where it did not stand. `apportioned` gives for a place the period before which its
    figures are shares, and the key of the shares.
    """

    links: NDArray[np.float64]
    stretches: NDArray[np.int32]
    rows: Mapping[str, NDArray[np.int32]]
    apportioned: Mapping[str, tuple[int, str]]

    def positions(self, names: Sequence[str]) -> NDArray[np.int32]:
        """Return for each name of a place its row in each stretch, -1 where the cube has none."""
        nowhere = np.full(int(self.stretches.max(initial=0)) + 1, -1, dtype=np.int32)
        return np.array([self.rows.get(name, nowhere) for name in names], dtype=np.int32).reshape(-1, len(nowhere))

    def inherit(self, counts: NDArray[np.int32]) -> None:
        """Give a place, before it stood, the counts (`[place, period]`) of what it goes on from."""
        for k in range(self.links.shape[1] - 1):
            place, begun, first, last = (int(n) for n in (*self.links[:3, k], self.links[2, k + 1]))
            counts[place, :begun] = counts[self.links[3, first:last].astype(int), :begun].sum(axis=0)


def link_lives(places: Places, origins: Sequence[Origin], tree: NDArray[np.int32], periods: Sequence[Period]) -> Links:
    """Return the links of lives; `tree` rows 4 and 5 are the first and the past-the-last period each stands in."""
    at = places.index
    sources = [(at[code], share) for origin in origins for code, share in origin.before]
    links = np.zeros((5, max(len(origins) + 1, len(sources))))  # a column too many links nothing
    links[0, : len(origins)] = [at[origin.life] for origin in origins]
    links[1, : len(origins)] = [tree[4, at[origin.life]] for origin in origins]
    links[2] = len(sources)
    links[2, : len(origins)] = np.cumsum([0, *(len(origin.before) for origin in origins)])[:-1]
    links[3, : len(sources)] = [place for place, _ in sources]
    begins = {0} if not places.dated else {int(t) for t in (*tree[4], *tree[5]) if 0 <= t < len(periods)} | {0}
    stretches = np.cumsum([t in begins and t > 0 for t in range(len(periods))], dtype=np.int32)
    rows: dict[str, NDArray[np.int32]] = {}
    for i, place in enumerate(places.ordered):
        row = rows.setdefault(place.own, np.full(len(begins), -1, dtype=np.int32))
        for number, t in enumerate(sorted(begins)):
            if tree[4, i] <= t < tree[5, i]:
                row[number] = i
    links[4, : len(sources)] = [share for _, share in sources]
    return Links(links, stretches, rows, _apportioned(origins, at, tree))


def _apportioned(
    origins: Sequence[Origin], at: Mapping[str, int], tree: NDArray[np.int32]
) -> dict[str, tuple[int, str]]:
    """Return for each life that goes on from a share, itself or through an earlier one, until when and by which key."""
    found: dict[str, tuple[int, str]] = {}
    for origin in origins:
        begun = int(tree[4, at[origin.life]])
        if any(share != 1.0 for _, share in origin.before):
            found[origin.life] = begun, origin.key
        elif earlier := [found[code] for code, _ in origin.before if code in found]:
            found[origin.life] = max(earlier)
    return {life: (until, key) for life, (until, key) in found.items() if until > 0}
