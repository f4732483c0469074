"""What a household's old home is worth and what it then lacks for the new one: each line with the rule it stands on.

The lines are those of a county's own form (house, homestead, entitlement, moving and buying rewards). Unit prices are
dated content; nothing here knows an amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a statement: factors that are multiplied, and the rule that gives the price; money in 元."""

    name: str
    factors: tuple[tuple[str, Decimal], ...]
    rule: str

    @property
    def amount(self) -> Decimal:
        """The product of the factors, to the 分."""
        product = Decimal(1)
        for _, value in self.factors:
            product *= value
        return product.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Afford:
    """What a new home asks: the gap, its monthly instalment, and the share of income that takes."""

    gap: Decimal
    monthly: Decimal
    of_income: Decimal


def worth(items: Sequence[Item]) -> Decimal:
    """Return the sum of a statement's lines; raises ValueError for a line without its rule."""
    nameless = [i.name for i in items if not i.rule]
    if nameless:
        raise ValueError(f"no rule stands behind {nameless}")
    return sum((i.amount for i in items), Decimal(0))


def afford(price: Decimal, own: Decimal, *, rate: Decimal, years: int, income: Decimal) -> Afford:
    """Return what a home of a price asks beyond one's own means, over years at a yearly rate, from a monthly income.

    Equal monthly instalments; without a gap nothing is owed.
    """
    gap = max(price - own, Decimal(0))
    months, monthly_rate = years * 12, rate / 12
    if not gap:
        monthly = Decimal(0)
    elif not monthly_rate:
        monthly = gap / months
    else:
        growth = (1 + monthly_rate) ** months
        monthly = gap * monthly_rate * growth / (growth - 1)
    monthly = monthly.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Afford(gap, monthly, monthly / income if income else Decimal("Infinity"))
