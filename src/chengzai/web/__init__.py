"""One door: server-rendered pages and their JSON twins, from the same functions."""

from chengzai.web._saved import saved_pages

__all__ = ["saved_pages"]
