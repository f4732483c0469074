"""The night's work of a running office: its kept boards against full runs, in one quiet thread."""

import logging
import threading
import time

from django.db import connections

from chengzai.cycle import keep_comparison, seconds_to_night
from chengzai.kernel import ChengzaiError
from chengzai.web._editions import editions
from chengzai.web._folders import data_folder
from chengzai.web.shield import is_real

_log = logging.getLogger(__name__)


def start_nightly() -> threading.Thread:
    """Start the thread that compares every night for as long as the process runs."""
    thread = threading.Thread(target=_every_night, name="nightly", daemon=True)
    thread.start()
    return thread


def _every_night() -> None:
    while True:
        time.sleep(seconds_to_night(simulated=not is_real()) + 1)
        compare_now()


def compare_now() -> list[str]:
    """Compare the boards kept by this process with full runs, put the full ones in their place, say what differs."""
    try:
        pairs = editions().against_full_runs()
        found = keep_comparison(data_folder(), pairs, simulated=not is_real()) if pairs else []
    except (ChengzaiError, OSError):
        _log.exception("the nightly comparison of boards failed")
        return []
    finally:
        connections.close_all()
    for what in found:
        _log.error("board differs from its full run: %s", what)
    return found
