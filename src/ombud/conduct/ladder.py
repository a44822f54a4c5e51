"""The ladder of measures: names, rungs, and what each one is at most.

The figures (days, hours) are the starting values of the design's section 8; an
operator may set shorter ones, never longer. ``family`` and ``dsa`` are the EU
Transparency Database's families and API names, so that export is a projection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ombud.conduct.words import Words

Family = Literal["none", "visibility", "monetary", "provision", "account"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    ``longest`` is the longest time in hours it may last (``None``: it is an act without an
    end of its own, or it lasts until it is undone); ``people`` is how many must agree;
    ``earned`` says that it may be used only where the breach earned money.
    """

    id: str
    rung: int
    title: Words
    family: Family
    dsa: str | None = None
    longest: int | None = None
    people: int = 1
    earned: bool = False


def _days(count: int) -> int:
    return count * 24


_ALL = (
    Measure("hint", 0, Words("self-check hint before posting", "发布前自查提示"), "none"),
    Measure("notice", 1, Words("notice with time to correct", "通知并给予更正期限"), "none"),
    Measure(
        "label", 2, Words("label on the item", "内容标注"),
        "visibility", "DECISION_VISIBILITY_CONTENT_LABELLED",
    ),
    Measure(
        "hold", 3, Words("item disabled until the decision", "决定作出前暂停展示"),
        "visibility", "DECISION_VISIBILITY_CONTENT_DISABLED", longest=72,
    ),
    Measure(
        "disable", 3, Words("item disabled, can be restored", "停止展示（可恢复）"),
        "visibility", "DECISION_VISIBILITY_CONTENT_DISABLED",
    ),
    Measure(
        "rename", 4, Words("name, picture or bio must change", "要求更改名称、头像或简介"),
        "visibility", "DECISION_VISIBILITY_OTHER",
    ),
    Measure(
        "interaction_limit", 4, Words("no contact with the person affected", "限制与受影响者互动"),
        "visibility", "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED", longest=_days(30),
    ),
    Measure(
        "rate_limit", 4, Words("fewer posts in a time", "限制发布频率"),
        "provision", "DECISION_PROVISION_PARTIAL_SUSPENSION", longest=_days(30),
    ),
    Measure(
        "live_stop", 4, Words("live streaming stopped", "暂停直播"),
        "provision", "DECISION_PROVISION_PARTIAL_SUSPENSION", longest=24,
    ),
    Measure(
        "out_of_recommendations", 4, Words("item left out of recommendations", "不纳入推荐"),
        "visibility", "DECISION_VISIBILITY_CONTENT_DEMOTED", longest=_days(7),
    ),
    Measure(
        "escrow", 5, Words("the item's income kept in escrow", "该内容收益暂存"),
        "monetary", "DECISION_MONETARY_SUSPENSION", longest=_days(90), earned=True,
    ),
    Measure(
        "tips_off", 5, Words("tips switched off", "关闭打赏"),
        "monetary", "DECISION_MONETARY_SUSPENSION", longest=_days(90), earned=True,
    ),
    Measure(
        "product_links_off", 6, Words("product links switched off", "关闭商品链接"),
        "monetary", "DECISION_MONETARY_SUSPENSION", longest=_days(90), earned=True,
    ),
    Measure(
        "paid_features_off", 6, Words("paid features switched off", "关闭付费功能"),
        "monetary", "DECISION_MONETARY_SUSPENSION", longest=_days(90), earned=True,
    ),
    Measure(
        "advertising_share_off", 6, Words("share of advertising income switched off", "暂停广告分成"),
        "monetary", "DECISION_MONETARY_SUSPENSION", longest=_days(90), earned=True,
    ),
    Measure(
        "posting_pause", 7, Words("pause in posting", "暂停发布"),
        "account", "DECISION_ACCOUNT_SUSPENDED", longest=_days(30),
    ),
    Measure(
        "closing", 8, Words("account closed, reviewed after 12 months", "关闭账号（12 个月后复核）"),
        "account", "DECISION_ACCOUNT_TERMINATED", people=2,
    ),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.id: measure for measure in _ALL})


def rung(measure: str) -> int:
    """Return the rung (0 to 8) of a measure.

    Raises:
        KeyError: no measure has this name.
    """
    return MEASURES[measure].rung
