"""Fill the hand-written templates with made-up values: ``python tests/signals/data/fill.py``.

Every number, name and address is drawn here and belongs to nobody: Chinese mobiles lie in
the unassigned prefix 154, English ones in the ranges kept for fiction, identity numbers
have the region 99xxxx, card numbers the prefix 400000 or 62 followed by zeros. A template
and all its items lie in one split, ``dev`` or ``test``, by a hash of the template's words.
"""

# ruff: noqa: E501 - one line a maker
from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王陈林何高罗梁宋唐许韩冯邓曹彭曾肖田董潘袁蔡余",
    "志远晓雯建国丽娟子涵浩然美玲海燕思琪文博小雨",
)
FIRST = (
    "Nadia",
    "Oskar",
    "Priya",
    "Tom",
    "Lena",
    "Marcus",
    "Aoife",
    "Dario",
    "Grace",
    "Yusuf",
    "Hannah",
    "Felix",
)
LAST = (
    "Okafor",
    "Lindqvist",
    "Harrow",
    "Mehta",
    "Doyle",
    "Castellan",
    "Brandt",
    "Quill",
    "Osei",
    "Novak",
    "Pym",
)
HAN, FULL, CIRCLED = "零一二三四五六七八九", "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨"
FORMAL, TRADITIONAL = "零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖"
CODES = ("010", "021", "0571", "0755", "028", "0451")


def _digits(rng: random.Random, n: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(n))


def _number(rng: random.Random, length: int) -> str:
    return rng.choice("123456789") + _digits(rng, length - 1)


def _luhn(body: str) -> str:
    twice = [int(c) * (2 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body))]
    return body + str(-sum(v - 9 if v > 9 else v for v in twice) % 10)


def _id(rng: random.Random) -> str:
    head = f"99{_digits(rng, 4)}{rng.randint(1950, 2004)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{_digits(rng, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(c) * w for c, w in zip(head, weights, strict=True)) % 11]


def _phone_zh(rng: random.Random) -> str:
    plain = "154" + _digits(rng, 8)
    a, b, c = plain[:3], plain[3:7], plain[7:]
    way = rng.randrange(16)
    if way < 5:
        return plain
    if way < 7:
        return f"{a}-{b}-{c}"
    if way < 9:
        return f"{a} {b} {c}"
    table = (HAN, FULL, CIRCLED, FORMAL, TRADITIONAL)
    if way < 14:
        return plain.translate(str.maketrans("0123456789", table[way - 9]))
    if way == 14:
        return "".join(d + "\ufe0f\u20e3" for d in plain)
    return " ".join(plain)


def _phone_en(rng: random.Random) -> str:
    tail = _digits(rng, 3)
    forms = (
        "07700 900{}",
        "07700 900 {}",
        "+44 7700 900{}",
        "07700900{}",
        "(212) 555-0{}",
        "646-555-0{}",
        "+1 503 555 0{}",
    )
    return (
        rng.choice(forms)
        .format(tail)
        .replace("555-0" + tail, "555-01" + tail[:2])
        .replace("555 0" + tail, "555 01" + tail[:2])
    )


def _address_zh(rng: random.Random) -> str:
    road = rng.choice(
        ("石榴路", "渡口街", "北仓大街", "柳营巷", "青年东路", "向阳大道", "铜锣湾路", "安宁里")
    )
    place = rng.choice(("", "", "临江市", "榆浦市南关区", "江西省云溪县", "上河区"))
    door = rng.choice(("{}号", "{}号{}栋{}室", "{}号{}单元{}", "{}弄{}号{}室", "{}号院{}号楼{}"))
    estate = rng.choice(("翠屏花园", "河畔家园", "西苑小区", "金桂苑"))
    numbers = (rng.randint(2, 180), rng.randint(1, 19), rng.randint(1, 30) * 100 + rng.randint(1, 6))
    if rng.random() < 0.3:
        return f"{place}{estate}{rng.choice(('', '二期'))}{numbers[1]}栋{rng.choice(('', '2单元'))}{numbers[2]}{rng.choice(('', '室'))}"
    return place + road + door.format(*numbers)


def _address_en(rng: random.Random) -> str:
    road = f"{rng.choice(('Elm', 'Mill', 'Chapel', 'Old Harbour', 'Juniper', 'Kiln', 'St Brannoc'))} {rng.choice(('Street', 'Road', 'Lane', 'Ave', 'Close', 'St', 'Drive', 'Terrace'))}"
    head = f"{rng.randint(2, 999)} {road}"
    return rng.choice(
        (
            head,
            head,
            f"Flat {rng.randint(1, 30)}, {head}",
            f"{head}, Apt {rng.randint(1, 40)}",
            f"{head}, flat {rng.randint(1, 9)}",
        )
    )


def _person(rng: random.Random, lang: str) -> str:
    if lang == "zh":
        return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def _makers(lang: str) -> dict[str, Callable[[random.Random], str]]:
    zh = lang == "zh"
    letters = "abcdefghkmnpqrstuvwxyz"
    return {
        "p": _phone_zh if zh else _phone_en,
        "n": lambda r: _person(r, lang),
        "addr": _address_zh if zh else _address_en,
        "land": lambda r: (
            f"{(c := r.choice(CODES))}{r.choice('-- ')}{r.choice('2345678')}{_digits(r, 6 if len(c) == 4 and r.random() < 0.4 else 7)}"
        ),
        "id": _id,
        "ssn": lambda r: (
            f"987-65-432{_digits(r, 1)}"
            if r.random() < 0.5
            else f"QQ {_digits(r, 2)} {_digits(r, 2)} {_digits(r, 2)} {r.choice('ABCD')}"
        ),
        "card": lambda r: _luhn(("6200000" if zh else "400000") + _digits(r, 11 if zh else 9)),
        "plate": lambda r: (
            f"{r.choice('京沪粤苏浙川鄂鲁')}{r.choice('ABCDEFG')}{r.choice(('', '', '·', ' '))}{r.choice('ABCDEFGH')}{_digits(r, 4)}"
        ),
        "pass": lambda r: r.choice("EG") + _digits(r, 8),
        "passen": lambda r: r.choice((_digits(r, 9), "C" + _digits(r, 8), "X" + _digits(r, 8))),
        "mail": lambda r: (
            f"{r.choice(letters)}{r.choice(('_', '.', ''))}{''.join(r.sample(letters, 5))}{r.randint(1, 99)}@{r.choice(('mail', 'post', 'inbox'))}.example"
        ),
        "wx": lambda r: r.choice(("wxid_", "", "", "v_")) + "".join(r.sample(letters, 4)) + _digits(r, 4),
        "qq": lambda r: r.choice("123456789") + _digits(r, r.choice((7, 8, 9))),
        "fl": lambda r: (
            r.choice(
                ("CA", "MU", "CZ", "3U", "XX", "YY", "HO")
                if zh
                else ("BA", "LH", "UA", "XX", "YY", "SK", "U2")
            )
            + r.choice(("", "", "" if zh else " "))
            + str(r.randint(101, 9899))
        ),
        "tr": lambda r: r.choice("GGGDCZTK") + str(r.randint(12, 999)),
        "h": lambda r: (
            f"{r.choice(('渡口', '云栖', '江畔', '金陵湖', '白鹭'))}{r.choice(('酒店', '大酒店', '宾馆', '饭店', '民宿'))}"
            if zh
            else f"{r.choice(('Ferry', 'Lantern', 'Grand', 'Harbour View', 'Old Mill'))} {r.choice(('Inn', 'Hotel', 'Hotel', 'Hostel'))}"
        ),
        "rm": lambda r: f"{r.randint(2, 28)}{r.randint(1, 30):02}",
        "day": lambda r: r.choice(
            ("周五", "明天", "后天", "5号", "周日晚", "今晚")
            if zh
            else ("Friday", "Sunday", "the 5th", "tomorrow", "Monday night")
        ),
        "t": lambda r: f"{r.randint(6, 23)}:{r.choice(('00', '05', '20', '45'))}",
        **{f"num{k}": partial(_number, length=k) for k in (1, 3, 4, 6, 8, 10, 14, 18)},
    }


def _fill(text: str, rng: random.Random, makers: dict[str, Callable[[random.Random], str]]) -> str:
    def one(found: re.Match[str]) -> str:
        inside = found[1]
        return rng.choice(inside.split("|")) if "|" in inside else makers[inside](rng)

    return re.sub(r"\{([^{}]*)\}", one, text)


def _items(kind: str, lang: str, copies: Callable[[str], int]) -> list[dict[str, Any]]:
    makers, items = _makers(lang), []
    lines = [
        s
        for s in (HERE / f"{kind}.{lang}.txt").read_text("utf-8").splitlines()
        if s and not s.startswith("#")
    ]
    for number, line in enumerate(lines):
        head, label, *rest, text = line.split(" > ")
        digest = hashlib.sha256(line.encode()).digest()
        seen: set[str] = set()
        for k in range(copies(label)):
            rng = random.Random(f"{kind}/{lang}/{line}/{k}")
            filled = _fill(text, rng, makers)
            if filled in seen:
                continue
            seen.add(filled)
            account, marked = {}, label.split(" @ ") + rest
            if len(marked) > 1:
                account = {"name": _fill(marked[1], rng, makers), "bio": marked[2]} if len(marked) > 2 else {}
            item: dict[str, Any] = {
                "id": f"{lang}-{number}-{k}",
                "template": f"{lang}-{number}",
                "split": ("dev", "test")[digest[0] % 2],
                "lang": lang,
                "text": filled,
            }
            if account:
                item["account"] = account
            if kind == "credentials":
                item |= {"profession": None if head == "-" else head, "label": label}
            else:
                selling = "+selling" in label
                whose = marked[0].replace("+selling", "").strip()
                item |= {
                    "kinds": [] if head == "-" else head.split(","),
                    "whose": None if whose == "-" else whose,
                    "selling": selling,
                }
            items.append(item)
    return items


def main() -> None:
    """Write ``private_info.jsonl`` and ``credentials.jsonl``."""
    for kind, copies in (
        ("private_info", lambda _: 3),
        ("credentials", lambda label: 4 if label == "F" else 3),
    ):
        rows = [row for lang in ("zh", "en") for row in _items(kind, lang, copies)]
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (HERE / f"{kind}.jsonl").write_text(body, "utf-8")
        print(kind, len(rows), sum(row["split"] == "test" for row in rows))


if __name__ == "__main__":
    main()
