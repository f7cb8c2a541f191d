"""No byte of a dyed reference is found in anything public, in any family."""

from __future__ import annotations

import copy
import itertools
import re

import pytest
import releases
from click.testing import CliRunner

import schemas
from curation.commands import release as release_command
from curation.ledger import Side

pytestmark = pytest.mark.slow

FAMILIES = schemas.families()
OPEN, CLOSE = 0, 1


class Dyer:
    """Puts marks into all that a reference holds: words, numbers, keys, names and files."""

    def __init__(self):
        self.marks = []
        self._numbers = itertools.count(700_000_000_000_001, 37)

    def mark(self, kind):
        self.marks.append(f"DYE{kind}{next(self._numbers)}")
        return self.marks[-1]

    def sample(self, family, one, folder):
        """Dye the references of a sample in place, and write the files that they name."""
        media = {
            p: s.media
            for s in family.slots
            if s.media and s.reference
            for p, v in schemas.find(s.path, one)
            if isinstance(v, str)
        }
        wholes = {
            p: v
            for slot in family.slots
            if slot.whole
            for p, v in schemas.find(slot.path, one)
        }
        for pointer, value in wholes.items():
            if not any(pointer[:depth] in wholes for depth in range(len(pointer))):
                _put(one, pointer, self.value(value, pointer, media, folder))

    def value(self, value, at, media, folder):
        if at in media:
            return self.file(media[at], value, folder)
        if isinstance(value, dict):
            dyed = {k: self.value(v, (*at, k), media, folder) for k, v in value.items()}
            return dyed | {self.mark("key"): self.mark("word")}
        if isinstance(value, list):
            return [self.value(v, (*at, i), media, folder) for i, v in enumerate(value)]
        if isinstance(value, str):
            return self.mark("word")
        if isinstance(value, bool) or value is None:
            return value
        number = next(self._numbers)
        self.marks.append(str(number))
        return number

    def file(self, kind, value, folder):
        name, ending = (
            self.mark("name"),
            "." + value.rpartition(".")[2] if "." in value else "",
        )
        path = folder / "hidden" / f"{name}{ending if kind != 'frames' else ''}"
        path = path / f"{self.mark('frame')}.png" if kind == "frames" else path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{self.mark('file')} of a reference".encode())
        return f"hidden/{name}{ending if kind != 'frames' else ''}"


def _put(tree, pointer, value):
    for key in pointer[:-1]:
        tree = tree[key]
    tree[pointer[-1]] = value


def dyed_bench(tmp_path):
    """Return a benchmark of all families; every second sample is close, and dyed."""
    root, file = releases.bench(tmp_path)
    dyer = Dyer()
    for family in FAMILIES.values():
        for number, example in enumerate(family.examples):
            name = f"{family.id.replace('/', '-')}-{number}"
            paradigm = (
                f"{family.paradigm or 'comprehension'}/"
                if family.modality != "text"
                else ""
            )
            folder = (
                root
                / "tasks"
                / {"mesh": "3D", "text": "NLP"}.get(family.modality, family.modality)
                / (paradigm + name)
            )
            data = [
                copy.deepcopy(s) | {"id": f"own-{i}-{side}"}
                for i, s in enumerate(example["data"])
                for side in (OPEN, CLOSE)
            ]
            for one in data[1::2]:
                dyer.sample(family, one, folder)
            document = {**example, "family": family.id, "data": data}
            releases.write_task(
                root, folder.relative_to(root / "tasks").as_posix(), document, family
            )
    releases.place(
        root,
        side=lambda task, name, number: (
            Side.CLOSE if name.endswith(f"-{CLOSE}") else Side.OPEN
        ),
    )
    return root, file, dyer.marks


@pytest.mark.parametrize("options", [[], ["--keep-names", "--quiet"]])
def test_no_byte_of_a_dyed_reference_is_public(tmp_path, monkeypatch, options):
    monkeypatch.setattr(release_command, "_audited", lambda *_: None)
    root, file, marks = dyed_bench(tmp_path)
    out = tmp_path / "out"

    asked = [str(root), str(out), "--version", "1.0.0", "--key", str(file)]
    asked += ["--unreviewed", *options]
    log = CliRunner().invoke(release_command.command, asked, catch_exceptions=False)

    assert out.is_dir(), log.output
    public = [p.read_bytes() for p in [out / "release.json"]] + [log.output.encode()]
    public += [releases.every_byte(out / tree) for tree in ("open", "close")]
    hidden = _found([releases.every_byte(out / "references")])
    assert len(marks) > 1500
    assert sorted(_found(public) & _told(marks)) == []
    assert sorted(_told(m for m in marks if not m.isdigit()) - hidden) == []


def _found(texts):
    """Return all numbers of fifteen digits, which every mark has at its end.

    They are so long that no digest and no decimal fraction holds one by chance.
    """
    return {int(found) for text in texts for found in re.findall(rb"7\d{14}", text)}


def _told(marks):
    return {int(mark[-15:]) for mark in marks}
