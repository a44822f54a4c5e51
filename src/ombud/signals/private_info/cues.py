"""Words that tell whose data it is, each with its weight.

A cue is searched in one scope: ``near`` (the 14 characters before the data), ``sentence``
(the sentence around it), ``text`` or ``account`` (the author's name and bio). The
weights add up; the rules for reading the sums are in :mod:`.whose`.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

ANNOUNCED = 7
"""The weight of an organisation's own announcement; no other cue has it."""

OWN, ANOTHER, ORGANISATION, OFFICE, HOTLINE = "own", "another", "organisation", "public_office", "hotline"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern, what it speaks for, how strongly, and where it is looked for."""

    whose: str
    weight: int
    scope: str
    pattern: re.Pattern[str]
    chinese: bool


_RELATION = (
    "前男友|前女友|前夫|前妻|前任|室友|舍友|邻居|同事|领导|上司|房东|班主任|小三|老赖|骗子|渣男|渣女|诈骗犯|小偷|凶手|打人者|人贩子|博主|楼主|车主|业主|狗主人|主播"
    "|司机|外卖员|骑手|保安|快递员|裁判|举报人|举报者|举报英雄|歌手|演员|爱豆|水军|黑粉|这女的|那女的|这男的|那男的|这人|那人|此人|这货|该男子|该女子|对方|那家伙|这家伙|这孙子|这畜生|那姓|姓.的"
)
_HOSTILE = (
    "轮[流着]?打|打爆|打到.{0,6}关机|骚扰|轰炸|半夜.{0,4}打|凌晨.{0,4}打|帮我骂|去骂|来骂|骂醒|欢迎.{0,6}骂|问候(?:他|她|全家|祖宗)|去堵|来堵|要堵|堵他|堵她|堵人|堵门|认认门|去找(?:他|她)|人肉|开盒|扒(?:到|出|了|皮)|曝光"
    "|挂一下|挂人|曝一下|避雷|别说是我说|懂的都懂|低调|自己看着办|出名|别让(?:他|她)跑|随便用|不谢|见一次|评评理|拉黑我|寄点|放气|划了|帮我查|认识一下|兄弟们上|冲冲|比保安|接机的来|站台见|机场见|T[1-4]见"
    "|蹲|姐妹们一起|小心保安|带横幅|背面.{0,4}[位0-9]|截图|直接敲|敲.下|没人知道|谁去接|谁要[^，。]{1,8}(?:号|电话|地址|房号)|谁想要|网贷|刷爆|家找到了|找到(?:他|她)家|走后门|住哪|弄到|搞到|欠.{0,4}不还|赖账|去看看|会会(?:他|她)|匿名寄|流出来|泄露|扒一扒|大家记住|记住这|排队打|有空都打|网暴|送.{0,4}惊喜|去(?:他|她)家|谁想白买|盗刷"
)

_ZH: tuple[tuple[str, int, str, str], ...] = (
    (
        OWN,
        4,
        "near",
        r"我(?:本人)?的?(?:新)?(?:手机号?|电话|号码?|邮箱|微信|QQ|qq|扣扣|银?行?卡|护照|身份证|车牌?|家|住址|地址)[^，。！？]{0,6}$|本人[^，。]{0,6}$|我[^，。他她]{0,4}(?:住在?|搬到了?|坐|乘|飞|在)$|(?:打|联系|找|加|搜|寄给|打给)我[^，。他她]{0,4}$",
    ),
    (
        OWN,
        3,
        "sentence",
        r"我[们是叫]|我(?:家|这|自己|妈|爸|儿子|女儿|孩子|老婆|老公)(?!门口)|(?:打|联系|加|找|私|寄给|投稿给?|还给|告诉)我(?!老公|老婆|男友)|我[^，。他她的]{0,6}(?:住|坐|乘|飞|在.{0,4}上|到了)|给我寄|打我(?:卡|电话|手机|[0-9])|我卡",
    ),
    (
        OWN,
        3,
        "text",
        r"捡到(?:的|者|了|后)?(?:请|麻烦|好心|联系|还|打|归还|必|告)|重谢|酬谢|寻物|寻人|寻猫|寻狗|走失|换(?:新)?号|换了号|转让|出租|求租|合租|自提|拼车|救命|被困|收件|寄给我|同学们存|求转发|求助|求.{0,4}(?:行车记录仪|血)|急需|快来人|缺.手|收$|我在家|帮我看看|来吃|来喝|二手|成新|改手机|祝我|寻找家人|求购",
    ),
    (OWN, 6, "text", r"我.{0,8}真实(?:身份|姓名)|本人实名|我实名|实名举报"),
    (OWN, 2, "text", r"坐标|登机|落地了|终于落地|抢到票|行李|回家过年|靠窗|充电宝|隔音|延误|丢了"),
    (
        ANOTHER,
        4,
        "near",
        rf"(?:他|她|ta|TA|它|他们|她们|人家|{_RELATION})(?:的|家|妈的?|老公的?|老婆的?|爸的?)?(?:私人|新|现在的?|本人)?(?:手机号?|电话|号码?|邮箱|微信号?|QQ号?|护照号?|身份证号?|证件号|地址|住址|家|卡号?|车|住在?|就住在?|租的是|坐|乘)[^我]{{0,8}}$|私人(?:号码?|手机|电话)|真实(?:姓名|住址|身份)",
    ),
    (
        ANOTHER,
        3,
        "sentence",
        rf"{_RELATION}|骗(?:了|过)?我|举报(?:了|过)?我|打了我|欠(?:了|过)?我|勾引|堵着?我|骂(?:了|过)?我|坑(?:了|过)?我|得罪|我前(?:男友|女友|夫|妻|任)",
    ),
    (
        ANOTHER,
        2,
        "sentence",
        r"他|她|(?<![a-zA-Z])(?:ta|TA)(?![a-zA-Z])|姐姐|哥哥|全队|男主角|女主角|老师|护士|某某",
    ),
    (ANOTHER, 4, "text", _HOSTILE),
    (ANOTHER, 1, "text", r"骗子|老赖|渣男|渣女|小三|查到了|有的，|态度"),
    (
        ORGANISATION,
        5,
        "near",
        r"(?:客服|前台|总机|订座|订位|订餐|订桌|外卖|预约|办公室|招生办?|售后|业务|值班|店里?|门店|商务|对公账户|公司账户|公司|工作室|书店|展览|门诊部?|诊所|医院|招聘|咨询|接单|报名|统筹|人事部?)(?:咨询|联系)?(?:电话|热线|手机|座机|微信|QQ|qq|邮箱|请打|地址)?[^，。他她]{0,4}$",
    ),
    (
        ORGANISATION,
        3,
        "sentence",
        r"本店|小店|门店|分店|公司|客服|订座|订桌|订货|预约|招聘|诚聘|急招|厂家|批发|代购|总机|前台|招生|售后|营业|门诊|诊所|医院|驾校|工作室|律所|展览|开展|书店|餐厅|包间|剧组|免费送|下单|看款|诚信经营|先到先得|开户行|简历|投递|人事|HR|会员|到店|外卖电话|配送|一人一车|免费入场|闭馆|经理|店长|教练|办公室|连锁|加盟|货到付款",
    ),
    (
        ORGANISATION,
        ANNOUNCED,
        "text",
        r"工作室(?:公告|官宣|发布|声明)|官宣|官方(?:公告|消息|微博)|主办方|请勿接机|经纪公司|已公布|公开行程|公开活动",
    ),
    (
        ORGANISATION,
        3,
        "account",
        r"店|馆|厂|公司|工作室|客服|官方|旗舰|餐|米线|烧烤|牛肉|面包|花艺|美容|健身|民宿|酒店|酒吧|诊所|医院|学校|营业|年老|接单|外卖|用料",
    ),
    (
        OFFICE,
        6,
        "near",
        r"(?:派出所|公安局|交警[大中]?队|法院|检察院|政府|市长|区长|县长|街道办|居委会|村委会|民政局?|社保局?|人社局?|教育局|住建局|税务局?|信访[室局办]?|使馆|领事馆?|领保|户籍科?|户籍窗口|政务|办事大厅|消防[队站]?|疾控|司法局|法律援助|监察大队|执法|窗口|值班室)[^，。他她孩家]{0,10}$",
    ),
    (
        OFFICE,
        4,
        "sentence",
        r"派出所|公安局?|交警|法院|检察院|街道办|居委会|村委会|教育局|民政局|税务局|住建局|环保局|司法局|社保局|人社局|信访局|财政局|卫健局|城管局|交通局|工商局|食药局|监督局|管理局|信访|使馆|领事馆|领保|户籍科|政务|办事大厅|司法局|法律援助|市长办公室|区长办公室|市政|低保|办身份证",
    ),
    (HOTLINE, 4, "sentence", r"热线|举报电话|急救|报警"),
)

_HER = r"\b(?:he|she|his|her|him|hers)\b"
_EN: tuple[tuple[str, int, str, str], ...] = (
    (OWN, 4, "near", r"\b(?:my (?:number|phone|cell|mobile|email|card|passport|address|flight|ssn|new|old)|mine['’]?s?|call me|text me|ring me|reach me|call us|message me|write to me|i live at|i['’]?m (?:on|at)|we['’]?re (?:on|at|in)|our (?:flight|boat|house|home|address|number|phone|cat|dog|train))\b[^.!?]{0,18}$"),
    (OWN, 3, "sentence", r"\b(?:my (?:number|phone|cell|mobile|email|card|passport|address|flight|social|ssn|cot|bike|sofa|keys|house|home|place|cat|dog)|mine|call me|text me|ring me|ring us|call us|reach me|reach us|message me|write to me|to me\b|i live|i['’]?m (?:on|at|stuck|flying|boarding|staying)|i am (?:on|at|stuck|flying|staying)|we['’]?re (?:at|on|in)|we just moved|i (?:checked|moved|landed|just)|our (?:flight|boat|house|home|address|number|phone|cat|dog|train|room|bus|[A-Z0-9]{2} ?[0-9]{3})|at mine|ask for me|us:)"),
    (OWN, 3, "text", r"\b(?:lost:|lost (?:my|our)|i(?:['’]ve)? lost|missing:|reward|new phone|new number|selling my|room to let|collection only|needs? a drummer|drifted|please send (?:someone|help)|if anyone finds|wish me luck|stolen|come for a drink|bring a chair|see you mum|boarding|landed!)"),
    (OWN, 6, "text", r"\bmissing:|\blast seen\b|if you see (?:him|her|them)"),
    (ANOTHER, 4, "near", r"\b(?:his|her|their)(?: [\w’']+){0,2} (?:number|cell|mobile|phone|address|room|flight|train|e?mail|passport|card|house|home|flat|seat|plate|ssn)(?: number)?\b[^.!?]{0,14}$|\b(?:he|she|they)(?:['’](?:s|re))? (?:lives?|moved|is|are|lands?|fl(?:y|ies)|flying|booked|stays?|uses|checked)\b[^.!?]{0,24}$|private (?:mobile|number|cell|phone)|home address|where (?:he|she|they) (?:live|sleep)"),
    (ANOTHER, 3, "sentence", r"\b(?:whistleblower|my ex|the (?:landlord|landlady|teacher|guy|man|woman|driver|judge|cop|singer|actor|actress|nurse|reporter|girl|whistleblower|referee|scammer|thief|neighbou?r|band|boss)|this (?:guy|man|woman|scammer|teacher|thief|creep|driver)|(?:that|the|this|whose) (?:landlord|landlady|teacher|boss|nurse|neighbou?r|judge|guy|girl|woman|man|driver)['’]?s?)\b|\b(?:scammer|doxx?ed|leaked)\b"),
    (ANOTHER, 2, "sentence", _HER),
    (ANOTHER, 4, "text", r"\b(?:ring (?:it )?all night|spam (?:him|her|this|them)|blow it up|prank calls|you know what to do|don['’]t say i sent|let (?:him|her) know|never let (?:him|her)|call it until|fill (?:his|her)|go shopping|make (?:his|her) phone|tell (?:him|her) (?:i said|what you)|bring (?:banners|eggs)|be at (?:the gate|arrivals)|at the gate|knock softly|go (?:and )?say h|where it hurts|under a fake name|never locked|doxx?ed|everyone call|don['’]t let (?:him|her)|let['’]s meet (?:him|her)|lobby at|two bodyguards|melt\b|see you there|who wants|got hold of|wake (?:him|her|them) up|(?:found|got) (?:his|her|their) (?:house|home|address|number|place)|found out where|here (?:u|you) go|leaked?\b|camp (?:there|out)|spam\b|screenshot (?:quick|it|this)|free money|cvv|typed it out|asking where|nobody knows|knock (?:three|twice|softly)|a visit\b|do what you like with it|was rude to)"),
    (ORGANISATION, 5, "near", r"\b(?:bookings?|orders?|customer service(?: team)?|box office|reservations?|surgery['’]s (?:new )?number|school office|firm|manager|reception|front desk|sales|support|returns|shop|store|clinic|hr(?: team)?|agency|the (?:theatre|gallery|museum|restaurant))\b[^.!?]{0,34}$"),
    (ORGANISATION, 3, "sentence", r"\b(?:bookings?|we['’]?re hiring|hiring|free quotes?|ltd|llc|inc|gmbh|customer service|returns|box office|surgery|school|theatre|taxi|minicab|our (?:shop|store|office|clinic|team|hr|restaurant)|exhibition|free entry|opening (?:at|hours)|clinic|gym|closed mondays|kids eat free|we deliver|orders?|manager|cv\b|hr team|company|complaints|option [0-9]|district court|room [0-9]+, |open (?:day|till|until)|press 1|membership|plumbing|repairs?|bakery|salon|garage|market stall)\b"),
    (ORGANISATION, ANNOUNCED, "text", r"^official\b|\bofficial:|(?:her|his|their) management|says (?:her|his|their) (?:management|label|team)|statement from the (?:label|studio)|tour dates|please respect"),
    (ORGANISATION, 3, "account", r"\b(?:shop|store|ltd|llc|repair|repairs|bakes?|bakery|cafe|café|restaurant|official|salon|studio|clinic|school|since 1?[0-9]{3}|we deliver|cakes|hotel|inn|services?)\b"),
    (OFFICE, 6, "near", r"\b(?:constituency office|mayor['’]s office|council(?:['’]s)?(?: housing)?(?: desk)?|embassy(?:['’]s)?(?: emergency)?(?: line)?|consulate|police(?: station)?|town hall|city hall|permit desk|county court|court(?:house)? is|polling station|ministry|tax office|job ?centre|dmv|registry office|senator['’]s office|mp['’]s office)\b[^.!?]{0,30}$"),
    (OFFICE, 4, "sentence", r"\b(?:constituency office|mayor['’]s office|council['’]s|embassy|consulate|police|witnesses|the station on|county court|polling station|town hall|city hall|permit desk|caseworker|ministry|registry)\b"),
    (HOTLINE, 4, "sentence", r"\b(?:helpline|hotline|crisis|emergency line|refuge)\b"),
)  # fmt: skip


@cache
def cues() -> tuple[Cue, ...]:
    """Return every cue, Chinese first."""
    chinese = [Cue(w, n, scope, re.compile(pattern), chinese=True) for w, n, scope, pattern in _ZH]
    english = [Cue(w, n, scope, re.compile(pattern, re.I), chinese=False) for w, n, scope, pattern in _EN]
    return (*chinese, *english)


@cache
def cues_of(scope: str, *, chinese: bool) -> tuple[Cue, ...]:
    """Return the cues of one scope and language."""
    return tuple(cue for cue in cues() if cue.scope == scope and cue.chinese is chinese)


NEWS = re.compile(
    r"航空公司|机场公告|公告：|时刻|航线|旅客|空难|坠|机型|拍到一?架|彩绘|流调|同乘|报备|停运|退票|免费退改|每周.{0,2}班|执飞|首航|纪录片|坠毁|备降|客机|侧风"
    r"|\b(?:the airline|airline flies|timetable|rebook|went down|families|spotted|from (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|now (?:departs|leaves)|crash|a380|a320|b737|msn|daily:?|full flaps|is (?:cancelled|canceled|delayed))\b",
    re.I,
)
"""News of a flight, train or line that is nobody's journey."""

TRADE = re.compile(
    r"(^|[，。！,! ])[出售卖賣收]|出售|有偿|有償|代查|可查|承接|长期|接单|私|先款|价格好说|滴滴|dd|每周更新|[一每/][条條项項份位]|给(个|個)?(名字|姓名)|有号|查到|查出"
    r"|selling|for sale|any name in|look (people|any)|schedule|[0-9] (per|a|each)|trace any|cheap",
    re.M,
)
"""Words without which nothing is sold."""

SELLS_ZH = re.compile(
    r"(?=[，。！\s出售卖有代可承收长查开人给住行航户身手座房车])(?:(?:^|[，。！\s])(?:出|售|卖|出售|有偿|代查|可查|承接|收|长期收)(?!门|来|去|了|到|差|发|国|现|院|生|事|口|租|拾|藏|购|费|入|集|获|据|名|席|场|听).{0,16}(?:行程|航班|住址|户籍|身份证|手机号|座位|房号|实名|个人信息|机主|开房|定位|轨迹|档案)|(?:查人|查档|开盒|人肉)(?:查档|接单|[^，。]{0,8}[，：:]).{0,30}(?:元|块|私|先款|一条|一项|价|[0-9])|(?:有|给)(?:个?号|名字).{0,8}(?:查|出).{0,4}(?:门牌|住址|地址|户籍|定位|机主)|给(?:个?名字|姓名).{0,12}(?:出|查).{0,8}(?:住址|地址|电话|手机)|(?:住址|行程|航班|户籍|身份证|手机号|座位|房号|车牌|住处).{0,24}(?:[0-9一二三四五六七八九十百]+(?:钱|元|块)(?:钱)?[一每/]?(?:条|项|份|位|个|人)|[0-9一二三四五六七八九十百]+[一每](?:条|项|份|位)|，私|，?私$|私我|私聊|先款|滴滴|dd|每周更新|价格好说))",
    re.M,
)
SELLS_EN = re.compile(
    r"\b(?:selling|for sale)\b(?! my).{0,50}\b(?:flights?|hotels?|itinerar\w+|address(?:es)?|phone numbers?|personal data|ssns?|ids?)\b|\bany name in\b|\blook(?:s|ing)? (?:people|anyone|anybody) up\b.{0,60}[0-9]|\b[A-Z][a-z]+ [A-Z][a-z]+['’]?s['’]? (?:flights?|hotels?|itinerary|address|whereabouts)\b.{0,60}(?:[0-9]+ (?:a|per|each)\b|\bdm\b|\bmessage me)|\btrace any\b.{0,60}[0-9]|\b(?:db|database|list|dump) of\b.{0,50}\b(?:phones?|ids?|addresses)\b.{0,30}(?:cheap|\bdm\b|[0-9]+ (?:a|per|each)|_[0-9])|\btour schedule\b.{0,40}\b(?:seats?|rooms?)\b.{0,40}[0-9]|\bselling\b(?! my).{0,40}\bflight info|\b(?:address(?:es)?|phone numbers?)(?: and \w+)? out\b",
    re.I,
)
"""Private data offered or sought for money."""

NOT_SELLING = re.compile(
    r"警方|公安|打掉|团伙|违法|犯法|犯罪|别买|不要买|该罚|判处|判刑|通报|被抓|抵制|举报|曝光|法院|谴责|记者|新闻|骗人|都是骗"
    r"|\b(?:jailed|court|police|arrested|crime|criminal|don['’]t buy|stop buying|illegal|convicted|fined|scam|reported?)\b",
    re.I,
)
"""Warnings and news about such trade."""
