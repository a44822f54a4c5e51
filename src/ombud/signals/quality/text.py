"""Measures ``text``: language on labelled sets, and what canonical spelling adds on real spam.

What camouflage leaves of the rules of a code is measured by ``ombud.rules.camouflage``,
which ``ombud signal eval text`` runs too.
"""

from __future__ import annotations

import time

from ombud.expr import folded
from ombud.signals.eval import Score, proportion
from ombud.signals.sets import Sets
from ombud.signals.text.canonical import canonical
from ombud.signals.text.language import language_of

WORDS = tuple(
    "傻逼 你妈 他妈 操你妈 妈逼 婊子 垃圾 脑残 智障 贱人 去死 死全家 鸡巴 狗屎 "  # noqa: SIM905 - a list of words
    "微信 加微信 qq 刷单 赌博 发票".split()
)
"""Words an operator would list; camouflage hides them."""

SHORTEST = 6
"""Signs a text needs for its language to be asked."""

LANGUAGES = (
    ("zh", "cold_zh", "dev_dev.jsonl.gz"),
    ("zh", "stoneskipping_zh", "dev_train.jsonl.gz"),
    ("en", "davidson_hate_en", "dev.jsonl.gz"),
    ("en", "olid_en", "dev_train.jsonl.gz"),
    ("en", "clickbait_en", "dev.jsonl.gz"),
)


def evaluate(sets: Sets) -> list[Score]:
    """Return what each task gives; a set that is absent is left out."""
    return [*_languages(sets), *_spam(sets), *_speed(sets)]


def _languages(sets: Sets) -> list[Score]:
    scores: list[Score] = []
    told: dict[str, list[tuple[str, str | None]]] = {"zh": [], "en": []}
    for lang, folder, file in LANGUAGES:
        texts = [str(row.get("text", "")) for row in sets.rows(f"{folder}/{file}")]
        answers = [language_of(text) for text in texts if len(text) >= SHORTEST]
        told[lang] += [(folder, answer) for answer in answers]
        if answers:
            task = f"language of {folder}"
            scores.append(proportion(task, "recall", answers.count(lang), len(answers), 0.9))
    for lang, other in (("zh", "en"), ("en", "zh")):
        right = sum(answer == lang for _, answer in told[lang])
        wrong = sum(answer == lang for _, answer in told[other])
        if told[lang] and told[other]:
            scores.append(proportion(f"language {lang} on all sets", "precision", right, right + wrong, 0.98))
    return scores


def _spam(sets: Sets) -> list[Score]:
    found = sets.rows("stoneskipping_zh/dev_train.jsonl.gz")
    if not found:
        return []
    spam = [str(row["text"]) for row in found if row["label"] == 1]
    plain = [str(row["text"]) for row in found if row["label"] == 0]
    scores = []
    for words, form in (("as folded", folded), ("canonical", canonical)):
        reached = sum(any(word in form(text) for word in WORDS) for text in spam)
        clear = sum(not any(word in form(text) for word in WORDS) for text in plain)
        task = f"stoneskipping_zh, {len(WORDS)} plain words, {words}"
        scores.append(proportion(f"{task}, spam reached", "recall", reached, len(spam)))
        scores.append(
            proportion(f"{task}, ordinary texts left alone", "specificity", clear, len(plain), 0.97)
        )
    same = sum(folded(text) == canonical(text) for text in plain)
    task = "stoneskipping_zh, ordinary texts in which nothing is undone"
    scores.append(proportion(task, "specificity", same, len(plain), 0.98))
    return scores


def _speed(sets: Sets) -> list[Score]:
    texts = [str(row["text"]) for row in sets.rows("stoneskipping_zh/dev_train.jsonl.gz")]
    posts = ["".join(texts[i : i + 12])[:300] for i in range(0, min(len(texts), 36_000), 12)]
    if not posts:
        return []
    canonical(posts[0])
    start = time.process_time()
    for post in posts:
        canonical(post)
    return [
        Score(
            "canonical form of posts of 257 signs",
            len(posts),
            "posts/CPU-s",
            len(posts) / (time.process_time() - start),
        )
    ]
