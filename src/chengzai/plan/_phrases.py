"""The words of policy Chinese that the extractor knows: units, comparisons, verbs, frames. Language, not documents."""

import re

# Longest first, so that 个百分点 is not read as 个.
UNITS = [
    "微克/立方米",
    "毫克/升",
    "吨标准煤",
    "个百分点",
    "百分点",
    "个工作日",
    "工作日",
    "个月",
    "吨公里",
    "人公里",
    "千伏",
    "标准煤",
    "平方公里",
    "平方千米",
    "平方米",
    "立方米",
    "千瓦时",
    "千瓦",
    "兆瓦",
    "吨标煤",
    "升",
    "克",
    "秒",
    "度",
    "箱",
    "标箱",
    "车位",
    "床位",
    "张床位",
    "平米",
    "例",
    "公里",
    "千米",
    "公顷",
    "公斤",
    "美元",
    "人次",
    "分钟",
    "小时",
    "套(间)",
    "套（间）",
    "周岁",
    "类",
    "亩",
    "元",
    "人",
    "户",
    "宗",
    "家",
    "个",
    "条",
    "套",
    "项",
    "名",
    "所",
    "座",
    "处",
    "块",
    "对",
    "件",
    "辆",
    "台",
    "床",
    "张",
    "吨",
    "斤",
    "米",
    "天",
    "强",
    "倍",
    "成",
    "岁",
    "级",
    "村",
    "县",
    "国",
    "种",
    "批",
    "轮",
    "期",
    "次",
    "期",
    "门",
    "支",
    "只",
    "头",
    "株",
    "幢",
    "栋",
    "间",
    "册",
    "场",
    "趟",
    "位",
    "枚",
    "篇",
    "部",
    "艘",
    "番",
    "学位",
    "架",
    "亿",
    "万",
]
UNIT_WORDS = "|".join(sorted(UNITS, key=len, reverse=True))
_PER = "标准立方米|立方米|平方公里|平方米|公顷|小时|万元|日|年|天|月|亩|人|户|吨|升"
_UNIT = "|".join(re.escape(unit) for unit in sorted(set(UNITS), key=len, reverse=True))

# 3000亿元, 12.5%, 5—10—15分钟, 6%—6.5%, 三分之二, 二十四个; the parts are named where they are used.
NUMBER = r"[0-9０-９]{1,20}(?:[.．][0-9０-９]{1,12})?"
CHINESE = r"[零〇一二三四五六七八九十百千万亿两]{1,20}"
DASHES = "—–―−－~～-"
_TO = rf"(?:[{DASHES}]+|至|到)"
QUANTITY = re.compile(
    rf"(?P<number>(?P<fraction>{CHINESE}分之{CHINESE})|{NUMBER}(?:[{DASHES}]{NUMBER})*|{CHINESE}|[Ⅰ-Ⅻ])"
    rf"(?P<to_one>[:：∶]\s*1(?![0-9.]))?(?P<more>[多余]?)(?P<scale>[百千万亿]*(?![瓦米克升伏]))(?P<over>[多余]?)(?P<per>/[0-9]*[十百千万亿]+)?(?P<percent>[%％‰]?)(?:{_TO}(?P<upto>{NUMBER})[百千万亿]*(?=[%％‰]|{_UNIT})[%％‰]?)?"
    rf"(?P<unit>(?:(?:{_UNIT})(?:/(?:{_PER}))?)?)"
)

AT_LEAST_AFTER, WITHIN_AFTER, ABOUT_AFTER = "以上|及以上", r"以内|以下|之内", "左右|上下"
ROUGHLY = r"(?<![节集简合制公签违预特条])约(?:需|占|为|达)?[^，,、；;0-9]{0,14}$"
GUARDED = r"(?:严守|守住|守牢)[^，,、；;0-9]{0,4}$"
LISTED_THINGS = "制度|工作|任务|措施|举措|机制|改革|规定|要求|原则"
COMPARING_BEFORE = (
    (r"不低于|不少于|不小于|至少|达到|达|保持在|维持在|稳定在", ">="),
    (r"突破|(?<!不)(?:超过|超|高于|多于|大于)", ">"),
    (r"不超过|不高于|不大于|控制在", "<="),
    (r"(?<!不)(?:低于|少于|小于)", "<"),
    ("≥", ">="),
    ("[＞>]", ">"),
    ("≤", "<="),
    ("[＜<]", "<"),
)

RATIO_UNITS = {"微克/立方米", "毫克/升", "倍", "成", "个百分点", "百分点"}
_GROWTH = (
    "增长|增加(?!值)|新增|净增|提高|提升|上升|扩大|下降|降低|减少|削减|压减|缩减|下调|上调|缩小|缩短|"
    "涨幅|增速|增幅|降幅|再降|翻"
)
# A growth is not what something grows to: 提高5个百分点, but 提高到65%.
GROWING_BEFORE = re.compile(
    rf"(?:{_GROWTH})(?!到|至|为)(?:超过|达到|不低于|控制在|保持在|不少于|约|也|均)?[^，,、；;到至为]{{0,4}}$"
)
GROWING_SHARED = re.compile(rf"(?:分别|均|都|各)(?:再)?(?:{_GROWTH})(?!到|至|为)[^，,；;到至为]*$")
COMPARED = re.compile(
    r"(?:比|较|与|同)(?P<base>20\d\d年(?:底|末)?|上年|去年|上一年|[“\"]?十[一二三四五]?五[”\"]?(?:末|期末|时期)?)(?:相比|同期|相?比)?"
)
RISING_FROM = re.compile(
    rf"(?:由|从)(?P<base>(?:20\d\d年(?:底|末)?的?|目前的?|现在的?|[^，,、；;0-9]{{0,8}})(?P<number>{NUMBER})[百千万亿]*[%％‰]?[一-鿿/]{{0,6}}?)"
    r"(?:以上|左右)?(?:达|(?:提高|增加|提升|上升|增长|扩大|下降|降低|减少|缩小|缩短|下调|上调|降|升))[到至为]"
)

PAST = re.compile(
    r"回顾|已[经达建完有]|以来|截至|累计完成了|同比|(?<![比较于与])(?:上年|去年)|过去|历年|取得|将高达|现有|(?<![由从])目前|仍有|[了]$"
)
FUTURE = re.compile(
    r"到20\d\d年|20\d\d年(?:底|末|年底)?[之以]?前|今年|拟|安排|力争|争创|确保|达到|要|将|推进|建成|完成|实现|新建|建设|培育|打造|创建|每年"
)

# What is promised, and what is only foreseen, in a chapter that looks back; how a sentence on the present opens.
PROMISING = re.compile(r"要|力争|确保|目标|达到|实现|争取|拟|控制在|完成")
FORESEEING = re.compile(r"将(?:继续|进一步|会|增|加|达|有)|还将|预计|预测|可能")
OPENS_PRESENT = re.compile(
    r"(?:目前|截至|截止|现有|现已|据统计|初步核算|经测算|数据显示|[一二三四五六七八九十]年来|近年来)"
)

GUIDING = re.compile(r"导向")
SUBSIDISING = re.compile(r"奖励|补助|补贴|贴息|奖补|给予|最高不超过|罚款")
ASPIRING, BASIC = re.compile(r"力争|争创|争取|进军|努力"), re.compile(r"基本")
YEARLY, EVERY_YEAR = re.compile(r"每年|年均|逐年"), re.compile(r"每年")
IN_ALL = re.compile(r"共|累计|总计|合计|[三五]年(?!级)")
DATED = re.compile(
    r"^(?:到|至|在)?(?:20\d\d年(?:\d{1,2}月)?(?:底|末|年底)?(?:[之以]?前)?|“?十[一二三四五六]?五”?(?:末|期末|期间|时期)|今年|明年|[三五]年)(?:内|来)?[,，]?"
)
MAINTAIN = re.compile(r"保持|维持|稳定在")
FALLING = re.compile(r"缩小|降低|下降|减少|低于|控制在|降到|以内|不超过|强$|排名")
LEVEL = re.compile(r"人口|上市公司|从业人员|总数|保有量|存量")
ANNUAL_VALUE = re.compile(r"总值|产值|增加值|总额|收入|销售额|年[加产发]")

# What stands in front of a noun and is not part of it.
VERBS = [
    "滚动推进",
    "组织实施",
    "申报创建",
    "培育打造",
    "筹集建成",
    "加快培育",
    "累计培育",
    "累计打造",
    "累计实施",
    "累计创建",
    "累计建成",
    "累计盘活利用",
    "深入实施",
    "新改建",
    "新培育",
    "推进",
    "推动",
    "完成",
    "实现",
    "建成",
    "建设",
    "创成",
    "创建",
    "培育",
    "打造",
    "开发",
    "开通",
    "提高",
    "提升",
    "增加",
    "扩大",
    "达到",
    "保持",
    "维持",
    "稳定",
    "超过",
    "突破",
    "确保",
    "力争",
    "争创",
    "累计",
    "每年",
    "全市",
    "全省",
    "全国",
    "全县",
    "全年",
    "年内",
    "其中",
    "至少",
    "实施",
    "新建",
    "改造",
    "盘活",
    "推出",
    "带动",
    "招引",
    "落地",
    "安排",
    "发放",
    "缩小",
    "控制",
    "降低",
    "减少",
    "筹集",
    "拥有",
    "达",
    "到",
    "超",
    "至",
    "为",
    "在",
]

WHOLE = (
    ("full-coverage", re.compile(r"(?:全覆盖|全域覆盖|基本覆盖)$"), "coverage"),
    ("all-removed", re.compile(r"全面消除"), "coverage"),
    ("all-of-them", re.compile(r"^所有.{2,}(?:通过|完成|达到|实现|建成)"), "coverage"),
    ("kept-at-nothing", re.compile(r"动态清零|动态归零"), "maintain"),
    ("in-the-main", re.compile(r"基本(?:形成|建成|实现|匹配|达到|完成|解决|消除)"), "completion"),
    ("in-the-main", re.compile(r"(?:基本形成|基本匹配)$"), "completion"),
    ("whole-area-built", re.compile(r"^全域建成|^全面(?:建成|构建)"), "completion"),
    ("made-so-throughout", re.compile(r"全面[一-鿿]{2,4}化$"), "coverage"),
    ("drawn-up", re.compile(r"^(?:20\d\d年(?:年底|底|末)?前?)?完成.{4,}(?:编制|方案)$"), "completion"),
    ("by-a-day", re.compile(r"^20\d\d年(?:年底|底|末)?[之以]?前?(?:完成|实现|建成|全面推广)"), "milestone"),
    ("title-won", re.compile(r"创成.{2,}|正式命名$"), "completion"),
)

# A verb that a number follows at once: what is counted stands behind the number.
MAKING = (
    "严守|守住|落实|兑现|新增|争创|创成|推广|培育|建有|建成|打造|推出|带动|完成|选取|开发|新建|建设|培养|引进|招引|安排|"
    "组建|设立|创建|实施|做强|布局|形成|举办|推进"
)
ACTING = re.compile(rf"(?:{MAKING.replace('|推进', '')})$")
REACHING = re.compile(r"达到|达标|实现|完成|建成|通过|具备|划入|纳入|覆盖|消除|得到|配备|拥有|建立|开展|符合|有健全")
# Several subjects that share one number.
TOGETHER = re.compile(
    r"(?P<subjects>.+?[、和].+?)(?:(?<![平人年月日户])均(?![衡等匀])|都(?!市)|各(?![类地级县乡部方种项单有个区市镇村省自门行领族界])|[三四五六七八九十]大产业)"
)

# Parts of a whole named before them in the sentence.
RANKED = r"(?:进入|跻身|位居|稳居|保持在?|位列|排在?|居)[^，,、；;]{0,10}前$"
NESTED = re.compile(r"其中|[（(]包括|[（(]含")
# What stands between a noun and its number and is part of neither: 提高到, 分别降低, 预期目标设定为.
TAIL = re.compile(
    rf"(?:{'|'.join(pattern for pattern, _ in COMPARING_BEFORE)}|{_GROWTH}|"
    r"逐年|稳步|持续|进一步|力争|均|都|也|再|约|近|各|分别|累计|年均|每年|共|总计|合计|确定|设定|要|需|须|将|"
    r"达|到|至|为|在|是|[由从](?:20\d\d年的?)?|[比较](?:20\d\d|上|去)年(?:末|底)?|同比|增|降|超|保持)+$"
)

# Words of manner that may stand before a verb and carry no duty of their own.
MANNER = (
    "持续|加快|深入|全面|积极|大力|着力|进一步|稳妥|有序|高质量|扎实|统筹|重点|集中|有效|不断|联动|整体|常态化|组织|主动|及时|"
    "广泛|纵深|逐步|稳定|优先|创新|因地制宜|因城施策|封闭式|市县|市域一体|全市域|全市|全域|在全国率先|率先|更大力度|切实|"
    "继续|狠抓|全力|注重|依托|围绕|联合|各县\\(市、区\\)要?"
)
DUTIES = (
    "推进|实施|建设|完善|建立|健全|加强|提升|优化|打造|培育|发展|推动|开展|深化|落实|强化|加大|构建|实现|创建|探索|支持|鼓励|引导|"
    "编制|制定|推广|统筹|保护|保障|改造|完成|促进|畅通|拓宽|激发|营造|组建|举办|办好|唱响|弘扬|过好|传承|倡导|革新|巩固|守住|守牢|"
    "防范|化解|申报|争取|争创|谋划|扩大|提高|增强|盘活|开发|开通|推行|成立|召开|通报|总结|部署|协调|提炼|聚焦|做强|做大|做特|做优|"
    "做美|做活|做深|培养|引进|招引|集中|给予|解决|稳住|维护|形成|建成|创成|拓展|推出|带动|布局|贯彻|抓好|做好|履行|参照|选取|整治|"
    "治理|修复|净化|美化|改善|增加|减少|降低|控制|筹集|发放|安排|使用|发挥|整合|迭代升级|打响|试行|推介|设立|管理|监督|应用|"
    "健全完善|培育壮大|发展壮大|强化完善|做大做强|做深做实"
)
_ACTS = "|".join(sorted({*DUTIES.split("|"), *VERBS}, key=len, reverse=True))
_LEADING = (
    rf"(?:{MANNER}|{_ACTS}|将|使|对|把|再|约|近|超|新|开工|启动|拟|要|必须|"
    r"需|还|努力|全年|年内|累计|年均|预计|可|通过|其中|包括)"
)
# Words before a number that name no thing: 大力推进, 还必须, 力争全年完成.
VERBS_ALONE = re.compile(rf"^{_LEADING}*$")
# Words that name a thing only together with the one named before: 总数, 占比, 省级.
LEANING = re.compile(
    r"^(?:预期目标|目标|总数|总量|数量|总额|占比|比重|增幅|增速|覆盖率|(?P<rank>国家级|省级|市级|县级))(?:达|为|占)?$"
)
