from __future__ import annotations

import copy
import hmac
import os
import pickle
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from curation import key
from curation.commands.key import command
from curation.key import Key, Refused

SECRET = bytes(range(32))

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


TEXT = f"curate-key-1 {SECRET.hex()}\n"


def written(file, text=TEXT, mode=0o600):
    file.write_text(text)
    file.chmod(mode)
    return file


def refusal(file, apart_from=()):
    with pytest.raises(Refused) as caught:
        key.load(file, apart_from)
    return str(caught.value)


def test_a_new_key_is_read_again(tmp_path):
    made = key.new(tmp_path / "a.key")

    assert key.load(tmp_path / "a.key") == made
    assert len(made.secret) == 32


@posix
def test_a_new_key_is_for_its_owner_only_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        key.new(tmp_path / "a.key")
    finally:
        os.umask(before)

    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600


def test_two_keys_differ(tmp_path):
    assert key.new(tmp_path / "a.key") != key.new(tmp_path / "b.key")


def test_a_key_is_never_written_over(tmp_path):
    made = key.new(tmp_path / "a.key")

    with pytest.raises(Refused, match="never written over"):
        key.new(tmp_path / "a.key")

    assert key.load(tmp_path / "a.key") == made


def test_a_key_is_not_written_through_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(Refused):
        key.new(tmp_path / "link")

    assert not (tmp_path / "target").exists()


@posix
@pytest.mark.parametrize(
    "mode", [0o604, 0o640, 0o660, 0o602, 0o620, 0o601, 0o610, 0o644, 0o777]
)
def test_a_key_that_others_can_reach_is_refused(tmp_path, mode):
    file = written(tmp_path / "a.key", mode=mode)

    assert refusal(file) == (
        f"{file} can be read or written by others (mode {mode:04o}, expected 0600): chmod 600 {file}"
    )


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_for_its_owner_only_is_taken(tmp_path, mode):
    assert key.load(written(tmp_path / "a.key", mode=mode)) == Key(SECRET)


def test_a_key_inside_a_benchmark_is_refused_by_whatever_name(tmp_path):
    inside = tmp_path / "bench" / "deep"
    inside.mkdir(parents=True)
    file = written(inside / "a.key")
    (tmp_path / "way").symlink_to(inside)

    for path in (file, tmp_path / "way" / "a.key", inside / ".." / "deep" / "a.key"):
        told = refusal(path, [tmp_path / "other", tmp_path / "bench"])
        assert (
            told
            == f"{path} lies inside {tmp_path / 'bench'}: keep the key outside of benchmarks and releases"
        )
    with pytest.raises(Refused, match="lies inside"):
        key.new(inside / "b.key", [tmp_path / "bench"])
    assert not (inside / "b.key").exists()


@pytest.mark.parametrize("mark", ["benchmark.toml", "release.json"])
def test_a_key_inside_any_benchmark_or_release_is_refused(tmp_path, mark):
    (tmp_path / mark).touch()
    (tmp_path / "deep").mkdir()
    file = written(tmp_path / "deep" / "a.key")

    assert f"shared since it holds {mark}" in refusal(file)
    with pytest.raises(Refused, match="shared since"):
        key.new(tmp_path / "deep" / "b.key")


def test_a_key_beside_a_benchmark_is_taken(tmp_path):
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "benchmark.toml").touch()

    assert key.load(
        written(tmp_path / "a.key"), [tmp_path / "bench", tmp_path / "none"]
    ) == Key(SECRET)


def test_a_link_to_a_key_is_refused(tmp_path):
    written(tmp_path / "a.key")
    (tmp_path / "link").symlink_to(tmp_path / "a.key")

    assert (
        refusal(tmp_path / "link")
        == f"{tmp_path / 'link'} is a link; name the file itself"
    )


def test_a_key_with_a_second_name_is_refused(tmp_path):
    file = written(tmp_path / "a.key")
    os.link(file, tmp_path / "b.key")

    assert "has 2 names on the disk" in refusal(file)


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)

    assert "is not a regular file" in refusal(tmp_path / "pipe")
    assert "cannot be read" in refusal(tmp_path) or "is not a regular file" in refusal(
        tmp_path
    )
    assert "curate key new makes a key" in refusal(tmp_path / "absent")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "curate-key-1 \n",
        f"curate-key-1 {SECRET.hex()[:-1]}\n",
        f"curate-key-1 {SECRET.hex()}00\n",
        f"curate-key-2 {SECRET.hex()}\n",
        f"curate-key-1 {SECRET.hex()}\ncurate-key-1 {SECRET.hex()}\n",
        f"curate-key-1 {SECRET.hex().upper()}\n",
        f" curate-key-1 {SECRET.hex()}\n",
        f"{SECRET.hex()}\n",
        f"curate-key-1 {'00' * 32}\n",
        f"curate-key-1 {'0123456789abcdef' * 4}\n",
        "# only words\n" * 1000,
    ],
)
def test_a_malformed_key_is_refused_and_not_repeated(tmp_path, text):
    file = written(tmp_path / "a.key", text)

    told = refusal(file)

    assert "does not hold a key" in told
    assert SECRET.hex()[:16] not in told


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "a.key"
    file.write_bytes(os.urandom(200))
    file.chmod(0o600)

    assert "does not hold a key" in refusal(file)


def test_a_key_does_not_show_itself():
    held = Key(SECRET)

    for shown in (repr(held), str(held), f"{held}", repr([held]), repr({"k": held})):
        assert SECRET.hex() not in shown
        assert repr(SECRET) not in shown
    assert held.fingerprint not in SECRET.hex()


def test_a_key_that_is_in_use_does_not_travel():
    held = Key(SECRET)
    held.mac("split", "x")

    for copied in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            copied(held)


def test_a_hash_is_the_hmac_of_the_parts_with_their_lengths():
    expected = hmac.digest(SECRET, b"5:split2:ab1:c", "sha256")

    assert Key(SECRET).mac("split", "ab", "c") == expected


@given(
    st.lists(st.text(max_size=5), min_size=1, max_size=4),
    st.lists(st.text(max_size=5), min_size=1, max_size=4),
)
def test_different_parts_have_different_hashes(one, other):
    held = Key(SECRET)

    assert (held.mac(*one) == held.mac(*other)) == (one == other)


def test_half_a_character_can_be_hashed():
    assert len(Key(SECRET).mac("x", "\ud800")) == 32


def test_the_command_makes_a_key_and_checks_it(tmp_path):
    file = tmp_path / "a.key"

    made = CliRunner().invoke(command, ["new", str(file)], standalone_mode=False)
    checked = CliRunner().invoke(command, ["check", str(file)], standalone_mode=False)

    held = key.load(file)
    assert (made.return_value, checked.return_value) == (0, 0)
    assert f"a key with the fingerprint {held.fingerprint}" in checked.output
    assert held.secret.hex() not in made.output + checked.output


def test_the_command_refuses_with_usage(tmp_path):
    file = written(tmp_path / "a.key", mode=0o644)

    result = CliRunner().invoke(command, ["check", str(file)])

    assert result.exit_code == 2
    assert "chmod 600" in result.output


def test_the_command_warns_of_version_control_and_of_open_folders(tmp_path):
    (tmp_path / ".git").mkdir()
    tmp_path.chmod(0o777)

    result = CliRunner().invoke(
        command, ["new", str(tmp_path / "a.key")], standalone_mode=False
    )

    assert result.return_value == 0
    assert "which is under version control" in result.stderr
    assert "others can replace" in result.stderr


def test_a_key_is_in_no_traceback(tmp_path):
    file = written(tmp_path / "a.key")
    script = f"from curation import key; from pathlib import Path; key.load(Path({str(file)!r})).mac(1)"

    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert "TypeError" in run.stderr
    assert SECRET.hex()[:16] not in run.stderr
