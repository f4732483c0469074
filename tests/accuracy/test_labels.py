"""Goals on texts that are not the first user's plan; `make bench` prints the same figures with every confusion."""

import csv

import pytest
from scoring import HERE, labels_of, score

TEXTS = sorted(path.stem for path in HERE.glob("*.csv") if path.stem != "disagreements")


@pytest.fixture(scope="module")
def scores():
    return {name: score(name) for name in TEXTS}


@pytest.mark.parametrize("name", TEXTS)
def test_every_number_is_accounted_for(scores, name):
    assert scores[name].mentions == len(labels_of(name))
    assert scores[name].unaccounted == 0


def test_targets_are_found(scores):
    found = sum(s.found for s in scores.values())
    assert 2 * found / sum(s.targets + s.proposed for s in scores.values()) >= 0.95


def test_what_is_found_is_read_right(scores):
    assert sum(s.all_right for s in scores.values()) / sum(s.found for s in scores.values()) >= 0.90


@pytest.mark.parametrize("name", TEXTS)
def test_no_more_cards_than_a_morning_holds(scores, name):
    assert scores[name].cards_per_10_000 <= 40


def test_every_disagreement_of_the_two_readers_is_decided():
    with (HERE / "disagreements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["text"] for row in rows} <= set(TEXTS)
    assert all(row["decided"] and row["because"] for row in rows)
