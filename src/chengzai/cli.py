"""The other door: `chengzai VERB`. One verb is one story of the cycle; output is for people, `--json` for programs."""

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from chengzai.kernel import Period, Severity, UserError

_CONTENT, _DATA, _OUT = Path("content/quzhou"), Path("var"), Path("out")
EXIT_CODES = {
    0: "done",
    1: "the data has errors; they are listed",
    2: "the call cannot be carried out; one line says why",
    3: "a fault of the program; its trace is kept in a file for the maintainers",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; a user's mistake is one line, never a traceback."""
    options = _parser().parse_args(arguments)
    action: Callable[[argparse.Namespace], int] = options.action
    try:
        return action(options)
    except UserError as problem:
        print(f"{problem.text.zh}\n{problem.text.en}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as problem:  # noqa: BLE001 -- the door: nobody is shown a traceback, it is kept for us
        return _unforeseen(problem)


def _unforeseen(problem: Exception) -> int:
    """Keep the trace of a fault in a file, say where in one line, and return its exit code."""
    trace = Path(tempfile.gettempdir()) / "chengzai-fault.txt"
    trace.write_text("".join(traceback.format_exception(problem)), encoding="utf-8")
    print(f"程序出错（{type(problem).__name__}）；经过已记在 {trace}，请交给维护者。", file=sys.stderr)
    print(f"The program failed ({type(problem).__name__}); the trace is in {trace}.", file=sys.stderr)
    return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chengzai", description="Turn a government's development plan into a running programme."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = _verb(
        verbs,
        "run",
        _run,
        "Run one month: assess every target, write the bulletin, pages and tables.",
        "run 2026-10",
    )
    run.add_argument("period", nargs="?", help="month such as 2026-10; the latest by default")
    run.add_argument("--real", action="store_true", help="real figures only; what cannot be told says so")
    run.add_argument("--as-of", type=int, metavar="N", help="use only what was known up to batch N")
    run.add_argument("--no-pages", action="store_true", help="do not save the pages as files")
    run.add_argument("--out", type=Path, default=_OUT, help="folder for what is issued (default: out)")
    twin = _verb(
        verbs,
        "twin",
        _twin,
        "Make the marked twin of the city: simulated reports and allocation.",
        "twin --seed 7",
    )
    twin.add_argument("--seed", type=int, default=20231, help="the same seed and pack give the same twin")
    twin.add_argument("--from", dest="first", default="2023-01", help="first month (default: 2023-01)")
    twin.add_argument("--to", dest="last", default="2026-10", help="last month (default: 2026-10)")
    bring = _verb(
        verbs,
        "import",
        _import,
        "Import observations from a CSV, with a finding for each doubtful row.",
        "import report.csv",
    )
    bring.add_argument(
        "sheet", type=Path, help="CSV with columns element,place,period,value[,unit,evidence,entered_by]"
    )
    bring.add_argument("--author", default="", help="who hands it in")
    bring.add_argument("--json", action="store_true", help="print the findings as JSON")
    bring.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the findings")
    serve = _verb(verbs, "serve", _serve, "Serve the pages until Ctrl-C.", "serve --port 8000")
    serve.add_argument("--real", action="store_true", help="real figures only")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--out", type=Path, default=_OUT)
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
    review = _plan_verb(
        plans,
        "review",
        _review,
        "Walk a draft in the browser: confirm, correct, split, merge, dismiss; every decision is recorded.",
        "content/mycity",
    )
    review.add_argument("content", type=Path, help="folder of the draft")
    review.add_argument("--port", type=int, default=8000)
    return parser


def _plan_verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, action: object, says: str, example: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=says, description=says, epilog=f"example: chengzai plan {name} {example}")
    verb.add_argument("--json", action="store_true", help="print everything as JSON")
    verb.set_defaults(action=action)
    return verb


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    action: object,
    says: str,
    example: str,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=says, description=says, epilog=f"example: chengzai {example}")
    verb.add_argument("--content", type=Path, default=_CONTENT, help="folder of the pack (default: content/quzhou)")
    verb.add_argument("--data", type=Path, default=_DATA, help="folder of the store (default: var)")
    verb.set_defaults(action=action)
    return verb


def _open(options: argparse.Namespace) -> None:
    """Name the folders to the door and open the store."""
    from chengzai.store import open_store  # noqa: PLC0415 -- a verb that needs no store starts faster without it

    os.environ["CHENGZAI_CONTENT"] = str(options.content.resolve())
    os.environ["CHENGZAI_DATA"] = str(options.data.resolve())
    os.environ["CHENGZAI_OUT"] = str(getattr(options, "out", _OUT).resolve())
    os.environ["CHENGZAI_REAL"] = "1" if getattr(options, "real", False) else ""
    open_store(options.data)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _run(options: argparse.Namespace) -> int:
    _open(options)
    from chengzai.cycle import months_known, publish_month, run_month  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415
    from chengzai.web import saved_pages  # noqa: PLC0415

    period = Period.parse(options.period) if options.period else months_known(options.data, real=options.real)[-1]
    edition = run_month(
        options.content,
        options.data,
        period,
        real=options.real,
        as_of=options.as_of,
        progress=lambda s: _say(f"· {s}"),
    )
    _say("· 写通报")
    published = publish_month(edition, options.out)
    if not options.no_pages:
        pages = dict(saved_pages(edition, _counter("· 存页面")))
        write_files(options.out, pages)
    print(_head(published.bulletin.text()))
    _say(_fonts(published.fonts.substituted))
    errors = [
        f for f in (*edition.audit.findings, *edition.findings, *published.findings) if f.severity is Severity.ERROR
    ]
    for finding in errors[:20]:
        _say(f"✗ {finding.message.zh} {finding.remedy.zh}")
    _say(f"已写入 {options.out}/：通报 DOCX、PDF，页面 pages/index.html，数据表 tables/。")
    return 1 if errors else 0


def _counter(words: str) -> Callable[[int, int], None]:
    def count(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{words} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done == total:
            _say(f"{words} {total}")

    return count


def _head(text: str) -> str:
    """Return the bulletin up to its second chapter, as much as a screen shows."""
    return text.partition("\n二、")[0]


def _fonts(substituted: Sequence[tuple[str, str]]) -> str:
    told = "、".join(f"{face}→{used or '缺'}" for face, used in substituted)
    return f"PDF 字体替代：{told}（官方字体须授权；DOCX 内写官方字体名）。" if told else "PDF 使用官方字体。"


def _twin(options: argparse.Namespace) -> int:
    _open(options)
    from chengzai.cycle import simulate_city  # noqa: PLC0415

    months = Period.parse(options.first), Period.parse(options.last)
    rows = simulate_city(options.content, options.data, seed=options.seed, months=months)
    _say(f"· 模拟数据：新生成 {rows} 条（种子 {options.seed}）" if rows else "· 模拟数据：已有，未重做")
    return 0


def _import(options: argparse.Namespace) -> int:
    _open(options)
    from chengzai.cycle import import_sheet  # noqa: PLC0415

    receipt = import_sheet(options.content, options.data, options.sheet, author=options.author)
    if options.json:
        print(json.dumps([finding.as_dict() for finding in receipt.findings], ensure_ascii=False, indent=1))
    else:
        for finding in receipt.findings:
            print(f"{finding.message.in_(options.lang)} {finding.remedy.in_(options.lang)}")
        print(f"收下 {len(receipt.accepted)} 行，退回 {len(receipt.held)} 行；原文件已存档。")
    return 1 if receipt.held else 0


def _serve(options: argparse.Namespace) -> int:
    _open(options)
    from chengzai.web.serve import serve  # noqa: PLC0415

    _say(f"http://127.0.0.1:{options.port}/　Ctrl-C 结束")
    serve(options.port)
    return 0


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
    words = {"kept": "未变", "changed": "改动", "added": "新增", "dropped": "删去"}
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
    for finding in audit.findings:
        if finding.severity is not Severity.NOTE:
            print(f"! {finding.message.zh}（{finding.where}）")
    return 0


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

    _say(f"须定 {waiting} 张，共 {len(opened.review.rows)} 张　http://127.0.0.1:{options.port}/review/　Ctrl-C 结束")
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


if __name__ == "__main__":
    sys.exit(main())
