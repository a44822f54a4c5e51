"""What mends a draft, harm by harm, in the author's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombud.conduct.words import Words

MENDS: Mapping[str, Words] = MappingProxyType(
    {
        "impersonation": Words(
            "Say plainly who runs the account, or that it is a parody or fan account.",
            "写明账号由谁运营，或注明是戏仿、粉丝账号。",
        ),
        "unqualified_advice": Words(
            "Show the qualification, say that this is general knowledge, or point to a professional.",
            "出示资质，或说明仅为一般知识，或建议咨询专业人士。",
        ),
        "coordinated_flooding": Words(
            "Write it in your own words, and post it once.", "用自己的话写，只发一次。"
        ),
        "metric_manipulation": Words(
            "Leave out the offer to trade likes, follows or reviews.",
            "删去买卖或互换点赞、关注、评论的内容。",
        ),
        "deceptive_solicitation": Words(
            "Say who receives the money and what for, leave out promises that nobody can keep.",
            "说明钱款由谁收取、作何用途，删去无法兑现的承诺。",
        ),
        "undisclosed_commerce": Words(
            "Say that it is advertising and who pays for it.", "注明这是广告以及由谁付费。"
        ),
        "disaster_profiteering": Words(
            "Name the fund or the people who receive the money, so that it can be checked.",
            "写明收款的基金或个人，以便核实。",
        ),
        "private_information": Words(
            "Take the marked detail out, or cover it, unless the person agreed or it is your own.",
            "删去或遮盖标出的信息，除非当事人同意或是你自己的信息。",
        ),
        "misidentification": Words(
            "Do not name a person as the culprit; say what you saw, and give it to those who investigate.",
            "不要指认某人就是当事者；写你看到的，并提供给调查者。",
        ),
        "harassment": Words(
            "Say what you disagree with; leave out the words against the person.",
            "说出你不同意的观点，删去针对个人的辱骂。",
        ),
        "threat": Words("Take out the words that announce or wish violence.", "删去预告或希望施暴的话。"),
        "incitement_to_violence": Words(
            "Take out the call to violence; the demand itself can stay.", "删去号召暴力的话，诉求可以保留。"
        ),
        "sexual_content": Words(
            "Post it in a space marked for adults, or leave the image out.",
            "发到标明成人的空间，或去掉图片。",
        ),
        "intimate_image": Words(
            "Do not post another person’s intimate image without consent.", "未经同意不要发布他人的私密影像。"
        ),
        "child_safety": Words(
            "Take out what endangers a child, and tell the helpline instead.",
            "删去危及儿童的内容，可联系求助热线。",
        ),
        "exploitation": Words(
            "Do not use another person’s weakness for tips; ask them what they want shown.",
            "不要利用他人的困境求打赏；先问本人愿意展示什么。",
        ),
        "confidential_leak": Words(
            "Take the key or file out and replace it at its source: once seen, it is no longer secret.",
            "删去密钥或文件，并在源头更换：一经公开即已泄露。",
        ),
        "improper_payment": Words("Leave the payment out.", "删去付款内容。"),
        "vote_buying": Words("Leave out the offer for a vote.", "删去以利益换取投票的内容。"),
        "checked_false_claim": Words(
            "Read the published checks first, and say it if they found otherwise.",
            "先看已发布的核查，如结论不同请写明。",
        ),
        "recycled_media": Words(
            "Say when and where the picture or text is from.", "注明图片或文字的来源与时间。"
        ),
        "report_abuse": Words(
            "Report what you have seen yourself, in your own words.", "只举报亲眼所见，并用自己的话写。"
        ),
    }
)
"""Harm → what an author can do. It is never "say nothing": a way to say it remains."""
