"""Who may do what. Every act names a person, and every role was given by somebody."""

from __future__ import annotations

import re
from typing import Literal, get_args

from ombud.base.clock import Micros
from ombud.base.nearest import did_you_mean
from ombud.cases.entry import enter, name
from ombud.cases.errors import refuse
from ombud.store import Tx, people

Role = Literal["reviewer", "appeal_reviewer", "code_editor", "operator", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
LANGUAGES = ("en", "zh")
_NAME = re.compile(r"[\w.@+-]{1,80}")


def require(tx: Tx, person: str, *roles: Role) -> None:
    """Check that a person is known and has one of the roles.

    Raises:
        CaseError: ``cases/no-such-person``, ``cases/wrong-role``.
    """
    found = people.get(tx, person)
    if found is None:
        known = did_you_mean(person, (each.id for each in people.every(tx)))
        hint = known or "an operator adds people: ombud people add"
        raise refuse("cases/no-such-person", f"there is no person {person[:80]!r}", hint)
    if not people.roles(tx, person) & set(roles):
        words = " or ".join(role.replace("_", " ") for role in roles)
        hint = f"an operator can give the role: ombud people grant {person} {roles[0]}"
        raise refuse("cases/wrong-role", f"this needs a person who is {words}", hint)


def acting(tx: Tx, person: str, *roles: Role) -> None:
    """Begin an act: wait for whoever is writing, then check the person as :func:`require` does.

    What is checked after this call stays true until the transaction ends.
    """
    tx.alone()
    require(tx, person, *roles)


def add(tx: Tx, person: str, languages: list[str], *, by: str, at: Micros) -> None:
    """Add a person, or change their languages; the first one of a store adds themselves.

    Raises:
        CaseError: ``cases/bad-name``, ``cases/bad-language``, ``cases/wrong-role``.
    """
    if _NAME.fullmatch(person) is None:
        hint = "letters, digits and . @ + - _, at most 80"
        raise refuse("cases/bad-name", f"{person[:80]!r} cannot be a person's name here", hint)
    if not languages or not set(languages) <= set(LANGUAGES):
        raise refuse("cases/bad-language", "languages are en and zh", "name at least one")
    tx.alone()
    if people.any_roles(tx):
        require(tx, by, "operator")
    people.save(tx, person, sorted(set(languages)), at)
    enter(tx, "person-added", {"person": inner(tx, person), "languages": sorted(set(languages))}, at)


def grant(tx: Tx, person: str, role: Role, *, by: str, at: Micros, granted: bool = True) -> None:
    """Give a role or take it back. The first role of a store is an operator's own.

    Raises:
        CaseError: ``cases/bad-role``, ``cases/no-such-person``, ``cases/wrong-role``,
            ``cases/no-operator``, ``cases/last-operator``.
    """
    if role not in ROLES:
        raise refuse("cases/bad-role", f"there is no role {role[:40]!r}", "roles: " + ", ".join(ROLES))
    tx.alone()
    if people.any_roles(tx):
        require(tx, by, "operator")
    elif not (role == "operator" and by == person and granted):
        hint = f"ombud people grant {by} operator --as {by}"
        raise refuse("cases/no-operator", "there is no operator yet; the first role is an operator's", hint)
    if people.get(tx, person) is None:
        raise refuse("cases/no-such-person", f"there is no person {person[:80]!r}", "ombud people add")
    if not granted and role == "operator" and _operators(tx) == [person]:
        raise refuse("cases/last-operator", "the last operator cannot lose the role", "name another first")
    people.act(tx, person, role, granted, by, at)
    body = {"person": inner(tx, person), "role": role, "granted": granted, "by": inner(tx, by)}
    enter(tx, "role", body, at)


def _operators(tx: Tx) -> list[str]:
    return [each.id for each in people.every(tx) if "operator" in people.roles(tx, each.id)]


def inner(tx: Tx, person: str) -> str:
    """Return how a person is called in entries that concern no case."""
    return name(tx, "p", person)
