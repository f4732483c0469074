"""整村搬迁候选村: a sheet of villages put in order by the pack's rule, with what speaks for each."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import now
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import dated_rule
from chengzai.cycle._sheets_in import NotASheet
from chengzai.cycle._villages import read_test, read_villages
from chengzai.decide import Candidate, VillageTest, Weigh, candidate
from chengzai.kernel import Text
from chengzai.store import read_pack

View = dict[str, Any]
_COLUMNS = ("村", "次序", "状态", "得分最低", "得分最高", "各项", "待查明")
_STATES = ("必须搬", "可以搬", "待查明", "暂不能搬")


def rank_candidates(content: Path, data: Path, name: str, sheet: bytes) -> View:
    """Return the villages of a CSV sheet in the order in which they come for relocation; raises NotASheet, RuleMissing.

    First those that must move, then those that may by the least their score can be, then those of which the rule cannot
    tell yet, last those that may not yet. Columns are 村 and the facts that the rule names; empty is unknown.
    """
    pack = read_pack(pack_in_force(data, content))
    rule = dated_rule(pack, "candidates", "整村搬迁候选村排序规则", now(simulated=False).date())
    must, not_yet = _cases(rule.value.get("must", ())), _cases(rule.value.get("not_yet", ()))
    weighs = tuple(_weigh(w) for w in rule.value["weigh"])
    yes_no = {t.fact: t.relation == "is" for case in (*must, *not_yet) for t in case}
    yes_no = {w.fact: (w.nothing, w.everything) == (0.0, 1.0) for w in weighs} | yes_no
    rows, findings = read_villages(name, sheet, yes_no)
    told = {village: candidate(must, not_yet, weighs, facts) for village, facts in rows.items()}
    order = sorted(told, key=lambda v: (_STATES.index(_state(told[v])), -told[v].low, -told[v].high, v))
    return {
        "name": str(pack.policy["candidates"]["name"]),
        "clause": rule.clause,
        "status": rule.status,
        "counts": {state: sum(_state(t) == state for t in told.values()) for state in _STATES},
        "rows": [_row(village, told[village]) for village in order],
        "findings": [finding.as_dict() for finding in findings],
    }


def _cases(told: Any) -> tuple[tuple[VillageTest, ...], ...]:
    return tuple(tuple(read_test(str(words), "candidates") for words in case) for case in told)


def _weigh(told: Mapping[str, Any]) -> Weigh:
    found = Weigh(str(told["fact"]), float(told["nothing"]), float(told["everything"]), float(told["weight"]))
    if found.nothing == found.everything or found.weight < 0:
        words = f"“{found.fact}”的 nothing 和 everything 要不同，权重不小于0（policy/candidates.toml）。"
        raise NotASheet(Text(words, f"{found.fact}: nothing and everything differ, the weight is not negative."))
    return found


def _state(told: Candidate) -> str:
    """Return where a village stands; one that must move has to even where it is protected: people go, houses stay."""
    if told.must:
        return "必须搬"
    if told.not_yet:
        return "暂不能搬"
    return "待查明" if told.must is None or told.not_yet is None else "可以搬"


def _row(village: str, told: Candidate) -> View:
    return {
        "village": village,
        "state": _state(told),
        "low": round(told.low * 100, 1),
        "high": round(told.high * 100, 1),
        "told": [[fact, None if says is None else round(says, 3), weight] for fact, says, weight in told.told],
        "missing": list(told.missing),
    }


def candidates_csv(told: View) -> bytes:
    """Return ranked candidates as a CSV sheet that spreadsheets open."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for n, row in enumerate(told["rows"], start=1):
        said = "；".join(
            f"{fact} {'不知道' if says is None else f'{says:g}'}×{weight:g}" for fact, says, weight in row["told"]
        )
        writer.writerow([row["village"], n, row["state"], row["low"], row["high"], said, "、".join(row["missing"])])
    return out.getvalue().encode("utf-8-sig")
