"""What is found in a text, and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombud.signals.private_info.checks import bank_card, chinese_id, luhn
from ombud.signals.private_info.found import Found, Page
from ombud.signals.private_info.prefilter import looks
from ombud.signals.private_info.signal import examine, find
from ombud.signals.private_info.writing import in_digits, plain


def found(text: str) -> list[Found]:
    return find(Page(text), looks(text))


def kinds(text: str) -> list[str]:
    return [f.kind for f in found(text)]


@pytest.mark.parametrize(
    "written",
    [
        "15412345678",
        "154-1234-5678",
        "154 1234 5678",
        "1541 2345 678",
        "１５４１２３４５６７８",
        "一五四一二三四五六七八",
        "壹伍肆壹貳參肆伍陸柒捌",
        "壹伍肆壹贰叁肆伍陆柒捌",
        "①⑤④①②③④⑤⑥⑦⑧",
        "1️⃣5️⃣4️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "1 5 4 1 2 3 4 5 6 7 8",
        "1\u200b5\u200b4\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8",
        "𝟏𝟓𝟒𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
    ],
)
def test_a_mobile_is_read_in_any_writing_and_its_place_is_in_the_original(written: str) -> None:
    """However the digits are written, the value is the same and the span covers what was written."""
    text = f"他的电话{written}，记一下"
    (piece,) = found(text)
    assert (piece.kind, piece.value) == ("phone", "15412345678")
    assert written.startswith(text[piece.start : piece.end].rstrip("\ufe0f\u20e3"))
    assert piece.start == 4


@pytest.mark.parametrize(
    "text",
    [
        "快递单号15412345678，三天没动",
        "订单号478657975432319487已发货",
        "ISBN 9783997528820，定价11元",
        "SF9780175989834",
        "号码写成154****5678就行",
        "价格 1399 2499 399 元",
        "2024年11月21日晚8点",
        "Order #1541234567 arrived",
        "Results: 41,123 votes to 29,456",
        "今天气温30度，湿度11%",
        "身份证号110101199001011231",  # wrong check character
        "卡号4000001234567891",  # fails the Luhn test
        "人民路修了三个月",
        "长安街走了一个小时",
        "11月5号去看海",
        "500 people on the main street",
        "这相机A6400怎么样",
    ],
)
def test_other_numbers_are_nothing(text: str) -> None:
    """Order numbers, prices, dates, models, masked and wrong numbers are not private data."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("身份证 99010119900101123X", None, ""),
        ("座机0571-77096671打不通", "landline", "0571-77096671"),
        ("退款打400-820-8820", "hotline", "4008208820"),
        ("邮箱 li_wei.88@mail.example 收", "email", "li_wei.88@mail.example"),
        ("write to li (at) mail.example", "email", "li (at) mail.example"),
        ("加我QQ 254873610 聊", "qq", "254873610"),
        ("微信：wxid_ab12cd34", "wechat", "wxid_ab12cd34"),
        ("+V：dfqkqfed 先到先得", "wechat", "dfqkqfed"),
        ("车牌沪A·D1234违停", "plate", "沪AD1234"),
        ("护照E26140141丢了", "passport", "E26140141"),
        ("家住江西省云溪县石榴路18号3栋502室，停电", "address", "江西省云溪县石榴路18号3栋502室"),
        ("快递寄到翠屏花园二期7栋2单元301", "address", "翠屏花园二期7栋2单元301"),
        ("I live at Flat 3, 22 Elm Road and it is cold", "address", "Flat 3, 22 Elm Road"),
        ("call +44 7700 900461 now", "phone", "+447700900461"),
    ],
)
def test_each_kind_has_its_value(text: str, kind: str | None, value: str) -> None:
    """Every kind is found with its plain value, and nothing else beside it."""
    pieces = found(text)
    if kind is None:
        assert pieces == []
    else:
        assert [(p.kind, p.value) for p in pieces] == [(kind, value)]


def test_checksums() -> None:
    """Identity numbers and cards need their check digit and a possible birthday."""
    assert chinese_id("994862197003160139")
    assert not chinese_id("994862197013160139")
    assert luhn("4000000000000002")
    assert not luhn("4000000000000003")
    assert bank_card("4000000000000002", cued=False)
    assert not bank_card("9000000000000001", cued=True)


@given(st.text(max_size=60))
def test_writings_keep_every_character_in_its_place(text: str) -> None:
    """All three writings have one length, so an offset in one is an offset in all."""
    assert len(plain(text)) == len(text)
    assert len(in_digits(plain(text))) == len(text)


_PARTS = st.sampled_from(
    [
        "他的电话",
        "154",
        "1234",
        "5678",
        " ",
        "-",
        "，",
        "a@mail.example",
        "CA1521",
        "坐",
        "明天",
        "酒店",
        "住",
        "房",
        "人民路",
        "8号",
        "3栋",
        "沪A",
        "D1234",
        "QQ",
        "微信",
        "wxid_ab12",
        "E12345678",
        "护照",
        "12345",
        "打",
        "Elm Road",
        "22 ",
    ]
)


@settings(deadline=None)  # the first example compiles the patterns
@given(st.lists(_PARTS, max_size=14).map("".join))
def test_the_prefilter_never_misses_what_the_detectors_find(text: str) -> None:
    """Running only the detectors it names finds what running all of them finds, sales aside."""
    some, every = examine(text, looks(text)), examine(text, ~0)
    assert {(s.start, s.end, s.kind) for s in some.spans} == {(s.start, s.end, s.kind) for s in every.spans}


_CALLS = st.sampled_from(
    [
        "call ",
        "Tel: ",
        "Phone me at ",
        "no answer at ",
        "desk ",
        "电话",
        "話：",
        "电话: ",
        "fax (",
        "+",
        "00",
        "",
        "x",
    ]
)
_NUMBERS = st.text("0123456789０７ -.()+－一⑤", max_size=26)


@settings(deadline=None)
@given(
    st.lists(st.tuples(_CALLS, _NUMBERS, st.sampled_from(["", "。", " or ", "ext 12", " x7"])), max_size=4)
)
def test_the_prefilter_never_misses_a_number(pieces: list[tuple[str, str, str]]) -> None:
    """Numbers in any grouping, with and without a word for telephone before them, are all looked at."""
    text = "".join(map("".join, pieces))
    some, every = examine(text, looks(text)), examine(text, ~0)
    assert {(s.start, s.end, s.kind) for s in some.spans} == {(s.start, s.end, s.kind) for s in every.spans}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Desk: +1-903-140-4508x769", "+1-903-140-4508x769"),
        ("Fax: 463-612-6138 ext. 36", "463-612-6138 ext. 36"),
        ("They're not answering at 374 780 163", "374 780 163"),
        ("mine is 078 8098 1119 now", "078 8098 1119"),
        ("call 780-999-2181x", "780-999-2181"),
    ],
)
def test_numbers_of_other_countries(text: str, number: str) -> None:
    """A British mobile, a word that says so, and an extension is part of the number's place."""
    (one,) = found(text)
    assert (one.kind, text[one.start : one.end]) == ("phone", number)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000,
        "13 " * 60_000,
        "1\u0301\u0302" * 60_000,
        "人民路" * 60_000,
        "酒店住" * 60_000,
        "a@" * 90_000,
        "\u202e154\u202c" * 40_000,
        "\ud800电话15412345678",
        "".join(f"他的电话154{i:08}，" for i in range(10_000)),
    ],
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    """Long runs, marks without end, broken code points and ten thousand numbers give an answer."""
    measured = examine(text, looks(text))
    assert len(measured.spans) <= 400


def test_ten_thousand_numbers_are_all_counted() -> None:
    """The evidence counts every piece, however many there are."""
    text = "".join(f"他的电话154{i:08}，" for i in range(10_000))
    assert examine(text, looks(text)).evidence["found"] == 10_000
    assert kinds(text[:40]) == ["phone", "phone"]
