"""Numbers that promise nothing: one rule is one function and one line of the list, the first that fits decides."""

import re
from collections.abc import Callable

from chengzai.plan import _phrases as say
from chengzai.plan._frames import quoted
from chengzai.plan._reading import Reading


def _is_label(r: Reading, _: str) -> bool:
    return r.mention.end <= r.clause.start + len(r.clause.label)


def _is_quoted_name(r: Reading, _: str) -> bool:
    if r.quantity and (r.quantity["percent"] or r.quantity["unit"] in {"分钟", "公里"}):
        return False
    at = r.mention.start - r.clause.start
    return any(begin <= at < end for begin, end, _ in quoted(r.clause.text))


def _is_title(r: Reading, _: str) -> bool:
    at = r.mention.start - r.clause.start
    return any(begin <= at < end and mark == "《" for begin, end, mark in quoted(r.clause.text))


def _is_date(r: Reading, document: str) -> bool:
    around = document[max(0, r.mention.start - 5) : r.mention.end + 4]
    number = re.escape(r.mention.surface)
    year = re.search(
        rf"{number}(?:年|[{say.DASHES}](?:19|20)\d\d)|(?:19|20)\d\d[{say.DASHES}]{number}|{number}月|月{number}日",
        around,
    )
    return bool(year) and bool(re.fullmatch(r"(?:19|20)\d\d|\d{1,2}|[○〇零一二三四五六七八九十]+", r.mention.surface))


def _is_ordinal(r: Reading, document: str) -> bool:
    return document[r.mention.start - 1 : r.mention.start] in {"第", "〔", "之"} and bool(r.mention.start)


def _is_chinese_word(r: Reading, document: str) -> bool:
    """Return whether a Chinese numeral counts nothing: it stands in a word, or before no unit that counts things."""
    if not re.fullmatch(say.CHINESE, r.mention.surface) or (r.quantity and r.quantity["fraction"]):
        return False
    if document[r.mention.start - 1 : r.mention.start] == "翻" and r.unit == "番":
        return False
    if re.search(say.RANKED, r.before):
        return False
    after = document[r.mention.end : r.mention.end + 2]
    counts = r.mention.surface not in "一百千万亿" and re.match(r"[个家条项所座万亿](?!“)", after) and _is_acted_on(r)
    chosen = r.mention.surface == "一" and after[:1] == "个" and re.search(r"分别|各", r.before[-12:])
    large = re.fullmatch(r"[百千万亿]{2,}", r.mention.surface)
    if large and re.match(r"元|吨|斤|美元|人", after) and re.search(r"(?:突破|超过?|达到?|迈[上入]|实现)$", r.before):
        return False
    return not (counts or chosen or (large and "级" in after))


def _is_acted_on(r: Reading) -> bool:
    """Return whether a verb of making stands right before a number, or before the list it goes on."""
    plain = re.sub(r"(?:至少|不少于|达到?|约|近|超过?|的)$", "", r.before)
    if say.ACTING.search(plain) or say.VERBS_ALONE.match(plain):
        return True
    begins = r.mention.start == r.item.start and r.item.start > r.segment.start
    return begins and bool(re.match(rf"^.{{0,12}}?(?:{say.MAKING})", r.segment.text))


def _is_rough_count(r: Reading) -> bool:
    """Return whether a number of which there are more (9亿多) stands without any word of promise."""
    more = r.quantity is not None and bool(r.quantity["more"] or r.quantity["over"])
    return more and not say.FUTURE.search(r.before)


def _is_list_count(r: Reading, document: str) -> bool:
    behind = document[r.mention.end : r.mention.end + 14]
    if re.search(r"(?:名单|清单|目录|名录|一览)?[（(]共$", document[max(0, r.mention.start - 6) : r.mention.start]):
        return True
    counted = re.match(
        r"大|类|个方面|项重点|项[一-鿿]{0,8}(?:制度|工作|任务|措施|举措|机制|改革|规定|要求|原则)", behind
    )
    return bool(counted) and bool(re.fullmatch(say.CHINESE, r.mention.surface))


def _is_name_part(r: Reading, document: str) -> bool:
    before, after = document[r.mention.start - 1 : r.mention.start], document[r.mention.end : r.mention.end + 1]
    latin = bool(re.match(r"[A-Za-z]", before or " ")) or bool(re.match(r"[A-Za-z+]", after or " "))
    version = after == "版" or before == "+"
    bare = r.quantity is not None and not r.unit and not re.search(r"[至到率比达]$|系数", r.before[-2:])
    return latin or version or (bare and r.mention.surface[0].isdigit() and not r.after[:2].startswith(("以", "左")))


def _is_denominator(r: Reading, document: str) -> bool:
    each = document[r.mention.start - 1 : r.mention.start] == "每" and r.mention.surface[0] in "百千万亿"
    return each or (document[r.mention.start - 1 : r.mention.start] == "每" and bool(re.search(r"\d", r.after)))


def _is_threshold(r: Reading, _: str) -> bool:
    """Return whether the number says which things are meant (10亿元以上的项目, 65周岁以上老年人), not how many."""
    bounded = re.match(r"(?:及)?以[上下]", r.after)
    if not bounded or _is_share_that_reaches(r):
        return False
    rest = r.after[bounded.end() :]
    noun = re.match(r"(?:的)?[一-鿿A-Za-z]{2,}", rest)
    age = r.quantity is not None and r.quantity["unit"] in {"岁", "周岁"}
    scale = r.mention.surface in {"亿", "万"}
    later = re.search(r"\d", rest) is not None
    return age or scale or bool(noun and later)


def _is_baseline(r: Reading, _: str) -> bool:
    """Return whether the number is where a rise or fall begins: 由60%提高到70%, 从2005年的30户减少到20户."""
    from_here = re.search(r"(?:由|从|在)[^，,、；;]{0,16}$", r.before)
    return bool(from_here) and bool(
        re.match(
            r"[一-鿿/（()）]{0,8}?(?:提高|增加|提升|上升|增长|扩大|下降|降低|减少|缩小|缩短|降|升|达)[到至为]", r.after
        )
    )


def _is_share_that_reaches(r: Reading) -> bool:
    """Return whether the number is the share of a group that shall do something: 80%的县达到标准."""
    share = r.quantity is not None and bool(r.quantity["percent"] or r.quantity["fraction"])
    return share and not re.match(r"的(?:增速|速度|增长)", r.after) and bool(say.REACHING.search(r.after))


def _is_class(r: Reading, document: str) -> bool:
    """Return whether the number names the class or size of a thing: 20亿级项目, 10万吨级码头, 年产5万吨的项目."""
    behind = document[r.mention.end : r.mention.end + 6]
    if r.quantity is not None and r.quantity["percent"] and re.match(r"(?:政策|税率|股权|折扣|标准)", r.after):
        return True
    unit = r.quantity["unit"] if r.quantity is not None else ""
    if unit == "千伏" or (
        unit == "类" and re.match(r"[一-鿿]{0,8}(?:比例|比率|断面|水体|水质)[^，,；;]*[0-9]", r.after)
    ):
        return True
    size = r.quantity is not None and bool(re.match(r"(?:元|吨|千瓦|亩|平方米|人|千伏|兆瓦)?级(?!市|县|以上)", behind))
    if re.search(r"(?:用好|用足|管好|发挥好?)$", r.before) and re.match(r"[一-鿿]{2,}", r.after):
        return True
    made = re.search(r"(?:年产|年处理|日处理|总投资|占地|装机|建筑面积)(?:约|近|超)?$", r.before)
    thing = re.match(
        r"(?:以上|左右)?的?[一-鿿“”]{2,12}(?:项目|工程|基地|生产线|中心|园区|码头|电站|开工|投产)", r.after
    )
    return size or bool(made and thing)


def _is_described(r: Reading, _: str) -> bool:
    """Return whether the number with 的 says which things are meant (不到100万元的部分), and no verb follows them."""
    of = re.match(r"(?:以上|以下|以内|左右)?的(?P<thing>[^，,；;]+)", r.after)
    if not of or re.match(r"(?:控制|减排|预期|增长|发展)?(?:目标|任务|要求|速度)", of["thing"]):
        return False
    reaching = re.search(r"(?:覆盖|达到|实现|完成|不低于|不少于|控制在|目标)[^，,、]{0,3}$", r.before)
    return not _is_share_that_reaches(r) and not reaching


def _is_past(r: Reading, _: str) -> bool:
    return (
        r.looking_back
        or _is_rough_count(r)
        or bool(re.search(r"将[高多]达", r.before))
        or (bool(say.PAST.search(r.segment.text)) and not say.FUTURE.search(r.before))
    )


def _is_tier(r: Reading, _: str) -> bool:
    """Return whether the number names a standard and sets no value: a run such as 5—10—15, or 50分钟…圈."""
    if r.quantity is not None and r.quantity["unit"] == "分钟" and re.match(r"[一-鿿]{1,8}圈", r.after):
        return True
    run = re.finditer(rf"{say.NUMBER}(?:[{say.DASHES}]{say.NUMBER}){{2,}}", r.segment.text)
    at = r.mention.start - r.segment.start
    return any(match.start() <= at < match.end() for match in run)


def _is_run_together(r: Reading, _: str) -> bool:
    """Return whether the number stands in cells of a table that lost what parted them; nobody can read it alone."""
    if re.search(r"\d{10}", r.mention.surface):
        return True
    digits = re.findall(r"[0-9.%％]", r.segment.text)
    return len(re.findall(say.NUMBER, r.segment.text)) > _MANY and len(digits) > len(r.segment.text) / 3


_MANY = 6
_Rule = Callable[[Reading, str], bool]
NOT_TARGETS: tuple[tuple[str, str, float, _Rule], ...] = (
    ("printed-label", "ordinal", 1.0, _is_label),
    ("inside-a-title", "name", 0.95, _is_title),
    ("cells-run-together", "fact", 0.3, _is_run_together),
    ("date", "date", 0.95, _is_date),
    ("ordinal", "ordinal", 0.95, _is_ordinal),
    ("quoted-name", "name", 0.9, _is_quoted_name),
    ("tiers-of-a-standard", "name", 0.85, _is_tier),
    ("count-of-a-list", "list-count", 0.8, _is_list_count),
    ("denominator", "denominator", 0.9, _is_denominator),
    ("part-of-a-word", "word", 0.8, _is_chinese_word),
    ("start-of-a-rise", "baseline", 0.9, _is_baseline),
    ("described-by-it", "threshold", 0.75, _is_described),
    ("class-or-size", "threshold", 0.85, _is_class),
    ("threshold", "threshold", 0.85, _is_threshold),
    ("part-of-a-name", "name", 0.8, _is_name_part),
    ("told-of-the-past", "fact", 0.75, _is_past),
)
