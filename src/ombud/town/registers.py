"""Small register tables that the town's events were made against.

Every row is dated (``valid_from``, ``valid_to``, ``recorded_at``: RFC 3339 or
``None``) and names its source, as the registers of the design do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ombud.base.clock import DAY, Micros, format_time
from ombud.town.almanac import STORM
from ombud.town.cast import PARTS, known
from ombud.town.stage import Stage

Row = Mapping[str, Any]

_CLAIMS: tuple[tuple[str, str, str, tuple[str, ...], bool, bool], ...] = (
    (
        "copper-water",
        "Water from the Lark boiled in copper cures diabetes.",
        "榆河水用铜锅烧开能治好糖尿病。",
        ("Lark Valley Fact Desk", "The Measured Page"),
        True,
        False,
    ),
    (
        "flu-jab-chip",
        "This year's flu jab contains a tracking chip.",
        "今年的流感疫苗含有追踪芯片。",
        ("Lark Valley Fact Desk", "Two Sources"),
        True,
        False,
    ),
    (
        "wallets-quote",
        "Lior Vane said that her fans are wallets with legs.",
        "沈星澜说过粉丝是会走路的钱包。",
        ("The Measured Page", "Two Sources"),
        True,
        False,
    ),
    (
        "plastic-fish",
        "The fish served at school is made of plastic.",
        "学校午饭的鱼是塑料做的。",
        ("Lark Valley Fact Desk", "The Measured Page"),
        True,
        False,
    ),
    (
        "giants-horses",
        "The old mill was built by giants' horses.",
        "石磨街是两百匹马拉出来的。",
        ("Two Sources",),
        True,
        False,
    ),
    (
        "ferry-timetable",
        "The ferry timetable was wrong for all of August.",
        "八月渡船时刻表整月都是错的。",
        ("Lark Valley Fact Desk", "Two Sources"),
        True,
        True,
    ),
    (
        "harbour-contract",
        "The harbour contract was awarded properly.",
        "码头合同授予程序合规。",
        ("Larkmere Town Council",),
        False,
        False,
    ),
)


def _dated(start: Micros, source: str, *, until: Micros | None = None, **fields: Any) -> Row:
    return MappingProxyType(
        {
            **fields,
            "valid_from": format_time(start),
            "valid_to": None if until is None else format_time(until),
            "recorded_at": format_time(start),
            "source": source,
        }
    )


def _fact_checks(stage: Stage) -> list[Row]:
    since = stage.start - 40 * DAY
    rows = []
    for key, en, zh, publishers, is_check, retracted in _CLAIMS:
        for publisher in publishers:
            rows.append(
                _dated(
                    since,
                    publisher,
                    until=stage.start - 5 * DAY if retracted else None,
                    key=key,
                    claim_en=en,
                    claim_zh=zh,
                    publisher=publisher,
                    method_published=is_check,
                    kind="check" if is_check else "statement",
                    verdict="false" if is_check else "says so",
                    url=f"https://checks.example/{key}",
                    retracted=retracted,
                )
            )
    return rows


def _credentials(stage: Stage) -> list[Row]:
    rows = []
    for lang in ("en", "zh"):
        for who in known(stage, lang, "licensed"):
            account = stage.account_id(who.key)
            rows.append(
                _dated(
                    stage.start - 400 * DAY,
                    "the register of licences",
                    key=account,
                    credential=who.credentials[0],
                )
            )
    return rows


def _protected_names(stage: Stage) -> list[Row]:
    rows = []
    for name, part in PARTS.items():
        if name in ("parody", "critic"):
            continue
        kind = "person" if name in ("mayor", "singer") else "body"
        for lang, shown in (("en", part.en), ("zh", part.zh)):
            account = stage.account_id(stage.cast[f"{name}-{lang}"].key)
            rows.append(
                _dated(
                    stage.start - 500 * DAY, "the bodies themselves", key=shown, kind=kind, account_id=account
                )
            )
    return rows


def _hotlines(stage: Stage) -> list[Row]:
    numbers = (
        ("555-0100", "town hall"),
        ("555-0111", "clinic, crisis line"),
        ("555-0112", "emergency line"),
        ("0154-0100", "市政总机"),
        ("0154-0111", "卫生站，心理援助"),
        ("0154-0112", "紧急电话"),
    )
    return [_dated(stage.start - 500 * DAY, "town directory", key=key, name=name) for key, name in numbers]


def _incidents(stage: Stage) -> list[Row]:
    return [
        _dated(
            stage.moment(STORM[0]),
            "Lark Valley Weather",
            until=stage.moment(min(0.99, STORM[1] + 0.2)),
            key="storm",
            kind="disaster",
            name_en="the storm",
            name_zh="风灾",
            funds=["Lark Storm Fund", "榆河风灾救助金"],
        )
    ]


def _originals(stage: Stage) -> list[Row]:
    return [
        _dated(first, "picture archive", key=pdq, kind="image", first_seen_at=format_time(first))
        for pdq, first in stage.originals
    ]


def _public_duty(stage: Stage) -> list[Row]:
    return [
        _dated(stage.start - 300 * DAY, "town directory", key=stage.account_id(who.key), office=who.bio)
        for lang in ("en", "zh")
        for who in known(stage, lang, "official")
    ]


def _alerts(stage: Stage) -> list[Row]:
    rows = []
    for lang in ("en", "zh"):
        for key, source in (("alert.storm", "weather"), ("alert.missing", "police")):
            text = stage.grammars[lang].say(stage.rng("alerts"), key)
            body = PARTS[source].en if lang == "en" else PARTS[source].zh
            rows.append(_dated(stage.start, body, key=f"{key}.{lang}", text=text))
    return rows


def registers_of(stage: Stage) -> Mapping[str, Sequence[Row]]:
    """Return the tables by name."""
    return MappingProxyType(
        {
            "fact_checks": _fact_checks(stage),
            "credentials": _credentials(stage),
            "protected_names": _protected_names(stage),
            "hotlines": _hotlines(stage),
            "incidents": _incidents(stage),
            "originals": _originals(stage),
            "public_duty": _public_duty(stage),
            "alerts": _alerts(stage),
        }
    )
