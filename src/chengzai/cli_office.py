"""The verbs of the office: content, accounts, the journal, backups and the rehearsal."""

import argparse
import csv
import getpass
import os
import sys
from pathlib import Path

from chengzai.cli_open import Verbs, add_verb, open_for, say
from chengzai.kernel import Actor, Grant, Period, Text, UserError


def add_office_verbs(verbs: Verbs) -> None:
    """Add the verbs of the office to the program's."""
    content = _group(verbs, "content", "The pack in force: adopt another, see how it differs.")
    adopt = _verb(content, "content adopt", _adopt, "Check a pack and put it in force.", "content adopt content/mycity")
    adopt.add_argument("folder", type=Path, help="the pack's folder")
    adopt.add_argument("--why", default="", help="why it changes")
    adopt.add_argument("--author", default="", help="who adopts it; by default the user of this machine")
    account = _group(verbs, "account", "The people who sign in.")
    add = _verb(account, "account add", _add, "Make an account.", "account add zhangsan 张三 --grant task_force@CODE")
    add.add_argument("username")
    add.add_argument("person", help="the person's name")
    add.add_argument("--grant", action="append", default=[], metavar="ROLE@UNIT", help="a role over a unit; may repeat")
    bring = _verb(account, "account import", _import, "Make accounts from a sheet.", "account import people.csv")
    bring.add_argument("sheet", type=Path, help="CSV or workbook with 用户名, 姓名, 角色, 单位, 范围")
    issue = _verb(
        verbs, "issue", _issue, "Issue a month: its files and what they were made of are kept.", "issue 2026-10"
    )
    issue.add_argument("period")
    issue.add_argument("--why", default="", help="why it is issued again")
    again = _verb(verbs, "reproduce", _reproduce, "Make an issued month again and compare.", "reproduce 2026-10")
    again.add_argument("period")
    again.add_argument("--number", type=int, help="which issue; the last by default")
    erratum = _verb(verbs, "erratum", _erratum, "Say what an issued month would say today.", "erratum 2026-10")
    erratum.add_argument("period")
    erratum.add_argument("--all", action="store_true", help="print every difference, not the first sixty")
    erratum.add_argument("--out", dest="folder", type=Path, help="folder to write the erratum to, as DOCX and PDF")
    journal = _group(verbs, "journal", "The trail of every act.")
    verify = _verb(journal, "journal verify", _verify, "Check that nothing was changed.", "journal verify")
    verify.add_argument("file", type=Path, nargs="?", help="an export to check instead of the store")
    verify.add_argument("--against", type=Path, help="an earlier export that must be part of the store's journal")
    export = _verb(journal, "journal export", _export, "Write the journal with its hashes.", "journal export j.jsonl")
    export.add_argument("file", type=Path)
    backup = _verb(verbs, "backup", _backup, "Write every record and file to one ZIP.", "backup chengzai.zip")
    backup.add_argument("file", type=Path)
    restore = _verb(
        verbs, "restore", _restore, "Bring a backup into an empty store.", "restore chengzai.zip --data new"
    )
    restore.add_argument("file", type=Path)
    _verb(verbs, "rehearse", _rehearse, "Make rehearsal accounts and a month begun, simulated data only.", "rehearse")


def _group(verbs: Verbs, name: str, says: str) -> Verbs:
    return verbs.add_parser(name, help=says, description=says).add_subparsers(required=True, metavar="VERB")


def _verb(verbs: Verbs, name: str, action: object, says: str, example: str) -> argparse.ArgumentParser:
    verb = add_verb(verbs, name.rsplit(maxsplit=1)[-1], action, says, example)
    verb.add_argument("--content", type=Path, default=Path("content/quzhou"), help="folder of the pack")
    verb.add_argument("--data", type=Path, default=Path("var"), help="folder of the store (default: var)")
    verb.add_argument("--real", action="store_true", help="among real figures")
    return verb


def _here() -> Actor:
    """Return the user of this machine, in whose name the command line acts."""
    name = os.environ.get("SUDO_USER") or getpass.getuser()
    return Actor(f"cli:{name}", name)


def _adopt(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import adopt_content  # noqa: PLC0415

    here = _here()
    actor = Actor(here.id, options.author or here.name)
    told = adopt_content(options.data, options.folder, actor, why=options.why, simulated=not options.real)
    if not told["new"]:
        print(f"已是现行内容包：{told['sha256'][:16]}")
        return 0
    what = "首次采用" if told["first"] else f"{len(told['changes'])} 处改动"
    print(f"已采用内容包 {told['sha256'][:16]}：{what}")
    for change in told["changes"][:40]:
        print(f"  {change['file']} {change['where']}：{change['was'] or '（无）'} → {change['now'] or '（删）'}")
    return 0


def _add(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import open_office  # noqa: PLC0415
    from chengzai.web._people import make_account  # noqa: PLC0415

    office = open_office(options.data, options.content, real=options.real)
    grants = []
    for written in options.grant or [f"administrator@{office.plan.root}"]:
        role, _, unit = written.partition("@")
        grants.append(Grant(role, unit or office.plan.root))
    password = make_account(office, _here(), options.username, options.person, grants)
    print(
        f"{options.username} 的初始密码：{password}（首次登录须修改）"
        if password
        else f"{options.username}：已更新授权"
    )
    return 0


def _import(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import Refused, open_office  # noqa: PLC0415
    from chengzai.web._people import import_accounts, read_accounts  # noqa: PLC0415

    if not options.sheet.is_file():
        raise UserError(Text(f"找不到文件 {options.sheet}。", f"{options.sheet} does not exist."))
    office = open_office(options.data, options.content, real=options.real)
    try:
        made = import_accounts(office, _here(), read_accounts(options.sheet.read_bytes()))
    except Refused as problem:
        for findings in problem.findings.values():
            for finding in findings:
                print(f"{finding.message.zh}{finding.remedy.zh}")
        return 1
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["用户名", "姓名", "初始密码"])
    writer.writerows([m["username"], m["person"], m["password"] or "（已有账号，密码不变）"] for m in made)
    return 0


def _issue(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import issue_month  # noqa: PLC0415

    period = Period.parse(options.period)
    told = issue_month(options.content, options.data, period, _here(), real=options.real, why=options.why)
    mark = "" if options.real else "【模拟数据】"
    print(f"{mark}{period} 第{told['number']}次签发：{len(told['files'])} 个文件，存于 {options.data / told['folder']}")
    return 0


def _reproduce(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import reproduce  # noqa: PLC0415

    told = reproduce(options.data, Period.parse(options.period), real=options.real, number=options.number)
    print("数字：" + ("完全相同" if told["same_numbers"] else f"有 {len(told['cells'])} 格不同"))
    print("文件：" + ("逐字节相同" if told["same_bytes"] else f"{len(told['files'])} 个不同"))
    if told["differs"]:
        print("不同之处：" + "、".join(told["differs"]))
    if told["spoilt"]:
        print("留存的文件被改动：" + "、".join(told["spoilt"]))
    for cell in told["cells"][:20]:
        print(f"  {cell['target']} {cell['place']} {cell['what']}：{cell['was']} → {cell['now']}")
    return 0 if told["same_numbers"] and told["kept_whole"] else 1


def _erratum(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import errata, paper_of, run_month  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    edition = run_month(options.content, options.data, Period.parse(options.period), real=options.real)
    told = errata(options.content, options.data, edition)
    mark = "【模拟数据】" if told.simulated else ""
    if told.same:
        print(f"{mark}{told.period} 第{told.number}次签发以来没有变化：全部文件逐字节相同")
        return 0
    print(f"{mark}{told.period} 第{told.number}次签发以来：{told.beside or f'{len(told.corrected)} 处不同'}")
    for number, step in enumerate(told.steps, start=1):
        print(f"  原因{number}　{step.words}")
    reasons = {step.words: str(number) for number, step in enumerate(told.steps, start=1)}
    for c in told.corrected[: None if options.all else 60]:
        print(f"  {c.where}：{c.was or '（无）'} → {c.now or '（删去）'}", end="")
        print(f"（原因{'、'.join(reasons[why] for why in c.why)}）")
    if len(told.corrected) > 60 and not options.all:
        print(f"  …其余 {len(told.corrected) - 60} 处见 --out 写出的更正说明，或加 --all")
    if options.folder:
        paper = paper_of(options.content, options.data, edition, "erratum")
        write_files(options.folder, paper.files)
        print("已写出 " + "、".join(str(options.folder / name) for name in paper.files))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from chengzai.cycle import verify_export, verify_journal  # noqa: PLC0415

    if options.file:
        found = verify_export(options.file)
    else:
        open_for(options)
        found = verify_journal(options.against)
    if found.broken_at:
        print(f"第 {found.broken_at} 条：{found.why}；此前 {found.entries} 条完好。请从备份恢复并查明原因。")
        return 1
    print(f"{found.entries} 条全部完好；最新一条的指纹 {found.head}")
    return 0


def _export(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import export_journal  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    rows = list(export_journal())
    write_files(options.file.parent, {options.file.name: b"".join(rows)})
    print(f"已导出 {len(rows)} 条到 {options.file}")
    return 0


def _backup(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import back_up  # noqa: PLC0415

    checked = back_up(options.data, options.file)
    print(f"已备份到 {options.file}：操作日志 {checked.entries} 条，指纹 {checked.head[:16]}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import restore  # noqa: PLC0415

    checked = restore(options.data, options.file)
    print(f"已恢复：操作日志 {checked.entries} 条全部完好，指纹 {checked.head[:16]}")
    return 0


def _rehearse(options: argparse.Namespace) -> int:
    if options.real:
        raise UserError(Text("演练只在模拟数据中进行。", "A rehearsal runs among simulated data alone."))
    open_for(options)
    from chengzai.cycle import open_office, rehearse  # noqa: PLC0415
    from chengzai.web._rehearsal import PASSWORD, make_rehearsal_accounts, rehearsal_accounts  # noqa: PLC0415

    done = rehearse(options.data, options.content, lambda words: say(f"· 演练：{words}"))
    made = make_rehearsal_accounts(open_office(options.data, options.content, real=False))
    say(f"· 演练：新记 {done} 笔，新建账号 {made} 个")
    print("演练账号（仅模拟数据）：" + "、".join(f"{name}（{person}）" for name, person in rehearsal_accounts()))
    print(f"密码都是 {PASSWORD}")
    return 0
