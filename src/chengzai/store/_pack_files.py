"""A pack's tables as the TOML files that officials edit."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def pack_files(tables: Mapping[str, Any], document: str) -> dict[str, bytes]:
    """Return the files of a pack by name: plan, commitments, exclusions, repairs and the document as received."""
    kinds = ("target", "task", "mechanism", "reform", "system")
    commitments = "\n".join(
        rows_of_tables(kind, table.get(kind, ())) for table in tables["commitments"] for kind in kinds
    )
    head = {key: value for key, value in tables["plan"].items() if key != "section"}
    plan = pairs(head) + "\n" + rows_of_tables("section", tables["plan"].get("section", ()))
    texts = {
        "document.txt": document,
        "plan.toml": plan,
        "commitments/draft.toml": commitments,
        "not_commitments.toml": _exclusions(tables["not_commitments"]),
        "repairs.toml": rows_of_tables("repair", tables["repairs"].get("repair", ())),
    }
    return {name: text.encode() for name, text in texts.items()}


def _exclusions(table: Mapping[str, Any]) -> str:
    """Return what promises nothing: the reason for printed labels, the entries, and clauses without a number."""
    labels = f"[labels]\n{pairs(table['labels'])}\n" if table.get("labels") else ""
    return labels + "\n".join(rows_of_tables(kind, table[kind]) for kind in ("entry", "clause") if table.get(kind))


def rows_of_tables(name: str, tables: Any) -> str:
    """Return tables as an array of TOML tables of one name."""
    return "\n".join(f"[[{name}]]\n{pairs(table)}" for table in tables)


def pairs(table: Mapping[str, Any]) -> str:
    """Return one table as the lines of a TOML file."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date | int | float | Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in text)
    return f'"{escaped}"'
