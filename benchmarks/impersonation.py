"""Speed and memory of the signal ``impersonation``: ``python benchmarks/impersonation.py``.

Made-up names only: 4,000 protected bodies, media and companies in Chinese and English, a third of
them with two pictures, against accounts of which one in twenty imitates one. CPU time, one core;
indicative, as other work may share the machine.
"""

from __future__ import annotations

import random
import re
import time
import tracemalloc

from ombud.events.envelope import Account, Event
from ombud.signals.impersonation.index import Index
from ombud.signals.impersonation.renames import Names
from ombud.signals.impersonation.signal import judge

NAMES, PROFILES = 4_000, 20_000
FIRST = re.findall("..", "临江榆浦望海云溪石门梧城雁川南枝北岭青崖白渡河间远山松亭柳营金滩")
SECOND = re.findall("..", "人民第一都市青年工商城东高新海岸新区中心联合国际")
LAST = re.findall(r"\w+", "公安局 教育局 日报 晚报 电视台 银行 支付 物流 大学 医院 人民政府 航空")
EN = re.findall(
    r"\w+", "Lark Kestrel Harbour Granite Cedar Osprey Falcon Juniper Valley Northern Summit Ember"
)
MID = re.findall(r"\w+", "mere ford bridge wick dale stone field haven port gate")
END = ("Bank", "Police Department", "Chronicle", "Town Council", "Airlines", "Post", "University", "News")
LIFE = re.findall(
    r"\S+", "爱吃 小 路过 老王 今天 也 想 睡觉 阿强 的 猫 sunny otter heron tea quiet and the 99 12 ✨ 🍵"
)


def _pdq(rng: random.Random) -> str:
    bits = sum(1 << bit for bit in rng.sample(range(256), 128))
    return f"pdq:{bits:064x}"


def register(rng: random.Random) -> list[dict[str, object]]:
    """Return 4,000 rows of protected names."""
    names = {f"{a}{b}{c}" for a in FIRST for b in SECOND for c in LAST}
    names |= {f"{a}{m} {b} {c}" for a in EN for m in MID for b in EN[:4] for c in END}
    chosen = rng.sample(sorted(names), NAMES)
    kinds = ("body", "media", "company")
    return [
        {"key": name, "kind": kinds[n % 3], "avatars": [_pdq(rng), _pdq(rng)] if n % 3 == 0 else []}
        for n, name in enumerate(chosen)
    ]


def profiles(rng: random.Random, rows: list[dict[str, object]], *, pictures: bool) -> list[Account]:
    """Return accounts; one in twenty imitates a protected name."""
    made = []
    for n in range(PROFILES):
        if n % 20 == 0:
            name = str(rng.choice(rows)["key"]) + rng.choice(("官方", " Official", "客服", "\u200b", "★"))
        elif n % 3 == 0:
            name = f"{rng.choice(FIRST)}{rng.choice(LAST)}{rng.choice(LIFE)}"
        else:
            name = "".join(rng.choices(LIFE, k=rng.randint(2, 4)))
        bio = " ".join(rng.choices(LIFE + FIRST + EN, k=rng.randint(3, 14)))
        made.append(Account(id=str(n), name=name, bio=bio, avatar=_pdq(rng) if pictures else None))
    return made


def main() -> None:
    """Print the figures."""
    rng = random.Random(1)
    rows = register(rng)
    started = time.process_time()
    index = Index(rows)
    print(f"index of {index.size:,} names: {time.process_time() - started:.2f} CPU-s")
    for pictures in (False, True):
        accounts = profiles(rng, rows, pictures=pictures)
        started = time.process_time()
        found = sum("protected" in judge(account, index).values for account in accounts)
        took = time.process_time() - started
        told = "with a picture each" if pictures else "without pictures"
        print(f"{len(accounts) / took:,.0f} profiles/CPU-s {told}; {found} resemble a name")
    tracemalloc.start()
    names, count = Names(), 200_000
    events = (Event(f"e{n}", n, "post", Account(f"u{n:012}", name=f"名字{n}")) for n in range(count))
    for event in events:
        names.observe(event.account.id, event.account.name or "", event.at)
    print(f"{tracemalloc.get_traced_memory()[0] / count:.0f} bytes an account seen in seven days")


if __name__ == "__main__":
    main()
