"""Reports by people against brigades: which cases come first, and where that breaks.

    python -m benchmarks.reports              # the standard setting, five seeds
    python -m benchmarks.reports --harder     # every harder setting, three seeds each

A made-up platform is reported on for sixty days. Ordinary people see breaches and report them,
some carefully, some not; brigades agree to bury somebody innocent. People decide most of the
cases of the first forty days; what is ranked are the open ones. The knobs stand in
:class:`Knobs`; none of them is read by what is measured.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from ombud.base.clock import DAY, HOUR, SECOND, Micros
from ombud.cases.brigades import Crowd, Voice, groups, is_brigade
from ombud.cases.reliability import confidence, reliability

TOP = 200
DAYS, DECIDED_DAYS = 60, 40
NOW: Micros = 20_000 * DAY


@dataclass(frozen=True)
class Knobs:
    """What the world is like.

    Attributes:
        people: ordinary accounts that report; ``careless`` of them are right about half of the time.
        subjects: what could be reported in sixty days; ``guilty`` of them break a clause.
        per_guilty, per_innocent: reports on a subject of middling popularity, on average.
        decided: share of the first forty days' cases that people decided; ``wrong`` of these wrongly.
        plain, sleepers: how many brigades of each kind; ``size`` accounts each.
        attacks: how many innocent subjects each brigade reports, in the last twenty days.
        takes_part: share of a brigade that joins one attack.
        plain_born, sleeper_born: days within which a brigade's accounts were opened.
        plain_hours, sleeper_hours: hours over which an attack is spread.
        own_words: share of a sleeper's texts that are made like anybody's; the others, and all of a
            plain brigade's, are one text with words exchanged.
        good: honest reports that each sleeper sends first, on real breaches.
        pool: the operator's list of breaches from which a brigade's sleepers pick these; 0 = each
            looks for its own.
    """

    people: int = 6_000
    careless: float = 0.3
    subjects: int = 5_000
    guilty: float = 0.2
    per_guilty: float = 14.0
    per_innocent: float = 0.5
    decided: float = 0.8
    wrong: float = 0.03
    plain: int = 12
    sleepers: int = 12
    size: tuple[int, int] = (15, 45)
    attacks: tuple[int, int] = (1, 4)
    takes_part: float = 0.8
    plain_born: float = 10.0
    sleeper_born: float = 90.0
    plain_hours: float = 3.0
    sleeper_hours: float = 36.0
    own_words: float = 0.7
    good: tuple[int, int] = (4, 12)
    pool: int = 40


@dataclass(frozen=True)
class Said:
    """One report."""

    case: str
    reporter: str
    at: Micros
    text: str


@dataclass
class World:
    """What was reported, by whom, and the truth about it."""

    guilty: Mapping[str, bool]
    reports: list[Said] = field(default_factory=list)
    born: dict[str, Micros] = field(default_factory=dict)
    decided: dict[str, bool] = field(default_factory=dict)
    attacked: set[str] = field(default_factory=set)


_PARTS = (
    ("hello", "please look", "this again", "i saw this today", "for attention", "not ok", "hi team"),
    ("this person", "the account", "the author", "this post", "the one here", "that page", "somebody"),
    ("gives away", "shows", "posted", "keeps sharing", "put online", "spreads", "publishes", "reveals"),
    ("a private number", "an address", "my colleague's street", "where she lives", "a phone number",
     "the school of a child", "hotel details", "an identity card"),
    ("without asking", "and laughs about it", "since yesterday", "in every answer", "under my photo",
     "to thousands of people", "again and again", "in the comments"),
    ("please remove it", "i am worried", "it is dangerous", "do something", "thank you", "this is wrong",
     "she asked them to stop", "nobody helps"),
)  # fmt: skip
_SHORT = ("", "", "spam", "private data", "please check", "breaks the rules")


def _anybody(rng: Random) -> str:
    """Return what anybody might write: often nothing, else a sentence of one's own."""
    if rng.random() < 0.4:
        return rng.choice(_SHORT)
    return " ".join(rng.choice(part) for part in rng.sample(_PARTS, rng.randint(3, 6)))


def _one_text(rng: Random, text: list[str]) -> str:
    """Return a brigade's text with a third of its phrases exchanged and its letters disguised."""
    words = [rng.choice(rng.choice(_PARTS)) if rng.random() < 0.33 else part for part in text]
    said = " ".join(words)
    return "".join("\u200b" + ch if rng.random() < 0.05 else ch for ch in said) + "!" * rng.randint(0, 3)


def make(knobs: Knobs, seed: int) -> World:
    """Make a world."""
    rng = Random(seed)
    names = [f"s{i}" for i in range(knobs.subjects)]
    world = World({name: rng.random() < knobs.guilty for name in names})
    when = {name: NOW - DAYS * DAY + int(rng.random() * DAYS * DAY) for name in names}
    popular = {name: rng.lognormvariate(0.0, 1.0) for name in names}
    _ordinary(world, knobs, rng, when, popular)
    for kind, count in (("plain", knobs.plain), ("sleeper", knobs.sleepers)):
        for b in range(count):
            _brigade(world, knobs, rng, when, popular, f"{kind}{b}")
    known = {said.case for said in world.reports}
    for name in names:
        if name in known and when[name] < NOW - (DAYS - DECIDED_DAYS) * DAY and rng.random() < knobs.decided:
            world.decided[name] = world.guilty[name] ^ (rng.random() < knobs.wrong)
    world.reports.sort(key=lambda said: (said.at, said.reporter))
    return world


def _ordinary(
    world: World, knobs: Knobs, rng: Random, when: Mapping[str, Micros], popular: Mapping[str, float]
) -> None:
    people = [f"u{i}" for i in range(knobs.people)]
    right = [
        rng.betavariate(5, 5) if rng.random() < knobs.careless else rng.betavariate(14, 2) for _ in people
    ]
    busy = [rng.lognormvariate(0.0, 1.2) for _ in people]
    waves = [NOW - int(rng.random() * 2_000 * DAY) for _ in range(12)]
    for name in people:  # a platform grows, and in waves
        wave = rng.choice(waves) + int(rng.random() * 7 * DAY)
        world.born[name] = wave if rng.random() < 0.2 else NOW - int(rng.random() ** 1.3 * 2_200 * DAY) - DAY
    sees = [b * r for b, r in zip(busy, right, strict=True)]
    errs = [b * (1 - r) for b, r in zip(busy, right, strict=True)]
    for name, guilty in world.guilty.items():
        mean = popular[name] * (knobs.per_guilty if guilty else knobs.per_innocent)
        for who in set(rng.choices(people, sees if guilty else errs, k=_poisson(rng, mean))):
            at = when[name] + int(rng.expovariate(1 / (6 * HOUR)))
            world.reports.append(Said(name, who, at // SECOND * SECOND, _anybody(rng)))


def _brigade(
    world: World,
    knobs: Knobs,
    rng: Random,
    when: Mapping[str, Micros],
    popular: Mapping[str, float],
    name: str,
) -> None:
    plain = name.startswith("plain")
    start = NOW - (30 if plain else 120 + rng.randrange(1_000)) * DAY
    within = knobs.plain_born if plain else knobs.sleeper_born
    members = [f"{name}-{i}" for i in range(rng.randint(*knobs.size))]
    for member in members:
        world.born[member] = start - int(rng.random() * within * DAY)
    early = NOW - (DAYS - DECIDED_DAYS) * DAY
    breaches = [s for s, guilty in world.guilty.items() if guilty and when[s] < early - 2 * DAY]
    if not plain:
        pool = rng.sample(breaches, knobs.pool) if knobs.pool else breaches
        weights = [popular[s] for s in pool]
        for member in members:
            for case in set(rng.choices(pool, weights, k=rng.randint(*knobs.good))):
                at = when[case] + int(rng.expovariate(1 / (12 * HOUR)))
                world.reports.append(Said(case, member, at // SECOND * SECOND, _anybody(rng)))
    text = [rng.choice(part) for part in _PARTS]
    targets = [s for s, guilty in world.guilty.items() if not guilty and when[s] > early]
    for case in rng.sample(targets, rng.randint(*knobs.attacks)):
        world.attacked.add(case)
        hours = knobs.plain_hours if plain else knobs.sleeper_hours
        for member in members:
            if rng.random() < knobs.takes_part:
                at = when[case] + int(rng.random() * hours * HOUR)
                own = not plain and rng.random() < knobs.own_words
                said = _anybody(rng) if own else _one_text(rng, text)
                world.reports.append(Said(case, member, at // SECOND * SECOND, said))


def _poisson(rng: Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, k = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        k += 1
    return k


@dataclass(frozen=True)
class Seen:
    """The open cases as a scorer sees them."""

    voices: Mapping[str, list[Voice]]
    reliable: Mapping[str, float]
    crowd: Crowd


def look(world: World) -> Seen:
    """Return what the store would hold of a world."""
    cases: dict[str, set[str]] = defaultdict(set)
    by_case: dict[str, dict[str, Said]] = defaultdict(dict)
    for said in world.reports:
        cases[said.reporter].add(said.case)
        by_case[said.case].setdefault(said.reporter, said)
    record: Counter[tuple[str, bool]] = Counter()
    for who, reported in cases.items():
        for case in reported:
            if case in world.decided:
                record[who, world.decided[case]] += 1
    sizes = {case: len(said) for case, said in by_case.items()}
    voices = {
        case: [
            Voice(s.reporter, s.at, s.text, world.born[s.reporter], frozenset(cases[s.reporter] - {case}))
            for s in said.values()
        ]
        for case, said in by_case.items()
        if case not in world.decided
    }
    births = sorted(world.born[who] for who in cases)
    reliable = {who: reliability(record[who, True], record[who, False]) for who in cases}
    return Seen(voices, reliable, Crowd(sizes, sum(sizes.values()), births))


Score = Callable[[Seen, str], float]


def _counting(seen: Seen, case: str) -> float:
    return len(seen.voices[case])


def _reputation(seen: Seen, case: str) -> float:
    return sum(seen.reliable[voice.reporter] for voice in seen.voices[case])


def _grouped(seen: Seen, case: str) -> float:
    return len(groups(seen.voices[case], seen.crowd))


def _ombud(seen: Seen, case: str) -> float:
    voices = seen.voices[case]
    made = groups(voices, seen.crowd)
    return confidence(made, [seen.reliable[voice.reporter] for voice in voices])


SCORES: Mapping[str, Score] = {
    "plain counting": _counting,
    "reputation alone": _reputation,
    "independent groups alone": _grouped,
    "ombud (groups and reliability)": _ombud,
}


@dataclass(frozen=True)
class Result:
    """How well one score ranks the open cases."""

    auc: float
    brigaded: int
    innocent: int


def judge(world: World, seen: Seen, score: Score) -> Result:
    """Rank the open cases; equal scores stand in the order of their first report."""
    found = [(score(seen, case), min(v.at for v in voices), case) for case, voices in seen.voices.items()]
    found.sort(key=lambda each: (-each[0], each[1], each[2]))
    top = [case for _, _, case in found[:TOP]]
    brigaded = sum(case in world.attacked for case in top)
    return Result(_auc(world, found), brigaded, sum(not world.guilty[case] for case in top))


def _auc(world: World, found: Sequence[tuple[float, Micros, str]]) -> float:
    """Return the chance that a guilty case scores above an innocent one (ties count half)."""
    scores: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score, _, case in found:
        scores[score][world.guilty[case]] += 1
    below, won, guilty = 0, 0.0, 0
    for score in sorted(scores):
        innocent, bad = scores[score]
        won += bad * (below + innocent / 2)
        below, guilty = below + innocent, guilty + bad
    return won / (below * guilty)


HARDER: Mapping[str, Knobs] = {
    "standard": Knobs(),
    "sleepers find their own breaches": Knobs(pool=0),
    "sleepers born over 3 years": Knobs(sleeper_born=1_000),
    "all words their own": Knobs(own_words=1.0),
    "one attack each": Knobs(attacks=(1, 1)),
    "spread over four days": Knobs(plain_hours=48, sleeper_hours=96),
    "small brigades": Knobs(size=(5, 9), plain=30, sleepers=30),
    "half takes part": Knobs(takes_part=0.5),
    "longer good history": Knobs(good=(15, 30)),
    "few cases decided": Knobs(decided=0.3),
    "three times as many brigades": Knobs(plain=36, sleepers=36),
    "no trace at all": Knobs(pool=0, sleeper_born=2_000, own_words=1.0, attacks=(1, 1), sleeper_hours=96),
}
"""Settings that take one help away at a time, and at last all of them."""


def run(name: str, knobs: Knobs, seeds: Sequence[int]) -> None:
    """Print one setting."""
    worlds = [make(knobs, seed) for seed in seeds]
    views = [look(world) for world in worlds]
    openly = sum(len(seen.voices) for seen in views) // len(views)
    attacked = sum(len(world.attacked) for world in worlds) // len(worlds)
    print(f"\n{name}: {openly} open cases, {attacked} brigaded, {len(seeds)} seeds")
    for label, score in SCORES.items():
        begun = time.process_time()
        results = [judge(world, seen, score) for world, seen in zip(worlds, views, strict=True)]
        took = (time.process_time() - begun) / len(seeds)
        aucs, brigaded = [r.auc for r in results], [r.brigaded for r in results]
        print(
            f"  {label:32} AUC {sum(aucs) / len(aucs):.3f} (worst {min(aucs):.3f})"
            f"  brigaded in the top {TOP}: {sum(brigaded) / len(brigaded):5.1f} (worst {max(brigaded)})"
            f"  {took:5.1f} s"
        )
    hints = [_hints(world, seen) for world, seen in zip(worlds, views, strict=True)]
    print(f"  hint shown: {_share(hints, 0)} of brigaded cases, {_share(hints, 2)} of all others")


def _hints(world: World, seen: Seen) -> tuple[int, int, int, int]:
    shown = {case: is_brigade(groups(voices, seen.crowd)) for case, voices in seen.voices.items()}
    bad = [shown[case] for case in shown if case in world.attacked]
    good = [shown[case] for case in shown if case not in world.attacked]
    return sum(bad), len(bad), sum(good), len(good)


def _share(hints: Sequence[tuple[int, int, int, int]], at: int) -> str:
    return f"{sum(h[at] for h in hints)} of {sum(h[at + 1] for h in hints)}"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--harder", action="store_true", help="every setting")
    parser.add_argument("--seeds", type=int, default=0, help="how many seeds (default 5, harder 3)")
    given = parser.parse_args()
    settings = HARDER if given.harder else {"standard": HARDER["standard"]}
    for name, knobs in settings.items():
        run(name, replace(knobs), range(1, 1 + (given.seeds or (3 if given.harder else 5))))


if __name__ == "__main__":
    main()
