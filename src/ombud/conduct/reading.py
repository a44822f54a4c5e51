"""Values out of nodes, by a table of keys; what does not fit becomes a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ombud.base.clock import Micros, parse_time
from ombud.base.errors import Where
from ombud.base.nearest import did_you_mean
from ombud.conduct.faults import Faults
from ombud.conduct.keys import FORMS, Key
from ombud.conduct.words import Words
from ombud.conduct.yamltext import ListNode, MapNode, Node, ScalarNode, is_null

LANGUAGES = ("en", "zh")


class Fields:
    """The values that fitted, by key, and the place of each."""

    def __init__(self, node: MapNode | None, values: dict[str, Any]) -> None:
        self._node = node
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a key, or ``default`` where it is absent or did not fit."""
        return self._values.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def written(self, name: str) -> bool:
        """Say whether the key is written with a value, whether or not it fitted."""
        return not is_null(self.node(name))

    def node(self, name: str) -> Node | None:
        """Return the node under a key."""
        return self._node.get(name) if self._node is not None else None

    def where(self, name: str | None = None) -> Where:
        """Return the place of a key's value, or of the whole table."""
        node = self.node(name) if name is not None else None
        if node is not None:
            return node.where
        return self._node.where if self._node is not None else Where()


def shown(text: str, longest: int = 60) -> str:
    """Return the text, quoted and cut, for a message."""
    return repr(text if len(text) <= longest else text[:longest] + "…")


def read_table(node: Node | None, keys: tuple[Key, ...], faults: Faults, where: Where, what: str) -> Fields:
    """Read a mapping by a table of keys.

    Args:
        node: the mapping, or something else, which is a fault.
        keys: what it may have.
        faults: takes what does not fit.
        where: the place to report when the node is absent.
        what: what the mapping is called in messages, as in ``"a rule"``.
    """
    if not isinstance(node, MapNode):
        place = node.where if node is not None else where
        if node is not None or not faults.any_in(where.path):
            faults.add("conduct/wrong-kind", f"{what} is a list of `key: value`", place)
        return Fields(None, {})
    known = {key.name: key for key in keys}
    values: dict[str, Any] = {}
    for name, value in node.pairs:
        key = known.get(name.text)
        if key is None:
            hint = did_you_mean(name.text, known) or f"its keys are {', '.join(known)}"
            faults.add("conduct/unknown-key", f"{what} has no key {shown(name.text)}", name.where, hint)
        elif not is_null(value):
            fitted = read_value(value, key, faults)
            if fitted is not None:
                values[name.text] = fitted
    fields = Fields(node, values)
    for key in keys:
        if key.required and not fields.written(key.name):
            faults.add("conduct/missing-key", f"{what} needs `{key.name}:` ({key.means.en})", node.where)
    return fields


def read_value(node: Node, key: Key, faults: Faults) -> Any:
    """Return the node's value for a key, or ``None`` after a fault."""
    if key.kind == "any":
        return node
    if key.kind == "table":
        return read_table(node, key.keys, faults, node.where, f"`{key.name}`")
    if key.kind == "words":
        return read_words(node, key, faults)
    if key.kind in ("texts", "choices"):
        return _read_list(node, key, faults)
    text = read_text(node, key, faults)
    if text is None or key.kind == "text":
        return text
    if key.kind == "whole":
        return _whole(text, node, key, faults)
    return _choice(text, node, key, faults)


def read_text(node: Node, key: Key, faults: Faults) -> str | None:
    """Return a scalar's text as written, without the line break at the end of a block."""
    if not isinstance(node, ScalarNode):
        faults.add("conduct/wrong-kind", f"`{key.name}` is one text", node.where)
        return None
    text = node.text.rstrip() if node.style in ("|", ">") else node.text
    if not text.strip():
        faults.add("conduct/bad-value", f"`{key.name}` is empty", node.where)
        return None
    if len(text) > key.longest:
        faults.add("conduct/bad-value", f"`{key.name}` is longer than {key.longest} characters", node.where)
        return None
    if key.pattern is not None and re.fullmatch(key.pattern, text) is None:
        faults.add(
            "conduct/bad-value",
            f"`{key.name}` cannot be {shown(text)}",
            node.where,
            FORMS.get(key.pattern, key.means.en),
        )
        return None
    return text


def read_words(node: Node, key: Key, faults: Faults) -> Words | None:
    """Return a text in both languages; where the key takes a single text, it serves for both."""
    plain = Key(key.name, "text", key.means, longest=key.longest)
    if isinstance(node, ScalarNode):
        if key.single:
            text = read_text(node, plain, faults)
            return Words(text, text) if text is not None else None
        faults.add(
            "conduct/missing-translation", f"`{key.name}` needs English and Chinese", node.where,
            f"write {key.name}: {{en: …, zh: …}}",
        )  # fmt: skip
        return None
    if not isinstance(node, MapNode):
        faults.add("conduct/wrong-kind", f"`{key.name}` is {{en: …, zh: …}}", node.where)
        return None
    for name, _ in node.pairs:
        if name.text not in LANGUAGES:
            faults.add("conduct/unknown-key", f"`{key.name}` has only en and zh", name.where)
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        part = node.get(language)
        if is_null(part):
            faults.add("conduct/missing-translation", f"`{key.name}` lacks its {language} text", node.where)
        elif part is not None and (text := read_text(part, plain, faults)) is not None:
            texts[language] = text
    return Words(**texts) if len(texts) == len(LANGUAGES) else None


def items_of(node: Node, what: str, faults: Faults) -> tuple[Node, ...]:
    """Return the items of a list, or nothing after a fault."""
    if not isinstance(node, ListNode):
        faults.add("conduct/wrong-kind", f"{what} is a list", node.where)
        return ()
    return node.items


def read_day(fields: Fields, name: str, faults: Faults) -> Micros | None:
    """Return a day or an instant as microseconds; a day begins at 00:00 UTC."""
    text = fields.get(name)
    if text is None or text == "adopter":
        return None
    try:
        return parse_time(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as error:
        faults.add("conduct/bad-value", f"`{name}` is no day: {error}", fields.where(name))
        return None


def unknown_names(found: Iterable[str], known: Iterable[str]) -> list[tuple[str, str | None]]:
    """Return the names that are not known, each with a hint."""
    known = set(known)
    return [(name, did_you_mean(name, known)) for name in found if name not in known]


def _read_list(node: Node, key: Key, faults: Faults) -> tuple[str, ...] | None:
    single = Key(key.name, "text", key.means, longest=key.longest)
    found: list[str] = []
    for item in items_of(node, f"`{key.name}`", faults):
        text = read_text(item, single, faults)
        if text is not None and key.kind == "choices":
            text = _choice(text, item, key, faults)
        if text in found:
            faults.add("conduct/bad-value", f"{shown(str(text))} stands twice in `{key.name}`", item.where)
        elif text is not None:
            found.append(text)
    return tuple(found)


def _choice(text: str, node: Node, key: Key, faults: Faults) -> str | None:
    if text in key.choices:
        return text
    hint = did_you_mean(text, key.choices) or f"it is one of {', '.join(key.choices)}"
    faults.add("conduct/bad-value", f"`{key.name}` cannot be {shown(text)}", node.where, hint)
    return None


def _whole(text: str, node: Node, key: Key, faults: Faults) -> int | None:
    plain = isinstance(node, ScalarNode) and not node.style
    if plain and re.fullmatch(r"[0-9]{1,9}", text) and key.low <= int(text) <= key.high:
        return int(text)
    faults.add(
        "conduct/bad-value", f"`{key.name}` cannot be {shown(text)}", node.where,
        f"a whole number from {key.low} to {key.high}: {key.means.en}",
    )  # fmt: skip
    return None
