"""A self-description that calls the account a protected name's official one."""

from __future__ import annotations

import re

from ombud.signals.impersonation.changes import extent
from ombud.signals.impersonation.index import ALONE_IS_CLEAR, SHARED, Index, Name
from ombud.signals.impersonation.writing import form, pieces

_READ = 300
_MOST_PLACES = 40
_GATE = re.compile(r"官方|官微|官博|official", re.IGNORECASE)
_AFTER = re.compile(
    "[\\s的·:：,，@]*(唯一)?(官方|认证)(唯一|认证|授权)?(账号|帐号|账户|微博|抖音|频道|客服|公众号|主页|新闻号|媒体号|号|小号|备用号|平台|$)|[\\s的]*官(微|博|号)"
    r"|['’]?s? (the )?(only )?official( \w+)? (account|page|channel|profile|support|help ?desk|service|news)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(^|[.,;:!?|•–—-]\s*)((this is|we are|welcome to|i am|i'm) )?(the )?(only )?official( \w+){0,2}"
    r" (of|for|by|from) (the )?$"
    r"|(^|[.,;:!?|•–—-]\s*)official( \w+)? (account|page|channel|profile)[: -]+(the )?$",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(不是|并非|非|假|冒充|关注|前|曾|批评|粉|not|un|isn't|parody of|follow|see)\s*(the |an |a )?$",
    re.IGNORECASE,
)


def claimed(bio: str, index: Index, *, without: str | None = None) -> tuple[Name, int, int] | None:
    """Return the protected name that a bio claims to speak officially for, and where it stands."""
    bio = bio[:_READ]
    if _GATE.search(bio) is None:
        return None
    made = "".join(pieces(bio))
    tried = 0
    for at in range(len(made) - 1):
        for name in index.starts.get(made[at : at + 2], ()):
            size = len("".join(pieces(name.text)))
            owner = name.owner
            if (
                owner.kind in ALONE_IS_CLEAR | SHARED
                or owner.key == without
                or form(made[at : at + size]) != name.form
            ):
                continue
            tried += 1
            start, end = extent(bio, at, at + size)
            if _claims(bio, start, end):
                return name, start, end
            if tried >= _MOST_PLACES:
                return None
    return None


def _claims(bio: str, start: int, end: int) -> bool:
    before = bio[max(0, start - 40) : start]
    if _NOT_BEFORE.search(before) is not None:
        return False
    return _AFTER.match(bio, end) is not None or _BEFORE.search(before) is not None
