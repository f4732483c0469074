"""No rule of the extractor may be written for one document: each fires in two at least."""

from collections import defaultdict

import pytest

from builders import COUNTY, QUZHOU, ROOT
from chengzai.plan import draft_plan, rule_names

TEXTS = sorted((ROOT / "tests" / "accuracy").glob("*.txt"))
FALLBACK = {"outside-any-clause"}  # what no clause holds; it should never fire
DOCUMENTS = [QUZHOU / "document.txt", COUNTY / "document.txt", *TEXTS]


@pytest.fixture(scope="module")
def fired():
    documents = defaultdict(set)
    for path in DOCUMENTS:
        draft = draft_plan(path.read_text(encoding="utf-8"), name=path.name)
        rows = [row for table in draft.tables["commitments"] for row in table["target"]]
        for row in [*rows, *draft.tables["not_commitments"]["entry"]]:
            documents[row["rule"]].add(path.stem if path.parent.name != "county" else "county")
    return documents


@pytest.mark.parametrize("rule", sorted(rule_names() - FALLBACK))
def test_no_rule_fires_in_a_single_document_only(fired, rule):
    assert len(fired[rule]) > 1, fired[rule]


def test_every_rule_that_fires_is_named(fired):
    assert set(fired) <= rule_names(), "a rule nobody listed"
    assert len(rule_names()) > 20
