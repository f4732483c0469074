"""The folders that the door was opened with."""

import os
from pathlib import Path


def content_folder() -> Path:
    """Return the pack's folder."""
    return Path(os.environ.get("CHENGZAI_CONTENT", "content/quzhou"))


def data_folder() -> Path:
    """Return the folder of the store."""
    return Path(os.environ.get("CHENGZAI_DATA", "var"))


def out_folder() -> Path:
    """Return the folder of what is issued."""
    return Path(os.environ.get("CHENGZAI_OUT", "out"))
