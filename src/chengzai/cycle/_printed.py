"""Numbers as plain data may hold them."""

import math


def known_or_none(value: float, digits: int = 3) -> float | None:
    """Return a number as printed, nothing for what is not known or without end."""
    return None if not math.isfinite(value) else round(value, digits)
