"""The page on which a draft is walked: the document cut where highlights begin and end, and a card for each row."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from chengzai.plan import SURE, Audit, Clause, Plan, Review

View = dict[str, Any]
_RANK = {"target": 0, "mechanism": 1, "reform": 2, "task": 3, "system": 4, "not_commitment": 5}
_LEFT_OUT = {"also", "into", "clause", "row"}


def review_view(plan: Plan, audit: Audit, done: Review) -> View:
    """Return the whole page as plain data: title, sections with pieces, cards in order, progress and findings."""
    cards = [_card(plan, done, id_) for id_ in done.rows]
    shown = sorted((c for c in cards if c["row"] in _RANK), key=lambda c: (c["start"], _RANK[c["row"]], c["id"]))
    return {
        "title": plan.title,
        "sections": [
            {
                "title": title,
                "clauses": [{"id": c.id, "pieces": _pieces(c, shown)} for c in plan.clauses if c.section == section],
            }
            for section, title in (("front", ""), *((s.id, s.title) for s in plan.sections))
        ],
        "cards": shown,
        "progress": progress(done),
        "unaccounted": len(audit.unaccounted),
        "findings": [
            f.as_dict("zh") for f in audit.findings if f.severity.value == "error" or f.code == "plan.value-differs"
        ],
    }


def progress(done: Review) -> View:
    """Return how far a review is: cards in all, decided, and those that still need a person."""
    decided = sum(state != "proposed" for state in done.states.values())
    return {"all": len(done.rows), "decided": decided, "waiting": len(done.waiting())}


def _card(plan: Plan, done: Review, id_: str) -> View:
    row = done.rows[id_]
    clause = plan.clause.get(str(row.get("clause")))
    start = clause.find(str(row["words"]), int(row.get("occurrence", 1)) or 1) if clause and row["words"] else -1
    decision = done.decided_by.get(id_)
    waiting = done.states[id_] == "proposed" and float(row.get("confidence", 1)) < SURE
    return {
        "id": id_,
        "row": row["row"],
        "clause": row.get("clause", ""),
        "state": done.states[id_],
        "waiting": waiting,
        "start": start,
        "end": start + len(str(row["words"])) if start >= 0 else -1,
        "decided": f"{decision.author} {decision.at[:16].replace('T', ' ')}" if decision else "",
        "fields": {k: _plain(v) for k, v in row.items() if k not in _LEFT_OUT},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, dt.date) else value


def _pieces(clause: Clause, cards: Iterable[Mapping[str, Any]]) -> list[View]:
    """Return a clause cut at every end of a highlight; each piece names the cards over it, the narrowest leads."""
    here = [c for c in cards if c["start"] < clause.end and c["end"] > clause.start]
    ends = {at for card in here for at in (card["start"], card["end"])}
    cuts = [clause.start, *sorted(at for at in ends if clause.start < at < clause.end), clause.end]
    pieces: list[View] = []
    for begin, end in pairwise(cuts):
        over = [card for card in here if card["start"] <= begin and end <= card["end"]]
        over.sort(key=lambda card: (card["end"] - card["start"], _RANK[card["row"]]))
        text = clause.text[begin - clause.start : end - clause.start]
        pieces.append({"at": begin - clause.start, "text": text, "cards": [card["id"] for card in over]})
    return pieces
