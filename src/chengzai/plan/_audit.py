"""The account: every numeric mention of the document ends in a commitment or in a reason why not."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.plan._document import nth
from chengzai.plan._mentions import Mention, scan_mentions
from chengzai.plan._records import Plan, Repair, Span, Target
from chengzai.plan._spans import SpanIndex
from chengzai.plan._wording import comparators_said, read_as_written


@dataclass(frozen=True, slots=True)
class Account:
    """One mention and where it ended: `target`, `other_commitment`, `not_commitment` or `unaccounted`."""

    mention: Mention
    disposition: str
    refs: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The account of a whole document with the findings about it."""

    plan: Plan
    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]

    @property
    def unaccounted(self) -> tuple[Account, ...]:
        """The mentions that ended nowhere."""
        return tuple(account for account in self.accounts if account.disposition == "unaccounted")

    @property
    def passed(self) -> bool:
        """Whether everything is accounted for and no finding is an error."""
        return not self.unaccounted and all(f.severity is not Severity.ERROR for f in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the account as plain data; offsets count characters of the document."""
        plan = self.plan
        return {
            "mentions": [_mention_row(account) for account in self.accounts],
            "targets": [_target_row(target) for target in plan.targets],
            "tasks": _promise_rows(plan, "task"),
            "mechanisms": _promise_rows(plan, "mechanism"),
            "reforms": _promise_rows(plan, "reform"),
            "systems": _promise_rows(plan, "system"),
            "sections": [
                {"id": s.id, "title": s.title, "level": s.level, "parent": s.parent, "editorial": s.editorial}
                for s in plan.sections
            ],
            "repairs": [_repair_row(repair) for repair in plan.repairs],
            "silent_clauses": [{"clause": clause, "why": why} for clause, why in plan.silent_clauses],
            "lost_headings": [{"before": before, "why": why} for before, why in plan.lost_headings],
            "findings": [finding.as_dict() for finding in self.findings],
        }


def audit_plan(plan: Plan, findings: Sequence[Finding] = ()) -> Audit:
    """Return the account of every mention, with `findings` of earlier steps carried along.

    A number span of a target claims first, then an exclusion, then another commitment's words.
    """
    used: set[int] = set()
    exclusions = list(_exclusion_spans(plan))
    standing = _Standing(plan, exclusions)
    accounts = tuple(_account(plan, mention, standing, used) for mention in scan_mentions(plan.document))
    own = [
        *_contested(plan, accounts, standing.exclusions),
        *_stale(plan, used),
        *(_unaccounted(plan, a) for a in accounts if a.disposition == "unaccounted"),
        *(finding for target in plan.targets for finding in _value_findings(plan, target)),
        *(_reading(plan, target) for target in plan.targets if target.reading),
        *(_repaired(plan, repair) for repair in plan.repairs if not repair.applied),
        *_cleaned(plan),
        *_silent(plan),
    ]
    return Audit(plan, accounts, (*findings, *own))


class _Standing:
    """What stands where in a plan: numbers of targets, excluded words, words of other commitments, clauses."""

    def __init__(self, plan: Plan, exclusions: Iterable[tuple[Span, int]]) -> None:
        self.numbers = SpanIndex(
            (q.number_span.start, q.number_span.end, t.id)
            for t in plan.targets
            for q in t.quotes
            if q.number_span.start >= 0
        )
        self.exclusions = SpanIndex((span.start, span.end, number) for span, number in exclusions)
        self.promises = SpanIndex(
            (p.quote.span.start, p.quote.span.end, p.id)
            for p in plan.promises
            if p.quote.span.start >= 0 and p.kind != "system"
        )
        self.labels = {clause.start: clause.start + len(clause.label) for clause in plan.clauses if clause.label}


def _account(plan: Plan, mention: Mention, standing: _Standing, used: set[int]) -> Account:
    span = Span(mention.start, mention.end)
    over = standing.numbers.over(span.start, span.end)
    refs = tuple(dict.fromkeys(ref for start, end, ref in over if _claims(Span(start, end), span)))
    if refs:
        return Account(mention, "target", refs)
    label = standing.labels.get(plan.clause_at(mention.start), -1)
    if plan.label_reason and mention.end <= label:
        return Account(mention, "not_commitment", (), plan.label_reason)
    covering = [
        n for start, end, n in standing.exclusions.over(span.start, span.end) if start <= span.start and span.end <= end
    ]
    if covering:
        used.add(covering[0])
        return Account(mention, "not_commitment", (), plan.exclusions[covering[0]].reason)
    promised = standing.promises.over(span.start, span.end)
    others = tuple(id_ for start, end, id_ in promised if start <= span.start and span.end <= end)
    return Account(mention, "other_commitment" if others else "unaccounted", others)


def _claims(number: Span, mention: Span) -> bool:
    """Return whether a target's number is the mention; in a table run together it is a part of it."""
    return number.covers(mention) or (number.start >= 0 and mention.covers(number))


def _exclusion_spans(plan: Plan) -> Iterator[tuple[Span, int]]:
    for number, exclusion in enumerate(plan.exclusions):
        scope = plan.clause.get(exclusion.clause)
        start, end = (scope.start, scope.end) if scope else (0, len(plan.document))
        if exclusion.occurrence:
            at = nth(plan.document[start:end], exclusion.words, exclusion.occurrence)
            if at >= 0:
                yield Span(start + at, start + at + len(exclusion.words)), number
            continue
        for match in re.finditer(re.escape(exclusion.words), plan.document[start:end]):
            yield Span(start + match.start(), start + match.end()), number


def _contested(plan: Plan, accounts: Iterable[Account], exclusions: SpanIndex[int]) -> Iterator[Finding]:
    for account in accounts:
        span = Span(account.mention.start, account.mention.end)
        if account.disposition != "target":
            continue
        for start, end, number in exclusions.over(span.start, span.end):
            if start <= span.start and span.end <= end:
                words = plan.exclusions[number].words
                yield Finding(
                    "plan.claimed-twice",
                    Severity.ERROR,
                    Text(
                        f"数字“{account.mention.surface}”既属指标 {account.refs[0]}，又被“{words}”列为非承诺。",
                        f"'{account.mention.surface}' belongs to target {account.refs[0]} and is also excluded.",
                    ),
                    Text(
                        "请缩短 not_commitments.toml 中的 words。",
                        "Shorten the words in not_commitments.toml.",
                    ),
                    _citation(plan, span),
                )


def _stale(plan: Plan, used: set[int]) -> Iterator[Finding]:
    for number, exclusion in enumerate(plan.exclusions):
        if number not in used:
            yield Finding(
                "plan.exclusion-unused",
                Severity.WARNING,
                Text(
                    f"not_commitments.toml 中的“{exclusion.words}”没有管到任何数字。",
                    f"'{exclusion.words}' in not_commitments.toml covers no number.",
                ),
                Text("请核对原文后删去或改正。", "Compare with the document; correct or remove it."),
                Citation("not_commitments.toml", exclusion.words),
            )


def _unaccounted(plan: Plan, account: Account) -> Finding:
    mention = account.mention
    around = plan.document[max(0, mention.start - 8) : mention.end + 8].replace("\n", "⏎")
    return Finding(
        "plan.unaccounted-number",
        Severity.ERROR,
        Text(f"数字“{mention.surface}”（……{around}……）没有去处。", f"The number in '…{around}…' ends nowhere."),
        Text(
            "请列为指标或其他承诺，或在 not_commitments.toml 说明理由。",
            "Make it a commitment, or give the reason in not_commitments.toml.",
        ),
        _citation(plan, Span(mention.start, mention.end)),
    )


def _value_findings(plan: Plan, target: Target) -> Iterator[Finding]:
    quote = target.quotes[0]
    where = _citation(plan, quote.span, target.id)
    for repeat in target.quotes:
        if target.value is None or not repeat.number:
            continue
        read = read_as_written(repeat.number, target)
        if read is not None and target.canonical is not None and read != target.canonical.value:
            yield Finding(
                "plan.value-differs",
                Severity.ERROR,
                Text(
                    f"指标 {target.id} 写的是 {target.value}{target.unit}，原文“{repeat.number}”读作 {read}。",
                    f"Target {target.id} says {target.value}{target.unit} but its words read {read}.",
                ),
                Text("请按原文改正 value 与 unit。", "Correct value and unit to the words."),
                _citation(plan, repeat.span, target.id),
            )
    said = comparators_said(quote)
    if target.value is not None and said and target.comparator not in said:
        yield Finding(
            "plan.comparator-differs",
            Severity.WARNING,
            Text(
                f"指标 {target.id} 记为“{target.comparator}”，原文措辞为“{'、'.join(said)}”。",
                f"Target {target.id} has '{target.comparator}', its words say {', '.join(said)}.",
            ),
            Text("请核对“以上、超过、低于、以内、左右”等字样。", "Check the comparing words."),
            where,
        )
    if len(said) > 1:
        yield Finding(
            "plan.words-disagree",
            Severity.WARNING,
            Text(
                f"“{quote.words}”的措辞自相矛盾（{'与'.join(said)}），按“{target.comparator}”读。",
                f"'{quote.words}' says both {' and '.join(said)}; read as '{target.comparator}'.",
            ),
            Text("请方案起草单位明确含不含本数。", "Ask the author whether the limit is included."),
            where,
        )


def _reading(plan: Plan, target: Target) -> Finding:
    return Finding(
        "plan.reading-chosen",
        Severity.NOTE,
        Text(
            f"{target.indicator}：{target.reading}",
            f"{target.name_en}: a reading was chosen. {target.reading}",
        ),
        Text("请方案起草单位确认或更正。", "Ask the plan's author to confirm or correct."),
        _citation(plan, target.quotes[0].span, target.id),
    )


def _silent(plan: Plan) -> Iterator[Finding]:
    """Report clauses that carry no commitment and for which the pack gives no reason."""
    speaking = {quote.clause for target in plan.targets for quote in target.quotes}
    speaking |= {promise.quote.clause for promise in plan.promises} | {clause for clause, _ in plan.silent_clauses}
    for clause in plan.clauses:
        if clause.id not in speaking:
            yield Finding(
                "plan.clause-silent",
                Severity.NOTE,
                Text(f"条款 {clause.id} 没有录入任何承诺。", f"Clause {clause.id} carries no commitment."),
                Text(
                    "请录入，或在 not_commitments.toml 的 [[clause]] 写明原因。",
                    "Enter it, or say why under [[clause]].",
                ),
                _citation(plan, Span(clause.start, clause.end)),
            )


def _repaired(plan: Plan, repair: Repair) -> Finding:
    what = f"“{repair.was}”应为“{repair.now}”：" if repair.was else ""
    return Finding(
        "plan.text-damaged",
        Severity.NOTE,
        Text(f"{what}{repair.why}", f"The text as received is damaged ({repair.kind}). {repair.why}"),
        Text("请以市政府正式文本核对。", "Compare with the official text."),
        _citation(plan, repair.span, repair.clause),
    )


def _cleaned(plan: Plan) -> Iterator[Finding]:
    """Report the repairs that were made when the text came in, one finding a kind."""
    for kind, count in Counter(repair.kind for repair in plan.repairs if repair.applied).items():
        what = {"page-furniture": "去掉页眉页脚和页码", "broken-line": "接上断行"}.get(kind, kind)
        yield Finding(
            "plan.text-cleaned",
            Severity.NOTE,
            Text(f"收文时{what} {count} 处，逐处记在 repairs.toml。", f"{count} repairs of kind {kind} are on record."),
            Text("收到的原件在 original/ 中。", "The file as received is in original/."),
            Citation("repairs.toml", kind),
        )


def _citation(plan: Plan, span: Span, locator: str = "") -> Citation:
    at = plan.clause_at(span.start)
    clause = plan.clause_starting[at].id if at in plan.clause_starting else ""
    return Citation(plan.document_name, " ".join(part for part in (clause, locator) if part), span.start, span.end)


def _mention_row(account: Account) -> dict[str, Any]:
    mention = account.mention
    return {
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "disposition": account.disposition,
        "ref": account.refs[0] if account.refs else "",
        "refs": list(account.refs),
        "reason": account.reason,
    }


def _target_row(target: Target) -> dict[str, Any]:
    canonical = target.canonical
    return {
        "id": target.id,
        "citations": [{"start": quote.span.start, "end": quote.span.end} for quote in target.quotes],
        "indicator": target.indicator,
        "scope": target.scope,
        "comparator": target.comparator,
        "value": None if target.value is None else float(target.value),
        "unit": target.unit,
        "canonical_value": float(canonical.value) if canonical else None,
        "canonical_unit": canonical.unit if canonical else "",
        "deadline": target.deadline.isoformat(),
        "deadline_explicit": target.deadline_explicit,
        "kind": target.kind,
        "every_year": target.every_year,
        "direction": target.direction,
        "strength": target.strength,
        "reading": target.reading,
        "upper": None if target.upper is None else float(target.upper),
        "growth": target.growth,
        "base": target.base,
        "baseline": None if target.baseline is None else float(target.baseline),
        "responsible": target.units,
        "support": target.support,
    }


def _promise_rows(plan: Plan, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "id": p.id,
            "start": p.quote.span.start,
            "end": p.quote.span.end,
            "text": p.quote.words,
            "clause": p.quote.clause,
            "verb": p.verb,
            "object": p.object,
            "rhythm": p.rhythm,
            "deadline": p.deadline.isoformat() if p.deadline else "",
            "responsible": p.units,
            "support": p.support,
        }
        for p in plan.promises_of(kind)
    ]


def _repair_row(repair: Repair) -> dict[str, Any]:
    return {
        "kind": repair.kind,
        "start": repair.span.start,
        "end": repair.span.end,
        "was": repair.was,
        "now": repair.now,
        "why": repair.why,
        "applied": repair.applied,
    }
