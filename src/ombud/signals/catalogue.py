"""What every signal is declared to yield, whether or not this version measures it.

Rules are type-checked against these declarations, so a draft rule can be written,
reviewed and tested before its signal arrives. A rule that reads a signal which is
not installed (:mod:`ombud.signals.registry`) stays ``draft``: it is parsed and checked,
and never evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import GenericAlias, MappingProxyType


@dataclass(frozen=True, slots=True)
class Declared:
    """One field of a signal: its type, and what it means in a sentence."""

    type: type | GenericAlias
    means: str


SIGNALS: Mapping[str, Declared] = MappingProxyType(
    {
        "signal.text.canonical": Declared(
            str, "the text with camouflage undone: digit words, spacing, glyph variants"
        ),
        "signal.text.lang": Declared(str, "the language the text is written in: en, zh or unknown"),
        "signal.text.mentions": Declared(list[str], "names mentioned with @"),
        "signal.text.links": Declared(list[str], "web addresses in the text"),
        "signal.text.hashtags": Declared(list[str], "hashtags in the text"),
        "signal.private_info.kinds": Declared(
            list[str],
            "kinds of data found: id_number phone landline hotline bank_card email qq wechat plate passport"
            " address flight train hotel",
        ),
        "signal.private_info.exposed": Declared(list[str], "those kinds that are another natural person's"),
        "signal.private_info.whose": Declared(
            str, "another, own, organisation, public_office or hotline; NULL if nothing says"
        ),
        "signal.private_info.is_own": Declared(bool, "the data is the author's own; NULL if nothing says"),
        "signal.private_info.selling": Declared(bool, "the text offers or seeks private data for money"),
        "signal.private_info.id_number": Declared(str, "an identity number with a valid checksum"),
        "signal.private_info.phone": Declared(str, "a telephone number"),
        "signal.private_info.landline": Declared(str, "a Chinese landline number"),
        "signal.private_info.hotline": Declared(str, "a service number that anyone may call"),
        "signal.private_info.bank_card": Declared(str, "a bank card number with a valid checksum"),
        "signal.private_info.email": Declared(str, "an e-mail address"),
        "signal.private_info.qq": Declared(str, "a QQ number"),
        "signal.private_info.wechat": Declared(str, "a WeChat name"),
        "signal.private_info.plate": Declared(str, "a number plate"),
        "signal.private_info.passport": Declared(str, "a passport number"),
        "signal.private_info.address": Declared(str, "a postal address down to the door"),
        "signal.private_info.flight": Declared(str, "a flight number with a person's journey"),
        "signal.private_info.train": Declared(str, "a train number with a person's journey"),
        "signal.private_info.hotel": Declared(str, "a hotel stay of a person"),
        "signal.impersonation.protected": Declared(
            str, "the protected name that the account's name, bio or picture resembles"
        ),
        "signal.impersonation.protected_kind": Declared(
            str, "what bears it: body, media, company, person, division or title"
        ),
        "signal.impersonation.score": Declared(
            float, "how closely it resembles it, 0 to 1; NULL if no name is protected"
        ),
        "signal.impersonation.resemblance": Declared(
            str,
            "how: same cue place_cue badge separator invisible look_alike doubled homophone pinyin swapped"
            " edit bio avatar",
        ),
        "signal.impersonation.office_cue": Declared(
            bool, "the name claims an office: official, newsroom, service desk"
        ),
        "signal.impersonation.is_parody": Declared(
            bool, "the account says it is a parody, a fan, a critic, a watcher or not the one"
        ),
        "signal.impersonation.renamed_into": Declared(
            bool,
            "the account bore another name in the last seven days, or the platform says so in"
            " extra.previous_name",
        ),
        "signal.impersonation.avatar_distance": Declared(
            int,
            "bits of 256 in which its picture differs from the nearest protected one: 31 at most, 60 where"
            " the name or bio claims something",
        ),
        "signal.credentials.claim": Declared(str, "the licence the author claims to hold at present"),
        "signal.credentials.advice": Declared(bool, "the post gives individual advice in that profession"),
        "signal.credentials.shown": Declared(bool, "the credential register shows that licence"),
        "signal.copies.cluster_size": Declared(int, "posts with the same facts in the last 24 hours"),
        "signal.copies.cluster_accounts": Declared(int, "accounts among them"),
        "signal.copies.cluster_first_seen": Declared(datetime, "when the first of them was posted"),
        "signal.copies.cluster_span": Declared(int, "seconds from the first of them to this one"),
        "signal.copies.template_size": Declared(int, "posts filled into the same frame in the last 24 hours"),
        "signal.copies.template_accounts": Declared(int, "accounts among them"),
        "signal.copies.template_first_seen": Declared(datetime, "when the first of them was posted"),
        "signal.copies.template_span": Declared(int, "seconds from the first of them to this one"),
        "signal.copies.registered": Declared(bool, "the text is a registered alert or official release"),
        "signal.copies.registered_as": Declared(str, "what that alert or release is called"),
        "signal.coordination.inauthentic": Declared(
            float, "chance that one operator controls the group, 0 to 1"
        ),
        "signal.coordination.accounts": Declared(int, "accounts in the group"),
        "signal.recycled.first_seen_at": Declared(datetime, "when the text or image was first seen"),
        "signal.recycled.first_seen_in": Declared(
            str, "the post, or the registered original, it was seen in"
        ),
        "signal.recycled.age_days": Declared(int, "days since then"),
        "signal.recycled.kind": Declared(str, "what was seen before: image or text"),
        "signal.recycled.days_seen": Declared(int, "days of the last year on which it was seen"),
        "signal.recycled.is_own": Declared(bool, "the same account posted it first"),
        "signal.claims.check": Declared(str, "where the published fact-check of the claim stands"),
        "signal.claims.checks": Declared(list[str], "where all checks that count stand"),
        "signal.claims.publishers": Declared(
            int, "independent publishers with a published method who agree that it is false"
        ),
        "signal.claims.statements": Declared(
            list[str], "public bodies with a statement on it; a statement is never a check"
        ),
        "signal.claims.retracted": Declared(bool, "one of them has withdrawn its check"),
        "signal.claims.asserted": Declared(bool, "the post states the claim, and neither denies it nor asks"),
        "signal.claims.quotation": Declared(bool, "the claim is that somebody said something"),
        "signal.claims.score": Declared(float, "share of the claim that the post repeats, 0 to 1"),
        "signal.secrets.kind": Declared(str, "a live access token or key"),
        "signal.secrets.registered_file": Declared(str, "a file the organisation registered by hash"),
        "signal.harassment.directed": Declared(float, "abuse directed at a natural person, 0 to 1"),
        "signal.harassment.target_private": Declared(
            bool, "the person abused holds no public role in the exchange"
        ),
        "signal.imagery.explicit": Declared(float, "explicit imagery, 0 to 1"),
        "signal.authenticity.inauthentic": Declared(
            float, "chance that the engagement was bought or automated, 0 to 1"
        ),
    }
)


def signal_columns() -> dict[str, type | GenericAlias]:
    """Return every declared signal field with its type."""
    return {name: declared.type for name, declared in SIGNALS.items()}


def fields_of(name: str) -> dict[str, Declared]:
    """Return the declared fields of one signal: field -> type and meaning."""
    prefix = f"signal.{name}."
    return {key.removeprefix(prefix): value for key, value in SIGNALS.items() if key.startswith(prefix)}
