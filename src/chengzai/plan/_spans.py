"""Which spans lie over a place of a long document, found without looking at all of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
_BUCKET = 512


class SpanIndex(Generic[T]):
    """Things with the characters they stand on; asking costs what lies nearby, not what there is."""

    def __init__(self, things: Iterable[tuple[int, int, T]]) -> None:
        """Take each thing as start, end (not included) and itself; the order given is kept."""
        self._buckets: dict[int, list[tuple[int, int, int, T]]] = defaultdict(list)
        for order, (start, end, thing) in enumerate(things):
            for bucket in range(start // _BUCKET, max(end - 1, start) // _BUCKET + 1):
                self._buckets[bucket].append((order, start, end, thing))

    def over(self, start: int, end: int) -> list[tuple[int, int, T]]:
        """Return what shares a character with the span, in the order given."""
        near = {
            order: (begin, stop, thing)
            for bucket in range(start // _BUCKET, max(end - 1, start) // _BUCKET + 1)
            for order, begin, stop, thing in self._buckets.get(bucket, ())
            if begin < end and start < stop
        }
        return [near[order] for order in sorted(near)]
