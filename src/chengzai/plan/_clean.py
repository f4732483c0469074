"""A received text made readable by repairs that are all on record: page furniture taken out, broken lines joined.

Suspected advertisements and typing errors are proposed, never applied; a person decides them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chengzai.plan._document import HEADING_OF_ANY_LEVEL

_PAGE_NUMBER = re.compile(
    r"\s*(?:[—–\-]+\s*\d{1,4}\s*[—–\-]+|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|Page \d+(?: of \d+)?)\s*"
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}\s*")
_GOES_ON = re.compile(r"[，,、；;（(“《\d]\s*$")
_ENDS = re.compile(r"[。！？；：:;!?]\s*$")
_SPAM = re.compile(r"(?P<lead>[一-鿿])(?P<spam>[一-鿿]{2}(?:娱乐|博彩|棋牌|彩票|赌场))(?=[,，。;；])")
# What a plan itself says before 娱乐 and the like.
_HONEST = ("文化", "休闲", "旅游", "体育", "餐饮", "康体", "影视", "健身", "购物", "公共", "福利", "体育")
_TYPOS = {"天燃气": "天然气", "帐户": "账户", "渡假": "度假", "布署": "部署", "既使": "即使", "座落": "坐落", "迫不急待": "迫不及待", "幅射带动": "辐射带动", "按装": "安装"}  # fmt: skip # noqa: E501
_PAGES_ALIKE = 3
_AROUND = 6


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One repair: what stood there, what stands there now (or should), where in the text after cleaning, and why."""

    kind: str
    was: str
    now: str
    at: int
    why: str
    applied: bool


def clean_text(text: str) -> tuple[str, tuple[Cleaning, ...]]:
    """Return the text to compile and every repair made or proposed; pages are parted by form feeds if known."""
    lines, taken = _without_furniture(text)
    cleaned, joined = _joined(lines) if "\f" in text or _hard_wrapped(lines) else ("\n".join(lines), [])
    removed = [Cleaning("page-furniture", line, "", 0, "页眉、页脚或页码，不是正文。", applied=True) for line in taken]
    return cleaned, (*removed, *joined, *_suspected(cleaned))


def _without_furniture(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of the text proper and the lines taken out: page numbers and what every page repeats."""
    pages = [page.strip("\n").split("\n") for page in text.split("\f")] if "\f" in text else [text.split("\n")]
    paged = len(pages) > 1
    edges = Counter(re.sub(r"\d+", "#", line.strip()) for page in pages for line in {page[0], page[-1]} if paged)
    kept: list[str] = []
    taken: list[str] = []
    for page in pages:
        for i, line in enumerate(page):
            edge = paged and i in {0, len(page) - 1}
            repeated = edge and line.strip() and edges[re.sub(r"\d+", "#", line.strip())] >= _PAGES_ALIKE
            number = _PAGE_NUMBER.fullmatch(line) or (edge and _BARE_NUMBER.fullmatch(line))
            (taken if number or repeated else kept).append(line)
    return kept, taken


def _hard_wrapped(lines: list[str]) -> bool:
    """Return whether the lines are broken at a fixed width and not at the ends of paragraphs."""
    lengths = sorted(len(line) for line in lines if line.strip())
    if len(lengths) < 12:
        return False
    width = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if abs(len(line) - width) <= 2 and not _ENDS.search(line)]
    return 15 <= width <= 80 and len(full) >= 0.4 * len(lengths)


def _joined(lines: list[str]) -> tuple[str, list[Cleaning]]:
    """Return paragraphs from printed lines: one goes on until a mark or a short line ends it or a heading begins."""
    text = ""
    repairs: list[Cleaning] = []
    widths = sorted(_printed(line) for line in lines if line.strip())
    full = widths[int(len(widths) * 0.9)] if widths else 0
    for i, line in enumerate(lines):
        last = lines[i - 1] if i else ""
        ended = (
            not last.strip()
            or _ENDS.search(last)
            or (_printed(last) < _reach(last) * full and not _GOES_ON.search(last))
        )
        new = ended or not line.strip() or HEADING_OF_ANY_LEVEL.match(line.strip())
        if i and new:
            text += "\n" + line
        elif i:
            begin, rest = text[-_AROUND:], line.strip()
            now = (begin + rest[:_AROUND]).split("\n")[-1]
            was = f"{begin.split(chr(10))[-1]}⏎{line[:_AROUND]}"
            at = len(text) - len(begin.split("\n")[-1])
            text += rest
            repairs.append(Cleaning("broken-line", was, now, at, "换行把一段话断开了。", applied=True))
        else:
            text = line
    return text, repairs


def _reach(line: str) -> float:
    """Return how much of the width a line must fill to go on in the next; a heading that leaves room has ended."""
    return 0.95 if HEADING_OF_ANY_LEVEL.match(line.strip()) else 0.8


def _printed(line: str) -> int:
    """Return how wide a line is in print: a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in line.strip())


def _suspected(text: str) -> Iterator[Cleaning]:
    """Yield what looks like words a web page put in, and words that look mistyped."""
    for match in _SPAM.finditer(text):
        if not match["spam"].startswith(_HONEST):
            yield Cleaning(
                "advertisement", match["spam"], "", match.start("spam"), "疑为网页植入的广告，待核对。", applied=False
            )
    for wrong, right in _TYPOS.items():
        for match in re.finditer(wrong, text):
            yield Cleaning("suspected-typo", wrong, right, match.start(), "疑为错别字，待核对。", applied=False)
