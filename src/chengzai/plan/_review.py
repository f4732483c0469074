"""Walking a draft: each row is a card, each decision an entry of a log, and the log folded over the draft is the pack.

A decision never changes the draft or an earlier decision; undoing one is a decision as well.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from chengzai.kernel import Text, UserError
from chengzai.plan._document import Clause, nth
from chengzai.plan._records import COMPARATORS, DIRECTIONS, KINDS, STRENGTHS

SURE = 0.7
ACTIONS = ("confirm", "correct", "split", "merge", "dismiss", "promote", "add", "undo")
REASONS = (
    "fact", "name", "ordinal", "date", "list-count", "threshold", "denominator", "baseline", "word", "no-commitment"
)  # fmt: skip
DUTIES = ("task", "mechanism", "reform", "system")
ROW_KINDS = ("target", *DUTIES)
CHOICES = {"comparator": COMPARATORS, "kind": KINDS, "direction": DIRECTIONS, "strength": STRENGTHS}
_TEXTS = {
    "indicator",
    "scope",
    "unit",
    "base",
    "verb",
    "object",
    "rhythm",
    "units",
    "support",
    "part_of",
    "words",
    "number",
}
_FLAGS = {"every_year", "deadline_explicit", "growth"}
_NUMBERS = {"value", "upper", "baseline"}

Row = dict[str, Any]


class DecisionRefused(UserError):
    """A decision that cannot be taken: its card, action, field or reason is not known."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log: who did what to which card and when (`at`, ISO 8601), with the fields it set."""

    at: str
    author: str
    action: str
    card: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Review:
    """A draft with its decisions folded in: rows by id in the order of the text, and what became of each."""

    rows: Mapping[str, Row]
    states: Mapping[str, str]
    decided_by: Mapping[str, Decision]

    def waiting(self) -> list[str]:
        """Return the rows that a person must still decide."""
        return [
            id_
            for id_, row in self.rows.items()
            if self.states[id_] == "proposed" and float(row.get("confidence", 1)) < SURE
        ]


def rows_of(tables: Mapping[str, Any]) -> dict[str, Row]:
    """Return the rows of a draft's tables by id, each with its `row` kind."""
    rows: dict[str, Row] = {}
    for table in tables["commitments"]:
        for kind in ROW_KINDS:
            rows |= {str(row["id"]): {"row": kind, **row} for row in table.get(kind, ())}
    for number, entry in enumerate(tables["not_commitments"].get("entry", ()), start=1):
        rows[f"n{number:04d}"] = {"row": "not_commitment", **entry}
    return rows


def review(tables: Mapping[str, Any], decisions: Iterable[Decision], clauses: Mapping[str, Clause]) -> Review:
    """Fold the decisions over a draft; raises DecisionRefused at the first that cannot be taken."""
    rows = rows_of(tables)
    states = dict.fromkeys(rows, "proposed")
    by: dict[str, Decision] = {}
    for decision in _effective(decisions):
        _check(decision, rows)
        _apply(decision, rows, states, clauses)
        by[decision.card] = decision
    return Review(rows, states, by)


def _effective(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that stand: an undo takes away the last one on its card."""
    standing: list[Decision] = []
    for decision in decisions:
        if decision.action != "undo":
            standing.append(decision)
            continue
        last = next((i for i in reversed(range(len(standing))) if standing[i].card == decision.card), None)
        if last is None:
            raise _refused(f"“{decision.card}”没有可撤销的决定。", f"'{decision.card}' has no decision to undo.")
        del standing[last]
    return standing


def _check(decision: Decision, rows: Mapping[str, Row]) -> None:
    if not decision.author.strip():
        raise _refused("请先填写审核人姓名。", "Give the reviewer's name first.")
    if decision.action not in ACTIONS:
        raise _refused(f"没有“{decision.action}”这种处理。", f"There is no action '{decision.action}'.")
    if decision.action == "add" and decision.card in rows:
        raise _refused(f"卡片 {decision.card} 已有。", f"There is a card '{decision.card}' already.")
    if decision.action != "add" and decision.card not in rows:
        raise _refused(f"找不到卡片 {decision.card}。", f"There is no card '{decision.card}'.")
    if decision.action == "dismiss" and decision.reason not in REASONS:
        raise _refused("请选择不作承诺的理由。", "Choose the reason why it is no commitment.")
    into = str(decision.fields.get("into", ""))
    if decision.action == "merge" and (into not in rows or into == decision.card or rows[into]["row"] != "target"):
        raise _refused("请写明并入哪一张指标卡片。", "Say into which other target's card it is merged.")
    if decision.action == "merge" and rows[decision.card]["row"] != "target":
        raise _refused("只有指标卡片可以合并。", "Only the cards of targets can be merged.")


def _apply(decision: Decision, rows: dict[str, Row], states: dict[str, str], clauses: Mapping[str, Clause]) -> None:
    card = decision.card
    if decision.action == "confirm":
        states[card] = "confirmed"
    elif decision.action == "correct":
        rows[card] = _placed({**rows[card], **_fields(decision.fields)}, clauses)
        states[card] = "corrected"
    elif decision.action == "split":
        _insert_after(rows, card, _free(rows, card), {**rows[card], **_fields(decision.fields)})
        states |= {id_: "proposed" for id_ in rows if id_ not in states}
    elif decision.action == "merge":
        _merge(rows, card, str(decision.fields["into"]))
        states[card] = "merged"
    elif decision.action == "dismiss":
        rows[card] = _dismissed(rows[card], decision, clauses)
        states[card] = "dismissed"
    else:  # promote, or add
        made = _placed(_target({**rows.get(card, {}), **_fields(decision.fields)}), clauses)
        rows[card] = made
        states[card] = "corrected"


def _placed(row: Row, clauses: Mapping[str, Clause]) -> Row:
    """Return a row whose words stand in its clause and hold its number; raises DecisionRefused where they do not."""
    clause, words, number = clauses.get(str(row.get("clause"))), str(row.get("words", "")), str(row.get("number", ""))
    if clause is None or not words or nth(clause.text, words, int(row.get("occurrence", 1))) < 0:
        raise _refused(f"原文“{words}”不在条款 {row.get('clause')} 中。", f"'{words}' is not in its clause.")
    if number and nth(words, number, int(row.get("number_occurrence", 1))) < 0:
        raise _refused(f"数字“{number}”不在原文“{words}”中。", f"'{number}' is not part of its words.")
    return row


def _target(fields: Mapping[str, Any]) -> Row:
    """Return a target's row out of what a person gave, with dull values for what was left out."""
    dull = {"indicator": str(fields.get("words", ""))[:20], "scope": "未写明", "comparator": "==", "kind": "cumulative"}
    dull |= {"direction": "up", "strength": "firm"}
    kept = {k: v for k, v in fields.items() if k not in {"reason", "row", "rule", "confidence"}}
    if fields.get("row") == "not_commitment" and "number" not in fields:
        kept["number"] = kept["words"]
    return {"row": "target", **dull, **kept}


def _dismissed(row: Row, decision: Decision, clauses: Mapping[str, Clause]) -> Row:
    """Return the exclusion that a dismissed row becomes; one without a number leaves only its trace."""
    out = {"row": "not_commitment", "words": "", "reason": decision.reason, "clause": row["clause"]}
    out |= {"note": decision.note} if decision.note else {}
    if row["row"] == "not_commitment":
        return {**row, **out, "words": row["words"]}
    number = str(row.get("number", ""))
    if not number:
        return out
    text = clauses[row["clause"]].text
    at = nth(text, row["words"], row.get("occurrence", 1))
    at += nth(row["words"], number, row.get("number_occurrence", 1))
    occurrence = 1
    while 0 <= nth(text, number, occurrence) < at:
        occurrence += 1
    return out | {"words": number, "occurrence": occurrence}


def _merge(rows: dict[str, Row], card: str, into: str) -> None:
    kept = ("clause", "words", "occurrence", "number", "number_occurrence")
    quote = {name: rows[card][name] for name in kept if name in rows[card]}
    rows[into] = {**rows[into], "also": [*rows[into].get("also", ()), quote]}
    rows[card] = {**rows[card], "row": "merged", "into": into}


def _insert_after(rows: dict[str, Row], card: str, id_: str, row: Row) -> None:
    order = list(rows.items())
    at = [key for key, _ in order].index(card) + 1
    rows.clear()
    rows.update([*order[:at], (id_, {**row, "id": id_}), *order[at:]])


def _free(rows: Mapping[str, Row], card: str) -> str:
    number = 2
    while f"{card}-{number}" in rows:
        number += 1
    return f"{card}-{number}"


def _fields(given: Mapping[str, Any]) -> Row:
    """Return the fields a person set, each in its type; raises DecisionRefused naming the one that does not fit."""
    read: Row = {}
    for name, value in given.items():
        if name in {"into", "id"}:
            continue
        if name in CHOICES and value not in CHOICES[name]:
            raise _refused(f"{name} 应为 {' / '.join(CHOICES[name])}。", f"{name} is none of its words.")
        if name in _NUMBERS:
            read |= _number(name, value)
        elif name == "deadline":
            read[name] = _date(value)
        elif name in {"occurrence", "number_occurrence"}:
            read[name] = int(value)
        elif name in CHOICES or name in _TEXTS or name == "clause":
            read[name] = str(value)
        elif name in _FLAGS:
            read[name] = bool(value)
        else:
            raise _refused(f"没有“{name}”这一栏。", f"There is no field '{name}'.")
    return read


def _number(name: str, value: Any) -> Row:
    if value in (None, ""):
        return {name: None}
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise _refused(f"{name} 应为数字，写的是“{value}”。", f"{name} is no number: '{value}'.")
    return {name: number}


def _date(value: Any) -> dt.date:
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        raise _refused(f"日期应写作 2027-12-31，写的是“{value}”。", f"'{value}' is no date.") from None


def _refused(zh: str, en: str) -> DecisionRefused:
    return DecisionRefused(Text(zh, en))


def reviewed_tables(tables: Mapping[str, Any], done: Review) -> dict[str, Any]:
    """Return the pack's tables as reviewed; each decided row says by whom and when, the others keep their rule."""
    commitments: dict[str, list[Row]] = {kind: [] for kind in ROW_KINDS}
    entries: list[Row] = []
    for id_, row in done.rows.items():
        out = {k: v for k, v in row.items() if k not in {"row", "into"} and v is not None}
        decision = done.decided_by.get(id_)
        if decision:
            out = {k: v for k, v in out.items() if k not in {"rule", "confidence"}}
            out |= {"decided_by": decision.author, "decided_at": decision.at}
        if row["row"] in ROW_KINDS:
            commitments[row["row"]].append(out | {"id": id_})
        elif row["row"] == "not_commitment" and row["words"]:
            entries.append(out)
    return {**tables, "commitments": [commitments], "not_commitments": {"entry": entries}}
