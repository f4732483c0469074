"""Numbers as plain data may hold them."""

import math


def known_or_none(value: float, digits: int = 3) -> float | None:
    """Return a number as printed, nothing for what is not known or without end."""
    return None if not math.isfinite(value) else round(value, digits)


def in_percent(share: float | None) -> float | None:
    """Return a share in per cent with two decimals, nothing for what is not known."""
    return None if share is None else known_or_none(float(share) * 100, 2)


def percent(share: float) -> str:
    """Return a share in per cent as it is written."""
    return f"{in_percent(share):g}%"
