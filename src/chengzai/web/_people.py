"""Accounts: made one by one or from a sheet, granted roles, closed; every change is in the journal."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from chengzai.collect import OF_THE_CITY, Sheet, cell_text, conflicting
from chengzai.cycle import Office, Refused
from chengzai.kernel import ROLES, Actor, Citation, Finding, Severity, Text, UserError
from chengzai.kernel import Grant as GrantRecord
from chengzai.web.models import Account, Grant

ROLE_WORD = {
    "reporter": "填报",
    "county_reviewer": "县级审核",
    "custodian": "数据责任",
    "task_force": "专班",
    "leader": "领导",
    "evaluator": "评价",
    "auditor": "审计",
    "administrator": "管理",
}
_BY_WORD = {word: role for role, word in ROLE_WORD.items()} | {role: role for role in ROLES}
_HEADS = ("用户名", "姓名", "角色", "单位", "范围")


def make_account(
    office: Office, by: Actor, username: str, person: str, grants: Iterable[GrantRecord], *, password: str = ""
) -> str:
    """Make an account or replace its grants; return the first password, which must be changed at the first sign-in.

    Raises NotAllowed for a name that cannot be, a unit that does not exist, or roles that must stay apart.
    """
    grants = tuple(dict.fromkeys(grants))
    if username == by.id:
        raise UserError(Text("不能更改自己的权限；请另一位管理员来做。", "Nobody changes their own grants."))
    if not username or not all(c.isalnum() or c in "-_." for c in username) or len(username) > 60:
        raise UserError(Text("用户名只用字母、数字和 - _ .", "A name has letters, digits and - _ . only."))
    if not grants:
        raise UserError(Text("请至少选一个角色和单位。", "Choose at least one role and its unit."))
    _check_grants(office, person or username, grants)
    with transaction.atomic():
        account, new = Account.objects.get_or_create(username=username, defaults={"person": person})
        _refuse_mixing(by, None if new else account)
        account.rehearsal = _rehearses(by) if new else account.rehearsal
        first = ""
        if new or password or not account.is_active:
            first = password or first_password()
            if password:
                _check_password(password, account)
            account.set_password(first)
            account.must_change = not password
        account.person = person or account.person
        account.is_active = True
        account.save()
        account.grants.all().delete()
        Grant.objects.bulk_create(
            Grant(account=account, role=g.role, unit=g.unit, elements=",".join(g.elements)) for g in grants
        )
        told = [f"{g.role}@{g.unit}" + (f"[{','.join(g.elements)}]" if g.elements else "") for g in grants]
        office.record("grant", Sheet("account", ""), by, {username: {"person": person, "grants": told, "new": new}})
    return first


def _rehearses(by: Actor) -> bool:
    return by.id == "rehearsal" or Account.objects.filter(username=by.id, rehearsal=True).exists()


def _refuse_mixing(by: Actor, account: Account | None) -> None:
    """Raise UserError where somebody of a rehearsal would touch a real account: their password is public."""
    if account is not None and _rehearses(by) and not account.rehearsal:
        raise UserError(Text("演练账号不能改动正式账号。", "A rehearsal's account does not touch a real one."))


def _check_grants(office: Office, person: str, grants: tuple[GrantRecord, ...]) -> None:
    for grant in grants:
        if grant.role not in ROLES or grant.unit not in office.scope:
            raise UserError(
                Text(
                    f"{person}：没有角色“{grant.role}”或单位“{grant.unit}”。",
                    f"{person}: no role '{grant.role}' or unit '{grant.unit}'.",
                )
            )
        if grant.role in OF_THE_CITY and grant.unit != office.plan.root:
            raise UserError(
                Text(
                    f"{person}：“{ROLE_WORD[grant.role]}”是全市的角色，单位须为全市。",
                    f"{person}: the role '{grant.role}' is granted over the whole city alone.",
                )
            )
    apart = conflicting(grants, office.scope)
    if apart:
        raise UserError(
            Text(
                f"{person}不能同时是“{ROLE_WORD[apart[0]]}”和“{ROLE_WORD[apart[1]]}”：评判的人不经手数据，批准的人不是提出的人。",
                f"{person} cannot be both {apart[0]} and {apart[1]}: who judges has no hand in the figures.",
            )
        )


def first_password() -> str:
    """Return a password that can be read out over the telephone, of some 70 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise UserError(Text("；".join(problem.messages), "The password is too weak.")) from None


def close_account(office: Office, by: Actor, username: str) -> None:
    """Close an account: it can no longer sign in, its records stay; nobody closes their own."""
    account = Account.objects.filter(username=username).first()
    _refuse_mixing(by, account)
    if account is None or username == by.id:
        raise UserError(Text("没有这个账号，或这是您自己的账号。", "There is no such account, or it is your own."))
    with transaction.atomic():
        account.is_active = False
        account.save()
        office.record("close", Sheet("account", ""), by, {username: {}})


def reset_password(office: Office, by: Actor, username: str) -> str:
    """Return a new first password for an account, which must be changed at the next sign-in."""
    account = Account.objects.filter(username=username).first()
    _refuse_mixing(by, account)
    if account is None:
        raise UserError(Text("没有这个账号。", "There is no such account."))
    with transaction.atomic():
        first = first_password()
        account.set_password(first)
        account.must_change = True
        account.save()
        office.record("reset", Sheet("account", ""), by, {username: {}})
    return first


def import_accounts(office: Office, by: Actor, rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Make accounts from rows 用户名, 姓名, 角色, 单位, 范围, all or none; return the new first passwords.

    Several rows of one name are several grants. A unit is its code or its full name.
    """
    people: dict[str, tuple[str, list[GrantRecord]]] = {}
    found: dict[str, list[Finding]] = {}
    names: dict[str, list[str]] = {}
    for place in office.pack.places.ordered:
        names.setdefault(place.name, []).append(place.code)
    for department in office.scope.departments.values():
        names.setdefault(department.name, []).append(department.id)
    taken = dict(Account.objects.values_list("username", "person"))
    for number, row in enumerate(rows, start=2):
        username, person = row.get("用户名", "").strip(), row.get("姓名", "").strip()
        role, unit = _BY_WORD.get(row.get("角色", "").strip(), ""), row.get("单位", "").strip()
        codes = [unit] if unit in office.scope else names.get(unit, [])
        if not username or not role or len(codes) != 1:
            found[str(number)] = [_wrong_row(number, username, role, unit, len(codes))]
            continue
        other = people[username][0] if username in people else taken.get(username, person)
        if person and other and person != other:
            found[str(number)] = [_of_another(number, username, other)]
            continue
        elements = tuple(filter(None, row.get("范围", "").replace("，", ",").split(",")))
        people.setdefault(username, (person, []))[1].append(GrantRecord(role, codes[0], elements))
    if found:
        raise Refused(found)
    if not people:
        raise UserError(Text("表里没有账号。", "The sheet holds no account."))
    with transaction.atomic():
        return [
            {"username": username, "person": person, "password": make_account(office, by, username, person, grants)}
            for username, (person, grants) in people.items()
        ]


def _wrong_row(number: int, username: str, role: str, unit: str, matches: int) -> Finding:
    what = (
        "缺用户名" if not username else "角色不认识" if not role else f"单位“{unit}”{'不唯一' if matches else '不存在'}"
    )
    return Finding(
        "web.account-row",
        Severity.ERROR,
        Text(f"第{number}行：{what}。", f"Row {number}: a name, a known role and one unit are needed."),
        Text(f"角色用：{'、'.join(ROLE_WORD.values())}；单位用代码或全称。", "Use a unit's code or full name."),
        Citation("accounts", f"row {number}"),
    )


def _of_another(number: int, username: str, other: str) -> Finding:
    return Finding(
        "web.account-of-another",
        Severity.ERROR,
        Text(
            f"第{number}行：用户名“{username}”已是{other}的。", f"Row {number}: '{username}' is {other}'s name already."
        ),
        Text(
            "请另取用户名；改姓名请在账号页上改。", "Choose another name; a person is renamed on the page of accounts."
        ),
        Citation("accounts", f"row {number}"),
    )


def read_accounts(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a sheet of accounts, CSV or workbook; raises NotAllowed if its head is another."""
    from chengzai.cycle import read_rows  # noqa: PLC0415 -- one use

    rows = [[cell_text(cell) for cell in row] for row in read_rows(content)]
    heads = rows[0] if rows else []
    if not set(_HEADS[:4]) <= set(heads):
        raise UserError(Text(f"首行须有：{'、'.join(_HEADS)}。", f"The head row must name {', '.join(_HEADS)}."))
    return [dict(zip(heads, row, strict=False)) for row in rows[1:] if any(row)]


def people_page(office: Office, actor: Actor) -> dict[str, Any]:
    """Return the accounts with their grants, the roles and the units to choose from."""
    accounts = Account.objects.prefetch_related("grants")
    return {
        "me": actor.id,
        "rows": [
            {
                "username": a.username,
                "person": a.person,
                "active": a.is_active,
                "must_change": a.must_change,
                "last_login": a.last_login.isoformat(timespec="minutes") if a.last_login else "",
                "grants": [
                    {"role": g.role, "unit": g.unit, "unit_name": office.scope.name(g.unit), "elements": g.elements}
                    for g in a.grants.all()
                ],
            }
            for a in accounts
        ],
        "roles": [{"role": role, "word": word} for role, word in ROLE_WORD.items()],
        "units": [
            {"code": p.code, "name": p.name}
            for p in office.pack.places.under(office.plan.root)
            if p.level in {"prefecture", "county", "township"}
        ]
        + [{"code": d.id, "name": d.name} for d in office.scope.departments.values()],
        "simulated": office.simulated,
    }
