"""The verbs that work on a plan's text: `chengzai plan VERB`."""

import argparse
import datetime as dt
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from chengzai.kernel import Severity

_CHANGED = {"kept": "未变", "changed": "改动", "added": "新增", "dropped": "删去"}


def add_plan_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `plan` and its verbs to the program's."""
    plan = verbs.add_parser("plan", help="Work on a plan's text.", description="Work on a plan's text.")
    plans = plan.add_subparsers(required=True, metavar="VERB")
    audit = _plan_verb(
        plans,
        "audit",
        _audit,
        "Account for every number of the text; fail if any is unaccounted for.",
        "content/quzhou --json",
    )
    audit.add_argument("content", type=Path, help="folder of the pack")
    check = _plan_verb(
        plans,
        "check",
        _check,
        "Hold a plan against itself: repeats, sums, yearly steps, counts, words without a measure.",
        "content/quzhou",
    )
    check.add_argument("content", type=Path, help="folder of the pack")
    for verb in (audit, check):
        verb.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the findings")
    diff = _plan_verb(
        plans,
        "diff",
        _diff,
        "Compare two versions of a plan, each a pack or a document: kept, changed, added, dropped.",
        "old.docx content/quzhou",
    )
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    draft = _plan_verb(
        plans,
        "draft",
        _draft,
        "Draft a pack from a policy text (DOCX, PDF, HTML, TXT); everything in it is proposed, for review.",
        "plan.docx --out content/mycity",
    )
    draft.add_argument("file", type=Path, help="the document")
    draft.add_argument("--out", type=Path, required=True, help="folder for the pack; it must not hold one yet")
    amend = _plan_verb(
        plans,
        "amend",
        _amend,
        "Lay a reviewed draft over the plan in force: show and decide its changes, then record it from a day on.",
        "content/mycity content/revision --in-force 2025-07-01 --approver 李某 --why 中期修订",
    )
    amend.add_argument("content", type=Path, help="folder of the pack that is amended")
    amend.add_argument("draft", type=Path, help="folder of the reviewed draft")
    amend.add_argument(
        "--decide",
        action="append",
        default=[],
        metavar="KEY=CHOICE",
        help="decide a point that is shown; all=agree agrees to every change without doubt; may repeat",
    )
    amend.add_argument("--by", default="", help="who decides")
    amend.add_argument("--note", default="", help="what the decision rests on")
    amend.add_argument("--in-force", type=_day, metavar="DAY", help="record it: the day from which it holds")
    amend.add_argument("--approver", default="", help="who approves it, none of those who decided")
    amend.add_argument("--why", default="", help="the decision it rests on")
    history = _plan_verb(
        plans,
        "history",
        _history,
        "Show the versions of a plan: what held on a day, as far as was known on another.",
        "content/mycity --on 2025-08-01 --known 2025-06-30",
    )
    history.add_argument("content", type=Path, help="folder of the pack")
    history.add_argument("--on", type=_day, metavar="DAY", help="versions in force by this day")
    history.add_argument("--known", type=_day, metavar="DAY", help="versions recorded by this day")
    review = _plan_verb(
        plans,
        "review",
        _review,
        "Walk a draft in the browser: confirm, correct, split, merge, dismiss; every decision is recorded.",
        "content/mycity",
    )
    review.add_argument("content", type=Path, help="folder of the draft")
    review.add_argument("--port", type=int, default=8000)


def _plan_verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, action: object, says: str, example: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=says, description=says, epilog=f"example: chengzai plan {name} {example}")
    verb.add_argument("--json", action="store_true", help="print everything as JSON")
    verb.set_defaults(action=action)
    return verb


def _check(options: argparse.Namespace) -> int:
    from chengzai.cycle import check_pack  # noqa: PLC0415

    _, findings = check_pack(options.content)
    if options.json:
        print(json.dumps([f.as_dict(options.lang) for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"[{finding.code}] {finding.message.in_(options.lang)}（{finding.where}）")
            print(f"    {finding.remedy.in_(options.lang)}")
    return 1 if any(f.severity is Severity.ERROR for f in findings) else 0


def _diff(options: argparse.Namespace) -> int:
    from chengzai.cycle import diff_plans  # noqa: PLC0415

    changes = [change.as_dict() for change in diff_plans(options.old, options.new)]
    if options.json:
        print(json.dumps(changes, ensure_ascii=False, indent=1))
        return 0
    words = _CHANGED
    print("，".join(f"{word} {sum(c['what'] == what for c in changes)} 项" for what, word in words.items()))
    for change in changes:
        if change["what"] != "kept":
            print(f"{words[change['what']]}　{change['indicator']}")
            print(f"    原：{change['old'] or '—'}\n    新：{change['new'] or '—'}")
            for name, (before, after) in change["fields"].items():
                print(f"    {name}：{before or '—'} → {after or '—'}")
    return 0


def _draft(options: argparse.Namespace) -> int:
    from chengzai.cycle import draft_pack  # noqa: PLC0415

    drafted = draft_pack(options.file, options.out)
    audit = drafted.audit
    if options.json:
        print(json.dumps(audit.as_dict(), ensure_ascii=False, indent=1))
        return 0
    print(
        f"目标 {len(audit.plan.targets)} 项（均为建议），数字 {len(audit.accounts)} 处，"
        f"无去处 {len(audit.unaccounted)} 处"
    )
    print(f"须人工判断 {drafted.to_decide} 条，见 {options.out}/review.csv")
    print(f"逐条审核：chengzai plan review {options.out}")
    for finding in audit.findings:
        if finding.severity is not Severity.NOTE:
            print(f"! {finding.message.zh}（{finding.where}）")
    return 0


def _day(text: str) -> dt.date:
    """Return a day; argparse says which word is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' 不是日期，应写作 2025-07-01") from None


def _amend(options: argparse.Namespace) -> int:
    from chengzai.cycle import amend_plan, decide_amendment, propose_amendment  # noqa: PLC0415

    for decision in options.decide:
        key, _, choice = decision.rpartition("=")
        decide_amendment(options.content, options.draft, key, choice, by=options.by, note=options.note)
    if options.in_force:
        amended = amend_plan(
            options.content, options.draft, in_force=options.in_force, approver=options.approver, why=options.why
        ).as_dict()
        if options.json:
            print(json.dumps(amended, ensure_ascii=False, indent=1))
        else:
            _print_version(amended)
        return 0
    told = propose_amendment(options.content, options.draft)
    if options.json:
        points = [{"key": p.key, "question": p.question.zh, "choice": p.choice, "by": p.by} for p in told.points]
        changes = [change.as_dict() for change in told.changes if change.what != "kept"]
        print(json.dumps({"changes": changes, "points": points}, ensure_ascii=False, indent=1))
        return 0
    counts = Counter(change.what for change in told.changes)
    print("，".join(f"{word} {counts[what]} 项" for what, word in _CHANGED.items()))
    for point in told.points:
        choices = "/".join(point.choices[:4])
        stands = f"已定：{point.choice}（{point.by}）" if point.choice else f"待定（{choices}）"
        print(f"{point.key}　{point.question.zh}　{stands}")
    print(f"待定 {len(told.open)} 处" if told.open else "全部已定，可由批准人用 --in-force、--approver 施行")
    return 0


def _history(options: argparse.Namespace) -> int:
    from chengzai.cycle import plan_history  # noqa: PLC0415

    versions = [version.as_dict() for version in plan_history(options.content, on=options.on, known=options.known)]
    if options.json:
        print(json.dumps(versions, ensure_ascii=False, indent=1))
        return 0
    for version in versions:
        _print_version(version)
    return 0


def _print_version(version: dict[str, Any]) -> None:
    told = "，".join(f"{_CHANGED[what]} {n} 项" for what, n in Counter(c["what"] for c in version["changes"]).items())
    print(f"{version['in_force']} 起施行（{version['recorded']} 录入）　目标 {version['targets']} 项　{version['why']}")
    print(f"    较前一版：{told}" if told else "    首版或无改动")
    for change in version["changes"]:
        print(f"    {_CHANGED[change['what']]}　{change['indicator']}：{change['old'] or '—'} → {change['new'] or '—'}")


def _review(options: argparse.Namespace) -> int:
    from chengzai.cycle import open_review  # noqa: PLC0415

    opened = open_review(options.content)
    waiting = len(opened.review.waiting())
    if options.json:
        rows = {id_: {**row, "state": opened.review.states[id_]} for id_, row in opened.review.rows.items()}
        print(json.dumps({"rows": rows, "waiting": waiting}, ensure_ascii=False, indent=1, default=str))
        return 0
    os.environ["CHENGZAI_DRAFT"] = str(options.content.resolve())
    from chengzai.web.serve import serve  # noqa: PLC0415

    print(
        f"须定 {waiting} 张，共 {len(opened.review.rows)} 张　http://127.0.0.1:{options.port}/review/　Ctrl-C 结束",
        file=sys.stderr,
        flush=True,
    )
    serve(options.port)
    return 0


def _audit(options: argparse.Namespace) -> int:
    from chengzai.cycle import audit_pack  # noqa: PLC0415

    audit = audit_pack(options.content)
    if options.json:
        print(json.dumps(audit.as_dict(), ensure_ascii=False, indent=1))
        return 0 if audit.passed else 1
    ended = [account.disposition for account in audit.accounts]
    numeric = sum(target.value is not None for target in audit.plan.targets)
    print(f"目标 {len(audit.plan.targets)} 项，其中有数值 {numeric} 项")
    words = {"target": "目标", "other_commitment": "其他承诺", "not_commitment": "非承诺", "unaccounted": "无去处"}
    print(f"数字 {len(ended)} 处：" + "，".join(f"{word} {ended.count(name)}" for name, word in words.items()))
    print(f"文本修复 {len(audit.plan.repairs)} 处；缺失标题 {len(audit.plan.lost_headings)} 处")
    for finding in audit.findings:
        sign = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}[finding.severity]
        print(f"{sign} [{finding.code}] {finding.message.in_(options.lang)}（{finding.where}）")
    print("核对通过" if audit.passed else "核对未通过")
    return 0 if audit.passed else 1
