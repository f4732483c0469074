"""Whatever a front door exports is reached from a verb of the command line or a page of the web."""

import ast
import importlib
from functools import cache

import pytest

from builders import ROOT

SRC = ROOT / "src"
PACKAGES = (
    "kernel", "plan", "collect", "measure", "assess", "decide", "publish", "people", "space", "store", "cycle", "web",
)  # fmt: skip
DOORS = ("chengzai.web", "chengzai.cli", "chengzai.store.models", "chengzai.store.apps", "chengzai.measure.__main__")
# What no verb and no page reaches yet, and why it stays; step 12 ends this list.
WAITING = {
    # Step 12, networks and capacity: what a town bears from its water, land, homes and jobs.
    "decide": "by_beds by_housing by_jobs by_land by_places by_plant by_water coupling matching without_largest "
    # Step 12, siting: where facilities go, with and without limits to what each can serve.
    "capacitated cover_all p_median Median Served "
    # Budgets are scaled in tests of monotony alone.
    "with_budget",
    # Step 12, accounts of people: raking to totals, spells, and who needs what.
    "people": "bands by_ratio exposed in_need months_counted older_than rake seats",
    # The plain searches that the hierarchy is held against, in tests and bench; isochrones of step 12.
    "space": "nearest_times table times_from within_reach",
    # The composite index, its stages held against published ones: step 12 decides whether a page shows it.
    "assess": "Treated denominate impute_group_mean index_up normalise_minmax treat_outliers "
    # Laws and words of progress that specifications name and no sentence uses yet.
    "forecast_series never_shown required_run_rate schedule_gap",
    # Reading back what was written, for tests: names of reading rules, sums over time, cells of a document.
    "plan": "rule_names",
    "measure": "over_time",
    "publish": "docx_cells",
}


def name_of(path):
    parts = list(path.relative_to(SRC).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules():
    """Return every module's definitions (a name and what it refers to), imports, and what it does when imported."""
    found = {}
    for path in SRC.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        body, imported, defined, at_once = ast.parse(path.read_text(encoding="utf-8")), {}, {}, set()
        for node in ast.walk(body):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("chengzai"):
                imported |= {a.asname or a.name: (node.module, a.name) for a in node.names}
        for node in body.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                defined[node.name] = referred(node)
                at_once |= {n for d in node.decorator_list for n in referred(d)}
            elif isinstance(node, ast.Assign | ast.AnnAssign) and not names_all(node):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)):
                    defined[name] = referred(node)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                at_once |= referred(node) if not names_all(node) else set()
        found[name_of(path)] = imported, defined, at_once
    return found


def names_all(node):
    return any(isinstance(n, ast.Name) and n.id == "__all__" for n in ast.walk(node))


def referred(node):
    """Return the names that code refers to, and what it takes from a module it knows by name."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    dotted = {
        (n.value.id, n.attr) for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
    }
    quoted = {
        n.value
        for one in ast.walk(node)
        for n in ast.walk(getattr(one, "annotation", None) or ast.Constant(0))
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    return names | dotted | quoted


def resolved(module, name):
    """Return where a name of a module is defined, followed through front doors; nothing for one of elsewhere."""
    known = modules()
    if isinstance(name, tuple):
        package, inner = known[module][0].get(name[0], ("", ""))
        return resolved(f"{package}.{inner}", name[1]) if f"{package}.{inner}" in known else None
    while module in known:
        imported, defined, _ = known[module]
        if name in defined:
            return module, name
        if name not in imported:
            return None
        module, name = imported[name]
    return None


@cache
def reached():
    """Return all definitions that a door leads to."""
    waiting = [
        (module, name)
        for module, (_, defined, at_once) in modules().items()
        for name in (at_once | set(defined) if module.startswith(DOORS) else at_once)
    ]
    found = set()
    while waiting:
        module, name = waiting.pop()
        at = resolved(module, name)
        if at is not None and at not in found:
            found.add(at)
            waiting += [(at[0], inner) for inner in modules()[at[0]][1][at[1]]]
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_front_door_exports_is_reached_from_a_verb_or_a_page(package):
    module = f"chengzai.{package}"
    idle = {n for n in importlib.import_module(module).__all__ if resolved(module, n) not in reached()}
    assert idle == set(WAITING.get(package, "").split())
