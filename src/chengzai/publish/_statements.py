"""What boards say by themselves, in both languages: each statement with the claim that it makes."""

from dataclasses import dataclass

from chengzai.kernel import Text
from chengzai.publish._claims import Claim
from chengzai.publish._edition import Edition


@dataclass(frozen=True, slots=True)
class Statement:
    """Words of a page, the claim that they make, and the page that shows what stands behind them."""

    claim: Claim
    words: Text
    link: str = ""


def report_statements(edition: Edition, place: str = "") -> tuple[Statement, ...]:
    """Return who did not report, or that nothing due is missing; of one place, or of the city and all its counties."""
    missing = edition.unreported(place)
    found = [
        Statement(
            Claim("unreported", (code, str(len(targets)))),
            Text(
                f"{edition.unit_name(code)}{len(targets)}项未报", f"{edition.unit_name(code)}: {len(targets)} missing"
            ),
            "" if place or code == edition.plan.root else f"county-{code}.html",
        )
        for code, targets in missing.items()
    ]
    partly = edition.partly_reported(place)
    if partly:
        words = Text(f"{len(partly)}项指标的报送还不齐", f"{len(partly)} judged on part of the reports")
        found.append(Statement(Claim("partly-reported", (place or edition.plan.root, str(len(partly)))), words))
    if not found and edition.all_reported(place):
        words = Text("应报的数据均已报送", "Every report that was due is in")
        found.append(Statement(Claim("all-reported", (place,) if place else ()), words))
    return tuple(found)
