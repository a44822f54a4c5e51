"""Every fault that a code can have is found, located, and has its permanent code."""

# ruff: noqa: E501 - the table of faults reads best with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ombud.base.errors import ConductError, UsageError
from ombud.conduct.faults import ERRORS, MAX_FAULTS, WARNINGS, is_warning
from ombud.conduct.loader import lint, load_code, read_corpus

CODE = "code.yaml"
ENFORCED = "clauses/1-honest-offers.md"
ENFORCED_ZH = "clauses/1-honest-offers.zh.md"
PROCESS = "clauses/2-answers.md"
DECLINED = "clauses/3-good-taste.md"
RULE = "rules/false-promise.yaml"
LIST = "lists/promises.txt"

Edit = Callable[[Any], object]


def swap(name: str, old: str, new: str) -> Edit:
    return lambda garden: garden.swap(name, old, new)


def write(name: str, text: str | bytes) -> Edit:
    return lambda garden: garden.write(name, text)


def remove(name: str) -> Edit:
    return lambda garden: (garden.path / name).unlink()


def link(name: str, target: str) -> Edit:
    return lambda garden: (garden.path / name).symlink_to(target)


def both(*edits: Edit) -> Edit:
    def run(garden: Any) -> None:
        for edit in edits:
            edit(garden)

    return run


def no_clauses(garden: Any) -> None:
    for path in (garden.path / "clauses").iterdir():
        path.unlink()
    (garden.path / RULE).unlink()


HARM = "harm: deceptive_solicitation"
FLIGHT = "\n  AND signal.private_info.flight IS NOT NULL"
FAULTS: list[tuple[str, Edit]] = [
    ("conduct/no-code", remove(CODE)),
    ("conduct/no-code", no_clauses),
    ("conduct/unreadable", both(remove(LIST), lambda g: (g.path / LIST).mkdir())),
    ("conduct/unreadable", both(remove(LIST), link(LIST, "promises.txt"))),
    ("conduct/not-utf8", write(ENFORCED_ZH, "要求".encode("gb18030"))),
    ("conduct/not-utf8", write(CODE, b"id: caf\xe9\n")),
    ("conduct/too-large", write(LIST, "word\n" * 300_000)),
    ("conduct/too-large", write(LIST, "\n".join(f"w{n}" for n in range(100_001)))),
    ("conduct/too-large", write(CODE, "a: " + "x" * (1 << 20))),
    ("conduct/outside-folder", both(remove(LIST), link(LIST, "/etc/hostname"))),
    ("conduct/yaml-syntax", write(CODE, "id: [\n")),
    ("conduct/yaml-anchor", write(CODE, "id: &a garden\nversion: *a\n")),
    ("conduct/yaml-tag", write(CODE, "id: !!python/object:os.system x\n")),
    ("conduct/yaml-depth", write(CODE, "id: " + "[" * 60 + "]" * 60)),
    ("conduct/yaml-documents", write(CODE, "id: a\n---\nid: b\n")),
    ("conduct/yaml-key", write(CODE, "[a, b]: c\n")),
    ("conduct/yaml-key", write(CODE, "? {a: b}\n: c\n")),
    ("conduct/yaml-character", write(CODE, 'id: "a\\0b"\n')),
    ("conduct/yaml-character", write(CODE, "id: a\x07b\n")),
    ("conduct/duplicate-key", swap(CODE, "version: 0.1.0", "version: 0.1.0\nversion: 0.2.0")),
    ("conduct/duplicate-key", swap(ENFORCED, "## Examples", "## What it asks\n\nMore.\n\n## Examples")),
    ("conduct/unknown-key", swap(CODE, "binding: terms", "bindings: terms")),
    ("conduct/unknown-key", swap(CODE, "  en: Our code", "  fr: Notre code\n  en: Our code")),
    ("conduct/missing-key", swap(CODE, "binding: terms", "# none")),
    ("conduct/missing-key", swap(ENFORCED, "severity: 2", "severity: null")),
    ("conduct/missing-key", swap(ENFORCED, "measures: [notice, label, disable, rate_limit, posting_pause]", "measures: []")),
    ("conduct/wrong-kind", swap(CODE, "id: garden", "id: [garden]")),
    ("conduct/wrong-kind", write(RULE, "- a\n- b\n")),
    ("conduct/wrong-kind", write(RULE, "")),
    ("conduct/wrong-kind", swap(CODE, "lineage: []", "lineage: none")),
    ("conduct/wrong-kind", swap(CODE, "lineage: []", "columns: [extra.a]")),
    ("conduct/wrong-kind", swap(RULE, "evidence: [post.text]", "evidence: post.text")),
    ("conduct/bad-value", swap(CODE, "binding: terms", "binding: term")),
    ("conduct/bad-value", swap(CODE, "version: 0.1.0", "version: 1.0")),
    ("conduct/bad-value", swap(CODE, "effective_from: adopter", "effective_from: 2026-13-40")),
    ("conduct/bad-value", swap(CODE, "applies_to: everyone", "applies_to: anyone")),
    ("conduct/bad-value", swap(CODE, "applies_to: everyone", "applies_to: {roles: []}")),
    ("conduct/bad-value", swap(CODE, "lineage: []", "columns: {extra.tox: double}")),
    ("conduct/bad-value", swap(ENFORCED, "appeal: 180", "appeal: 14")),
    ("conduct/bad-value", swap(ENFORCED, "severity: 2", "severity: '2'")),
    ("conduct/bad-value", swap(ENFORCED, "[notice,", "[notice, notice,")),
    ("conduct/bad-value", swap(ENFORCED, "## What it asks", "## What it ask")),
    ("conduct/bad-value", swap(ENFORCED, "- breaks:", "- wrong:")),
    ("conduct/bad-value", write("lists/Bad Name.txt", "word\n")),
    ("conduct/bad-value", swap(ENFORCED, "title: Honest offers only", 'title: " "')),
    ("conduct/missing-translation", swap(CODE, "  zh: 我们的行为准则\n", "")),
    ("conduct/missing-translation", swap(ENFORCED, "title_zh: 只做诚实的推荐\n", "")),
    ("conduct/missing-translation", remove(ENFORCED_ZH)),
    ("conduct/missing-translation", swap(RULE, "title: {en: A false promise posted again and again, zh: 反复发布虚假承诺}", "title: A false promise")),
    ("conduct/missing-translation", swap(RULE, "  zh: [不表示账号有意欺骗, 不表示禁止售卖]", "  zh: [不表示账号有意欺骗]")),
    ("conduct/id-mismatch", swap(CODE, "id: garden", "id: meadow")),
    ("conduct/id-mismatch", swap(RULE, "id: false-promise", "id: true-promise")),
    ("conduct/announced-missing", swap(CODE, "effective_from: adopter", "effective_from: 2027-01-01")),
    ("conduct/announced-missing", swap(ENFORCED, "version: 1.0.0", "version: 1.0.0\neffective_from: 2027-01-01")),
    ("conduct/retroactive", swap(CODE, "effective_from: adopter", "effective_from: 2026-01-01\nannounced: 2026-02-01")),
    ("conduct/retroactive", swap(ENFORCED, "version: 1.0.0", "version: 1.0.0\neffective_from: 2026-01-01\nannounced: 2026-02-01")),
    ("conduct/retroactive", both(
        swap(CODE, "effective_from: adopter", "effective_from: 2027-01-01\nannounced: 2026-02-01"),
        swap(ENFORCED, "version: 1.0.0", "version: 1.0.0\neffective_from: 2026-06-01\nannounced: 2026-02-01"))),
    ("conduct/lineage-cycle", swap(CODE, "lineage: []", "lineage: [{code: garden, version: 0.0.1}]")),
    ("conduct/column-name", swap(CODE, "lineage: []", "columns: {toxicity: float}")),
    ("conduct/column-name", swap(CODE, "lineage: []", "columns: {extra.a.b: float}")),
    ("conduct/front-matter", write(PROCESS, "## What it asks\n\nNothing.\n")),
    ("conduct/front-matter", write(PROCESS, "---\nid: 2\n")),
    ("conduct/clause-twice", swap(DECLINED, 'id: "3"', 'id: "1"')),
    ("conduct/harm-missing", swap(ENFORCED, HARM, "harm: null")),
    ("conduct/harm-unknown", swap(ENFORCED, HARM, "harm: other_improper_remarks")),
    ("conduct/harm-not-allowed", swap(ENFORCED, HARM, "harm: illegal_content")),
    ("conduct/harm-not-allowed", swap(ENFORCED, HARM, "harm: checked_false_claim")),
    ("conduct/harm-not-allowed", both(swap(ENFORCED, HARM, "harm: threat"), swap(ENFORCED, "status: enforced", "status: label"))),
    ("conduct/harm-not-allowed", swap(DECLINED, "status: declined", "status: hint\nharm: intimate_image")),
    ("conduct/severity-range", both(swap(ENFORCED, HARM, "harm: harassment"), swap(ENFORCED, "severity: 2", "severity: 4"))),
    ("conduct/measure-not-allowed", swap(ENFORCED, "[notice,", "[rename,")),
    ("conduct/measure-not-allowed", swap(ENFORCED, "status: enforced", "status: label")),
    ("conduct/above-ceiling", swap(ENFORCED, "ceiling: posting_pause", "ceiling: label")),
    ("conduct/above-ceiling", both(swap(ENFORCED, HARM, "harm: report_abuse"), swap(ENFORCED, "[notice, label, disable, rate_limit, posting_pause]", "[notice]"))),
    ("conduct/automation-not-allowed", swap(ENFORCED, "automation: never", "automation: label")),
    ("conduct/correction-not-allowed", swap(ENFORCED, HARM, "harm: threat")),
    ("conduct/declined-without-reason", write(DECLINED, '---\nid: "3"\ntitle: {en: T, zh: 题}\nstatus: declined\nversion: 1.0.0\n---\n## What it asks\n\nx\n')),
    ("conduct/declined-enforces", swap(PROCESS, "status: process", f"status: process\n{HARM}")),
    ("conduct/declined-enforces", swap(DECLINED, "status: declined", "status: declined\nmeasures: [disable]")),
    ("conduct/does-not-forbid-missing", swap(ENFORCED_ZH, "## 不禁止", "## 说明")),
    ("conduct/examples-missing", swap(ENFORCED, "- keeps: “I sell hand-made cups, 12 each, write to me.”", "")),
    ("conduct/examples-missing", swap(ENFORCED_ZH, "- 违反：在每条新帖下重复“一天翻倍”。", "")),
    ("conduct/body-missing", swap(PROCESS, "## What it asks", "## About")),
    ("conduct/stray-file", write("clauses/9-lost.zh.md", "## 要求\n\n无。\n")),
    ("conduct/rule-twice", lambda g: g.write("rules/second.yaml", (g.path / RULE).read_text("utf-8"))),
    ("conduct/clause-unknown", swap(RULE, 'clause: "1"', 'clause: "1.1"')),
    ("conduct/clause-not-enforced", swap(RULE, 'clause: "1"', 'clause: "3"')),
    ("conduct/harm-people-only", swap(ENFORCED, HARM, "harm: misidentification")),
    ("conduct/harm-missing", both(swap(DECLINED, "status: declined", "status: hint"), swap(RULE, 'clause: "1"', 'clause: "3"'))),
    ("conduct/input-not-allowed", swap(RULE, ">= 3\n", f">= 3{FLIGHT}\n")),
    ("conduct/unknown-column", swap(RULE, "evidence: [post.text]", "evidence: [post.txt]")),
    ("conduct/unknown-column", swap(RULE, "“{post.text}”。", "“{post.words}”。")),
    ("conduct/test-missing", swap(RULE, "- matches:", "- unknown:")),
    ("conduct/test-missing", swap(RULE, "- clears:", "- unknown:")),
    ("conduct/near-missing", swap(RULE, '    near: ">= 3"\n', "")),
    ("conduct/near-missing", swap(RULE, ">= 3\n", ">= 3 AND account.followers < 50\n")),
    ("conduct/near-unknown", swap(RULE, 'near: ">= 3"', 'near: "4"')),
    ("conduct/test-twice", swap(RULE, "一小时内三次", "three promises within a minute")),
    ("conduct/test-kind", swap(RULE, "- todo: the promise", "- todo: x\n    unknown: the promise")),
    ("conduct/test-kind", swap(RULE, "- todo: the promise is written inside a picture", "- near: 3")),
    ("conduct/test-event", swap(RULE, "{repeat: 2,", "{at: soon, repeat: 2,")),
    ("conduct/test-event", swap(RULE, "{repeat: 2,", "{id: same, repeat: 2,")),
    ("conduct/test-event", swap(RULE, "{repeat: 2,", "{at: 999999999d, repeat: 2,")),
    ("conduct/test-event", swap(RULE, "      - {repeat: 2,", "      - {at: +5h}\n      - {at: 0s, repeat: 2,")),
    ("conduct/test-event", swap(RULE, "  - todo: the promise", "  - clears: nothing\n  - todo: the promise")),
    ("conduct/test-event", swap(RULE, "  - todo: the promise", "  - clears: x\n    post: {text: [a]}\n  - todo: the promise")),
    ("conduct/test-event", swap(RULE, "  - todo: the promise", "  - clears: x\n    account: {followers: many}\n  - todo: y")),
    ("conduct/test-event", swap(RULE, "- unknown: a picture without words", "- unknown: x\n    kind: post")),
    ("conduct/test-field", swap(RULE, "{text: null,", "{txt: null,")),
    ("conduct/test-field", swap(RULE, "[{kind: image}]", "[{kin: image}]")),
    ("conduct/test-field", swap(RULE, "{text: null,", "{text: null}, extra: {tox: 1}, target: {")),
    ("conduct/list-missing", remove(LIST)),
    ("conduct/list-empty", write(LIST, "# nothing\n")),
    ("conduct/list-entry", write(LIST, " guaranteed profit\n")),
    ("conduct/list-entry", write(LIST, "guaran\u200bteed profit\n")),
    ("conduct/list-duplicate", write(LIST, "稳赚不赔\n稳赚不赔\n")),
    ("expr/syntax", swap(RULE, "contains_any(folded(post.text), 'promises')", "!! x")),
    ("conduct/list-unused", write("lists/spare.txt", "word\n")),
    ("conduct/file-unused", write("notes.doc", "x")),
    ("conduct/file-unused", write("rules/rule.yml", "x")),
    ("conduct/file-unused", write("lists/list.csv", "x")),
    ("conduct/file-unused", write("clauses/clause.txt", "x")),
    ("conduct/clause-without-rule", remove(RULE)),
    ("conduct/one-language", swap(RULE, "does_not_mean:\n  en: [that the account meant to deceive, that selling is forbidden]\n  zh: [不表示账号有意欺骗, 不表示禁止售卖]", "does_not_mean: [selling]")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "edit"), FAULTS, ids=[f"{i}-{code}" for i, (code, _) in enumerate(FAULTS)])
def test_each_fault_is_found_and_located(garden: Any, code: str, edit: Edit) -> None:
    """A broken code reports the fault, with the file it stands in; what is wrong stops the load."""
    edit(garden)
    faults = garden.lint()
    assert code in {fault.code for fault in faults}, "\n".join(map(str, faults))
    for fault in faults:
        assert fault.where is not None
        assert str(fault.where.path).startswith(str(garden.path))
    if any(not is_warning(fault) for fault in faults):
        with pytest.raises(ConductError) as caught:
            garden.load()
        assert list(caught.value.faults) == [fault for fault in faults if not is_warning(fault)]
    else:
        garden.load()


def test_the_table_of_faults_is_covered() -> None:
    """Every code in the table can be caused; none is there in vain."""
    elsewhere = {"conduct/too-many-faults", "conduct/version-step"}
    assert {code for code, _ in FAULTS} >= (set(ERRORS) | set(WARNINGS)) - elsewhere


def test_the_example_code_has_no_fault(garden: Any) -> None:
    """What `code init` writes lints clean and loads."""
    assert garden.lint() == []
    code = garden.load()
    assert (code.id, code.binding, code.applies_to.who, code.effective_from) == (
        "garden",
        "terms",
        "everyone",
        None,
    )
    assert [clause.id for clause in code.clauses] == ["1", "2", "3"]
    assert code.clause("1").titles.zh == "只做诚实的推荐"
    assert code.rule("false-promise").lists == ("promises", "warnings")
    assert code.lists["promises"][0] == "guaranteed profit"


def test_all_faults_come_at_once(garden: Any) -> None:
    """One reading reports what is wrong in every file."""
    garden.swap("code.yaml", "binding: terms", "binding: none")
    garden.swap(ENFORCED, "severity: 2", "severity: 9")
    garden.swap(RULE, "status: experimental", "status: perfect")
    garden.write(LIST, "a\na\n")
    files = {Path(str(fault.where.path)).name for fault in garden.lint()}
    assert files == {"code.yaml", "1-honest-offers.md", "false-promise.yaml", "promises.txt"}


def test_places_point_at_the_text(garden: Any) -> None:
    """A fault inside a clause's front matter and inside a rule's block names the file's own line and column."""
    garden.swap(ENFORCED, "severity: 2", "severity: 9")
    garden.swap(RULE, "AND contains_any(folded(post.text), 'promises')", "AND !! x")
    wanted = {"conduct/bad-value": "9", "expr/syntax": "!! x"}
    for fault in garden.lint():
        if fault.code in wanted:
            lines = Path(str(fault.where.path)).read_text("utf-8").split("\n")
            assert lines[fault.where.line - 1][fault.where.column - 1 :].startswith(wanted.pop(fault.code))
    assert wanted == {}


def test_the_nearest_name_is_offered(garden: Any) -> None:
    """A misspelt key, measure, harm, column or list comes with what was probably meant."""
    garden.swap(ENFORCED, "rate_limit", "rate_limits").swap(ENFORCED, "deceptive_", "deceptiv_")
    garden.swap(RULE, "evidence: [post.text]", "evidence: [post.txt]").swap(RULE, "'promises'", "'promise'")
    hints = " ".join(fault.hint or "" for fault in garden.lint())
    for name in ("rate_limit", "deceptive_solicitation", "post.text", "promises"):
        assert f"did you mean {name!r}" in hints


def test_text_stays_text(garden: Any) -> None:
    """`no`, `on`, `1.10`, dates and 4.4 are text where text is asked for."""
    garden.swap("code.yaml", "  en: Our code of conduct", "  en: no").swap(
        "code.yaml", "  zh: 我们的行为准则", "  zh: 1.10"
    )
    garden.swap(ENFORCED, 'id: "1"', "id: 4.10").swap(RULE, 'clause: "1"', "clause: 4.10")
    code = garden.load()
    assert (code.titles.en, code.titles.zh) == ("no", "1.10")
    assert code.rules[0].clause == "4.10" == code.clauses[0].id


def test_a_circle_of_two_codes_is_seen(garden: Any, make_garden: Any) -> None:
    """Lineage is followed into the codes that lie beside this one."""
    garden.swap(CODE, "lineage: []", "lineage: [{code: meadow, version: 0.1.0}]")
    make_garden("meadow").swap(CODE, "lineage: []", "lineage: [{code: orchard, version: 0.1.0}]")
    make_garden("orchard").swap(CODE, "lineage: []", "lineage: [{code: garden, version: 0.1.0}]")
    assert garden.codes() == {"conduct/lineage-cycle"}


def test_an_honest_lineage_is_fine(garden: Any, make_garden: Any) -> None:
    """A fork that names its parent, known or not, has no fault."""
    make_garden("meadow")
    garden.swap(
        CODE, "lineage: []", "lineage: [{code: meadow, version: 0.1.0}, {code: unknown-one, version: 1.0.0}]"
    )
    assert garden.lint() == []


def test_draft_rules_need_no_near_miss(garden: Any) -> None:
    """A rule that awaits a signal cannot have a near miss yet; it needs one to leave draft."""
    garden.swap(RULE, '    near: ">= 3"\n', "").swap(RULE, "status: experimental", "status: draft")
    assert garden.lint() == []


def test_hostile_input_costs_little(garden: Any) -> None:
    """Ten megabytes, a million brackets and thousands of faults end at once with bounded output."""
    garden.write("lists/huge.txt", b"x\n" * 5_000_000)
    garden.write("rules/deep.yaml", "[" * 1_000_000)
    garden.write("rules/wide.yaml", "".join(f"key{n}: 1\n" for n in range(60_000)))
    garden.write("clauses/9-deep.md", "---\n" + "- " * 400_000 + "\n---\n")
    faults = garden.lint()
    assert len(faults) <= MAX_FAULTS + 1
    assert faults[-1].code == "conduct/too-many-faults"


def test_a_rule_reads_declared_extra_columns(garden: Any) -> None:
    """`columns:` adds extra.* with a type, and tests may fill it."""
    garden.swap(CODE, "lineage: []", "columns: {extra.toxicity: float}")
    garden.swap(RULE, ">= 3\n", ">= 3\n  AND extra.toxicity IS NOT NULL\n")
    garden.swap(RULE, "  - todo:", "  - clears: filled\n    extra: {toxicity: 1}\n  - todo:")
    assert garden.lint() == []
    assert "extra.toxicity" in garden.load().rules[0].reads


def test_the_real_language_names_the_place(garden: Any) -> None:
    """Faults of the rule language stand at the file's own line and column, in a block and in quotes."""
    from ombud.events.envelope import COLUMNS

    garden.swap(RULE, "AND contains_any(folded(post.text)", "AND contains_any(folded(post.txt)")
    text = (garden.path / RULE).read_text("utf-8")
    start, end = text.index("when: |"), text.index("explains:")
    quoted = text[:start] + "when: 'account.name = ''x'' AND post.txt = ''y'''\n" + text[end:]
    for source in (text, quoted):
        garden.write(RULE, source)
        (fault,) = [one for one in lint(garden.path, COLUMNS) if one.code.startswith("expr/")]
        line = source.split("\n")[fault.where.line - 1]
        assert line[fault.where.column - 1 :].startswith("post.txt")


def test_what_is_no_code_is_told(tmp_path: Path) -> None:
    """An unknown name, a file and an empty folder are three different answers."""
    with pytest.raises(UsageError) as unknown:
        load_code("clear-cultur", {})
    assert unknown.value.code == "conduct/no-such-code"
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError) as file:
        load_code(tmp_path / "file", {})
    assert file.value.code == "conduct/not-a-folder"
    assert [fault.code for fault in lint(tmp_path, {}, parse=lambda *_: None)] == ["conduct/no-code"]


def test_a_corpus_is_read_like_tests(tmp_path: Path) -> None:
    """The protected corpus has the same items, bare or under `tests:`."""
    from ombud.events.envelope import COLUMNS

    path = tmp_path / "corpus.yaml"
    for text in (
        "- clears: a post\n  post: {text: hello}\n",
        "tests:\n- clears: a post\n  post: {text: hello}\n",
    ):
        path.write_text(text)
        (test,) = read_corpus(path, COLUMNS)
        assert (test.kind, test.name) == ("clears", "a post")
    path.write_text("clears: a post\n")
    with pytest.raises(ConductError):
        read_corpus(path, COLUMNS)
