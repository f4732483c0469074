"""The compiler against labelled texts: which numbers it took for targets, and whether it read them right."""

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from chengzai.plan import audit_plan, compile_plan, draft_plan

FIELDS = ("indicator", "comparator", "value", "unit", "deadline")
HERE = Path(__file__).parent


@dataclass
class Score:
    """Counts of one text; `confusions` are lines for a person to read."""

    text: str
    mentions: int = 0
    unaccounted: int = 0
    targets: int = 0
    found: int = 0
    proposed: int = 0
    wrong: dict = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    all_right: int = 0
    cards_per_10_000: float = 0.0
    confusions: list = field(default_factory=list)

    @property
    def f1(self):
        return 2 * self.found / (self.proposed + self.targets) if self.proposed + self.targets else 1.0

    @property
    def fields_right(self):
        return self.all_right / self.found if self.found else 1.0


def labels_of(name):
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def score(name):
    """Draft the text `name` and compare each number with its label."""
    document = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    draft = draft_plan(document, name=name)
    plan, findings = compile_plan(draft.tables, draft.document)
    account = audit_plan(plan, findings)
    labels = labels_of(name)
    total = Score(name, len(account.accounts), len(account.unaccounted))
    total.cards_per_10_000 = len(draft.review) / len(document) * 10_000
    mine = _by_mention(plan, labels)
    for row in labels:
        _compare(total, row, mine.get(row["start"]), document)
    return total


def _by_mention(plan, labels):
    """Return the target that claims each labelled number; of a range only its first end."""
    claimed = {}
    quotes = [(t, q) for t in plan.targets for q in t.quotes if t.value is not None and q.number_span.start >= 0]
    for target, quote in sorted(quotes, key=lambda pair: pair[1].number_span.start):
        span = quote.number_span
        for row in labels:
            start, end = int(row["start"]), int(row["start"]) + len(row["surface"])
            if span.start < end and start < span.end:
                claimed.setdefault(row["start"], target)
                break
    return claimed


def _compare(total, row, target, document):
    start = int(row["start"])
    around = document[max(0, start - 14) : start + len(row["surface"]) + 12].replace("\n", "⏎")
    total.targets += row["class"] == "target"
    total.proposed += target is not None
    if target is not None and row["class"] != "target":
        total.confusions.append(f"taken for a target ({row['class']}): {around}")
    if target is None and row["class"] == "target":
        total.confusions.append(f"missed: {around}")
    if target is None or row["class"] != "target":
        return
    total.found += 1
    told = {
        "indicator": named_alike(target.indicator, row["indicator"]),
        "comparator": row["comparator"] in {target.comparator, "range" if target.upper is not None else ""},
        "value": target.value == _number(row["value"]),
        "unit": _unit(target.unit) == _unit(row["unit"]),
        "deadline": target.deadline.isoformat() == row["deadline"],
    }
    total.all_right += all(told.values())
    for name, right in told.items():
        total.wrong[name] += not right
        if not right:
            total.confusions.append(f"{name} {getattr(target, name)} for {row[name]}: {around}")


def named_alike(one, labelled):
    """Return whether a name is that of the label, or of one of the subjects it lists."""
    return any(
        name in one or one in name or len(set(one) & set(name)) / max(len(set(name)), 1) > 0.6
        for name in labelled.split("|")
        if one
    )


def _number(text):
    if "/" in text:
        part, whole = text.split("/")
        return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))
    return Decimal(re.sub(r"[^0-9.-]", "", text) or "0")


def _unit(unit):
    return unit.replace("％", "%").replace("个百分点", "百分点").strip()
