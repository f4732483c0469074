"""The journal: chained, refused by the database to be changed, whole under many writers, verified from outside."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from chengzai.collect import Sheet
from chengzai.cycle import back_up, export_journal, restore, verify_export, verify_journal
from chengzai.kernel import UserError
from chengzai.store import acts_of, append_entry, journal_head, journal_rows, verify_rows
from chengzai.store.models import Entry

SHEET = Sheet("form/a", "11", "2026-11")


def add(value="1", act="submit", **more):
    told = {"actor": "a", "name": "甲", "at": "2026-11-28T00:00:00+00:00", "simulated": True, **more}
    return append_entry(act, SHEET, lines={"x": {"value": value}}, **told)


@pytest.mark.django_db
def test_each_entry_holds_the_hash_of_the_one_before():
    for value in "123":
        add(value)

    found = verify_journal()
    assert (found.entries, found.broken_at) == (3, 0)
    assert found.head == journal_head()[1]
    assert [act.lines["x"]["value"] for act in acts_of(simulated=True, topic="form/a")] == ["1", "2", "3"]
    assert acts_of(simulated=False, topic="form/a") == [], "real and simulated never meet"


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE store_entry SET payload = '{}'", "DELETE FROM store_entry"])
def test_the_database_itself_refuses_to_change_or_delete_an_entry(change):
    add()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "at"),
    [
        (lambda rows: rows[1].update(payload=rows[1]["payload"].replace("2", "9")), 2),
        (lambda rows: rows[1].update(name="乙"), 2),
        (lambda rows: rows.pop(1), 2),
        (lambda rows: rows.insert(1, {**rows[1]}), 3),
        (lambda rows: rows.reverse(), 1),
    ],
)
def test_whatever_is_done_to_an_export_is_found_at_its_entry(spoil, at):
    for value in "123":
        add(value)
    rows = list(journal_rows())

    spoil(rows)

    assert verify_rows(rows).broken_at == at


@pytest.mark.django_db
def test_a_cut_or_rewritten_journal_is_found_against_an_earlier_export(tmp_path):
    for value in "123":
        add(value)
    export = tmp_path / "kept.jsonl"
    export.write_bytes(b"".join(export_journal()))
    assert verify_export(export).entries == 3
    assert verify_journal(export).broken_at == 0
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_text(export.read_text(encoding="utf-8").replace('"甲"', '"乙"', 1), encoding="utf-8")
    with pytest.raises(UserError, match="不能用来核对"):
        verify_journal(spoilt)

    rows = [json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()]
    earlier = {row["sequence"]: row["hash"] for row in rows}

    assert verify_rows(rows[:2]).broken_at == 0, "a cut end holds in itself"
    assert verify_rows(rows[:2], earlier=earlier).broken_at == 3
    assert verify_rows(rows, earlier={**earlier, 2: "f" * 64}).broken_at == 2


def _empty():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER entry_no_delete")
            cursor.execute("DELETE FROM store_entry")
            cursor.execute(
                "CREATE TRIGGER entry_no_delete BEFORE DELETE ON store_entry "
                "BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END"
            )
        else:
            cursor.execute("TRUNCATE store_entry")


@pytest.mark.django_db
def test_a_backup_brings_everything_back_and_a_damaged_one_brings_nothing(tmp_path):
    from chengzai.store import BackupRefused, keep_evidence, save_drafts
    from chengzai.web.models import Account, Grant

    data, other, file = tmp_path / "a", tmp_path / "b", tmp_path / "all.zip"
    add()
    kept = keep_evidence(data, SHEET, name="图.pdf", content=b"%PDF", author="a", at="2026")
    save_drafts(SHEET, {"x": ({"value": "2"}, 0)}, simulated=True, author="a", name="甲", at="2026")
    account = Account.objects.create(username="zhang", person="张三")
    Grant.objects.create(account=account, role="reporter", unit="11")
    made = back_up(data, file)
    assert not file.with_name("all.zip.part").exists()

    with pytest.raises(BackupRefused, match="已有记录"):
        restore(other, file)
    spoilt = tmp_path / "spoilt.zip"
    spoilt.write_bytes(file.read_bytes()[:-40])
    _empty()
    for table in (Grant, Account):
        table.objects.all().delete()
    from chengzai.store.models import Draft, Evidence

    Draft.objects.all().delete()
    Evidence.objects.all().delete()
    with pytest.raises(BackupRefused, match="完整"):
        restore(other, spoilt)
    assert Entry.objects.count() == 0

    brought = restore(other, file)

    assert (brought.head, brought.entries) == (made.head, 1)
    assert verify_journal().head == made.head
    assert (other / "evidence" / kept["sha256"]).read_bytes() == b"%PDF"
    assert Account.objects.get().grants.get().unit == "11"
    assert Draft.objects.get().line == "x"
    assert add("after").sequence == 2
