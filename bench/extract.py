"""The extractor against the reviewed Quzhou pack and the labelled texts, with its confusions, and its speed.

usage: python bench/extract.py
"""

import re
import sys
import time
from collections import Counter
from pathlib import Path

from chengzai.plan import audit_plan, compile_plan, draft_plan
from chengzai.store import read_pack

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "accuracy"))
from scoring import HERE, named_alike, score  # noqa: E402 -- the same measure as the test

JUDGED = ("comparator", "value", "unit", "deadline")
FIELDS = ("comparator", "value", "unit", "deadline", "kind", "strength", "direction", "every_year")


def quotes(plan):
    return [(t, q) for t in plan.targets for q in t.quotes if re.search(r"[0-9Ⅱ]", q.number)]


def overlap(one, other):
    return one.number_span.start < other.number_span.end and other.number_span.start < one.number_span.end


def matched(gold, mine):
    taken, pairs = set(), []
    for target, quote in gold:
        found = next((i for i, (_, q) in enumerate(mine) if i not in taken and overlap(q, quote)), None)
        if found is not None:
            taken.add(found)
        pairs.append((target, mine[found][0] if found is not None else None))
    return pairs, [mine[i] for i in range(len(mine)) if i not in taken]


def main():
    pack = read_pack(ROOT / "content" / "quzhou")
    reviewed, _ = compile_plan(pack.tables, pack.document)
    drafted, findings = compile_plan(draft_plan(pack.document, name="draft").tables, pack.document)
    account = audit_plan(drafted, findings)
    gold, mine = quotes(reviewed), quotes(drafted)
    pairs, extra = matched(gold, mine)
    hits = [(g, m) for g, m in pairs if m is not None]
    precision, recall = len(hits) / len(mine), len(hits) / len(gold)
    print(f"numbers accounted for       {1 - len(account.unaccounted) / len(account.accounts):.3f}")
    f1 = 2 * precision * recall / (precision + recall)
    print(f"targets found               precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    wrong = Counter()
    for good, found in hits:
        for name in FIELDS:
            if getattr(good, name) != getattr(found, name):
                wrong[name] += 1
        if not named_alike(found.indicator, good.indicator.replace("|", "")):
            wrong["indicator"] += 1
    whole = sum(
        named_alike(m.indicator, g.indicator) and all(getattr(g, n) == getattr(m, n) for n in JUDGED) for g, m in hits
    )
    print(f"  all of five right         {whole / len(hits):.3f}")
    for name in ("indicator", *FIELDS):
        print(f"  {name:24}  {1 - wrong[name] / len(hits):.3f}")
    for good, found in pairs:
        told = [n for n in FIELDS if found is not None and getattr(good, n) != getattr(found, n)]
        if found is None or told:
            differs = (
                ", ".join(f"{n} {getattr(found, n)} for {getattr(good, n)}" for n in told) if found else "not found"
            )
            print(f"    {good.id}: {differs}")
    for target, quote in extra:
        print(f"    taken for a target: {quote.words} ({target.id})")

    for text in sorted(path.stem for path in HERE.glob("*.csv") if path.stem != "disagreements"):
        told = score(text)
        print(f"{text}: {told.targets} targets, {told.proposed} proposed, F1 {told.f1:.3f}, ", end="")
        print(f"all of five right {told.fields_right:.3f}, cards per 10,000 characters {told.cards_per_10_000:.1f}")
        for confusion in told.confusions:
            print(f"    {confusion}")

    long = (pack.document + "\n") * 6
    begin = time.perf_counter()
    compile_plan(draft_plan(long, name="long").tables, long)
    print(f"{len(long):,} characters compiled in {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
