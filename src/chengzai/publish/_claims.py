"""What the program says by itself, as claims: a predicate over cells, and the words for it.

A figure binds a printed number to its cell; a claim binds printed words to what must hold of the cells for the words
to be true. Words that are bound to nothing may only name things and join them. A naive evaluator in the tests, which
shares no code with the stages, holds every claim of random months against the raw records.
"""

from dataclasses import dataclass

CLAIMS = {
    "all-reported": "No report that was due for the period is missing: at PLACE, or at any.",
    "unreported": "Of NUMBER targets at PLACE the report that was due is missing.",
    "partly-reported": "NUMBER targets of PLACE are judged on fewer reports than were due.",
    "partial": "The value of TARGET at PLACE rests on fewer reports than were due.",
    "nothing-judged": "No target of the city is judged.",
    "none-late": "Targets of the city are judged, and none of them is behind or far behind.",
    "no-order": "No target is late for as long as the rule for orders asks.",
    "more-late": "More targets of the city are behind or far behind than the given number, which were listed.",
    "in-state": "TARGET at PLACE is in STATE.",
    "rest-in-annex": "More targets of the city are in STATE than the given number, which is how many were listed.",
    "late-counties": "Exactly the given counties are behind or far behind in TARGET.",
    "met": "TARGET at PLACE satisfies the wording of its goal.",
    "ahead": "The attained share of TARGET at PLACE, as printed, is above the share that is due.",
    "lags": "The attained share of TARGET at PLACE, as printed, is below the share that is due.",
    "level": "The attained share of TARGET at PLACE, as printed, is the share that is due.",
    "reason": "What is said of TARGET at PLACE in place of a gap is so.",
    "rose": "CELL, or the number that the paper carries under this name, is above nought.",
    "fell": "CELL, or the number that the paper carries under this name, is below nought.",
    "unmoved": "CELL, or the number that the paper carries under this name, is nought.",
    "fast": "TARGET of the city has not reached its goal and leads by the points of the rule in force.",
    "must-rise": "To reach its goal by its deadline TARGET of the city must rise.",
    "must-fall": "To reach its goal by its deadline TARGET of the city must fall.",
    "best-rise": "The best change towards the goal that TARGET of the city has shown in one period is above nought.",
    "best-fall": "The best change towards the goal that TARGET of the city has shown in one period is below nought.",
    "no-best": "TARGET of the city has not been measured in two periods in a row.",
    "is-class": "TARGET at PLACE stands in the class that is named.",
    "goal-class": "The goal of TARGET is the class that is named.",
    "never-nearer": "In no period has TARGET of the city come nearer to its goal.",
    "beyond-best": "The pace that TARGET of the city needs is greater than the best it has shown.",
    "more-beyond-best": "More late targets than the given number listed need a greater pace than their best.",
    "some-without-pace": "Some late target has no needed pace, or none that it could be compared with.",
    "none-beyond-best": "No late target of the city needs a greater pace than the best it has shown.",
    "falls-due": "TARGET has its deadline in MONTH, this quarter or within six months, and is not reached.",
    "year-ends": "TARGET has a number for each year, MONTH ends it, this quarter or within six, and it is not reached.",
    "none-falls-due": "Nothing fell due this quarter or does within six months unreached, yearly numbers included.",
    "more-fall-due": "More targets fall due unreached than the given number, which were listed.",
    "deadline": "TARGET is to be reached by the end of MONTH.",
    "owner": "TARGET is owned by UNIT.",
    "no-owner": "No unit owns any TARGET that is named.",
    "no-ranking": "No county has a score.",
    "tied": "Another county has the rank of PLACE.",
    "rank-incomplete": "Items were left out of the ranking because some county has no value for them.",
    "ranked-by": "The counties are scored by the scheme, or the mean in its place, of this NAME.",
    "weights-within": "Each range is what weights of the same sum, within this SHARE of those written, can give.",
    "wide-ranges": "The search for some range ended at its limit: the range may be too wide, never too narrow.",
    "without-one": "Each range is the best and worst rank when any one target is left out.",
    "blocked": "The accepted reports of TASK by UNIT from MONTH to MONTH say that it is blocked, and none clears it.",
    "more-blocked": "More tasks are blocked than the given number, which were listed.",
    "simulated": "The figures are simulated.",
    "not-issued": "The paper has no issuer, number or date yet.",
}
"""Every predicate by name, with what must hold for its words to be true."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A predicate of `CLAIMS` and what it is said of: targets, places, states, cells, numbers as text."""

    says: str
    of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.says not in CLAIMS:
            raise KeyError(self.says)


@dataclass(frozen=True, slots=True)
class Said:
    """Words and the claim that they make."""

    text: str
    claim: Claim


def said(words: str, says: str, *of: str) -> Said:
    """Return words bound to what must hold for them to be true; raises KeyError for a predicate that nobody wrote down.

    >>> said("已达到目标值", "met", "gdp", "1").claim.of
    ('gdp', '1')
    """
    return Said(words, Claim(says, of))
