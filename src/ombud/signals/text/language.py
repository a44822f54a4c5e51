"""Which language a text is in, by its script and its commonest words; no model.

Only English and Chinese are told: for others nothing here has been measured. A text
that is too short, mixed, or in another language gives ``None``.
"""

from __future__ import annotations

import re

ENOUGH = 4_000
"""Signs looked at; a longer text is judged by its beginning."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9d]")
_LATIN = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?")
_OTHER = re.compile("[\u0370-\u1eff\u1f00-\u1fff\uac00-\ud7af]")
_ENGLISH = frozenset(
    """
    the of and to a in is it you that he was for on are with as i his they be at one have this from
    or had by but not what all were we when your can said there an which she do how their if will up
    other about out many then them these so some her would make like him into time has look two more
    go see no way could my than been who its now find any new get come did made over know just where
    most me our very after thing don't i'm it's can't that's you're i've i'll won't didn't isn't
    because want people think really still why again never always good here much only even take back
    us call please thanks yes okay u ur im dont cant free text win prize love lol hey hi hello stop
    send need work day today tonight home week ok yeah going got let tell too off am does every
    should being down
    """.split()  # noqa: SIM905 - read as a list of words
)
_OTHERS = frozenset(
    """
    el la los las un una de del que y en es por con para su se lo como más pero sus le ya este porque
    cuando muy sin sobre mi está hay le les des du et un une est dans qui que pour sur pas plus avec
    ce cette il elle nous vous sont mais ou au aux je tu der die das und ist von den mit nicht ein
    eine auf für im dem zu sich auch es wird ich wir sie o os as um uma não para com por mais foi ao
    dos das na no ele ela il di che è non una per sono con del della gli ho het een van en ik niet
    dat op te zijn voor yang dan di untuk dengan ini itu tidak dari pada ada ang ng sa mga ko ka na
    ay jest nie się na że do to jak och att det som på är
    """.split()  # noqa: SIM905 - read as a list of words
)
_SHARED = _ENGLISH & _OTHERS


def language_of(text: str) -> str | None:
    """Return ``en``, ``zh`` or ``None``."""
    text = text[:ENOUGH]
    if text.isascii():
        return "en" if _is_english(text) else None
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    other = len(_OTHER.findall(text))
    latin = sum(len(word) > 1 for word in _LATIN.findall(text) if word.isascii())
    if kana and kana * 12 > han:
        return None
    if other > (han + latin) // 2:
        return None
    if han >= 2 and han * 2 >= latin * 3:
        return "zh"
    if latin > han and _is_english(text):
        return "en"
    return None


def _is_english(text: str) -> bool:
    words = [word.replace("’", "'") for word in _LATIN.findall(text.lower())]
    if not words:
        return False
    english = sum(word in _ENGLISH and word not in _SHARED for word in words)
    others = sum(word in _OTHERS and word not in _SHARED for word in words)
    if others > english:
        return False
    return english >= 1 and english * 12 >= len(words)
