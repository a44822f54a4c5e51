"""The edges of the harms, in words: cases that must stay clear, and cases that must not slip through.

Each edge is pinned by items of the protected-speech corpus or by a rule's tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from ombud.conduct.words import Words


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of a harm."""

    id: str
    harm: str
    text: Words


EDGES: tuple[Edge, ...] = (
    Edge(
        "officials",
        "private_information",
        Words(
            "An official's public conduct, office contacts and judgments are open; "
            "home, children and identity numbers are not.",
            "公职人员的公开行为、办公联系方式和裁判文书是公开的；住宅、子女和证件号不是。",
        ),
    ),
    Edge(
        "abuse-needs-a-person",
        "harassment",
        Words(
            "Abuse is directed at a natural person. "
            "Public roles and organisations are not targets of a pile-on.",
            "辱骂针对的是自然人。公共角色和机构不是“被围攻”的对象。",
        ),
    ),
    Edge(
        "pile-on",
        "harassment",
        Words(
            "A pile-on first offers the person affected means of protection, "
            "and finds only posts that are themselves directed abuse.",
            "遇到围攻，首先向受影响者提供保护工具，且只认定本身即为针对个人辱骂的帖文。",
        ),
    ),
    Edge(
        "first-person-allegation",
        "harassment",
        Words(
            "A first-person allegation is clear. Abuse of the person who makes it is not.",
            "以第一人称提出的指控不违反；辱骂提出指控的人则违反。",
        ),
    ),
    Edge(
        "incitement",
        "incitement_to_violence",
        Words(
            "People decide on the six Rabat factors. Protest, strike, boycott, civil disobedience "
            "or secession without violence are clear.",
            "由人工依拉巴特六项因素判断。不含暴力的抗议、罢工、抵制、公民不服从或分离主张不违反。",
        ),
    ),
    Edge(
        "petition",
        "coordinated_flooding",
        Words(
            "The same petition text from thousands of people is clear; "
            "three hundred accounts of one operator among them are not.",
            "数千人发布同一份请愿文本不违反；其中由同一操作者控制的三百个账号则违反。",
        ),
    ),
    Edge(
        "wrong-culprit",
        "misidentification",
        Words(
            "“Courier Liu is the murderer” with a bystander's photograph names the wrong person; "
            "repeating a police statement is clear.",
            "“快递刘某就是凶手”并配路人照片，属于错认当事人；转述“警方通报”不违反。",
        ),
    ),
    Edge(
        "imagery",
        "sexual_content",
        Words(
            "Only explicit imagery outside spaces marked for adults; "
            "never text fiction, art, health or identity.",
            "仅限未标明成人的空间中的露骨影像；绝不包括文字虚构、艺术、健康或身份。",
        ),
    ),
)
