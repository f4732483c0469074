"""The other door: `chengzai VERB`. One verb is one story of the cycle; output is for people, `--json` for programs."""

import argparse
import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chengzai.cli_decide import add_decide_verbs
from chengzai.cli_office import add_office_verbs
from chengzai.cli_open import Verbs, add_verb, open_for, say
from chengzai.cli_plan import add_plan_verbs
from chengzai.kernel import Period, Severity, Text, UserError

if TYPE_CHECKING:
    from chengzai.publish import LayoutCheck

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
    run.add_argument("--as-of", type=int, metavar="N", help="use only what was known up to entry N of the journal")
    run.add_argument("--no-pages", action="store_true", help="do not save the pages as files")
    run.add_argument("--out", type=Path, default=_OUT, help="folder for what is issued (default: out)")
    score = _verb(
        verbs,
        "score",
        _score,
        "Score and rank the counties by the pack's scheme, with the range of each rank.",
        "score 2026-10 --json",
    )
    outlook = _verb(
        verbs,
        "outlook",
        _outlook,
        "Tell which targets will be missed, how sure that is, and what to look at again.",
        "outlook 2026-10 --json",
    )
    for judges in (score, outlook):
        judges.add_argument("period", nargs="?", help="month such as 2026-10; the latest by default")
        judges.add_argument("--real", action="store_true", help="real figures only")
        judges.add_argument("--as-of", type=int, metavar="N", help="only what was known up to entry N of the journal")
        judges.add_argument("--json", action="store_true", help="print everything as JSON")
    paper = _verb(
        verbs,
        "paper",
        _paper,
        "Write a brief, a quarterly pack, dispatch orders or the annual assessment, read back and measured.",
        "paper quarter 2026-09",
    )
    paper.add_argument("kind", help="brief, quarter, order or annual")
    paper.add_argument("period", nargs="?", help="month such as 2026-10; the latest by default")
    paper.add_argument("--real", action="store_true", help="real figures only")
    paper.add_argument("--out", type=Path, default=_OUT, help="folder for the files (default: out)")
    says = "Measure a finished PDF or DOCX against GB/T 9704-2012."
    layout = add_verb(verbs, "layout", _layout, says, "layout out/bulletin-2026-10.docx")
    layout.add_argument("file", type=Path, help="the document, whoever made it")
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
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; CHENGZAI_HOSTS names the server")
    add_plan_verbs(verbs)
    add_office_verbs(verbs)
    add_decide_verbs(verbs)
    return parser


def _verb(
    verbs: Verbs,
    name: str,
    action: object,
    says: str,
    example: str,
) -> argparse.ArgumentParser:
    verb = add_verb(verbs, name, action, says, example)
    verb.add_argument("--content", type=Path, default=_CONTENT, help="folder of the pack (default: content/quzhou)")
    verb.add_argument("--data", type=Path, default=_DATA, help="folder of the store (default: var)")
    return verb


def _run(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import months_known, publish_month, run_month  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415
    from chengzai.web import saved_pages  # noqa: PLC0415

    period = (
        Period.parse(options.period)
        if options.period
        else months_known(options.content, options.data, real=options.real)[-1]
    )
    edition = run_month(
        options.content,
        options.data,
        period,
        real=options.real,
        as_of=options.as_of,
        progress=lambda s: say(f"· {s}"),
    )
    say("· 写通报")
    published = publish_month(edition, options.out)
    if not options.no_pages:
        pages = dict(saved_pages(edition, _counter("· 存页面")))
        write_files(options.out, pages)
    print(_head(published.bulletin.text()))
    say(_fonts(published.fonts.substituted))
    errors = [
        f for f in (*edition.audit.findings, *edition.findings, *published.findings) if f.severity is Severity.ERROR
    ]
    for finding in errors[:20]:
        say(f"✗ {finding.message.zh} {finding.remedy.zh}")
    say(f"已写入 {options.out}/：通报 DOCX、PDF，页面 pages/index.html，数据表 tables/。")
    return 1 if errors else 0


def _counter(words: str) -> Callable[[int, int], None]:
    def count(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{words} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done == total:
            say(f"{words} {total}")

    return count


def _head(text: str) -> str:
    """Return the bulletin up to its second chapter, as much as a screen shows."""
    return text.partition("\n二、")[0]


def _fonts(substituted: Sequence[tuple[str, str]]) -> str:
    told = "、".join(f"{face}→{used or '缺'}" for face, used in substituted)
    return f"PDF 字体替代：{told}（官方字体须授权；DOCX 内写官方字体名）。" if told else "PDF 使用官方字体。"


def _score(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import evaluate, latest_month  # noqa: PLC0415

    period = (
        Period.parse(options.period)
        if options.period
        else latest_month(options.content, options.data, real=options.real)
    )
    told = evaluate(options.content, options.data, period, real=options.real, as_of=options.as_of)
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    for scheme in told["schemes"]:
        mark = "【模拟数据】" if told["simulated"] else ""
        print(f"{mark}{scheme['name']}　{period}")
        for r in scheme["rows"]:
            tied = "并列" if r["tied"] else ""
            place = f"{r['rank']}{tied}（{r['best']}–{r['worst']}）"
            print(f"  {place}　{r['name']}　{r['score']}　{r['grade']}　第{r['group']}组")
        if scheme["aside"]:
            print(f"  有县（市、区）没有可评的数，暂不计入：{'、'.join(scheme['aside'])}")
    return 0


def _outlook(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import foresee, latest_month, run_month  # noqa: PLC0415
    from chengzai.publish import chance_word  # noqa: PLC0415

    period = (
        Period.parse(options.period)
        if options.period
        else latest_month(options.content, options.data, real=options.real)
    )
    edition = run_month(options.content, options.data, period, real=options.real, as_of=options.as_of)
    words = {"month": "· 预测（月度）", "quarter": "· 预测（季度）", "year": "· 预测（年度）", "record": "· 对照往年"}
    told = foresee(
        options.content,
        options.data,
        edition,
        as_of=options.as_of,
        progress=lambda what, done, total: _counter(words[what])(done, total),
    )
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    mark = "【模拟数据】" if told["simulated"] else ""
    if not any(line["evidence"] for line in told["outlooks"]):
        print(f"{mark}{period}　还没有报送数，无从预测；接收报送后再看。")
        return 0
    print(f"{mark}{period}　预警 {len(told['warnings'])} 条，核对提示 {len(told['prompts'])} 条")
    for w in told["warnings"]:
        print(f"  {chance_word(w['miss'])}　{w['place_name']}　{w['indicator']}　{w['reason']}（{w['takes_up']}）")
    record = told["record"]
    if record:
        score = record["score"]
        print(
            f"  往年对照：{record['events']}个年末结果，布里尔分 {score['brier']}"
            f"（直线 {score['line_brier']}，上年同期 {score['year_brier']}），"
            f"80%区间盖住 {record['cover80']}%，95%区间盖住 {record['cover95']}%"
        )
    return 0


def _paper(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import latest_month, paper_of, run_month  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    period = (
        Period.parse(options.period)
        if options.period
        else latest_month(options.content, options.data, real=options.real)
    )
    edition = run_month(options.content, options.data, period, real=options.real)
    paper = paper_of(options.content, options.data, edition, options.kind)
    write_files(options.out, paper.files)
    mark, files = "" if options.real else "【模拟数据】", "、".join(paper.files) or "没有写出"
    print(f"{mark}{paper.title}：{files}（{options.out}/）")
    for finding in paper.findings:
        say(f"{'✗' if finding.severity is Severity.ERROR else '▲'} {finding.message.zh} {finding.remedy.zh}")
    _tell_layout(paper.layout)
    return 1 if any(f.severity is Severity.ERROR for f in paper.findings) else 0


def _layout(options: argparse.Namespace) -> int:
    from chengzai.cycle import measure_file  # noqa: PLC0415

    if not options.file.is_file():
        raise UserError(Text(f"找不到文件 {options.file}。", f"{options.file} does not exist."))
    checks = measure_file(options.file.name, options.file.read_bytes())
    _tell_layout(checks)
    return 1 if any(check.verdict == "fail" for check in checks) else 0


_VERDICTS = {"pass": "✓ 符合", "fail": "✗ 不符", "warn": "▲ 注意", "not_measured": "– 未测", "person": "○ 人工"}


def _tell_layout(checks: "Sequence[LayoutCheck]") -> None:
    for c in checks:
        print(f"  {_VERDICTS[c.verdict]}　{c.item.zh}（{c.clause} {c.strength}）标准 {c.wanted}，实测 {c.found}")


def _twin(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import simulate_city, simulate_decisions  # noqa: PLC0415

    months = Period.parse(options.first), Period.parse(options.last)
    rows = simulate_city(options.content, options.data, seed=options.seed, months=months)
    say(f"· 模拟数据：新生成 {rows} 条（种子 {options.seed}）" if rows else "· 模拟数据：已有，未重做")
    sheets = simulate_decisions(options.content, options.data, seed=options.seed)
    say(f"· 模拟决策底数：新生成 {sheets} 张表" if sheets else "· 决策底数：已有，未重做")
    return 0


def _import(options: argparse.Namespace) -> int:
    open_for(options)
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
    open_for(options)
    from chengzai.web.serve import serve  # noqa: PLC0415

    say(f"http://{options.host}:{options.port}/　Ctrl-C 结束")
    serve(options.port, host=options.host)
    return 0


if __name__ == "__main__":
    sys.exit(main())
