"""The journal, working copies and evidence; the database itself refuses to change or delete a journal entry."""

from typing import Any

from django.db import migrations, models

_REFUSED = "journal entries are never changed"


def refuse_changes(apps: object, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for what in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER entry_no_{what.lower()} BEFORE {what} ON store_entry "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION entry_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
        schema_editor.execute(
            "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON store_entry "
            "FOR EACH ROW EXECUTE FUNCTION entry_is_final()"
        )


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=80)),
                ("act", models.CharField(max_length=16)),
                ("topic", models.CharField(max_length=80)),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("period", models.CharField(blank=True, max_length=16)),
                ("simulated", models.BooleanField()),
                ("payload", models.TextField()),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={"ordering": ("sequence",)},
        ),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["topic", "unit", "period"], name="entry_sheet")
        ),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["period", "unit"], name="entry_period")),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=80)),
                ("unit", models.CharField(max_length=40)),
                ("period", models.CharField(blank=True, max_length=16)),
                ("line", models.CharField(max_length=80)),
                ("simulated", models.BooleanField()),
                ("content", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("author", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=80)),
                ("at", models.CharField(max_length=40)),
            ],
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=["topic", "unit", "period", "line", "simulated"], name="one_draft_of_each_line"
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("topic", models.CharField(max_length=80)),
                ("unit", models.CharField(max_length=40)),
                ("period", models.CharField(blank=True, max_length=16)),
                ("author", models.CharField(max_length=80)),
                ("at", models.CharField(max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name="batch",
            name="entry",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    ]
