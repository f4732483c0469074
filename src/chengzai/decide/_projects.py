"""Which whole projects a region's money starts, and when: small integer programs over towns as they will be."""

import math

from chengzai.decide._region import Region
from chengzai.decide._relief import Package, Town, relief
from chengzai.decide._years import NOBODY, PEOPLE, Choice, Years


def best_projects(region: Region, choice: Choice, share: float) -> Package:
    """Return the projects that a share of the money for projects starts, so that towns bear most of their targets.

    Towns are as they will be in the last year with what the choice builds and lengthens, nobody moving in; projects
    open by then. Score and prices are in 万人, money in 亿元. Boards that nobody knows, and housing, which opens with
    the sites themselves, bound nothing. Some seconds bound each search; the package's gap says what is not proven.
    """
    last, trend = region.years, Years(region, choice, NOBODY)
    towns = []
    for town in region.towns:
        supply, need = {}, {}
        for board, kept in trend.boards(town, last):
            per = trend.seats_each(town, kept.stage, last) * PEOPLE if kept.stage else 1.0
            if not math.isnan(board.bears) and not kept.housing and per > 0:
                supply[kept.name], need[kept.name] = board.bears * per, per
        if town.target > 0:
            towns.append(Town(town.id, town.target, town.target, supply, need))
    money = [one * share for one in region.project_money]
    return relief(towns, region.projects, money, seconds=_SECONDS)


_SECONDS = 5.0
