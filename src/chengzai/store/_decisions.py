"""The log of a review beside its draft: one decision a line, only ever added to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.kernel import Text, UserError

_LOGS = Path("review")


class LogUnreadable(UserError):
    """A line of the log of decisions cannot be parsed."""


def read_decisions(folder: Path, log: str = "decisions") -> list[dict[str, Any]]:
    """Return the decisions of a review, or of another log beside it, in order; raises LogUnreadable."""
    path = folder / _LOGS / f"{log}.jsonl"
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(dict(json.loads(line)))
        except (json.JSONDecodeError, TypeError, ValueError):
            raise LogUnreadable(
                Text(f"{path} 第 {number} 行读不懂；请改正或删去该行。", f"Line {number} of {path} cannot be read.")
            ) from None
    return found


def append_decision(folder: Path, decision: Mapping[str, Any], log: str = "decisions") -> None:
    """Add one decision to the log of a review, or to another log of its folder."""
    path = folder / _LOGS / f"{log}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(decision, ensure_ascii=False, default=str) + "\n")
