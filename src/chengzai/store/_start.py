"""Opening the store: the data folder, the database and its tables."""

import os
from pathlib import Path

import django
from django.conf import settings


def open_store(folder: Path) -> None:
    """Open the store in `folder`, creating it and bringing its tables up to date."""
    folder.mkdir(parents=True, exist_ok=True)
    if not settings.configured:
        os.environ.setdefault("CHENGZAI_DATA", str(folder.resolve()))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengzai.web.settings")
        django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- needs the settings above

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    database = settings.DATABASES["default"]
    if str(database["ENGINE"]).endswith("sqlite3") and Path(str(database["NAME"])).exists():
        Path(str(database["NAME"])).chmod(0o600)
