"""Fill the templates on names: ``python tests/signals/data/fill_impersonation.py``.

Names are made up, but for a few that everybody knows. The changes are written here and share
no table with the signal. A template and all its items lie in one split by a hash of its words.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COPIES = 4
NAMES: dict[str, dict[str, str]] = {
    "en:body": dict.fromkeys(
        (
            "Larkmere Police Department",
            "Riverside Town Council",
            "Larkmere Public Library",
            "Norland Ministry of Transport",
            "Harbour Rescue Service",
            "Larkmere Emergency Management",
        ),
        "body",
    ),
    "en:media": dict.fromkeys(
        (
            "Evening Lantern",
            "Northern Broadcasting Service",
            "Channel 6 News",
            "Riverside Chronicle",
            "Reuters",
            "Associated Press",
            "BBC News",
        ),
        "media",
    ),
    "en:company": dict.fromkeys(
        (
            "Kestrel Bank",
            "Parcelwing",
            "Bluefern Airlines",
            "Quickcart",
            "Walletry",
            "PayPal",
            "Instagram",
            "Facebook",
        ),
        "company",
    ),
    "en:person": dict.fromkeys(("Oskar Lindqvist", "Mira Castellan", "Ada Corbin"), "person"),
    "en:place": dict.fromkeys(("Larkmere", "Riverside", "Norland"), "division"),
    "en:title": dict.fromkeys(("Mayor", "Governor"), "title"),
    "zh:body": dict.fromkeys(
        (
            "临江市公安局",
            "临江市人民政府",
            "榆浦社区卫生服务站",
            "国家航运管理局",
            "榆浦市图书馆",
            "望海区教育局",
        ),
        "body",
    ),
    "zh:media": dict.fromkeys(
        ("临江晚报", "榆浦电视台", "晚灯日报社", "北江新闻网", "人民日报", "新华社"), "media"
    ),
    "zh:company": dict.fromkeys(("榆浦银行", "云帆支付", "快梭物流", "露沼商城", "支付宝"), "company"),
    "zh:person": dict.fromkeys(("沈星澜", "崔柏年", "单若微"), "person"),
    "zh:place": dict.fromkeys(("临江市", "榆浦市", "云溪县", "望海区"), "division"),
    "zh:title": dict.fromkeys(("市长",), "title"),
}
NAMES["en:long"] = {n: k for g in ("en:body", "en:media") for n, k in NAMES[g].items() if len(n) > 14}
NAMES["zh:long"] = {n: k for g in ("zh:body", "zh:media") for n, k in NAMES[g].items() if len(n) > 4}
ALIASES = {
    "临江市": ["临江"],
    "榆浦市": ["榆浦"],
    "临江市公安局": ["临江公安局"],
    "Northern Broadcasting Service": ["NBS"],
}
CYRILLIC = dict(zip("aceopxyiskTHMKBAEOPCX", "асеорхуіѕкТНМКВАЕОРСХ", strict=True))
GREEK = dict(zip("oavPABEKMN", "οανΡΑΒΕΚΜΝ", strict=True))
ACCENT = dict(zip("aeiounsc", "áéíóüñśç", strict=True))
LEET = {"a": "4", "e": "3", "o": "0", "i": "1", "l": "1", "s": "5"}
LOOK = {
    "市": "巿",
    "人": "入",
    "日": "曰",
    "银": "根",
    "江": "汪",
    "晚": "晩",
    "局": "扃",
    "网": "罔",
    "大": "太",
    "付": "什",
    "物": "勿",
    "报": "抿",
    "社": "杜",
    "电": "甴",
    "商": "啇",
    "国": "囯",
    "育": "肓",
    "卫": "卩",
    "宝": "宔",
    "新": "薪",
}
TRADITIONAL = {
    "国": "國",
    "务": "務",
    "书": "書",
    "馆": "館",
    "区": "區",
    "临": "臨",
    "运": "運",
    "卫": "衛",
    "图": "圖",
}
SOUND = {
    "报": "抱",
    "闻": "文",
    "站": "占",
    "局": "菊",
    "府": "俯",
    "服": "扶",
    "运": "韵",
    "公": "工",
    "管": "馆",
    "图": "徒",
    "视": "示",
    "台": "抬",
    "社": "设",
}
PINYIN = {
    "报": "bao",
    "闻": "wen",
    "站": "zhan",
    "局": "ju",
    "府": "fu",
    "馆": "guan",
    "台": "tai",
    "网": "wang",
    "社": "she",
}
OTHER_VOWEL = {"a": "e", "e": "i", "i": "e", "o": "u", "u": "o"}


def _swap_one(name: str, rng: random.Random, table: dict[str, str], most: int = 1) -> str:
    places = [i for i, sign in enumerate(name) if sign in table]
    chosen = set(rng.sample(places, min(most, len(places))))
    return "".join(table[sign] if i in chosen else sign for i, sign in enumerate(name))


def _inner(name: str, rng: random.Random) -> int:
    return rng.choice(
        [i for i in range(2, len(name) - 2) if name[i - 1 : i + 2].isalpha() and name[i] != name[i - 1]]
        or [len(name) // 2]
    )


def change(name: str, way: str, rng: random.Random) -> str:
    """Return a name changed in one way."""
    at = _inner(name, rng)
    tables = {
        "cyrillic": (CYRILLIC, 3),
        "greek": (GREEK, 2),
        "accent": (ACCENT, 2),
        "leet": (LEET, 2),
        "look": (LOOK, 1),
        "traditional": (TRADITIONAL, 2),
        "sound": (SOUND, 1),
        "pinyin": (PINYIN, 1),
    }
    if way in tables:
        return _swap_one(name, rng, tables[way][0], rng.randint(1, tables[way][1]))
    if way == "vowel":
        places = [i for i in range(2, len(name)) if name[i] in OTHER_VOWEL and name[i - 1].isalpha()]
        at = rng.choice(places or [at])
        return name[:at] + OTHER_VOWEL.get(name[at], "e") + name[at + 1 :]
    ways = {
        "fullwidth": lambda: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" for c in name),
        "math": lambda: "".join(
            chr(0x1D5D4 + ord(c) - 65)
            if "A" <= c <= "Z"
            else chr(0x1D5EE + ord(c) - 97)
            if "a" <= c <= "z"
            else c
            for c in name
        ),
        "invisible": lambda: name[:at] + rng.choice("\u200b\u200d\u2060\u00ad\ufe0f") + name[at:],
        "swap": lambda: name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        "drop": lambda: name[:at] + name[at + 1 :],
        "twice": lambda: name[:at] + name[at] + name[at:],
        "dots": lambda: name[:at] + rng.choice(".·-") + name[at:],
        "separated": lambda: name[:at] + rng.choice("、丶.-·_ ") + name[at:],
        "underscore": lambda: name.replace(" ", "_") + "_",
        "spaced": lambda: " ".join(name.replace(" ", "")),
        "capital_i": lambda: name.replace("l", "I"),
        "rn": lambda: name.replace("m", "rn") if "m" in name else name.replace("n", "ո"),
        "zalgo": lambda: "".join(c + "".join(chr(0x300 + rng.randrange(40)) for _ in range(6)) for c in name),
        "rtl": lambda: "\u202e" + name[::-1],
    }
    return ways[way]()


def _fill(text: str, rng: random.Random, used: list[str]) -> str:
    def one(found: re.Match[str]) -> str:
        inside = found[1]
        group, _, way = inside.partition("~")
        if group in NAMES:
            tries = [rng.choice(list(NAMES[group])) for _ in range(8)]
            if not way:
                name = tries[0]
                used.append(name)
                return rng.choice([name, *(a for a in ALIASES.get(name, []) if group == "zh:place")])
            name, made = next(
                ((n, c) for n in tries if (c := change(n, way, rng)) != n), (tries[0], tries[0])
            )
            used.append(name)
            return made
        return rng.choice(inside.split("|"))

    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"\{([^{}]*)\}", one, text)
    return text


def items() -> list[dict[str, Any]]:
    """Return the set."""
    found, seen = [], set()
    lines = [
        s for s in (HERE / "impersonation.txt").read_text("utf-8").splitlines() if s and not s.startswith("#")
    ]
    for number, line in enumerate(lines):
        label, name, bio = (line + " ").split(" > ")
        split = ("dev", "test")[hashlib.sha256(line.encode()).digest()[0] % 2]
        for k in range(COPIES):
            rng, used = random.Random(f"impersonation/{line}/{k}"), []
            made = {"name": _fill(name, rng, used), "bio": _fill(bio.strip(), rng, used)}
            plain = not used or (label == "+" and "~" in line and made["name"] in NAMES_PLAIN)
            if tuple(made.values()) in seen or (plain and "~" in line):
                continue
            seen.add(tuple(made.values()))
            lang = "zh" if "zh:" in line or re.search("[一-鿿]", line) else "en"
            found.append(
                {
                    "id": f"{number}-{k}",
                    "template": str(number),
                    "split": split,
                    "lang": lang,
                    "label": int(label == "+"),
                    "protected": used[0] if label == "+" else None,
                    **made,
                }
            )
    return found


NAMES_PLAIN = {name for group in NAMES.values() for name in group}


def main() -> None:
    """Write ``impersonation.jsonl`` and the register it is measured with."""
    made = items()
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    (HERE / "impersonation.jsonl").write_text(body, "utf-8")
    known = {name: kind for group in NAMES.values() for name, kind in group.items()}
    rows = [{"key": name, "kind": kind, "aliases": ALIASES.get(name, [])} for name, kind in known.items()]
    (HERE / "impersonation_names.jsonl").write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8"
    )
    print(len(made), sum(r["split"] == "test" for r in made), sum(r["label"] for r in made))


if __name__ == "__main__":
    main()
