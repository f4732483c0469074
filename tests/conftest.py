"""One city run once for all tests that look at it; no test reaches the network."""

import os
import socket

import pytest
from django.db import transaction
from hypothesis import settings

from builders import QUZHOU
from chengzai.cycle import publish_month, run_month, simulate_city
from chengzai.kernel import Period
from chengzai.web import saved_pages

settings.register_profile("chengzai", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("chengzai")


def pytest_collection_modifyitems(items):
    """Give every test that looks at the city the test database; without the mark it would be the real one.

    The module that takes longest comes first, so that the other worker does all else meanwhile.
    """
    items.sort(key=lambda item: "browser" not in item.nodeid)
    for item in items:
        if "city" in item.fixturenames:
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(autouse=True)
def _environment_stays():
    """A verb of the command line says in the environment where the store is; the next test must not hear it."""
    before = {name: value for name, value in os.environ.items() if name.startswith("CHENGZAI")}
    yield
    for name in [n for n in os.environ if n.startswith("CHENGZAI")]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    real = socket.socket.connect

    def local_only(self, address):
        if self.family == socket.AF_UNIX or str(address[0]) in {"127.0.0.1", "::1", "localhost"}:
            return real(self, address)
        raise AssertionError(f"a test reached for {address}")

    socket.socket.connect = local_only
    yield
    socket.socket.connect = real


@pytest.fixture(scope="session")
def city(tmp_path_factory, django_db_setup, django_db_blocker):
    """The twin of Quzhou, October 2026: edition, what was published, and the folder with all files."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    with django_db_blocker.unblock(), transaction.atomic():
        simulate_city(QUZHOU, data, seed=20231, months=(Period.parse("2023-01"), Period.parse("2026-10")))
        edition = run_month(QUZHOU, data, Period.parse("2026-10"))
        transaction.set_rollback(True)  # the files stay; the journal of the next test begins empty
    published = publish_month(edition, out)
    for name, content in saved_pages(edition, lambda *_: None):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return edition, published, out, data


@pytest.fixture(scope="session")
def edition(city):
    return city[0]
