"""The site is readable, complete and harmless: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ombud.base.errors import UsageError
from ombud.conduct.find import bundled_names
from ombud.conduct.fork import fork_code
from ombud.conduct.loader import load_code
from ombud.conduct.model import Code
from ombud.conduct.site.build import MANIFEST, page_names, site_files, write_site
from ombud.conduct.site.frame import style
from ombud.conduct.site.labels import LABELS
from ombud.conduct.site.markup import Html, el, text
from ombud.conduct.site.prose import prose
from ombud.conduct.starter import init_code
from ombud.events.envelope import COLUMNS
from ombud.signals.catalogue import signal_columns

ALL = {**COLUMNS, **signal_columns()}
VOID = {"meta", "br", "hr", "link", "img", "input"}


@pytest.fixture(scope="module")
def codes() -> list[Code]:
    """Every bundled code."""
    return [load_code(name, ALL) for name in bundled_names()]


@pytest.fixture(scope="module")
def files(codes: list[Code]) -> dict[str, str]:
    """The site of every bundled code in both languages."""
    return site_files(codes)


class Reader(HTMLParser):
    """Collects what a page is made of and checks that its elements close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def tags(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def test_every_page_is_well_formed_and_in_its_language(files: dict[str, str]) -> None:
    """Elements close in order, the language is told, one h1, headings leave out no level, ids are unique."""
    for name, page in files.items():
        reader = Reader(page)
        language = "zh-Hans" if "/zh/" in name else "en"
        assert reader.tags("html")[0]["lang"] == language
        levels = [int(tag[1]) for tag, _ in reader.seen if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), name
        ids = [attrs["id"] for _, attrs in reader.seen if "id" in attrs]
        assert len(ids) == len(set(ids))
        assert reader.tags("a")[0]["href"] == "#text"
        assert any(attrs.get("id") == "text" for attrs in reader.tags("main"))


def test_nothing_runs_and_nothing_comes_from_elsewhere(files: dict[str, str]) -> None:
    """No script, no image, no form, no inline style; the policy forbids them too."""
    for page in files.values():
        reader = Reader(page)
        for tag, attrs in reader.seen:
            assert tag not in {"script", "img", "iframe", "object", "form", "link", "video", "base"}
            assert not any(name.startswith("on") or name in ("style", "src") for name in attrs)
        policy = reader.tags("meta")[1]["content"]
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "url(" not in style()
    assert "@import" not in style()


def test_every_link_leads_somewhere(files: dict[str, str]) -> None:
    """Links go to the web or to a page and a place that exist."""
    ids = {name: {a["id"] for _, a in Reader(page).seen if "id" in a} for name, page in files.items()}
    for name, page in files.items():
        for attrs in Reader(page).tags("a"):
            href = attrs["href"] or ""
            if href.startswith(("https://", "http://")):
                assert "noopener" in str(attrs["rel"])
                continue
            target, _, fragment = href.partition("#")
            parts = [*name.split("/")[:-1], *target.split("/")] if target else name.split("/")
            while ".." in parts:
                at = parts.index("..")
                del parts[at - 1 : at + 1]
            assert "/".join(parts) in files, (name, href)
            assert not fragment or fragment in ids["/".join(parts)]


def test_each_page_says_who_stands_behind_the_code(codes: list[Code], files: dict[str, str]) -> None:
    """Binding and state involvement stand on every page of a code."""
    for code in codes:
        for language in ("en", "zh"):
            for name, page in files.items():
                if name.startswith(f"{code.id}/{language}/"):
                    assert text(code.state_involvement[language]) in page


def test_each_clause_page_has_the_whole_clause(codes: list[Code], files: dict[str, str]) -> None:
    """Examples, the reason for declining, and every rule with its condition, explanation and tests."""
    for code in codes:
        for clause in code.clauses:
            page = files[f"{code.id}/zh/{page_names(code)[clause.id]}"]
            for example in clause.body_zh.examples:
                assert prose(example.text, {}) in page
            if clause.declined_because is not None:
                assert text(clause.declined_because.zh) in page
            for rule in (rule for rule in code.rules if rule.clause == clause.id):
                assert text(rule.when.strip()) in page
                assert text(rule.title.zh) in page
                assert all(text(test.name) in page for test in rule.tests)


def test_the_same_codes_give_the_same_bytes(codes: list[Code], files: dict[str, str]) -> None:
    """No time of making stands in a page."""
    assert site_files(codes) == files


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_in_light_and_dark() -> None:
    """Every text colour on both backgrounds has the 4.5 : 1 of WCAG 2.2 AA."""
    themes = re.findall(r":root\{([^}]*)\}", style())
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", theme))
        for name in ("ink", "soft", "link", "good", "bad", "mark"):
            for ground in ("paper", "box"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


HOSTILE = [
    ("<script>alert(1)</script>", "<script"),
    ("<img src=x onerror=alert(1)>", "<img"),
    ("[a](javascript:alert(1))", "href"),
    ("[a](JaVaScRiPt:alert(1))", "href"),
    ("[a](data:text/html,x)", "href"),
    ("[a](//evil.example/x)", "href"),
    ("[a](\\\\evil.example)", "href"),
    ("[a](../../etc/passwd)", "href"),
    ("[a](mailto:x@example.org)", "href"),
    ("![a](https://example.org/x.png)", "<img"),
    ('<https://example.org/" onclick=x>', "onclick=x>"),
    ("[r]: javascript:alert(1)\n\n[a][r]", "href"),
    ("`<b>`", "<b>"),
]


@pytest.mark.parametrize(("markdown", "not_in"), HOSTILE)
def test_markdown_cannot_bring_in_markup(markdown: str, not_in: str) -> None:
    """Raw HTML is shown, images are words, links lead only to the web or to clauses."""
    assert not_in not in prose(markdown, {})


def test_markdown_that_is_kept() -> None:
    """Lists, emphasis, headings below the page's own, web links and links between clauses."""
    assert prose("*a* and **b**", {}) == "<p><em>a</em> and <strong>b</strong></p>"
    assert prose("# a", {}) == "<h3>a</h3>"
    assert 'href="clause-4.2.html"' in prose("[x](4.2-attacks.md)", {"4.2-attacks.md": "clause-4.2.html"})
    assert 'href="https://example.org/?a=1&amp;b=2"' in prose("[x](HTTPS://example.org/?a=1&b=2)", {})


def test_text_is_escaped_and_hidden_signs_are_shown() -> None:
    """Quotes, angle brackets, control characters and direction marks cannot act."""
    assert text("<\"&'>") == "&lt;&quot;&amp;&#x27;&gt;"
    assert text("a\u202eb\x00") == "a[U+202E]b\ufffd"
    assert el("p", "<b>", Html("<b></b>"), title='"') == '<p title="&quot;">&lt;b&gt;<b></b></p>'


def test_a_hostile_code_stays_text(tmp_path: Path) -> None:
    """Markup in every text of a code comes out as text."""
    init_code(tmp_path / "club")
    evil = "<script>alert('x')</script>"
    for path in (tmp_path / "club").rglob("*"):
        if path.is_file():
            words = path.read_text("utf-8").replace("Honest offers only", f"Honest {evil}")
            words = words.replace("Our code of conduct", f"Our {evil}").replace("12 each", evil)
            words = words.replace("three promises within a minute", f"three {evil}")
            path.write_text(words.replace("# or a day", "#"), encoding="utf-8")
    pages = site_files([load_code(tmp_path / "club", ALL)])
    assert any("&lt;script&gt;" in page for page in pages.values())
    assert not any("<script" in page for page in pages.values())


def test_lineage_is_shown(tmp_path: Path) -> None:
    """A fork's first page names the code, the version and the hash it comes from."""
    made = fork_code("seven-minimums", tmp_path / "our-own", ALL)
    page = site_files([made.code], ["en"])["our-own/en/index.html"]
    assert f"seven-minimums {made.parent.version}" in page
    assert made.parent.hash in page


def test_one_language_has_no_switch(codes: list[Code]) -> None:
    """Nothing leads to pages that are not there."""
    pages = site_files(codes[:1], ["zh"])
    assert all("/zh/" in name or name == "index.html" for name in pages)
    assert not any("hreflang" in page for name, page in pages.items() if "/" in name)


def test_writing_again_replaces_the_site(codes: list[Code], tmp_path: Path) -> None:
    """Pages of before go; files of others in the folder stay."""
    out = tmp_path / "site"
    write_site(codes[:2], out)
    (out / "CNAME").write_text("example.org")
    write_site(codes[:1], out, ["en"])
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert left == {*site_files(codes[:1], ["en"]), MANIFEST, "CNAME"}


def test_a_folder_of_others_is_left_alone(codes: list[Code], tmp_path: Path) -> None:
    """What is not an earlier site is not touched, also where a manifest is forged."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError) as caught:
        write_site(codes[:1], tmp_path)
    assert caught.value.code == "conduct/docs-folder"
    out = tmp_path / "site"
    write_site(codes[:1], out, ["en"])
    (out / MANIFEST).write_text('{"files": ["../notes.txt", "/etc/hosts", "../x.html"]}')
    write_site(codes[:1], out, ["en"])
    assert (tmp_path / "notes.txt").exists()
    (out / MANIFEST).write_text("[1]")
    with pytest.raises(UsageError):
        write_site(codes[:1], out, ["en"])


def test_a_code_named_twice_is_refused(codes: list[Code]) -> None:
    """Two codes of one id would write over each other."""
    with pytest.raises(UsageError) as caught:
        site_files([codes[0], codes[0]])
    assert caught.value.code == "conduct/docs-codes"


def test_labels_stand_in_both_languages() -> None:
    """No word of the site is missing in Chinese."""
    assert all(re.search("[\u4e00-\u9fff]", words.zh) and words.en for words in LABELS.values())
