"""The floors on labelled data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ombud.signals.quality.impersonation import evaluate
from ombud.signals.sets import Sets

OWN = Path(__file__).parent.parent / "data"


def test_our_own_set_holds_the_floors() -> None:
    """Names in English and Chinese, clear cases and planted pictures: precision and recall."""
    scores = evaluate(Sets(OWN))
    assert sum(score.n for score in scores if score.metric == "recall") > 400
    assert [score for score in scores if not score.holds] == []


@pytest.mark.data
def test_pairs_of_names_hold_the_floors(shared_dir: Path) -> None:
    """Labelled pairs of Chinese names: precision and recall (not speed, which no test asserts)."""
    scores = [score for score in evaluate(Sets(shared_dir / "data")) if "CPU" not in score.metric]
    assert scores
    assert [score for score in scores if not score.holds] == []


def test_a_folder_without_data_gives_no_score(tmp_path: Path) -> None:
    """Tasks whose data is absent are left out."""
    assert evaluate(Sets(tmp_path)) == []
