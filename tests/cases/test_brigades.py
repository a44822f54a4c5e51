"""Who speaks independently, what that is worth, and how the order stands up to brigades."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR
from ombud.cases.brigades import Crowd, Voice, groups, is_brigade
from ombud.cases.reliability import confidence, reliability

NOW = 20_000 * DAY
CROWD = Crowd({f"c{i}": 3 for i in range(200)}, 5_000, [NOW - i * DAY for i in range(2_000, 0, -1)])
TEXT = "This account gives away where somebody lives, please look at it at once"
OTHERS = (
    "A telephone number of my aunt stands here and she asked for help",
    "He published the street of a colleague under my picture yesterday evening",
    "Hotel and flight of a singer, with the room; the fans are on their way",
)


def voice(n: int, text: str = "", apart: int = 200, **more: object) -> Voice:
    """Return a reporter who is like no other, unless told so."""
    fields = {"at": NOW + n * 3 * HOUR, "born": NOW - n * apart * DAY, **more}
    return Voice(f"u{n}", text=text, **fields)  # type: ignore[arg-type]


def sizes(*voices: Voice) -> list[int]:
    """Return the sizes of the groups."""
    return [len(group) for group in groups(voices, CROWD)]


def test_strangers_stay_strangers() -> None:
    """People who write their own words, came at other times and report other things are independent."""
    some = [voice(n, text, cases=frozenset({f"c{n}"})) for n, text in enumerate(OTHERS, 1)]
    assert sizes(*some) == [1, 1, 1]
    assert sizes() == []


def test_one_text_counts_once() -> None:
    """The same words, also with hidden characters and a word exchanged, are one voice."""
    hidden = "\u200b".join(TEXT).replace("please", "kindly")
    assert sizes(voice(1, TEXT), voice(2, TEXT.upper() + "!!!"), voice(3, hidden), voice(4, OTHERS[0])) == [
        3,
        1,
    ]


def test_short_words_join_nobody() -> None:
    """What everybody writes, such as "spam" or nothing, says nothing of who wrote it."""
    assert sizes(*(voice(n, "spam!") for n in range(1, 6))) == [1] * 5


def test_a_busy_minute_alone_joins_nobody() -> None:
    """Many honest people report at once what many see at once."""
    some = [voice(n, at=NOW + n, text=OTHERS[n % 3] if n < 3 else "") for n in range(1, 9)]
    assert sizes(*some) == [1] * 8


def test_a_shared_past_joins() -> None:
    """Who keeps reporting the same rare things together is one voice; one thing in common is chance."""
    past = frozenset({"c1", "c2", "c3", "c4"})
    assert sizes(*(voice(n, cases=past | {f"c{n + 9}"}) for n in range(1, 7))) == [6]
    assert sizes(*(voice(n, cases=frozenset({"c1", f"c{n + 9}"})) for n in range(1, 7))) == [1] * 6


def test_accounts_opened_together_join() -> None:
    """A dozen accounts opened within three days are one voice; where everybody is new, they are not."""
    some = [voice(n, born=NOW - 100 * DAY - n * 6 * HOUR) for n in range(1, 13)]
    assert sizes(*some) == [12]
    young = Crowd(CROWD.sizes, CROWD.total, [NOW - i * HOUR for i in range(4_000, 0, -1)])
    assert len(groups(some, young)) > 8


def test_weaker_ties_suffice_once_a_group_is_seen() -> None:
    """Who shares the past of a group that is plain by its words belongs to it."""
    past = frozenset({"c1", "c2", "c3"})
    core = [voice(n, TEXT, cases=past) for n in range(1, 7)]
    assert sizes(*core, voice(9, OTHERS[0], cases=past), voice(8, OTHERS[1])) == [7, 1]


def test_a_brigade_is_most_of_the_reporters() -> None:
    """The hint needs five people and half of a case's reporters."""
    assert is_brigade([[0, 1, 2, 3, 4], [5], [6], [7]])
    assert not is_brigade([[0, 1, 2, 3], [4]])
    assert not is_brigade([[0, 1, 2, 3, 4], *([n] for n in range(5, 11))])
    assert not is_brigade([])


@given(st.lists(st.tuples(st.text(max_size=60), st.integers(0, 10**15), st.integers(0, 9)), max_size=12))
def test_groups_part_the_reporters(rows: list[tuple[str, int, int]]) -> None:
    """Whatever people write, everybody is in exactly one group, and order of names does not matter."""
    some = [
        Voice(f"u{i}", at, text, at // 2, frozenset({f"c{past}"})) for i, (text, at, past) in enumerate(rows)
    ]
    made = groups(some, CROWD)
    assert sorted(i for group in made for i in group) == list(range(len(some)))


def test_reliability_is_the_mean_of_a_beta() -> None:
    """A newcomer stands at one half; every reviewed report moves the mean, never to 0 or 1."""
    assert reliability(0, 0) == 0.5
    assert reliability(3, 0) == 0.8
    assert reliability(0, 3) == pytest.approx(0.2)
    assert 0 < reliability(0, 1_000) < reliability(1_000, 0) < 1


def test_confidence_grows_with_independent_groups_alone() -> None:
    """A group counts once, with its mean; more people in it change nothing, another group does."""
    assert confidence([], []) == 0
    one = confidence([[0]], [0.8])
    assert confidence([[0, 1, 2]], [0.8, 0.8, 0.8]) == one == 32
    assert confidence([[0], [1], [2]], [0.8, 0.8, 0.8]) > one
    assert confidence([[n] for n in range(500)], [0.9] * 500) == 100


def bench() -> ModuleType:
    """Return the benchmark, loaded from its file."""
    place = Path(__file__).parents[2] / "benchmarks" / "reports.py"
    spec = importlib.util.spec_from_file_location("ombud_bench_reports", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_brigades_do_not_reach_the_top() -> None:
    """On the generated set no brigaded innocent is among the first 200, and AUC is at least .95.

    Counting and reputation alone, on the same set, let dozens through.
    """
    made = bench()
    world = made.make(made.Knobs(), seed=4)
    seen = made.look(world)
    results = {name: made.judge(world, seen, score) for name, score in made.SCORES.items()}
    ours = results["ombud (groups and reliability)"]
    assert (ours.brigaded, ours.auc >= 0.95) == (0, True)
    assert results["plain counting"].brigaded > 20
    assert results["reputation alone"].brigaded > 15
    assert ours.auc > max(results["plain counting"].auc, results["reputation alone"].auc)
