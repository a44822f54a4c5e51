"""Every measure becomes a lawful statement without personal data; what left once never changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ombud.base.clock import DAY, FixedClock
from ombud.base.errors import StoreError, Where
from ombud.cases.errors import CaseError
from ombud.conduct.harms import harms
from ombud.conduct.ladder import MEASURES
from ombud.conduct.loader import load_code
from ombud.publication import erase, statements, statements_export
from ombud.publication.statements_gate import Known, quotes, traces
from ombud.publication.statements_schema import check, check_lines, read_data, schema
from ombud.redress import hold, judge
from ombud.redress.appeal import file_appeal
from ombud.rules.bind import rule_columns
from ombud.store import Store, Tx, decisions, ledger, measures, notices
from ombud.store import statements as kept
from ombud.store.tables import reports as reporting

NOW = 20_000 * DAY
LATER = NOW + 400 * DAY
CLOCK = FixedClock(NOW + DAY)
GOOD: dict[str, Any] = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
    "decision_facts": "facts",
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "clause",
    "incompatible_content_explanation": "why",
    "content_type": ["CONTENT_TYPE_TEXT"],
    "category": "STATEMENT_CATEGORY_VIOLENCE",
    "territorial_scope": ["DE", "NO"],
    "content_date": "2026-01-31",
    "application_date": "2026-02-01",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "No",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "puid": "m-abc_1",
}


@pytest.fixture
def store(life_store: Store) -> Store:
    """The store of the cases' tests, on both databases."""
    return life_store


def made_of(tx: Tx, decision: str) -> list[statements.Made]:
    """Return the statements of a decision's measures."""
    return statements.made(tx, measures.of_decision(tx, decision))


def codes(changed: dict[str, Any]) -> list[str]:
    """Return what is wrong with a good statement after a change."""
    return [fault.code for fault in check({**GOOD, **changed})]


# ---- the schema


def test_a_good_statement_holds() -> None:
    """The smallest lawful statement has no fault."""
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"decision_visibility": None}, "statement/required"),
        ({"decision_visibility": []}, "statement/required"),
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_DISABLED"}, "statement/not-a-list"),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "statement/required"),
        ({"decision_visibility_other": "words"}, "statement/not-here"),
        ({"decision_monetary": "SUSPENSION"}, "statement/not-allowed"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "statement/required"),
        ({"incompatible_content_ground": None}, "statement/required"),
        ({"illegal_content_legal_ground": "a law"}, "statement/not-here"),
        ({"incompatible_content_illegal": "no"}, "statement/not-allowed"),
        ({"incompatible_content_explanation": "x" * 2001}, "statement/too-long"),
        ({"decision_facts": "x" * 5001}, "statement/too-long"),
        ({"decision_facts": ""}, "statement/required"),
        ({"decision_facts": 7}, "statement/not-text"),
        ({"category": "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"}, "statement/not-allowed"),
        ({"category_addition": ["STATEMENT_CATEGORY_VIOLENCE"] * 2}, "statement/twice"),
        ({"category_specification": ["KEYWORD_DANGEROUS_TOYS"]}, "statement/not-allowed"),
        ({"category_specification": [{}]}, "statement/not-allowed"),
        ({"category_specification_other": "words"}, "statement/not-here"),
        ({"territorial_scope": None}, "statement/required"),
        ({"territorial_scope": ["CN"]}, "statement/not-allowed"),
        ({"content_language": "en"}, "statement/not-allowed"),
        ({"content_date": "1999-12-31"}, "statement/date"),
        ({"content_date": "2026-02-30"}, "statement/date"),
        ({"content_date": "２０２６-01-01"}, "statement/date"),
        ({"application_date": "2038-01-02"}, "statement/date"),
        ({"end_date_visibility_restriction": "2026-01-31"}, "statement/date"),
        ({"decision_ground_reference_url": "our rules"}, "statement/not-a-url"),
        ({"content_id": {"EAN-13": "123"}}, "statement/pattern"),
        ({"content_id": {"URL": "x"}}, "statement/not-allowed"),
        ({"content_id": "x"}, "statement/not-a-map"),
        ({"puid": "a b"}, "statement/pattern"),
        ({"puid": "x" * 501}, "statement/too-long"),
        ({"url": "https://example.org"}, "statement/unknown"),
        ({"automated_decision": "No"}, "statement/not-allowed"),
    ],
)
def test_each_rule_of_the_schema_is_held(changed: dict[str, Any], code: str) -> None:
    """Enumerations, limits, dates, patterns and conditions are refused by name, and nothing else is."""
    assert set(codes(changed)) == {code}


def test_the_ground_decides_which_words_are_needed() -> None:
    """Where the ground is the law, the law's words are required and the terms' words are out of place."""
    faults = check({**GOOD, "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"})
    assert [(f.code, f.message.split()[0]) for f in faults] == [
        ("statement/required", "illegal_content_legal_ground"),
        ("statement/required", "illegal_content_explanation"),
        ("statement/not-here", "incompatible_content_ground"),
        ("statement/not-here", "incompatible_content_explanation"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"decision_visibility": ["DECISION_VISIBILITY_OTHER"], "decision_visibility_other": "x" * 500},
        {"decision_visibility": None, "decision_account": "DECISION_ACCOUNT_SUSPENDED"},
        {"category_specification": ["KEYWORD_OTHER"], "category_specification_other": "words"},
        {"content_id": {"EAN-13": "0123456789123"}},
        {"content_language": "NO"},
        {"end_date_visibility_restriction": "2026-02-01"},
        {"territorial_scope": list(schema().allowed["country"])},
    ],
)
def test_what_the_schema_allows_passes(changed: dict[str, Any]) -> None:
    """The edges of limits and conditions are inside."""
    assert codes(changed) == []


def test_the_schema_says_which_version_it_is() -> None:
    """The data names its version, its date, where it was read and how many go in one call."""
    known = schema()
    assert (known.version, known.applies_from, known.batch) == ("2", "2025-07-01", 100)
    assert known.sources[0] == "https://transparency.dsa.ec.europa.eu/page/api-documentation"
    assert len(known.attributes) == 35
    assert {"NO", "IS", "LI"} < set(known.allowed["country"])
    assert len(known.allowed["country"]) == 30
    assert len(known.categories) == 16


def test_a_file_is_checked_line_by_line(tmp_path: Path) -> None:
    """Each fault has its line; a puid that stands twice is found; blank lines do not count."""
    lines = [
        json.dumps(GOOD),
        "",
        "[]",
        "{" * 100_000,
        json.dumps({**GOOD, "category": "x"}),
        json.dumps(GOOD),
    ]
    count, faults = check_lines(lines, tmp_path / "f.jsonl")
    assert count == 5
    assert [(f.code, f.where) for f in faults] == [
        ("statement/not-json", Where(tmp_path / "f.jsonl", 3)),
        ("statement/not-json", Where(tmp_path / "f.jsonl", 4)),
        ("statement/not-allowed", Where(tmp_path / "f.jsonl", 5)),
        ("statement/puid-twice", Where(tmp_path / "f.jsonl", 5)),
        ("statement/puid-twice", Where(tmp_path / "f.jsonl", 6)),
    ]


# ---- the mapping


@pytest.mark.parametrize("harm", harms().values(), ids=lambda harm: harm.id)
def test_every_harm_has_a_category_and_fitting_keywords(harm: Any) -> None:
    """Its keywords stand under its category in Annex I; KEYWORD_OTHER alone is said in words."""
    assert set(harm.dsa_keywords) <= set(schema().categories[harm.dsa_category])
    if harm.dsa_keywords == ("KEYWORD_OTHER",):
        assert read_data("statements")["other_keywords"][harm.id]


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.id)
def test_every_measure_has_its_value(measure: Any) -> None:
    """A measure of a family has a value that the family's attribute takes; hints and notices have none."""
    if measure.family == "none":
        assert measure.dsa is None
        return
    attribute = schema().attributes[read_data("statements")["families"][measure.family][0]]
    assert measure.dsa in schema().allowed[attribute.of]
    if measure.dsa.endswith("_OTHER"):
        assert read_data("statements")["other_measures"][measure.id]


def test_comments_and_words_name_harms_and_measures() -> None:
    """No line of the mapping is about something that does not exist."""
    data = read_data("statements")
    assert set(data["comments"]) | set(data["other_keywords"]) <= set(harms())
    assert set(data["other_measures"]) <= set(MEASURES)
    assert {m.family for m in MEASURES.values()} - {"none"} == set(data["families"])
    assert set(data["content"].values()) <= set(schema().allowed["content_type"])


# ---- a life


def test_every_measure_becomes_a_statement(store: Store, life: Any) -> None:
    """Disable, pause, hold and label: each holds against the schema and has the measure's id."""
    with store.begin() as tx:
        decided = life.whole(tx, "disable", "notice", post="p1")
        life.whole(tx, "label", clause="9.9", post="p2", severity=1)
        held = life.case(tx, post="p3")
        answer = life.answered(tx, held)
        hold.hold(tx, answer, "ann", reasons="It must not stay up.", at=NOW)
    with store.read() as tx:
        found = list(statements.between(tx, 0, LATER))
        rows = {row.id: row for row in measures.of_decision(tx, decided.decision)}
    assert sorted(each.measure.kind for each in found) == ["disable", "hold", "label"]
    assert {each.state for each in found} == {"ready"}
    assert all(check(each.body) == [] for each in found)
    bodies = {each.measure.kind: each.body for each in found}
    assert bodies["label"]["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_LABELLED"]
    assert bodies["hold"]["end_date_visibility_restriction"] > bodies["hold"]["application_date"]
    assert "end_date_visibility_restriction" not in bodies["disable"]
    assert bodies["disable"]["category_specification"] == ["KEYWORD_MISSING_PROCESSING_GROUND"]
    assert bodies["disable"]["automated_detection"] == "Yes"
    assert bodies["disable"]["content_type"] == ["CONTENT_TYPE_TEXT"]
    assert len(bodies["disable"]["territorial_scope"]) == 30
    assert next(iter(rows)) == bodies["disable"]["puid"]


def test_no_words_of_the_case_are_in_a_statement(store: Store, life: Any) -> None:
    """Neither content nor facts nor reasons nor names of the case appear in it."""
    with store.begin() as tx:
        case = life.case(tx, account="victor", post="secretpost")
        answer = life.answered(tx, case, facts=["Neighbour Maria saw it"])
        done = life.decided(tx, answer, life.choice("disable"))
        told = json.dumps(made_of(tx, done.decision)[0].body)
    for word in ("victor", "secretpost", "Maria", "private one", "at home", "ann"):
        assert word not in told.replace("announce", "")


def test_a_measure_outside_the_area_is_none_of_the_databases(store: Store, life: Any) -> None:
    """Territory is a list of states; where none is in the EEA there is no statement to send."""
    assert statements.scope("DE, fr; CN") == ["DE", "FR"]
    assert len(statements.scope("EU")) == 27
    assert statements.scope("CN") == []
    with store.begin() as tx:
        case = life.case(tx)
        done = life.decided(tx, life.answered(tx, case), life.choice("disable", territory="CN"))
        assert [each.state for each in made_of(tx, done.decision)] == ["outside"]


def test_exporting_twice_changes_nothing(store: Store, life: Any, tmp_path: Path) -> None:
    """The same bytes, one entry in the ledger; a reversal changes no statement that has left."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    out = tmp_path / "s.jsonl"
    first = statements_export.export(store, out, 0, LATER, CLOCK)
    bytes_ = out.read_bytes()
    with store.begin() as tx:
        size = ledger.size(tx)
        appeal = file_appeal(tx, done.notice, "I did not.", at=NOW + DAY)
        judge.reverse(tx, appeal.id, "ada", "It was a public number.", at=NOW + 2 * DAY, no_conflict=True)
        assert measures.get(tx, done.measures[0]).reversed_at is not None
    second = statements_export.export(store, out, 0, LATER, FixedClock(NOW + 9 * DAY))
    assert (first.new, second.new) == (1, 0)
    assert (first.counts, second.counts) == ({"ready": 1}, {"exported": 1})
    assert out.read_bytes() == bytes_
    with store.read() as tx:
        kinds = [entry.kind for entry in ledger.entries(tx)][size:]
        assert "statements" not in kinds
        assert statements_export.check_file(out) == (1, [])


def test_unfit_words_are_refused_and_can_be_said_otherwise(store: Store, life: Any, tmp_path: Path) -> None:
    """A clause title with a telephone number stops the statement; a person's words let it pass."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        row = measures.get(tx, done.measures[0])
        of = kept.contexts(tx, [row])[row.id]
        body = statements.body_of(row, of)
        assert statements.gate(body) == []
        assert {f.code for f in statements.gate({**body, "decision_facts": "call 13812345678"})} == {
            "statement/personal"
        }
        usual = statements.body_of(row, of)["decision_facts"]
        made = statements_export.reword(
            tx, row.id, by="ann", at=NOW, facts="A number of a private person was posted.",
            keywords=["KEYWORD_OTHER"],
        )  # fmt: skip
    assert made.state == "ready"
    assert made.body["decision_facts"] == "A number of a private person was posted."
    assert made.body["decision_facts"] != usual
    assert made.body["category_specification"] == ["KEYWORD_OTHER"]
    statements_export.export(store, tmp_path / "s", 0, LATER, CLOCK)
    with pytest.raises(CaseError) as caught, store.begin() as tx:
        statements_export.reword(tx, row.id, by="ann", at=NOW, facts="Too late.")
    assert caught.value.code == "statement/left"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ("User a1 posted it.", "statement/personal"),
        ("It was @someone who posted it.", "statement/personal"),
        ("As bob saw, it was posted.", "statement/personal"),
        ("The words were: call p1 at home", "statement/personal"),
        ("See https://example.org/p/1", "statement/personal"),
        ("Account number 12345678 posted it.", "statement/personal"),
        ("It was Zhang Wei's number that stood there.", "statement/personal"),
        ("x" * 5001, "cases/too-long"),
        ("", "statement/no-words"),
    ],
)
def test_other_words_pass_the_same_gate(store: Store, life: Any, facts: str, code: str) -> None:
    """Ids, people, handles, links, numbers, names and quotations are refused; nothing is kept."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        root = ledger.root(tx)
    with pytest.raises(CaseError) as caught, store.begin() as tx:
        statements_export.reword(tx, done.measures[0], by="ann", at=NOW, facts=facts)
    assert caught.value.code == code
    with store.read() as tx:
        assert ledger.root(tx) == root
        assert kept.wordings(tx, list(done.measures)) == {}


def test_an_auditor_does_not_reword(store: Store, life: Any) -> None:
    """Roles are checked, and unknown measures and keywords are named."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
    for who, measure, more, code in (
        ("sam", done.measures[0], {"facts": "Something."}, "cases/wrong-role"),
        ("ann", "m-none", {"facts": "Something."}, "statement/no-such-measure"),
        ("ann", done.measures[0], {"keywords": ["KEYWORD_PHISHING"]}, "statement/not-allowed"),
    ):
        with pytest.raises(CaseError) as caught, store.begin() as tx:
            statements_export.reword(tx, measure, by=who, at=NOW, **more)
        assert caught.value.code == code


def test_the_database_keeps_what_left(store: Store, life: Any, tmp_path: Path) -> None:
    """An exported statement's hash, and a wording, cannot be changed or deleted in plain SQL."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        statements_export.reword(tx, done.measures[0], by="ann", at=NOW, facts="A number was posted.")
    statements_export.export(store, tmp_path / "s", 0, LATER, CLOCK)
    for sql in (
        "DELETE FROM statements",
        "UPDATE statements SET hash = 'x'",
        "UPDATE statement_words SET facts = 'x'",
        "UPDATE statement_words SET worded_by = 'bob'",
        "DELETE FROM statement_words",
    ):
        with pytest.raises(StoreError, match=r"kept|do not change"), store.begin() as tx:
            tx.run(text(sql))


def test_erased_words_do_not_come_back(store: Store, life: Any, tmp_path: Path) -> None:
    """Erasing empties a person's words before and after a statement has left; the usual words stay."""
    with store.begin() as tx:
        done = [life.whole(tx, "disable", post=f"p{i}", account=f"a{i}") for i in (1, 2, 3)]
        for each in done[:2]:
            statements_export.reword(tx, each.measures[0], by="ann", at=NOW, facts="A number was posted.")
    out = tmp_path / "s"
    done_by = {"reason": "a request", "clock": CLOCK}
    assert erase.erase(store, "account", "a1", **done_by).counts["statements"] == 1
    statements_export.export(store, out, 0, LATER, CLOCK)
    assert len(out.read_text().splitlines()) == 3
    assert out.read_text().count("A number was posted.") == 1
    assert erase.erase(store, "account", "a2", **done_by).counts["statements"] == 1
    assert erase.erase(store, "account", "a2", **done_by).already
    assert erase.erase(store, "account", "a3", **done_by).counts.get("statements") is None
    counts = statements_export.export(store, out, 0, LATER, CLOCK).counts
    assert counts == {"exported": 2, "erased": 1}
    assert "A number was posted." not in out.read_text()


# ---- the gate


@pytest.mark.parametrize(
    "name", ["clear-culture", "personal-media-2023", "seven-minimums", "eight-red-lines"]
)
def test_the_bundled_codes_pass_the_gate(name: str) -> None:
    """What a clause asks, its title and its code's title can be published as they stand."""
    code = load_code(name, rule_columns())
    for clause in code.clauses:
        if clause.harm is None:
            continue
        for words in (clause.titles.en, code.titles.en, clause.body_en.asks):
            assert traces(words) == [], clause.id


@pytest.mark.parametrize(
    "words",
    [
        "write to someone@example.org",
        "加微信 wxid_abc12345",
        "电话 138 1234 5678",
        "住在北京市朝阳区建国路88号3单元501室",
        "see www.example.org/u/77",
        "＠某某某",
        "user 1234567",
    ],
)
def test_contact_data_is_found(words: str) -> None:
    """Numbers, addresses, handles and links are found in any text."""
    assert traces(words)


def test_ordinary_words_pass_although_an_account_bears_them() -> None:
    """An account that calls itself like a word of the code stops nothing."""
    known = Known(frozenset({"notice", "wolf99"}), frozenset({"notice"}))
    assert traces("The notice was sent.", known) == []
    assert traces("The wolf99 notice was sent.", known) != []


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_quotation_is_found(before: str, said: str, after: str) -> None:
    """Whatever stands around it, sixteen characters of the content in a row are a quotation."""
    content = f"{said} these are the very words"
    assert quotes(f"{before}{content}{after}", [content])
    assert not quotes("short", [content])


def test_hostile_text_costs_linear_time() -> None:
    """A megabyte of anything is read without falling behind."""
    for piece in ("a", "@", "1 ", "张", "http", "A b ", "1.1-"):
        assert isinstance(traces(piece * 50_000, Known(frozenset({"x"}), content=(piece * 50_000,))), list)


def test_notices_lead_to_their_statements(store: Store, life: Any) -> None:
    """A notice's statement tells the same measure as the notice announces."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        notice = notices.get(tx, done.notice)
        assert notice.announces == ",disable,"
        assert [each.measure.notice_id for each in made_of(tx, done.decision)] == [done.notice]


@pytest.mark.parametrize(
    ("legal", "filed", "source"),
    [
        (None, -DAY, "SOURCE_TYPE_OTHER_NOTIFICATION"),
        ({"statute": "a law"}, -DAY, "SOURCE_ARTICLE_16"),
        ({"statute": "a law"}, DAY, "SOURCE_VOLUNTARY"),
    ],
)
def test_a_report_before_the_decision_is_its_source(
    store: Store, life: Any, legal: Any, filed: int, source: str
) -> None:
    """Who reported on the ground of law made an Article 16 notice; what came later was no source."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        case = decisions.get(tx, done.decision).case_id
        row = {
            "n": 1, "id": "r-1", "key": b"k", "event_id": "e", "at": NOW, "filed_at": NOW + filed,
            "door": "form", "reporter": "r", "subject_kind": "post", "subject": "p1", "text": "",
            "content": "", "evidence": [], "legal": legal, "case_id": case, "salt": b"s" * 16,
        }  # fmt: skip
        tx.run(reporting.reports.insert(), row)
        (made,) = made_of(tx, done.decision)
    assert made.body["source_type"] == source
    assert ("People had reported it." in made.body["decision_facts"]) is (filed < 0)


def test_reporters_are_not_named(store: Store, life: Any) -> None:
    """The reporter's id, name and words are kept out of what a person writes."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        row = {
            "n": 1, "id": "r-1", "key": b"k", "event_id": "e", "at": NOW, "filed_at": NOW, "door": "form",
            "reporter": "u77x", "subject_kind": "post", "subject": "p1", "text": "he lives next to my school",
            "content": "", "evidence": [], "legal": None, "salt": b"s" * 16,
            "case_id": decisions.get(tx, done.decision).case_id,
        }  # fmt: skip
        tx.run(reporting.reports.insert(), row)
        reached = {"report_id": "r-1", "name": "梅小姐", "email": "mei@example.org", "at": NOW}
        tx.run(reporting.contacts.insert(), reached)
    for facts in ("u77x told us.", "梅小姐 told us.", "A neighbour said he lives next to my school."):
        with pytest.raises(CaseError) as caught, store.begin() as tx:
            statements_export.reword(tx, done.measures[0], by="ann", at=NOW, facts=facts)
        assert caught.value.code == "statement/personal"


def test_a_decision_on_many_says_so(store: Store, life: Any) -> None:
    """Somebody decided with others, and not in the sample, is not said to have been looked at alone."""
    with store.begin() as tx:
        done = life.whole(tx, "disable")
        row = measures.get(tx, done.measures[0])
        of = kept.contexts(tx, [row])[row.id]
    told = statements.body_of(row, msgspec.structs.replace(of, unseen=True))["decision_facts"]
    assert "random sample" in told
    assert "A person decided on it." not in told
