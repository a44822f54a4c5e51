"""Individual advice: told to one person, about their own case, to do or leave something.

Sending somebody to a doctor, a lawyer or a hospital is no advice here, nor is teaching.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one

from __future__ import annotations

import re

MEDICAL, LEGAL, MONEY = "medical", "legal", "money"

FIELD_OF = {
    "physician": MEDICAL,
    "dentist": MEDICAL,
    "nurse": MEDICAL,
    "pharmacist": MEDICAL,
    "psychologist": MEDICAL,
    "dietitian": MEDICAL,
    "lawyer": LEGAL,
    "financial_adviser": MONEY,
    "tax_adviser": MONEY,
}
"""Profession → the field in which its advice counts."""

_YOU_ZH = re.compile(r"你(?!们)|您(?!们)|楼主|姐妹|妹妹|大姐|兄弟|老弟|宝妈")
_DO_ZH = re.compile(
    r"别|不用|不要|不必|无需|直接|马上|立刻|赶紧|今天就|现在就|今晚|尽管|放心|可以|应该|建议你|听我的|按我|跟我|吃|喝|停|换|减|加|翻倍|买|卖|转|签|拒|撕|走|拆|搬|私了|和解|发我|稳赢|肯定判|拿去|清掉|满仓|认|自己|做|取消|给你|躺|扔|掺|断|冲|抵|压|上币|打我|提出来|撕|每(?:天|日|次|晚)"
)
_STRONG_ZH = re.compile(
    r"把[^，,。]{1,8}(?:停|扔|卖|撕|抵|冲|断|换|减|转)|药[^，,。]{0,8}(?:停|扔|减半|加倍|翻倍|冲马桶|断)|别(?:拍|认|签|上诉|化疗|切|报仲裁|去医院|去开庭)|开庭别去|全(?:买|卖|投|压|上|仓)|加倍|翻倍|[一每]天[^，,。]{0,6}[片粒次]|撕掉|先签|躺会儿|啥都别|不用做|用不着|打我说的|转你"
)
"""Orders that need no "you"."""

_ABOUT_ZH = {
    MEDICAL: re.compile(
        r"药|片|粒|剂量|量|停[一二两三四五六七八九十几0-9]+天|法林|他汀|沙坦|普利|洛尔|洛克|霉素|拉唑|硝唑|米松|奈德|格雷|甲乐|尔敏|格列|手术|化疗|放疗|激素|抗生素|胰岛素|指标|结节|片子|血压|血糖|心率|症状|化验|舌苔|医院|急诊|挂号|烧|疼|痛|牙|孕|停经|咳|雾化|抑郁|双相|焦虑|强迫|方子|偏方|食谱|单位|头孢|西林|洛芬|双胍|司匹林|益生菌|胆|肾|肝|心电图|甲功|病|炎|切|伤口|离开他|疫苗|检查|心梗|脑梗|含|胶囊|中风|良性|穿刺|肿块|毫克|睡得"
    ),
    LEGAL: re.compile(
        r"案|合同|协议|起诉|上诉|仲裁|调解|和解|私了|判|传票|欠|债|还钱|借条|欠条|房|押金|股份|离婚|抚养|孩子|口供|笔录|认|工伤|赔|证据|材料|签|法院|执行|过户|辞退|罚|开庭|搬迁|钱|名下|函|撤"
    ),
    MONEY: re.compile(
        r"股|基金|仓|养老钱|存款|银行|房贷|公积金|贷|产品|黄金|券商|币|票|翻倍|收益|收入|税|报|缴|发票|现金|私卡|工资|奖金|理财|那支|这只|投|补偿金|养老金|提出来|抵|债|打我"
    ),
}
_REFER_ZH = re.compile(
    r"(?:请|建议你?|最好|应该|还是|尽快|赶紧|马上|一律建议|具体(?:情况|案情|的)?请?)[^，,。！？!?]{0,6}(?:去|到|找|来|当面|线下|咨询)[^，,。！？!?]{0,8}(?:医院|急诊|就诊|就医|面诊|门诊|医生|律师|律所|咨询|检查|看看|当面)|面诊|就诊|不能给(?:你)?建议|网上说不清|没见到人|当面咨询|(?:去|到)(?:医院|急诊|律所|当地)|问你的医生|问(?:问)?(?:自己|你)的?(?:医生|律师)|不接(?:私信)?咨询|仅供参考|不构成"
)
_NEVER_GO_ZH = re.compile(
    r"(?:别|不用|不要|不必|无需|没必要|先别)[^，,。！？!?]{0,3}(?:去|到|看|找|上|挂|做|来)"
)
_TEACH_ZH = re.compile(
    r"科普|普法|大家|讲讲|讲清楚|一图|这期|今天(?:来|教)|统一回答|聊聊|求推荐|招(?:[0-9一二两三]+)?位|提醒(?:大家|各位)|是怎么|为什么会|会不会|到底"
)

_YOU_EN = re.compile(r"\b(?:you|your|yours|u|ur|mate|babe|love)\b", re.I)
_DO_EN = re.compile(
    r"\b(?:stop|skip|halve|double|take|don['’]?t|do not|quit|cut|drop|come off|switch|give|pull|sign|sell|buy|put|move|ignore|sue|settle|cancel|rinse|plead|empty|cash out|wire|leave|taper|overstay|write off|send me|follow my|book me|use|should|can|need|no need|must|guarantee|start|declare|invest|apply|be fine|void|nothing|rub|flush|mix|lie down|remortgage|cash in|tear up|go all in|send it|text me|ring me|drain|bin|tear)\b",
    re.I,
)
_ABOUT_EN = {
    MEDICAL: re.compile(
        r"\b(?:tablets?|pills?|meds?|medication|dose|mg|statins?|insulin|thyroxine|antibiotics?|jab|vaccine|operation|surgery|scan|lump|results?|lithium|sertraline|xanax|steroids?|cream|tooth|molar|root canal|units|warfarin|metformin|sugar|bipolar|borderline|ptsd|ocd|therapy|plan|aspirin|antacid|ibuprofen|herbs?|hospital|er|symptoms?|pain|blocker|antidepressants?|beta|numbers|baby|weeks|psychiatrist|peroxide|photo|levothyroxine|spoons|medicine|medicines|antibiotic|rash|mole|appointment|inhaler|drops|benign|biopsy|stroke|depression|capsules?|tablet|heart|fever|leave him|drugs?|diet)\b",
        re.I,
    ),
    LEGAL: re.compile(
        r"\b(?:fine|sign|case|court|settle|sue|summons|contract|lease|rent|landlord|papers|overstay|visa|savings|account|safe|files?|guilty|letter|audit|owe|win|mediation|divorce|custody|will|evidence|police|charges?|name|notice|void|money|eviction|reach it|touch you)\b",
        re.I,
    ),
    MONEY: re.compile(
        r"\b(?:pension|fund|gold|bonds?|stocks?|shares|house|mortgage|crypto|calls|401k|ira|savings|income|cash|tax|taxes|declare|write off|invest|buy|sell|account|portfolio|loan|index|coins?|isa|redundancy|remortgage)\b",
        re.I,
    ),
}
_REFER_EN = re.compile(
    r"(?:see|ask|talk to|speak to|call|consult|contact)\b[^.!?]{0,16}\b(?:your own|own|a|your|someone|somebody|local|the)\b[^.!?]{0,14}\b(?:doctor|gp|lawyer|attorney|solicitor|pharmacist|professional|local|adviser)\b|\b(?:go to|get to) (?:the )?(?:a&e|er|hospital|emergency)|can['’]?t (?:diagnose|advise)|not your (?:attorney|lawyer|doctor)|not (?:legal|medical|financial) advice|not advice|no case questions",
    re.I,
)
_NEVER_GO_EN = re.compile(r"\b(?:don['’]?t|do not|no need to|needn['’]?t|skip|stop)\b[^.!?]{0,16}$", re.I)
_TEACH_EN = re.compile(
    r"\b(?:a thread|thread[.:]|explain(?:s|er)?|in (?:nine|ten|five) (?:pictures|slides)|here is a (?:chart|video)|short video|podcast|today['’]s topic|read the leaflet|i see this every|how (?:a|an|the) .{0,24} works?|what (?:a|an) .{0,24} is\b|ask me anything|everyone shows|i wish people)\b",
    re.I,
)


def advises(text: str, field: str) -> bool:
    """Tell whether a text, apart from the claim, gives one person advice in a field."""
    return _chinese(text, field) or _english(text, field)


def _chinese(text: str, field: str) -> bool:
    if not (
        _DO_ZH.search(text)
        and _ABOUT_ZH[field].search(text)
        and (_YOU_ZH.search(text) or _STRONG_ZH.search(text))
    ):
        return False
    refers = [
        m for m in _REFER_ZH.finditer(text) if not _NEVER_GO_ZH.search(text[max(0, m.start() - 4) : m.end()])
    ]
    return not refers and not _TEACH_ZH.search(text)


def _english(text: str, field: str) -> bool:
    if not (_DO_EN.search(text) and _ABOUT_EN[field].search(text)):
        return False
    if not (_YOU_EN.search(text) or _COMMAND_EN.search(text)):
        return False
    refers = [
        m
        for m in _REFER_EN.finditer(text)
        if not _NEVER_GO_EN.search(text[max(0, m.start() - 20) : m.start()])
    ]
    return not refers and not _TEACH_EN.search(text)


_COMMAND_EN = re.compile(
    r"(?:^|[.:,!?;]\s*)(?:then |just |please |so |and |also )?(?:stop|skip|halve|double|take|don['’]?t|do not|quit|cut|drop|come off|switch|give|pull|sign|sell|buy|put|move|ignore|sue|settle|cancel|plead|empty|cash out|cash in|write off|leave|flush|mix|rub|remortgage|put|tear up|go all in|lie down)\b",
    re.I,
)
"""A command to the reader, without "you"."""
