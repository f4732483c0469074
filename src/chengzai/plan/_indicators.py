"""What a number measures: the noun phrase before it, behind it, in the words before, or shared over a list."""

import re
from collections.abc import Sequence

from chengzai.plan import _phrases as say
from chengzai.plan._reading import Reading

_SCOPE = re.compile(r"(全市|全省|全国|全县|全区|中心城区|市区|城镇|县域)")
_BEHIND = re.compile(
    r"(?:以上|左右|以内|以下|多)?(?!以上|左右|以内|以下)(?:的)?(?:[0-9.]+(?:千伏|兆瓦|千瓦|级)+)?((?:[一-鿿A-Za-z“”]|[（(][^（()）]{1,8}[)）]){2,30})"
)
_COUNTED = re.compile(rf"(?<![A-Za-z.]){say.NUMBER}[百千万亿]*(?:[%％‰]|{say.UNIT_WORDS})?(?:以上|以内|左右|以下)?")
_SHORTEST = 2


def indicators_of(r: Reading, beside: Sequence[Reading]) -> list[tuple[str, str]]:
    """Return each indicator that a number measures, with its scope: one, or one a subject of 均 or 分别.

    `beside` are the readings of the same segment, in order.
    """
    return _shared(r, beside) or [_own(r)]


def stripped(text: str) -> str:
    """Return a noun phrase without the verbs before and the comparing and growing words behind."""
    before = None
    while before != text:
        before = text
        text = say.TAIL.sub("", text.strip())
        for verb in say.VERBS:
            if text.startswith(verb) and len(text) > len(verb) + 1 and not text.startswith("建成区"):
                text = text[len(verb) :]
    return text


def _own(r: Reading) -> tuple[str, str]:
    upto = _words_before(r)
    noun = stripped(re.sub(r"^(?:将|使|对|把|由|从|必须通过工程措施|预计可?)", "", upto))
    plain = re.sub(r"(?:至少|不少于|不低于|超过?|达到?)$", "", upto)
    joined = re.search(r"^按照“?$|[“‘]$|[0-9][^，,、；;]*[和及与]$", upto)
    if len(noun) < _SHORTEST or joined or say.ACTING.search(plain) or say.VERBS_ALONE.match(plain):
        behind = _BEHIND.match(r.item.text[r.quantity_end - r.item.start :])
        noun = re.sub(r"[和及与]$", "", behind[1]) if behind else noun
    if len(noun) < _SHORTEST and not re.search(r"\d", r.before):
        noun = stripped(say.DATED.sub("", r.before))
    if say.VERBS_ALONE.match(noun):
        noun = ""
    leaning = say.LEANING.match(noun)
    if leaning or len(noun) < _SHORTEST:
        noun = _leaned(r, noun, leaning)
    scope = _SCOPE.search(upto or r.before)
    return noun, scope[1] if scope else ""


def _words_before(r: Reading) -> str:
    """Return the words of a list item up to its number: from the last bracket, number or rise that ends before it."""
    plain = re.sub(r"^其中[，,：:]?", "", r.item.text[: r.mention.start - r.item.start])
    upto = re.sub(say.RANKED, "", say.DATED.sub("", plain))
    risen = re.search(r"(?:由|从)[^由从]*$", upto)
    if risen and re.search(rf"{say.NUMBER}.*(?:到|至|为)$", risen[0]):
        return upto[: risen.start()]
    bracket = max(upto.rfind("（"), upto.rfind("("))
    if bracket >= 0 and not re.search(r"[)）]", upto[bracket:]):
        return re.split(r"[、，,；;]", upto[bracket + 1 :])[-1]
    return upto


def _leaned(r: Reading, noun: str, leaning: re.Match[str] | None) -> str:
    """Return a word that names no thing alone, joined with the thing named before it in the sentence."""
    earlier = re.split(r"[，,；;、]", r.sentence.text[: max(r.item.start - r.sentence.start - 1, 0)])
    named = [_thing(words) for words in earlier if words]
    thing = next((words for words in reversed(named) if len(words) >= _SHORTEST), "")
    if leaning and leaning["rank"]:
        return noun + re.sub(r"^(?:国家级|省级|市级|县级)", "", thing)
    return thing + noun if thing else noun


def _thing(words: str) -> str:
    """Return what a stretch of words names, its day, verbs and number left out."""
    noun = stripped(_COUNTED.sub("", say.DATED.sub("", words)))
    return "" if say.VERBS_ALONE.match(noun) else noun


def _shared(r: Reading, beside: Sequence[Reading]) -> list[tuple[str, str]]:
    """Return the subjects of a shared number: all of them for 均, the one in its place for 分别."""
    both = say.TOGETHER.match(r.before)
    thing = stripped(r.before[both.end() :]) if both and not both[0].endswith("产业") else ""
    if both and len(thing) >= _SHORTEST and not say.VERBS_ALONE.match(thing):  # 甲县、乙县各新建学校3所
        return [(thing, stripped(part)) for part in re.split(r"[、]|(?<=[一-鿿])和(?=[一-鿿])", both["subjects"])]
    if both:
        return [(stripped(part), "") for part in re.split(r"[、]|(?<=[一-鿿])和(?=[一-鿿])", both["subjects"])]
    if r.segment.text.startswith("分别"):
        return _before_respectively(r, beside)
    respectively = re.match(r"(?P<subjects>[^()（）]+?)分别", r.segment.text)
    if not respectively or r.mention.start < r.segment.start + respectively.end():
        return []
    numbers = [x.mention.start for x in beside if x.mention.start >= r.segment.start + respectively.end()]
    place = numbers.index(r.mention.start) if r.mention.start in numbers else -1
    split = re.split(r"[、和]", respectively["subjects"])
    parts = [stripped(words) for part in split if (words := say.DATED.sub("", part))]
    if len(parts) == 1:  # one name for several groups: 城乡居民人均可支配收入分别增长8%、9%
        return [(parts[0], "")]
    tail = re.search(r"(?:县城|城区|市|县)?(人口|.{2,6}率)$", parts[-1])
    name = parts[place] if 0 <= place < len(parts) else ""
    return [(tail[0] if tail and not name.endswith(tail[1]) else name, name)] if name else []


def _before_respectively(r: Reading, beside: Sequence[Reading]) -> list[tuple[str, str]]:
    """Return the subject in the number's place among those named before a segment that only says 分别."""
    earlier = re.split(r"[，,；;、]", r.sentence.text[: max(r.segment.start - r.sentence.start - 1, 0)])
    things = [thing for words in earlier if (thing := _thing(words))]
    place = [x.mention.start for x in beside].index(r.mention.start) - len(beside)
    return [(things[place], "")] if -len(things) <= place else []
