"""为什么没有我们村: what keeps a village out of a scenario, in words, by forcing it in and seeing what gives way."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chengzai.cycle._choices import choice_of
from chengzai.cycle._decide import why_words
from chengzai.cycle._planning_table import Table
from chengzai.cycle._sheets_in import NotASheet
from chengzai.decide import answer_of, best_hedge, question_of, why_not
from chengzai.kernel import Text

View = dict[str, Any]
_SECONDS = 5.0


def why_stays(table: Table, told: Mapping[str, Any], village: str) -> View:
    """Return why a village stays in a scenario worked out before; raises NotASheet for a village nobody knows.

    A scenario over other sheets than today's is refused: its moves answer another question.
    """
    region = table.region
    if village not in {v.id for v in region.relocation.villages}:
        raise NotASheet(Text(f"候选村里没有“{village}”。", f"No candidate is called {village}."))
    if told["base"] != table.sha256:
        raise NotASheet(
            Text("这个方案的底数已变，请重新推演后再问。", "Work the scenario out again: its sheets changed.")
        )
    kept = {p["project"]: p["start"] - region.first_year for p in told.get("projects", {}).get("list", ())}
    choice = replace(choice_of(table, told["choice"]), projects=kept)
    if village in choice.stay:
        return {
            "village": village,
            "reason": "stay",
            "words": "方案里写明它不搬。",
            "words_en": "The scenario keeps it.",
        }
    if choice.budget <= 0:
        return {"village": village, "reason": "nobody", "words": "这个方案不搬迁。", "words_en": "Nobody moves here."}
    plain = question_of(region, choice)
    question = best_hedge(plain, region.doubt, choice.hedge) if choice.hedge else plain
    going = {m["village"]: (m["site"], m["year"] - region.first_year) for m in told["moves"]["list"]}
    answer = why_not(question, answer_of(question, going), village, gap=0.02, seconds=_SECONDS, plain=plain)
    return {"village": village, "reason": answer.reason, **why_words(question, answer)}
