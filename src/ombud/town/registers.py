"""Small register tables that the town's events were made against.

Every row is dated (``valid_from``, ``valid_to``, ``recorded_at``: RFC 3339 or
``None``) and names its source, as the registers of the design do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ombud.base.clock import DAY, Micros, format_time
from ombud.town.almanac import STORM
from ombud.town.cast import PARTS, known
from ombud.town.stage import Stage

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A claim as one publisher words it; ``quoted`` is how it goes round, in either language."""

    publisher: str
    en: str
    zh: str
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that goes round in the town, and who has written about it, each in their own words."""

    key: str
    told: tuple[Told, ...]
    is_check: bool = True
    retracted: bool = False


_DESK, _PAGE, _TWO = "Lark Valley Fact Desk", "The Measured Page", "Two Sources"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "copper-water",
        (
            Told(
                _DESK,
                "Copper water from the Lark cures diabetes: water boiled in copper heals it.",
                "铜锅烧的水能治好糖尿病。",
                "榆河铜锅水治糖尿病",
            ),
            Told(
                _PAGE,
                "River water boiled in a copper pot makes diabetes go, and insulin can be thrown away.",
                "铜锅烧河水，糖尿病断根，胰岛素都扔了。",
            ),
        ),
    ),
    Claim(
        "flu-jab-chip",
        (
            Told(_DESK, "This year's flu jab contains a tracking chip.", "流感疫苗里有芯片，含追踪芯片。"),
            Told(
                _TWO,
                "The flu vaccine puts a tracker into the arm, and bus doors and readers pick it up.",
                "流感疫苗往胳膊里放了追踪器，公交刷卡机能读到。",
                "The flu shot puts a tracker in your arm",
            ),
        ),
    ),
    Claim(
        "wallets-quote",
        (
            Told(
                _PAGE, "Lior Vane said that her fans are wallets with legs.", "沈星澜说过粉丝是会走路的钱包。"
            ),
            Told(
                _TWO,
                'Lior Vane said on stage: "my fans are wallets with legs".',
                "沈星澜在台上说“粉丝就是会走路的钱包”。",
            ),
        ),
    ),
    Claim(
        "plastic-fish",
        (
            Told(_DESK, "The fish served at school is made of plastic.", "学校午饭的鱼是塑料做的。"),
            Told(
                _PAGE,
                "School canteens serve plastic fish that jumps like a ball when thrown on the floor.",
                "食堂塑料鱼扔地上像球一样跳。",
            ),
        ),
    ),
    Claim(
        "giants-horses",
        (Told(_TWO, "The old mill was built by giants' horses.", "石磨街是两百匹马拉出来的。"),),
    ),
    Claim(
        "ferry-timetable",
        tuple(
            Told(who, "The ferry timetable was wrong for all of August.", "八月渡船时刻表整月都是错的。")
            for who in (_DESK, _TWO)
        ),
        retracted=True,
    ),
    Claim(
        "harbour-contract",
        (
            Told(
                "Larkmere Town Council",
                "The harbour contract was awarded properly.",
                "码头合同授予程序合规。",
            ),
        ),
        is_check=False,
    ),
)
"""Two checks make a label; one check, a withdrawn one and a public body's statement make none."""


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
    return [row for claim in CLAIMS for told in claim.told for row in _told(stage, claim, told)]


def _told(stage: Stage, claim: Claim, told: Told) -> Iterator[Row]:
    """Give what one publisher says of a claim; a withdrawal is a later row."""
    since, withdrawn_at = stage.start - 40 * DAY, stage.start - 5 * DAY
    said: dict[str, Any] = {
        "key": claim.key,
        "claim_en": told.en,
        "claim_zh": told.zh,
        "publisher": told.publisher,
        "method_published": claim.is_check,
        "kind": "check" if claim.is_check else "statement",
        "verdict": "false" if claim.is_check else "says so",
        "url": f"https://checks.example/{claim.key}",
    }
    if told.quoted:
        said["claim"] = told.quoted
    if claim.is_check:
        said |= {"rating": "false", "checked_at": format_time(since)}
    yield _dated(since, told.publisher, until=withdrawn_at if claim.retracted else None, **said)
    if claim.retracted:
        yield _dated(withdrawn_at, told.publisher, **said, retracted=True)


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
