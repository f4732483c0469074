"""Two versions of a document laid side by side: where each piece of the old one stands in the new one.

Pieces are what stands between commas, stops and line ends. Those that are the same are paired in order, wherever they
moved; of the rest the assignment of greatest likeness is taken, numbers left out, neighbours taken into account.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

_PIECE = re.compile(r"(?:[^。；;！？\n，,]|(?<=\d),(?=\d))*(?:[。；;！？\n，]|,|$)")
_NUMBERS = re.compile(r"[\d.．%％]+")
_LIKE = 0.45  # below it two pieces are not one
_SURE = 0.62  # below it a person is asked whether they are
_CONTEXT = 0.25  # what neighbours that belong together add


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where words of the old document stand in the new one; `sure` is false where a person should look."""

    start: int
    end: int
    sure: bool


@dataclass(frozen=True)
class Alignment:
    """The pieces of two documents by offsets, and which piece of the old one is which of the new one, how sure."""

    old: str
    new: str
    left: tuple[tuple[int, int], ...]
    right: tuple[tuple[int, int], ...]
    pairs: Mapping[int, tuple[int, float]]

    def reversed(self) -> "Alignment":
        """Return the same pairs from the new document to the old."""
        return Alignment(self.new, self.old, self.right, self.left, {j: (i, how) for i, (j, how) in self.pairs.items()})

    def pair(self, i: int, j: int) -> tuple[str, str]:
        """Return the texts of a piece of the old document and one of the new."""
        return self._left(i), self._right(j)

    def find(self, start: int, end: int) -> Mapped | None:
        """Return where words of the old document stand in the new one, or None where they are gone or torn apart."""
        pieces = _over(self.left, start, end)
        if not pieces or pieces[0] not in self.pairs or pieces[-1] not in self.pairs:
            return None
        inner = [self.pairs[i] for i in pieces if i in self.pairs]
        numbers = [j for j, _ in inner]
        if numbers != sorted(numbers) or numbers[-1] - numbers[0] > len(pieces):
            return None
        begin = self._offset(pieces[0], start, ends=False)
        stop = self._offset(pieces[-1], end, ends=True)
        return Mapped(begin, max(begin, stop), all(how >= _SURE for _, how in inner))

    def _left(self, i: int) -> str:
        return self.old[slice(*self.left[i])]

    def _right(self, j: int) -> str:
        return self.new[slice(*self.right[j])]

    def _offset(self, i: int, at: int, *, ends: bool) -> int:
        """Return where an offset of piece `i` stands in its counterpart; within replaced words, at their edge."""
        j = self.pairs[i][0]
        inside, base = at - self.left[i][0], self.right[j][0]
        if self._left(i) == self._right(j):
            return base + inside
        asked = inside - 1 if ends else inside
        for what, a, b, c, d in SequenceMatcher(None, self._left(i), self._right(j), autojunk=False).get_opcodes():
            if a <= asked < b:
                if what == "equal":
                    return base + c + asked - a + ends
                return base + (d if ends else c)
        return base + (len(self._right(j)) if ends else 0)


def align(old: str, new: str) -> Alignment:
    """Return two versions of a document side by side."""
    left, right = _pieces(old), _pieces(new)
    a, b = [old[s:e] for s, e in left], [new[s:e] for s, e in right]
    pairs: dict[int, tuple[int, float]] = {}
    for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        pairs |= {block.a + n: (block.b + n, 1.0) for n in range(block.size)}
    _pair_moved(a, b, pairs)
    _pair_like(a, b, pairs)
    return Alignment(old, new, left, right, pairs)


def _pieces(document: str) -> tuple[tuple[int, int], ...]:
    """Return the pieces of a document as offsets; together they are the whole document.

    >>> [s for s, e in _pieces("甲为1,200处,乙为3。")]
    [0, 9]
    """
    return tuple((m.start(), m.end()) for m in _PIECE.finditer(document) if m.end() > m.start())


def _over(pieces: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Return the numbers of the pieces that a stretch of the document touches."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if pieces[middle][1] <= start else (low, middle)
    found = []
    while low < len(pieces) and pieces[low][0] < max(end, start + 1):
        found.append(low)
        low += 1
    return found


def _pair_moved(a: Sequence[str], b: Sequence[str], pairs: dict[int, tuple[int, float]]) -> None:
    """Pair pieces that are the same but stand elsewhere, the first with the first."""
    taken = {j for j, _ in pairs.values()}
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for j, text in enumerate(b):
        if j not in taken:
            waiting[text].append(j)
    for i, text in enumerate(a):
        if i not in pairs and waiting[text]:
            pairs[i] = (waiting[text].popleft(), 1.0)


def _pair_like(a: Sequence[str], b: Sequence[str], pairs: dict[int, tuple[int, float]]) -> None:
    """Pair the pieces that are left by the assignment of greatest likeness; what is too unlike stays alone."""
    taken = {j for j, _ in pairs.values()}
    left = [i for i in range(len(a)) if i not in pairs]
    right = [j for j in range(len(b)) if j not in taken]
    if not left or not right:
        return
    score = (1 - _CONTEXT) * likeness([a[i] for i in left], [b[j] for j in right])
    for row, i in enumerate(left):
        for column, j in enumerate(right):
            before, after = pairs.get(i - 1, (-9,))[0] == j - 1, pairs.get(i + 1, (-9,))[0] == j + 1
            score[row, column] += _CONTEXT * ((before or i == j == 0) + after) / 2
    for row, column in zip(*linear_sum_assignment(-score), strict=True):
        if score[row, column] >= _LIKE:
            pairs[left[row]] = (right[column], float(score[row, column]))


def likeness(one: Sequence[str], other: Sequence[str]) -> NDArray[np.float64]:
    """Return how alike texts are, each of one with each of the other: twice their common pairs of characters over all.

    Numbers count as one sign, so that a changed number alone makes no difference.
    Source: Dice (1945), Measures of the amount of ecologic association between species, Ecology 26.

    >>> likeness(["新建公园7处"], ["新建公园12处", "森林覆盖率"]).round(2).tolist()
    [[1.0, 0.0]]
    """
    bags = [[_pairs(text) for text in texts] for texts in (one, other)]
    names = {pair: n for n, pair in enumerate(dict.fromkeys(p for bag in (*bags[0], *bags[1]) for p in bag))}
    tables = []
    for texts in bags:
        table = np.zeros((len(texts), len(names)))
        for row, bag in enumerate(texts):
            for pair, count in bag.items():
                table[row, names[pair]] = count
        tables.append(table)
    common = np.array([np.minimum(row, tables[1]).sum(axis=1) for row in tables[0]])
    total: NDArray[np.float64] = tables[0].sum(axis=1)[:, None] + tables[1].sum(axis=1)[None, :]
    shares: NDArray[np.float64] = 2 * common / np.maximum(total, 1)
    return shares


def _pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring characters of a text, its numbers one sign and its stops left out."""
    plain = "^" + re.sub(r"[\s。；;！？，,：:]", "", _NUMBERS.sub("#", text)) + "$"
    return Counter(plain[n : n + 2] for n in range(len(plain) - 1))
