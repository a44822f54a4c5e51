"""Words of licensed professions, and the forms in which an author claims one now.

A claim is in the first person and the present: 我是执业医师, "as a lawyer". What stands
before the title must be a word that goes with it, so a phone doctor or a spin doctor is
none. Sources: the licensed professions of the Chinese Qualifications List (2021) and
their English counterparts.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one

from __future__ import annotations

import re

PROFESSIONS: tuple[tuple[str, str, str], ...] = (
    ("dentist", "牙医|牙科(?:医生|医师)|口腔科?(?:医生|医师)|正畸医生", r"dentist|orthodontist|dental surgeon"),
    ("psychologist", "心理(?:咨询师|医生|治疗师|师|医师)", r"psychologist|psychotherapist|therapist|counsellor|counselor"),
    ("dietitian", "营养师|营养医师", r"dietitian|dietician|nutritionist"),
    ("pharmacist", "药师|药剂师", r"pharmacist"),
    ("nurse", "护士长?|护师|护理师", r"nurse(?: practitioner)?|midwife"),
    ("tax_adviser", "注册会计师|会计师|税务师|会计", r"cpa|tax (?:adviser|advisor|accountant|attorney|consultant)|(?:chartered )?accountant"),
    ("lawyer", "律师", r"lawyer|attorney|solicitor|barrister"),
    ("financial_adviser", "理财师|理财经理|理财规划师|投资顾问|持证顾问|理财顾问|证券顾问|注册规划师|财务顾问|投顾|基金经理|cfp(?:持证人)?", r"(?:financial|investment|wealth|pensions?) (?:adviser|advisor|planner|manager)|adviser|advisor|planner|wealth manager|cfp|fiduciary|ifa|stockbroker|certified planner"),
    ("physician", "中医师?(?!院)|医生|医师|大夫", r"doctor|doc|physician|md|gp|surgeon|cardiologist|dermatologist|paediatrician|pediatrician|psychiatrist|endocrinologist|oncologist|neurologist|gyn(?:a?ecologist)?|ob-?gyn|medic|urologist|radiologist|an(?:a)?esthetist|an(?:a)?esthesiologist"),
)  # fmt: skip
"""Profession (as the credential register names it), its Chinese titles, its English ones."""

_ZH_TITLE = "|".join(f"(?P<{name}>{zh})" for name, zh, _ in PROFESSIONS)
_EN_TITLE = "|".join(f"(?P<{name}>{en})" for name, _, en in PROFESSIONS)

_MODIFIER = (
    "(?:一名|一个|一位|名|个|位|你的|的|专业|资深|在职|在岗|在编|正经|正规|三甲|医院|大?三?甲?医院|公立|执业|持证|持牌|注册|国家|[一二三]级|高级|中级|主任|副主任|主治|住院"
    "|心?内科|心内科|神内|神外|[\u4e00-\u9fff]{1,4}科|急诊|全科|麻醉|肿瘤|内分泌|骨科|儿科|妇产|中|西|临床|刑辩|刑事|民商|民事|离婚|婚姻|劳动|专职|合伙人|银行|证券|基金|券商|保险|独立|家庭"
    "|从业|婚姻家事|出庭|坐诊|真|门诊|在线|精神科?|家事|助理转正的|正式){0,5}?"
)
_OTHERS = "(?!的?(?:老婆|老公|家属|妻子|丈夫|女儿|儿子|孩子|妈妈?|爸爸?|粉丝|朋友|朋友圈|助理(?!转正)|秘书|患者|病人|学生|同学|客户)|们|节|资格|证|考试|费|函|团|所|院|站)"
_YEARS = "(?:了|过)?[0-9一二三四五六七八九十两]{1,3}(?:多)?年(?:的|多)?"
CLAIM_ZH = re.compile(
    rf"(?:(?<!如果)(?<!假如)(?<!要是)(?<!说)(?<!问)(?<![妈爸姐哥弟妹婆公友叔姨舅])(?:我就是|我是|本人就是|本人是|本人|作为|身为|鄙人|在下|我做|我当|我这个|我以|以|我们?科主任就是我|我在.{{0,8}}(?:上班|工作|做|当)[，,]?(?:的)?|在.{{0,6}}(?:做|当)|(?:干|做|当)(?:{_YEARS}))(?:一)?{_MODIFIER}(?:{_ZH_TITLE}){_OTHERS})",
    re.I,
)
OPENING_ZH = re.compile(
    rf"(?:^|[。！？!?\n])\s*(?:本|{_MODIFIER})(?:{_ZH_TITLE})(?:(?=在此|在线|来了|来答|一枚|一名|回复|说一句|告诉你|提醒你|建议你|看了|[，,]?执业|[，,]?从业|上班第)|(?<=本律师)(?=.))",
    re.I,
)
YEARS_ZH = re.compile(
    rf"(?:做|当|干)(?:了)?{_MODIFIER}(?:{_ZH_TITLE}){_YEARS}|我(?:的)?(?:{_ZH_TITLE.replace('(?P<', '(?P<y_')})(?:资格)?证(?:都)?(?:有|在)|我有(?P<fund>基金|证券|投顾)(?:从业)?资格",
    re.I,
)
_SELF_EN = r"(?:i['’]?m|i am|i happen to be|as|speaking as|take it from|trust|listen to|coming from|trust me,? i['’]?m|i work as|i practi[sc]e as|hi,? i['’]?m)"
_MODIFIER_EN = (
    r"(?:(?:a|an|the|your|ur|me|trained|both|also|actually|licensed|licenced|board[- ]certified|certified|chartered|registered|practi[sc]ing|qualified|fully|trained|clinical|senior|consultant|general|family"
    r"|divorce|tax|immigration|criminal|employment|personal injury|corporate|er|a&e|icu|emergency|emergency room|heart|eye|brain|children['’]s|paediatric|pediatric|friendly|neighbou?rhood|local|hospital|community"
    r"|independent|financial|investment|wealth|estate|medical|dental|fiduciary and a|real|working|full-time|nhs)[ ,]+){1,5}"
)
_OTHERS_EN = r"(?!['’]s?\b| of (?!internal|medicine|emergency)| student| in training|[- ]to[- ]be| friend of|s\b|ed\b| who plays| but not (?:your|a)\b.{0,12}(?:doctor)|ate\b)"
CLAIM_EN = re.compile(rf"\b{_SELF_EN} (?:{_MODIFIER_EN})(?:{_EN_TITLE})\b{_OTHERS_EN}", re.I)
OPENING_EN = re.compile(
    rf"(?:^|[.!?\n]\s*)(?:(?:{_MODIFIER_EN})?(?:{_EN_TITLE})(?: friend)? (?:here\b|speaking\b|btw\b)|(?:(?:licensed|registered|certified|chartered|practi[sc]ing|qualified) ){{1,2}}(?:{_EN_TITLE.replace('(?P<', '(?P<o_')})[.:,])",
    re.I,
)
YEARS_EN = re.compile(
    rf"\bi['’]?ve (?:been (?:{_MODIFIER_EN})(?:{_EN_TITLE})\b|practi[sc]ed (?P<practised>law|medicine|dentistry)) for\b",
    re.I,
)

WARD_ZH = re.compile(
    r"(?:我是|我在|本人|^|[。！!\n])(?P<w_physician>(?:精神|全|儿|内|外|妇产?|骨|皮肤|急诊|肿瘤|心内|神经|消化|呼吸|内分泌|泌尿|眼|麻醉|中医)科)的(?![一-龥]{0,2}(?:病人|患者|号|门|护士站))|我这(?:病)?门诊天天看|这病我门诊天天看|(?:^|[。！!\n])(?P<v_lawyer>律师)角度"
    rf"|(?<![\u4e00-\u9fff])我们?(?:就|一个|就一个|做)?{_MODIFIER.replace('{0,5}?', '{1,5}?')}(?:{_ZH_TITLE.replace('(?P<', '(?P<z_')})(?:的)?(?=[，,啊呀哈哦。!！])"
    rf"|(?:听|信)(?=我这|一|个|[^，,。]{{1,6}}(?:姐姐|哥哥|叔叔|阿姨)的)(?:我这个|一个|一位|个)?{_MODIFIER}(?:{_ZH_TITLE})(?:姐姐|哥哥|叔叔|阿姨)?的(?=[，,。！!])"
)
"""A doctor who names the ward instead of the title; a lawyer who speaks "as a lawyer sees it"."""

BIO = re.compile(
    rf"(?:^|[|｜/·•,，;；。.\n])\s*(?:我是|本人|i['’]?m )?(?:(?:{_MODIFIER})(?:{_ZH_TITLE})|(?:{_MODIFIER_EN})?(?:{_EN_TITLE.replace('(?P<', '(?P<b_')}))(?=\s*(?:$|[|｜/·•,，;；。.\n]|[0-9一二三四五六七八九十]+年))",
    re.I,
)
"""A title that stands for itself in an account's bio."""

NOT_NOW_ZH = re.compile(
    r"(?:以前|曾经?|之前|当年|过去|原来|前|退休|离职|转行|卸任|不再|不是|并非|又不|没有|如果|假如|要是|自称|号称|冒充|假|想当|想做|梦想|将来|以后|在读|实习|学生|备考|考上|准备考|面试|说(?:他|她|自己)|问(?:我)?是不是|别再|是不是)[^，。！？,.!?]{0,8}$"
)
AFTER_ZH = re.compile(
    r"^[^。！？!?\n]{0,14}?(?:[，,]?退休|[，,]?已退|[，,]?早不干|[，,]?不干了|[，,]?国内不执业|[，,]?没有?执业|[，,]?转行|[，,]?在读|(?:[，,]|的)?实习)"
)
NOT_NOW_EN = re.compile(
    r"(?:\bnot\b|n['’]t\b|\bused to\b|\bformer(?:ly)?\b|\bex-|\bretired\b|\bwas\b|\bwere\b|\bonce\b|\bwish\b|\bif\b|\bmarried to\b|\bseeing\b|\bstudying\b|\bto be(?:come)?\b|\bclaims?(?:ed|ing)?\b|\bpretend\w*\b|\bsays\b|\bsaid\b|\bshouts\b|\bfake\b|\basked if\b|\bsuch\b|\bthe same\b)[^.!?\n]{0,24}$",
    re.I,
)
AFTER_EN = re.compile(
    r"^[^.!?\n]{0,24}?(?:,? retired\b|,? in training\b|\bstudent\b|,? but (?:retired|no longer)|,? not licensed here|,? (?:licensed )?abroad)",
    re.I,
)
FOREIGN = re.compile(r"国内不执业|境外执业|国外的?(?:执照|牌照)|在[\u4e00-\u9fff]{2,4}(?:做|当)过|not licensed here|haven['’]t practi[sc]ed|no longer practi[sc]e", re.I)  # fmt: skip
"""A licence of another country, named as such."""
