"""Claims: the check of what a post repeats, or none; who counts as a source; ClaimReview."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY
from ombud.base.errors import OmbudError, UsageError
from ombud.events.envelope import Account, Event, Post
from ombud.signals.base import GivenRegisters
from ombud.signals.claims import signal
from ombud.signals.claims.claimreview import (
    rating_of,
    read_claim_reviews,
    rows_of_reviews,
    write_claim_reviews,
)
from ombud.signals.claims.index import Index
from ombud.signals.claims.words import words
from ombud.signals.quality.claims import ask, checks_of, chinese, ranking
from ombud.signals.sets import Sets

CLAIM = "喝浓盐水可以杀死喉咙里的新型病毒"
OTHERS = (
    "微波炉加热的食物会致癌",
    "手机放在枕头边会引起脑瘤",
    "吃大蒜能够预防流行感冒",
    "某地明天起全面停水三天",
    "A shark was filmed swimming on a flooded motorway",
    "Eating carrots lets pilots see in complete darkness",
    "The moon landing was filmed in a desert studio",
    "A lottery winner spent the whole prize on manure",
)


def check(publisher: str, claim: str = CLAIM, **more: Any) -> dict[str, Any]:
    row = {
        "key": "c-" + claim[:6],
        "claim": claim,
        "publisher": publisher,
        "kind": "check",
        "method_published": True,
        "verdict": "不实",
        "rating": "false",
        "url": f"https://{len(publisher)}.example/{publisher}",
        "checked_at": DAY,
    }
    return row | more


def measured(text: str | None, rows: list[dict[str, Any]], at: int = 2 * DAY, **post: Any) -> dict[str, Any]:
    everything = rows + [check("别家", claim) for claim in OTHERS]
    session = signal().session(GivenRegisters({"fact_checks": everything}))
    event = Event("e1", at, "post", Account("a"), audience="public", post=Post(text=text, **post))
    return dict(session.measure(event).values)


POST = "刚听医生朋友说的，喝浓盐水可以杀死喉咙里的新型病毒，赶紧告诉家里老人！"


def test_two_independent_publishers_with_a_method_agree() -> None:
    """The best check, all that count, and their number are given."""
    found = measured(POST, [check("甲核查"), check("乙求真社")])
    assert found["publishers"] == 2
    assert found["check"] in found["checks"]
    assert len(found["checks"]) == 2
    assert (found["retracted"], found["asserted"], found["statements"]) == (False, True, [])


@pytest.mark.parametrize(
    ("rows", "publishers"),
    [
        ([check("甲核查")], 1),
        ([check("甲核查"), check(" 甲核查 ", url="https://x.example")], 1),
        ([check("甲核查"), check("乙", method_published=False)], 1),
        ([check("甲核查"), check("卫生局", kind="statement")], 1),
        ([check("甲核查"), check("乙", rating="unproven")], 1),
        ([check("甲核查"), check("乙", rating="misleading")], 2),
        ([check("甲核查"), check("乙"), check("丙", rating="true")], 0),
        ([check("甲核查"), check("乙", retracted=True)], 1),
        ([check("甲核查"), check("乙", about=["乙"])], 1),
        ([check("甲核查"), check("乙", checked_at=3 * DAY)], 1),
    ],
)
def test_who_counts_as_a_source(rows: list[dict[str, Any]], publishers: int) -> None:
    """One name once, a published method, no public body, nobody on themselves, none that is later."""
    assert measured(POST, rows)["publishers"] == publishers


def test_a_public_bodys_statement_is_shown_under_its_name() -> None:
    """A statement is never a check, and alone it leaves the number at none."""
    found = measured(POST, [check("卫生局", kind="statement")])
    assert (found["publishers"], found["statements"], found["checks"]) == (0, ["卫生局"], [])


def test_a_publisher_named_in_the_claim_is_no_source_on_it() -> None:
    """A check of a claim about its own publisher does not count."""
    claim = "甲核查收了盐业公司的钱才说浓盐水不能杀死病毒"
    found = measured(claim + "，转给大家看看", [check("甲核查", claim), check("乙求真社", claim)])
    assert found["publishers"] == 1


def test_a_retraction_shows_and_removes() -> None:
    """A withdrawn check no longer counts, and the field says that there was one."""
    found = measured(POST, [check("甲核查"), check("乙求真社"), check("丙", retracted=True)])
    assert (found["publishers"], found["retracted"]) == (2, True)


def test_checks_of_one_claim_in_other_words_are_brought_together() -> None:
    """Rows with another key whose claim says the same count for the same claim."""
    again = check("乙求真社", "喝浓盐水能杀死喉咙里的新型病毒", key="other")
    assert measured(POST, [check("甲核查"), again])["publishers"] == 2


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "病毒",
        "今天和家人去海边玩，晚上吃了火锅，特别开心，明天还要早起上班",
        "盐水鸭的做法：鸭子洗净，加盐水煮四十分钟，放凉切块，蘸酱油吃",
        "What a lovely morning in the garden with the dogs",
    ],
)
def test_ordinary_posts_match_nothing(text: str | None) -> None:
    """What repeats no claim gives NULL, also where a word is shared."""
    assert not measured(text, [check("甲核查"), check("乙求真社")])


@pytest.mark.parametrize(
    ("text", "asserted"),
    [
        (POST, True),
        ("辟谣：喝浓盐水可以杀死喉咙里的新型病毒是假的", False),
        ("喝浓盐水可以杀死喉咙里的新型病毒吗？", False),
        ("求证，喝浓盐水可以杀死喉咙里的新型病毒", False),
        ("喝濃鹽水可以殺死喉嚨裡的新型病毒？查證過，沒有這回事。", False),
        ("喝浓盐水可以杀死喉咙里的新型病毒？哈哈哈", False),
        ("没有一家报纸敢登：喝浓盐水可以杀死喉咙里的新型病毒", True),
    ],
)
def test_denying_and_asking_are_not_asserting(text: str, asserted: bool) -> None:
    """Who doubts a claim repeats its words and does not state it, in either script."""
    assert measured(text, [check("甲核查")])["asserted"] is asserted


@pytest.mark.parametrize(
    ("text", "asserted"),
    [
        ("Diet soda does not contain any sugar substitute at all", True),
        ("That diet soda does not contain any sugar substitute is false", False),
    ],
)
def test_a_denial_that_the_claim_itself_holds_denies_nothing(text: str, asserted: bool) -> None:
    """A claim in the negative is asserted by repeating it; another word of denial denies it."""
    claim = "Diet soda does not contain any sugar substitute"
    assert measured(text, [check("Desk", claim)])["asserted"] is asserted


@pytest.mark.parametrize(
    ("claim", "quotation"),
    [
        (CLAIM, False),
        ("作家林晚说过钱是世上最好的朋友", True),
        ("The writer Lin Wan said that money is the best friend in the world", True),
        ("“钱是世上最好的朋友”是作家林晚的名言", True),
        ("A shark was filmed swimming on a flooded street in Springfield", False),
    ],
)
def test_a_claim_about_what_somebody_said_is_a_quotation(claim: str, quotation: bool) -> None:
    """The claim's own words tell whether it puts words into somebody's mouth."""
    assert measured(claim, [check("Desk", claim)])["quotation"] is quotation


def test_a_register_of_one_claim_is_matched() -> None:
    """Two rows on one claim are a whole register: their words are not common for that."""
    rows = [check("甲核查"), check("乙求真社")]
    session = signal().session(GivenRegisters({"fact_checks": rows}))
    event = Event("e1", 2 * DAY, "post", Account("a"), audience="public", post=Post(text=POST))
    assert session.measure(event).values["publishers"] == 2


def test_a_check_younger_than_the_post_is_not_asked() -> None:
    """Nobody could have known it."""
    assert not measured(POST, [check("甲核查")], at=DAY - 1)


def test_other_languages_are_not_measured() -> None:
    """Without measured precision there is no answer."""
    assert not measured(POST, [check("甲核查")], lang="ja")
    assert measured(POST, [check("甲核查")], lang="zh-CN")


def test_without_a_register_nothing_is_said() -> None:
    """An empty register is no finding."""
    session = signal().session(GivenRegisters({}))
    event = Event("e", 1, "post", Account("a"), audience="public", post=Post(text=POST))
    assert not session.measure(event).values


def test_english_words_come_to_one_stem() -> None:
    """Endings, capitals and apostrophes do not hide a word; addresses are left out."""
    assert words("Claims CLAIMED claiming claim") == ["claim"] * 4
    assert words("The Governor's parties https://a.example/x #FloodedMotorway") == [
        "governor",
        "party",
        "flood",
        "motorway",
    ]


@given(
    st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=8), max_size=30),
    st.lists(st.sampled_from("abcdefghijk"), max_size=8),
)
def test_ranking_is_bm25_by_hand(texts: list[list[str]], query: list[str]) -> None:
    """Where no word is common, the index ranks as the formula does, and covers at most all."""
    index = Index([[text] for text in texts])
    found = index.search(query, 50)
    assert [(-hit.score, hit.number) for hit in found] == sorted((-hit.score, hit.number) for hit in found)
    assert all(0 <= index.covered(hit.number, frozenset(query)) <= 1 for hit in found)
    assert {hit.number for hit in found} <= {i for i, text in enumerate(texts) if set(text) & set(query)}


def test_claim_reviews_come_in_and_go_out_unchanged() -> None:
    """What is written is read again as the same rows."""
    rows = [
        check("甲核查", about=["浓盐水"], checked_at="1970-01-02T00:00:00Z"),
        check("乙", "另一个说法", checked_at=DAY),
    ]
    back = read_claim_reviews(write_claim_reviews(rows), methods=["甲核查"])
    assert [row["claim"] for row in back] == [CLAIM, "另一个说法"]
    assert [row["checked_at"] for row in back] == ["1970-01-02T00:00:00Z"] * 2
    assert [row["method_published"] for row in back] == [True, False]
    assert back[0]["about"] == ["浓盐水"]
    assert {row["rating"] for row in back} == {"false"}


def test_statements_and_withdrawn_checks_do_not_go_out_as_checks() -> None:
    """A ClaimReview is a check; what is none is not written as one."""
    text = write_claim_reviews([check("局", kind="statement"), check("甲", retracted=True)])
    assert json.loads(text)["@graph"] == []


def test_reviews_are_found_in_graphs_and_lists() -> None:
    """Publishers nest them; other types are passed over."""
    review = {
        "@type": ["ClaimReview"],
        "claimReviewed": "x y z",
        "author": [{"name": "Desk"}],
        "url": "https://a.example",
        "datePublished": "2026-03-04",
        "reviewRating": {"ratingValue": 1, "worstRating": 1, "bestRating": 5},
    }
    found = read_claim_reviews(
        json.dumps(
            {"@graph": [{"@type": "WebPage"}, {"@type": "ItemList", "itemListElement": [{"item": review}]}]}
        )
    )
    assert [row["checked_at"] for row in found] == ["2026-03-04T23:59:59Z"]
    assert found[0]["rating"] == "false"


@pytest.mark.parametrize(
    ("verdict", "rating"),
    [
        ("False", "false"),
        ("Mostly false", "misleading"),
        ("Not true", "false"),
        ("Unproven", "unproven"),
        ("真实", "true"),
        ("不真实", "false"),
        ("谣言", "false"),
        ("Legend", "unproven"),
    ],
)
def test_verdicts_are_read_by_their_words(verdict: str, rating: str) -> None:
    """Words that nobody knows are unproven, which counts for nothing."""
    assert rating_of({}, verdict) == rating


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\x00", "NaN,"])
def test_broken_documents_are_refused(text: str) -> None:
    """A document that is no JSON is refused with its code."""
    with pytest.raises(UsageError) as caught:
        read_claim_reviews(text)
    assert caught.value.code == "claims/not-json"


def test_every_incomplete_review_is_named() -> None:
    """All faults are told at once, with what is missing."""
    with pytest.raises(UsageError) as caught:
        read_claim_reviews(
            json.dumps([{"@type": "ClaimReview"}, {"@type": "ClaimReview", "url": "https://a.example"}])
        )
    assert [fault.code for fault in caught.value.faults] == ["claims/bad-review"] * 2
    assert "claimReviewed" in caught.value.faults[0].message


def review(**more: Any) -> dict[str, Any]:
    found = {
        "@type": "ClaimReview",
        "claimReviewed": CLAIM,
        "author": {"name": "Desk"},
        "url": "https://desk.example/1",
        "datePublished": "2026-03-04",
        "reviewRating": {"alternateName": "False"},
    }
    return found | more


def rows_of(document: Any) -> list[Any]:
    return rows_of_reviews(Path("feed.json"), json.dumps(document).encode())


@pytest.mark.parametrize(
    "document",
    [
        review(),
        [review()],
        {"@graph": [review()]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [review()]}]},
        review(**{"@type": "https://schema.org/ClaimReview"}),
        [review(), review()],
    ],
)
def test_every_way_of_publishing_reviews_is_read(document: Any) -> None:
    """One object, a list, a graph, a feed, a full type; what is said twice is one row."""
    (row,) = rows_of(document)
    assert (row.source, row.payload["rating"]) == ("Desk", "false")


def test_a_publishers_second_check_of_a_claim_is_kept() -> None:
    """It takes a key of its own, so that neither is lost; both stand for one claim and one publisher."""
    first, second = rows_of([review(), review(url="https://desk.example/2", datePublished="2026-03-05")])
    assert first.key != second.key
    assert {first.payload["url"], second.payload["url"]} == {
        "https://desk.example/1",
        "https://desk.example/2",
    }


@pytest.mark.parametrize(
    ("wrong", "code", "says"),
    [
        ({"url": "javascript:alert(1)"}, "registers/bad-value", "`url`"),
        ({"datePublished": "yesterday"}, "registers/bad-value", "`datePublished`"),
        ({"datePublished": "9" * 400}, "registers/bad-value", "`datePublished`"),
        ({"claimReviewed": "a\u202eb"}, "registers/bad-value", "`claimReviewed`"),
        ({"claimReviewed": "\ud800"}, "registers/bad-value", "`claimReviewed`"),
        ({"claimReviewed": "a" * 30_000}, "registers/bad-value", "`claimReviewed`"),
        ({"@id": "k" * 600}, "registers/bad-key", "`@id`"),
        ({"datePublished": None}, "claims/bad-review", "datePublished"),
        ({"author": []}, "claims/bad-review", "author"),
        ({"reviewRating": {"ratingValue": {}}}, "claims/bad-review", "reviewRating"),
        ({"itemReviewed": {"about": ["x"] * 2_000}}, "registers/bad-value", "`itemReviewed.about`"),
    ],
)
def test_a_hostile_review_is_refused_in_its_place(wrong: dict[str, Any], code: str, says: str) -> None:
    """The fault names the review by its place in the document, and the property by its schema.org name."""
    with pytest.raises(OmbudError) as caught:
        rows_of({"@graph": [review(), {"@type": "WebPage"}, review(**wrong)]})
    (fault,) = caught.value.faults
    assert fault.code == code
    assert "@graph[2]" in fault.message
    assert says in fault.message


def test_faults_are_counted_to_a_hundred() -> None:
    """A document that is wrong throughout gives a readable answer."""
    with pytest.raises(UsageError) as caught:
        rows_of([{"@type": "ClaimReview"}] * 5_000)
    assert len(caught.value.faults) == 100


def test_what_lies_too_deep_is_not_passed_over() -> None:
    """Reviews are searched 20 levels deep; below, the document is refused rather than half read."""
    deep: Any = review()
    for _ in range(30):
        deep = [deep]
    with pytest.raises(UsageError, match="more than 20 deep"):
        rows_of([review(), deep])


@pytest.mark.parametrize("document", [{}, [], {"@type": "WebPage"}, 7, None])
def test_a_document_without_a_review_is_no_success(document: Any) -> None:
    """Nothing taken is said, not shown as done."""
    with pytest.raises(UsageError) as caught:
        rows_of(document)
    assert caught.value.code == "claims/no-review"


@pytest.mark.parametrize("value", [10**400, -1, 0, True, float("nan"), float("inf"), "1e999"])
def test_odd_numbers_rate_without_failing(value: Any) -> None:
    """A rating that no scale explains is one of the four words."""
    rating = {"ratingValue": value, "worstRating": 1, "bestRating": 5}
    assert rating_of(rating, "") in ("false", "misleading", "true", "unproven")


def test_a_rating_survives_words_that_nobody_knows() -> None:
    """An operator's rating goes out as a number and comes back."""
    for rating in ("false", "misleading", "true", "unproven"):
        text = write_claim_reviews([check("甲", verdict="Legend", rating=rating)])
        assert [row["rating"] for row in read_claim_reviews(text)] == [rating]


def test_hostile_texts_are_read_to_a_limit() -> None:
    """A megabyte, marks and surrogates neither fail nor match."""
    for text in ("谣" * 1_000_000, "e\u0301" * 300_000, "\ud800" * 1000, "a'" * 300_000):
        assert not measured(text, [check("甲核查")])


@pytest.mark.data
def test_labelled_claims_reach_the_floors(shared_dir: Path) -> None:
    """By words alone every floor holds but the ranking of 2020, whose reached value is pinned lower."""
    sets = Sets(shared_dir / "data")
    for year, least in (("2020", 0.84), ("2021", 0.85)):
        ids, ranker = checks_of(sets, year)
        assert ranking(year, ask(sets, year, "dev_dev", ids, ranker), None).value >= least
        told = [words(row["text"]) for row in sets.rows("olid_en/dev_train.jsonl.gz")[:2000]]
        assert sum(ranker.index.passes(said) for said in told) <= 0.03 * len(told)
    assert all(score.holds for score in chinese(sets))
