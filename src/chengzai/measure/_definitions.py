"""What is collected, held against what it says of itself: definitions, sources, and units that fit what is counted."""

import re
from collections.abc import Iterable, Iterator, Mapping

from chengzai.kernel import Binary, Call, Citation, Element, Finding, Name, Node, Number, Severity, Text
from chengzai.measure._indicator import Indicator

# What is counted, and the units in which it can be. The first words found in the definition's first clause decide;
# 个 is the measure word of places, projects and seats, never of these. Units of GB 3100 as statistics print them.
_COUNTED_IN = (
    (re.compile(r"人次"), frozenset({"人次"})),
    (re.compile(r"户数|家庭数|用户数"), frozenset({"户"})),
    (re.compile(r"人数|人口数|幼儿数|老年人数|护理员数|患者数|学生数"), frozenset({"人", "名", "人次"})),
    (re.compile(r"装机容量"), frozenset({"千瓦", "兆瓦"})),
    (re.compile(r"面积"), frozenset({"亩", "公顷", "平方米", "平方公里"})),
    (re.compile(r"里程|长度"), frozenset({"公里", "米"})),
    (re.compile(r"床日"), frozenset({"床日"})),
    (re.compile(r"床位数"), frozenset({"张", "床"})),
    (re.compile(r"水样"), frozenset({"份", "次"})),
    (re.compile(r"物种"), frozenset({"种"})),
    (re.compile(r"路灯数"), frozenset({"盏"})),
    (re.compile(r"车辆数"), frozenset({"辆"})),
)
_EMPTY = re.compile(r"的?(?:数量|总数|数|情况|值)?[。.]?")


def check_elements(elements: Mapping[str, Element]) -> tuple[Finding, ...]:
    """Return a warning for each element that does not say what it counts and whose number it is, in both languages.

    Two elements with one definition, a definition that repeats the name, and a unit that cannot count what the
    definition speaks of are said too. Codes that start with `stat_` name published figures and are held to the same.
    """
    seen: dict[str, str] = {}
    found: list[Finding] = []
    for element in elements.values():
        found += _check(element)
        words = element.definition.zh.strip()
        if words and seen.setdefault(words, element.code) != element.code:
            found.append(_repeated(element, seen[words]))
    return tuple(found)


def _check(element: Element) -> Iterator[Finding]:
    words = element.definition.zh.strip()
    if not words or not element.source.zh.strip():
        lacks = "口径（definition）" if not words else "数据来源（source）"
        yield _finding(
            "content.element-without-definition",
            element,
            Text(
                f"采集项“{element.name}”没有写{lacks}，填报人不知道该数什么。",
                f"Element '{element.code}' has no {'definition' if not words else 'source'}.",
            ),
            Text(
                "请在 elements/ 中写明数什么、哪一时点、不含什么、数据来自哪个部门。",
                "Say in elements/ what is counted, at what moment, what not, and whose number it is.",
            ),
        )
        return
    untold = [
        name
        for name in ("definition", "source", "caveat")
        if (said := getattr(element, name)).zh.strip() and not said.en.strip()
    ]
    if untold:
        yield _finding(
            "content.element-without-english",
            element,
            Text(
                f"采集项“{element.name}”缺英文：{'、'.join(f'{name}_en' for name in untold)}。",
                f"Element '{element.code}' lacks {', '.join(f'{name}_en' for name in untold)}.",
            ),
            Text("请在 elements/ 中补写。", "Add it in elements/."),
        )
    if _EMPTY.fullmatch(words.replace(element.name, "", 1)):
        yield _finding(
            "content.definition-says-nothing",
            element,
            Text(
                f"采集项“{element.name}”的口径只重复了名称。",
                f"The definition of '{element.code}' repeats its name.",
            ),
            Text(
                "请写明数什么、哪一时点、不含什么。",
                "Say what is counted, at what moment, and what is not.",
            ),
        )
    yield from _unit(element)


def _unit(element: Element) -> Iterator[Finding]:
    """Doubt 个 where the definition counts people, households, land, power and what else has its own unit."""
    if element.unit != "个":
        return
    first = re.split(r"[。；：]", element.definition.zh)[0]
    counted = "，".join(part for part in first.split("，") if "不" not in part)  # what is not counted has no unit here
    fitting = next((units for pattern, units in _COUNTED_IN if pattern.search(counted)), None)
    if fitting:
        yield _finding(
            "content.unit-doubted",
            element,
            Text(
                f"采集项“{element.name}”按口径不能用“个”计量。",
                f"Element '{element.code}' cannot be counted in 个 by its own definition.",
            ),
            Text(f"单位宜用 {'、'.join(sorted(fitting))}。", f"Use {', '.join(sorted(fitting))}."),
        )


def check_units(indicators: Iterable[Indicator], elements: Mapping[str, Element]) -> tuple[Finding, ...]:
    """Return a warning for each indicator whose formula mixes units: a share of unlike things, or another unit out.

    A share in percent divides things of one unit; a value taken as reported keeps its element's unit.
    """
    found = []
    for indicator in indicators:
        names = [elements[code] for code in indicator.formula.names if code in elements]
        root, units = indicator.formula.root, {element.unit for element in names}
        plain = _plain(root)
        if (_is_share(root) and len(units) > 1) or (plain and units and units != {indicator.unit}):
            said = "、".join(f"{element.name}（{element.unit or '无单位'}）" for element in names)
            found.append(
                Finding(
                    "content.units-differ",
                    Severity.WARNING,
                    Text(
                        f"指标“{indicator.name}”（{indicator.unit or '无单位'}）的采集项单位对不上：{said}。",
                        f"The units of '{indicator.id}' ({indicator.unit}) and its elements differ.",
                    ),
                    Text(
                        "分子、分母应为同一单位；直接引用的采集项与指标单位应一致。",
                        "Let both sides of a share have one unit, and a value taken as it is keep its unit.",
                    ),
                    Citation("indicators", indicator.id),
                )
            )
    return tuple(found)


def _is_share(root: Node) -> bool:
    return isinstance(root, Binary) and root.operator == "*" and root.right == Number(100.0) and _divides(root.left)


def _divides(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator == "/"


def _plain(root: Node) -> bool:
    return isinstance(root, Name) or (isinstance(root, Call) and _plain(root.of))


def _repeated(element: Element, other: str) -> Finding:
    return _finding(
        "content.definition-repeated",
        element,
        Text(
            f"采集项“{element.name}”与 {other} 的口径一字不差，分不清两者差别。",
            f"Elements '{element.code}' and '{other}' have one and the same definition.",
        ),
        Text("请写明两者的差别。", "Say how they differ."),
    )


def _finding(code: str, element: Element, said: Text, remedy: Text) -> Finding:
    return Finding(code, Severity.WARNING, said, remedy, Citation("elements", element.code))
