"""What was planted: the answer sheet, kept apart from the events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ombud.town.stage import Draft, Incident, Standing

HARMS: tuple[str, ...] = (
    "impersonation",
    "unqualified_advice",
    "coordinated_flooding",
    "metric_manipulation",
    "deceptive_solicitation",
    "undisclosed_commerce",
    "disaster_profiteering",
    "private_information",
    "misidentification",
    "harassment",
    "threat",
    "incitement_to_violence",
    "sexual_content",
    "intimate_image",
    "child_safety",
    "exploitation",
    "confidential_leak",
    "improper_payment",
    "vote_buying",
    "checked_false_claim",
    "recycled_media",
    "report_abuse",
)
"""The closed list of harms (design, section 5) without ``illegal_content``, which is a ground of reports."""

PEOPLE_ONLY: frozenset[str] = frozenset(
    {"misidentification", "incitement_to_violence", "intimate_image", "confidential_leak", "child_safety"}
)
"""Harms that the provision table leaves to people: no rule is expected to find them."""


OVERLAPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "impersonation": frozenset({"deceptive_solicitation"}),
        "unqualified_advice": frozenset({"deceptive_solicitation"}),
        "coordinated_flooding": frozenset(
            {"undisclosed_commerce", "metric_manipulation", "deceptive_solicitation"}
        ),
        "metric_manipulation": frozenset({"coordinated_flooding", "deceptive_solicitation"}),
        "deceptive_solicitation": frozenset({"impersonation", "metric_manipulation"}),
        "disaster_profiteering": frozenset({"deceptive_solicitation", "impersonation"}),
        "private_information": frozenset({"confidential_leak", "harassment"}),
        "misidentification": frozenset({"private_information", "harassment"}),
        "harassment": frozenset({"threat"}),
        "threat": frozenset({"harassment", "incitement_to_violence"}),
        "incitement_to_violence": frozenset({"threat", "harassment"}),
        "intimate_image": frozenset({"sexual_content", "harassment", "threat", "private_information"}),
        "child_safety": frozenset({"private_information"}),
        "exploitation": frozenset({"harassment", "child_safety"}),
        "confidential_leak": frozenset({"private_information"}),
        "vote_buying": frozenset({"metric_manipulation"}),
        "report_abuse": frozenset({"harassment", "coordinated_flooding", "metric_manipulation"}),
    }
)
"""For a breach of the first harm, further harms that a fair reviewer could name as well."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What one event is under one harm.

    Attributes:
        harm: a harm of :data:`HARMS`.
        breach: it breaches that harm's clause.
        near_miss: it was planted to look like a breach and is none. Never true with ``breach``.
        note: what was planted, in a few words.
        incident: the number of the planted incident; events of one incident share it.
        lang: the language of the incident (``en`` or ``zh``).
        disguise: the camouflage the text was put under, or the empty string.
        audience: who could see the event, as it says itself.
        also: what the same event is under further harms.
    """

    harm: str
    breach: bool
    near_miss: bool
    note: str
    incident: int
    lang: str
    disguise: str = ""
    also: tuple[Truth, ...] = ()
    audience: str | None = "public"

    def all(self) -> tuple[Truth, ...]:
        """Return this truth and those under further harms."""
        return (self, *self.also)


def truths_of(
    drafts: Iterable[tuple[str, Draft]], incidents: Sequence[Incident], standings: Iterable[Standing]
) -> Mapping[str, Truth]:
    """Return the truth of every planted event by event id; an event that is not there is ordinary."""
    by_account: dict[int, list[Standing]] = {}
    for standing in standings:
        by_account.setdefault(standing.who, []).append(standing)
    found: dict[str, Truth] = {}
    for event_id, draft in drafts:
        numbers = list(draft.incidents)
        for standing in by_account.get(draft.who, ()):
            if standing.since <= draft.at < standing.until and standing.incident not in numbers:
                numbers.append(standing.incident)
        if numbers:
            found[event_id] = _truth([incidents[n] for n in numbers], draft.audience)
    return MappingProxyType(found)


def _truth(incidents: Sequence[Incident], audience: str | None) -> Truth:
    rest = tuple(_truth([one], audience) for one in incidents[1:])
    one = incidents[0]
    return Truth(
        harm=one.harm,
        breach=one.breach,
        near_miss=not one.breach,
        note=one.note,
        incident=one.n,
        lang=one.lang,
        disguise=one.disguise,
        also=rest,
        audience=audience,
    )
