"""A small evaluation scheme that tests share."""

SCHEME = {
    "name": "县（市、区）评价办法",
    "clause": "第三条",
    "objects": "county",
    "class": [{"name": "一类", "places": ["a", "b"]}, {"name": "二类", "places": ["c"]}],
    "indicator": [
        {"id": "x", "weight": 60, "method": "goalposts", "parameters": {"low": 0, "high": 10}, "source_unit": "统计局"},
        {"id": "y", "weight": 40, "method": "goalposts", "parameters": {"low": 0, "high": 1}, "source_unit": "农业局"},
    ],
    "bonus": {"most": 5},
    "veto": ["重大安全事故"],
    "procedure": ["自评", "核查", "公示", "异议", "审定"],
    "veto_grade": "一般",
    "grade": [
        {"name": "优秀", "since": 90, "means": "九成以上"},
        {"name": "良好", "since": 75, "means": "七成五以上"},
        {"name": "一般", "since": 0, "means": "不足七成五"},
    ],
    "use": ["通报"],
}
