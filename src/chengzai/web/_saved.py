"""The pages as files, so that a month can be kept, mailed and opened without a server."""

from collections.abc import Callable, Iterator

from chengzai.publish import Edition
from chengzai.web._pages import page_data, page_html, page_json, page_names

_FOLDERS = {"zh": "pages/", "en": "pages/en/"}


def saved_pages(edition: Edition, progress: Callable[[int, int], None]) -> Iterator[tuple[str, bytes]]:
    """Yield each page and its twin as a file name and its content, in both languages."""
    names = list(page_names(edition))
    total = len(names) * len(_FOLDERS)
    for number, (language, folder) in enumerate(_FOLDERS.items()):
        for count, name in enumerate(names, start=1):
            data = page_data(edition, name, language)
            yield f"{folder}{name}.html", page_html(data, name).encode()
            yield f"{folder}{name}.json", page_json(data)
            progress(number * len(names) + count, total)
