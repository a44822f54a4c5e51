"""The bodies, shops and well-known people of the town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

from ombud.base.clock import DAY
from ombud.town.grammar import between
from ombud.town.people import Person
from ombud.town.stage import Stage


@dataclass(frozen=True, slots=True)
class Part:
    """A well-known account: its names, bios, posts a day, reach."""

    en: str
    zh: str
    bio_en: str
    bio_zh: str
    a_day: float
    followers: int
    verified: bool = True
    roles: tuple[str, ...] = ()


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "council": Part(
            "Larkmere Town Council", "榆浦市政服务", "The council's own account.", "市政官方账号", 1.2, 9400
        ),
        "paper": Part(
            "The Larkmere Lantern", "榆浦晚灯报", "News since 1871.", "本地新闻，始于1951", 3.0, 15200
        ),
        "clinic": Part(
            "Larkmere Clinic", "榆浦社区卫生站", "Not for emergencies.", "急症请打热线", 0.8, 3900
        ),
        "school": Part("Weir Street School", "柳条巷小学", "Classes 1 to 6.", "一至六年级", 0.7, 1300),
        "club": Part(
            "Larkmere Rovers FC",
            "榆浦渔火足球队",
            "Second division, first in pies.",
            "乙级，情怀甲级",
            1.2,
            7700,
        ),
        "singer": Part("Lior Vane", "沈星澜", "I sing.", "唱歌的", 0.7, 48000),
        "weather": Part(
            "Lark Valley Weather", "榆河气象台", "Forecasts and warnings.", "预报与预警", 1.0, 8800
        ),
        "police": Part(
            "Larkmere Police", "榆浦警务", "Do not report crimes here.", "报警请拨电话", 0.7, 8100
        ),
        "relief": Part(
            "Lark Storm Fund", "榆河风灾救助金", "Registered fund 40-118.", "登记号 40-118", 0.4, 2100
        ),
        "library": Part("Larkmere Library", "榆浦图书馆", "Shh.", "请安静", 0.6, 2500),
        "mayor": Part(
            "Barnaby Thrale",
            "崔柏年",
            "Mayor of Larkmere.",
            "榆浦市长",
            0.6,
            6100,
            True,
            ("public_duty", "public_office"),
        ),
        "parody": Part(
            "Not Barnaby Thrale (parody)",
            "崔不年（恶搞号）",
            "Parody. Not the mayor.",
            "恶搞账号，非本人",
            0.9,
            5300,
            False,
        ),
        "critic": Part(
            "Larkmere Council Watch",
            "榆浦市政观察",
            "Residents watching the council.",
            "居民自发，盯着市政",
            1.0,
            2900,
            False,
        ),
    }
)

CREDENTIALS = ("physician", "lawyer", "financial_adviser")


def gather(stage: Stage) -> None:
    """Add every well-known account to the stage, by names such as ``council-en``."""
    rng = stage.rng("cast")
    anonymous = stage.newcomer(rng, "en", traits=frozenset({"anon"}))
    stage.cast["anon"] = anonymous
    for lang in ("en", "zh"):
        for name, part in PARTS.items():
            stage.cast[f"{name}-{lang}"] = stage.newcomer(rng, lang, **_known(stage, rng, part, lang))
        _shops(stage, rng, lang)
        _officials(stage, rng, lang)
        _licensed(stage, rng, lang)


def _known(stage: Stage, rng: Random, part: Part, lang: str) -> dict[str, Any]:
    return {
        "name": part.en if lang == "en" else part.zh,
        "bio": part.bio_en if lang == "en" else part.bio_zh,
        "created_at": stage.start - DAY * between(rng, 1100, 3000),
        "followers": part.followers,
        "posts": between(rng, 900, 9000),
        "verified": part.verified,
        "roles": part.roles,
        "traits": frozenset({"known"}),
    }


def _shops(stage: Stage, rng: Random, lang: str) -> None:
    grammar = stage.grammars[lang]
    for i in range(10):
        bio = "Shop. Prices in the window." if lang == "en" else "小店，明码标价"
        stage.cast[f"shop{i}-{lang}"] = stage.newcomer(
            rng,
            lang,
            name=grammar.say(rng, "shop"),
            bio=bio,
            traits=frozenset({"known", "shop"}),
            roles=("business",),
        )


def _officials(stage: Stage, rng: Random, lang: str) -> None:
    grammar = stage.grammars[lang]
    for i in range(10):
        post = grammar.say(rng, "place.official")
        stage.cast[f"official{i}-{lang}"] = stage.newcomer(
            rng,
            lang,
            name=grammar.say(rng, "name"),
            bio=post,
            roles=("public_duty",),
            traits=frozenset({"known"}),
        )


def _licensed(stage: Stage, rng: Random, lang: str) -> None:
    grammar = stage.grammars[lang]
    bios = (
        ("Physician, Larkmere Clinic", "Lawyer at the harbour", "Licensed financial adviser")
        if lang == "en"
        else ("榆浦卫生站执业医师", "执业律师", "持证理财顾问")
    )
    for i in range(6):
        which = i % 3
        stage.cast[f"licensed{i}-{lang}"] = stage.newcomer(
            rng,
            lang,
            name=grammar.say(rng, "name"),
            bio=bios[which],
            credentials=(CREDENTIALS[which],),
            verified=True,
            traits=frozenset({"known"}),
        )


def known(stage: Stage, lang: str, prefix: str) -> list[Person]:
    """Return the well-known accounts of a language whose name starts with ``prefix``."""
    return [who for name, who in stage.cast.items() if name.startswith(prefix) and name.endswith(lang)]
