"""Whatever is done to a bundle is found, and named with the entry's number."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombud.base.clock import DAY, HOUR, FixedClock
from ombud.publication import bundle, checkpoints, verify
from ombud.publication.checkpoints import checkpoint_text
from ombud.publication.notes import Signer
from ombud.store import Store, ledger, open_store

T0 = 20_000 * DAY
ENTRIES = 37
SIGNED = (5, 16, 30, ENTRIES)
Fill = Callable[..., None]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    """Give a file another content for a while."""
    old = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(old)


def named(outcome: verify.Outcome) -> set[int]:
    """Return the entries that faults name."""
    return {fault.entry for fault in outcome.faults if fault.entry is not None}


def codes(outcome: verify.Outcome) -> set[str]:
    """Return the codes of the faults."""
    return {fault.code for fault in outcome.faults}


def reseal(folder: Path) -> None:
    """Make leaves.txt, about.json and SHA256SUMS fit the entries, as a forger without the key can."""
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    leaves = [verify.leaf_of(line) for line in lines]
    (folder / "leaves.txt").write_text("".join(leaf.hex() + "\n" for leaf in leaves))
    about = json.loads((folder / "about.json").read_text())
    about |= {"size": len(leaves), "root": verify.roots_at(leaves, {len(leaves)})[len(leaves)].hex()}
    (folder / "about.json").write_text(json.dumps(about))
    (folder / "SHA256SUMS").write_text("".join(bundle._sums(folder)).replace("SHA256SUMS", "#"))
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if not line.endswith("  #\n")))


def test_a_true_bundle_holds(folder: Path, signer: Signer) -> None:
    """Nothing is wrong with what was exported, under the named key and under the bundle's own."""
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert outcome.faults == []
    assert (outcome.size, outcome.checkpoints) == (ENTRIES, len(SIGNED))
    assert verify.verify_bundle(folder).holds


def test_reseal_is_a_faithful_forger(folder: Path, signer: Signer) -> None:
    """Resealing what is true keeps it true (so the tests below forge as well as one can)."""
    reseal(folder)
    assert verify.verify_bundle(folder, signer.verifier).faults == []


@FEW
@given(data=st.data())
def test_any_flipped_bit_of_any_file_is_found(folder: Path, signer: Signer, data: st.DataObject) -> None:
    """One bit, anywhere in the bundle, and it no longer holds."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with changed(path, bytes(content)), suppress(verify.UnreadableError):
        assert not verify.verify_bundle(folder, signer.verifier).holds


@FEW
@given(data=st.data())
def test_a_flipped_bit_of_an_entry_names_it(folder: Path, signer: Signer, data: st.DataObject) -> None:
    """The number of the entry is told, from the published hashes that the signature vouches for."""
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    i = data.draw(st.integers(0, ENTRIES - 1))
    line = bytearray(lines[i])
    line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 7))
    with changed(path, b"".join([*lines[:i], bytes(line), *lines[i + 1 :]])):
        assert i in named(verify.verify_bundle(folder, signer.verifier))


@FEW
@given(data=st.data(), forged=st.booleans())
def test_dropped_doubled_and_moved_entries_are_named(
    bundle_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    signer: Signer,
    data: st.DataObject,
    forged: bool,
) -> None:
    """Also when the forger makes every other file fit; only the key cannot be had."""
    folder = Path(shutil.copytree(bundle_template, tmp_path_factory.mktemp("forged") / "b"))
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    act = data.draw(st.sampled_from(["drop", "double", "swap"]))
    i = data.draw(st.integers(0, ENTRIES - 2))
    if act == "drop":
        del lines[i]
        code = "record/missing"
    elif act == "double":
        lines.insert(data.draw(st.integers(0, len(lines))), lines[i])
        code = "record/doubled"
    else:
        j = data.draw(st.integers(i + 1, ENTRIES - 1))
        lines[i], lines[j] = lines[j], lines[i]
        code = "record/moved"
    path.write_bytes(b"".join(lines))
    if forged:
        reseal(folder)
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert code in codes(outcome)
    assert i in named(outcome)


@FEW
@given(i=st.integers(0, ENTRIES - 1))
def test_a_forged_entry_is_narrowed_down(
    bundle_template: Path, tmp_path_factory: pytest.TempPathFactory, signer: Signer, i: int
) -> None:
    """With all hashes made to fit, the change is told to lie between two checkpoints around it."""
    folder = Path(shutil.copytree(bundle_template, tmp_path_factory.mktemp("forged") / "b"))
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[i] = lines[i].replace(b'"digest":"x', b'"digest":"y')
    path.write_bytes(b"".join(lines))
    reseal(folder)
    outcome = verify.verify_bundle(folder, signer.verifier)
    start = max((size for size in SIGNED if size <= i), default=0)
    assert codes(outcome) == {"record/root-differs"}
    assert start in named(outcome)


def test_a_dropped_entry_with_the_rest_renumbered(folder: Path, signer: Signer) -> None:
    """Renumbering hides no gap: the first entry that no longer has its hash is named."""
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[12]
    fresh = [
        line.replace(b'"seq":%d}' % (i + 1), b'"seq":%d}' % i) if i >= 12 else line
        for i, line in enumerate(lines)
    ]
    path.write_bytes(b"".join(fresh))
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert min(named(outcome)) == 12


def test_a_cut_tail_is_named(folder: Path, signer: Signer) -> None:
    """A record that ends early is shorter than its checkpoint says; every missing entry is named."""
    path = folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:33]))
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert {33, 34, 35, 36} <= named(outcome)
    reseal(folder)
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert "record/truncated" in codes(outcome)
    assert {33, 34, 35, 36} <= named(outcome)


def test_a_cut_tail_with_its_checkpoint_is_seen_by_who_kept_one(
    folder: Path, signer: Signer, tmp_path: Path
) -> None:
    """Dropping the newest checkpoint as well fools a stranger, but nobody who kept that checkpoint."""
    kept = tmp_path / "kept.note"
    newest = folder / "checkpoints" / f"{ENTRIES:012d}.note"
    kept.write_bytes(newest.read_bytes())
    newest.unlink()
    path = folder / "entries.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: SIGNED[-2]]))
    reseal(folder)
    assert verify.verify_bundle(folder, signer.verifier).holds
    outcome = verify.verify_bundle(folder, signer.verifier, [kept])
    assert "record/truncated" in codes(outcome)
    assert SIGNED[-2] in named(outcome)


def test_an_entry_nobody_signed_is_named(folder: Path, signer: Signer) -> None:
    """What is appended after the last checkpoint is told apart."""
    path = folder / "entries.jsonl"
    extra = b'{"at":"2031-01-01T00:00:00Z","body":{},"kind":"decision","seq":%d}\n' % ENTRIES
    path.write_bytes(path.read_bytes() + extra)
    reseal(folder)
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert codes(outcome) == {"record/unsigned"}
    assert named(outcome) == {ENTRIES}


def test_a_back_dated_entry_is_named(tmp_path: Path, signer: Signer, fill: Fill) -> None:
    """An entry that the operator signs but dates before an earlier one is found; the stream's own is not."""
    with open_store(tmp_path / "s") as store:
        fill(store, 5)
        with store.begin() as tx:
            ledger.append(tx, "decision", {}, T0 - 48 * HOUR)
            ledger.append(tx, "batch", {}, T0 - 480 * HOUR)
            ledger.append(tx, "decision", {}, T0 + 4 * HOUR - 1_000_000)
        bundle.export(store, tmp_path / "b", signer)
    outcome = verify.verify_bundle(tmp_path / "b", signer.verifier)
    assert codes(outcome) == {"record/back-dated"}
    assert named(outcome) == {5}


def test_another_key_is_told(folder: Path, other: Signer, signer: Signer) -> None:
    """A bundle signed and named by another key than the trusted one does not hold."""
    outcome = verify.verify_bundle(folder, other.verifier)
    assert {"record/other-key", "record/checkpoint-refused"} <= codes(outcome)
    (folder / "key.txt").write_text(other.verifier + "\n")
    assert "record/checkpoint-refused" in codes(verify.verify_bundle(folder))


def test_a_fork_is_named(folder: Path, signer: Signer, tmp_path: Path, fill: Fill) -> None:
    """Two signed histories part ways: whoever kept a checkpoint of the other one can show it."""
    with open_store(tmp_path / "fork") as twin:
        fill(twin, 16)
        fill(twin, 4, first=16, word="other")
        fork = checkpoints.sign(twin, signer).note
    kept = tmp_path / "kept.note"
    kept.write_text(fork)
    outcome = verify.verify_bundle(folder, signer.verifier, [kept])
    assert codes(outcome) == {"record/fork"}
    assert named(outcome) == {16}
    assert "between entry 16 and entry 19" in str(outcome.faults[0])


def test_two_roots_for_one_size_are_a_fork(folder: Path, signer: Signer, tmp_path: Path) -> None:
    """Two signed checkpoints of one size with different roots need no entries to convict."""
    kept = tmp_path / "kept.note"
    kept.write_text(signer.sign(checkpoint_text(signer.name, 30, bytes(32))))
    outcome = verify.verify_bundle(folder, signer.verifier, [kept])
    assert "record/fork" in codes(outcome)
    assert 29 in named(outcome)


def test_added_and_missing_files_are_told(folder: Path, signer: Signer) -> None:
    """The list of files is complete."""
    (folder / "more.txt").write_text("more")
    (folder / "README.md").unlink()
    assert codes(verify.verify_bundle(folder, signer.verifier)) == {
        "record/file-added",
        "record/file-missing",
    }


@given(size=st.integers(1, 70), index=st.integers(0, 69), old=st.integers(1, 70))
@settings(max_examples=60, deadline=None)
def test_its_tree_is_the_stores_tree(size: int, index: int, old: int) -> None:
    """The verifier's own tree and the store's agree on roots, inclusion and consistency."""
    from ombud.store import tree

    data = [b"%d" % i for i in range(size)]
    leaves = [verify.leaf_of(each) for each in data]
    assert leaves == [tree.leaf_hash(each) for each in data]
    index, old = index % size, min(old, size)
    roots = verify.roots_at(leaves, {old, size})
    assert roots[size] == tree.merkle_root(data)

    def node(level: int, i: int) -> bytes:
        return tree.merkle_root(data[i << level : (i + 1) << level])

    path = tree.inclusion_proof(index, size, node)
    assert verify.root_from_proof(leaves[index], index, size, path) == roots[size]
    path = tree.consistency_proof(old, size, node)
    assert verify.roots_from_proof(old, size, path, roots[old]) == (roots[old], roots[size])


def test_the_empty_record(tmp_path: Path, signer: Signer) -> None:
    """A store without entries has a bundle that holds."""
    with open_store(tmp_path / "s") as store:
        bundle.export(store, tmp_path / "b", signer)
    outcome = verify.verify_bundle(tmp_path / "b", signer.verifier)
    assert outcome.faults == []
    assert outcome.root == hashlib.sha256(b"").digest()


def run(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python file alone: no package of ours can be imported (-I -S would hide cryptography too)."""
    return subprocess.run(
        [sys.executable, "-I", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_it_runs_by_itself(folder: Path, signer: Signer, tmp_path: Path) -> None:
    """The copy in the bundle is one file that imports nothing of Ombud, and says 0, 1 or 2."""
    source = (folder / "verify.py").read_text()
    assert "import ombud" not in source
    assert "from ombud" not in source
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "check.py").write_text(source)
    good = run(["check.py", str(folder), "--key", signer.verifier], alone)
    assert (good.returncode, good.stderr) == (0, "")
    assert f"holds: {ENTRIES} entries" in good.stdout
    path = folder / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"x7"', b'"x8"'))
    bad = run(["check.py", str(folder), "--key", signer.verifier], alone)
    assert bad.returncode == 1
    assert "entry 7 was changed" in bad.stdout
    assert run(["check.py", str(alone)], alone).returncode == 2


def test_entries_can_be_anything_without_a_crash(folder: Path, signer: Signer) -> None:
    """Hostile lines are faults with their number, never an exception."""
    path = folder / "entries.jsonl"
    hostile = [
        b"",
        b"[]",
        b"null",
        b"{" * 100_000,
        b'{"seq":1e999}',
        b"\xff\xfe",
        b'{"at":1,"kind":1,"seq":6,"body":1}',
    ]
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*hostile, *lines[len(hostile) :], b""]))
    outcome = verify.verify_bundle(folder, signer.verifier)
    assert set(range(len(hostile))) <= named(outcome)


def test_the_clock_of_the_export_changes_nothing_but_its_date(
    store: Store, signer: Signer, tmp_path: Path
) -> None:
    """Two exports of one ledger differ in about.json and in the list of files only."""
    for name, hour in (("a", 1), ("b", 2)):
        bundle.export(store, tmp_path / name, signer, FixedClock(T0 + hour * HOUR))
    differ = {
        p.name
        for p in (tmp_path / "a").rglob("*")
        if p.is_file() and p.read_bytes() != (tmp_path / "b" / p.relative_to(tmp_path / "a")).read_bytes()
    }
    assert differ == {"about.json", "SHA256SUMS"}
