"""Notes are signed in the C2SP form, and the key stays in its file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ombud.base.errors import UsageError
from ombud.publication import verify
from ombud.publication.checkpoints import checkpoint_text
from ombud.publication.notes import KEY_FILE, Signer, create_key, load_key

# The Go documentation of golang.org/x/mod/sumdb/note gives this pair of keys as its example.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_form_is_the_one_of_other_tools(tmp_path: Path) -> None:
    """A key of Go's note package is read, has the same public half, and signs the same note."""
    path = tmp_path / "key"
    path.write_text(GO_PRIVATE + "\n")
    path.chmod(0o600)
    signer = load_key(path)
    assert signer.verifier == GO_VERIFIER
    assert signer.sign(GO_NOTE.partition("\n\n")[0] + "\n") == GO_NOTE


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """The file has mode 0600, is never overwritten, and reads back as the same key."""
    path = tmp_path / "key"
    made = create_key(path, "example.org/record")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).verifier == load_key(None, {KEY_FILE: str(path)}).verifier == made.verifier
    with pytest.raises(UsageError) as caught:
        create_key(path, "example.org/record")
    assert caught.value.code == "record/key-exists"


def test_the_private_half_is_never_shown() -> None:
    """Neither the signer's text nor its attributes hold the seed."""
    seed = b"secret of thirty-two bytes, here"
    signer = Signer("example.org/record", seed)
    shown = repr(signer) + "".join(str(getattr(signer, name)) for name in ("name", "id", "verifier"))
    assert seed.hex() not in shown
    assert "c2VjcmV0" not in shown


@pytest.mark.parametrize(
    ("text", "mode", "code"),
    [
        ("", 0o600, "record/key-unreadable"),
        (GO_PRIVATE.replace("c74f20a3", "c74f20a4"), 0o600, "record/key-unreadable"),
        (GO_PRIVATE[:-4], 0o600, "record/key-unreadable"),
        (GO_VERIFIER, 0o600, "record/key-unreadable"),
        (GO_PRIVATE, 0o644, "record/key-open-to-others"),
    ],
)
def test_a_bad_key_file_is_refused(tmp_path: Path, text: str, mode: int, code: str) -> None:
    """What is no key, or is open to others, is refused with a permanent code and without its text."""
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(UsageError) as caught:
        load_key(path)
    assert caught.value.code == code
    assert "AYEKFALV" not in str(caught.value)


def test_without_a_key_the_way_to_one_is_told() -> None:
    """No file named: the hint says how to make one."""
    with pytest.raises(UsageError) as caught:
        load_key(None, {})
    assert caught.value.code == "record/no-key"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_a_name_that_breaks_the_form_is_refused(name: str) -> None:
    """Spaces and plus signs cannot stand in a key's name."""
    with pytest.raises(UsageError):
        Signer(name, bytes(32))


def test_what_is_signed_is_verified_by_the_other_side(signer: Signer, other: Signer) -> None:
    """The verifier, which shares no code with the signer, takes the note, and refuses another's."""
    note = signer.sign(checkpoint_text(signer.name, 7, bytes(32)))
    point = verify.read_checkpoint(note, verify.read_key(signer.verifier))
    assert (point.size, point.root, point.origin) == (7, bytes(32), signer.name)
    with pytest.raises(verify.UnreadableError, match="not signed by"):
        verify.read_checkpoint(note, verify.read_key(other.verifier))


def test_signatures_of_strangers_are_ignored(signer: Signer, other: Signer) -> None:
    """A witness may sign as well; a note of strangers only is refused."""
    text = checkpoint_text(signer.name, 7, bytes(32))
    witness = Signer("witness.example", bytes([7] * 32))
    line = witness.sign(text).split("\n\n")[1]
    both = text + "\n" + line + signer.sign(text).split("\n\n")[1]
    key = verify.read_key(signer.verifier)
    assert verify.read_checkpoint(both, key).size == 7
    with pytest.raises(verify.UnreadableError):
        verify.read_checkpoint(text + "\n" + line, key)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("\n7\n", "\n07\n"),
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note[:-1],
        lambda note: note.replace("\u2014", "--"),
        lambda note: note + "\n",
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("example.org/record\n7", "example.org/other\n7"),
        lambda note: note.replace("7\n", "7\n\x01\n"),
    ],
)
def test_a_spoiled_note_is_refused(signer: Signer, spoil) -> None:  # type: ignore[no-untyped-def]
    """Any departure from the form or the signed text is refused."""
    note = signer.sign(checkpoint_text(signer.name, 7, bytes(32)))
    with pytest.raises(verify.UnreadableError):
        verify.read_checkpoint(spoil(note), verify.read_key(signer.verifier))
