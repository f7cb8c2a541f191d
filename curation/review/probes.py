"""What answers score that were not thought about, and what the references themselves do."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from curation.model import Json
from curation.review.blind import Blind, Impossible
from curation.review.blind import Item as Seen
from curation.review.excerpt import MOST, Excerpt, excerpt
from curation.review.model import Probe, Probes
from curation.scoring.answers import Reading, reading, references
from curation.scoring.choice import Choice, choose
from curation.scoring.files import Files, Unusable
from curation.scoring.forms import Form, Misshapen, Setting
from curation.scoring.ids import Ids
from curation.scoring.metric import Metric
from curation.scoring.references import FolderTask, Item
from curation.scoring.score import Invalid, TaskScore, score_task
from validators.gallery import Gallery
from validators.media import Media, Unreadable

OTHERS = 300
"""Samples that are probed of other answers than labels, which take longer to compare."""
FILES = 24
"""Samples that are probed where answers are files."""
_QUICK = frozenset({"label", "number", "set"})
_EMPTY: Mapping[str, Json] = {"text": "", "label": "", "code": "", "set": []}
"""What an empty answer is; of other forms, none at all."""

TITLES = {
    "majority": "Majority answer",
    "longest": "Longest choice",
    "first": "First choice",
    "text": "Words of the question alone",
    "input": "The input handed back",
    "empty": "Empty answer",
    "oracle": "The reference itself",
}


@dataclass(frozen=True)
class _Some:
    """Some items of a task, and its files without those that are broken."""

    part: Excerpt

    @property
    def gallery(self) -> Gallery:
        return self.part.gallery

    @cached_property
    def _part(self) -> FolderTask:
        return FolderTask(self.gallery.task)

    @property
    def name(self) -> str:
        return self._part.name

    @property
    def family(self) -> str:
        return self._part.family

    @property
    def envelope(self) -> Mapping[str, Json]:
        return self._part.envelope

    @property
    def ids(self) -> Ids:
        return self._part.ids

    @cached_property
    def files(self) -> Files:
        """Files that bounded workers could decode; no others are opened here."""
        refused = {
            path: facts.detail
            for path, facts in self.gallery.facts.items()
            if isinstance(facts, Unreadable)
        }
        seen = {
            p for p, facts in self.gallery.facts.items() if isinstance(facts, Media)
        }
        for ref in self.gallery.task.media:
            if ref.file is not None and ref.kind != "frames" and ref.file not in seen:
                refused.setdefault(ref.file, "it was not decoded")
        return replace(self._part.files, refused=refused)

    @cached_property
    def listed(self) -> Sequence[Item]:
        items = zip(self._part.items(), self.part.places, strict=True)
        return [replace(item, where=place) for item, place in items]

    @cached_property
    def words(self) -> Mapping[str, str]:
        """All words that are asked in, by the id of the sample."""
        found: dict[str, list[str]] = {}
        for column in self.gallery.texts:
            if not column.slot.reference:
                for position, value in enumerate(column.values):
                    name = column.sample(position)
                    if name is not None:
                        found.setdefault(name, []).append(value)
        return {name: "\n".join(words) for name, words in found.items()}

    def items(self) -> Iterator[Item]:
        yield from self.listed


def probes(gallery: Gallery) -> Probes:
    """Probe a task by its own metric; `prober` does the same in another process."""
    return probed(excerpt(gallery, MOST))


def probed(some: Excerpt) -> Probes:
    """Probe some samples of a task by its own metric.

    What cannot be probed is told in the notes: that is a finding about the task too.
    """
    task = FolderTask(some.gallery.task)
    choice = choose(task.name, task.family, task.envelope)
    if choice.metric is None:
        note = f"it cannot be scored here: it needs {choice.needs}"
        return Probes(choice.id, choice.by, "", 0, (), note)
    how = reading(choice)
    some = some.at_most(_most(choice.metric, how))
    if not some.of:
        return Probes(choice.id, choice.by, "", 0, (), "no sample has an id")
    try:
        with warnings.catch_warnings():
            # Odd answers make numpy warn; what comes of it is told as a score or a note.
            warnings.simplefilter("ignore", RuntimeWarning)
            told = tuple(_Probing(_Some(some), choice, choice.metric, how).told())
    except Exception as error:  # ours; it is told, and the rest of the page is there
        note = f"it could not be probed, a fault of the tool: {error!r}"[:300]
        return Probes(choice.id, choice.by, "", 0, (), note)
    number = len(some.places)
    spread = f"{number:,} of {some.of:,} samples, evenly spread"
    note = spread if number < some.of else ""
    direction = choice.metric.direction.value
    return Probes(choice.id, choice.by, direction, number, told, note)


def _most(metric: Metric, how: Reading) -> int:
    if how.prediction is not None and how.prediction.media is not None:
        return FILES
    return MOST if metric.form in _QUICK else OTHERS


class _Probing:
    """One task while it is probed."""

    def __init__(
        self, some: _Some, choice: Choice, metric: Metric, how: Reading
    ) -> None:
        self._some = some
        self._choice = choice
        self._metric = metric
        self._how = how
        self._settings = {
            item.id: Setting(some.envelope, item.sample, some.files)
            for item in some.listed
        }
        self._references = dict(references(some, how, some.items()))

    def told(self) -> Iterator[Probe]:
        """Yield all probes in the order in which they are told."""
        blind = self._blind()
        for name in ("majority", "longest", "first", "text"):
            yield self._blindly(name, blind)
        yield self._handed_back()
        yield self._scored("empty", self._empty())
        yield self._oracle()

    def _blind(self) -> Blind | None:
        """Return what the blind see; None where an answer is a file."""
        form = self._how.prediction
        if form is None or self._how.free:
            return None
        words = self._some.words
        found = []
        for item in self._some.listed:
            answer = _first(form, item.reference)
            if form.media is not None and _names_file(answer):
                return None
            setting = self._settings[item.id]
            options = setting.options if setting.has_options else ()
            found.append(Seen(item.id, words.get(item.id, ""), options, answer))
        return Blind(found)

    def _blindly(self, name: str, blind: Blind | None) -> Probe:
        if blind is None:
            return _without(name, "the answers are files")
        probe: Callable[[], Mapping[str, Json]] = getattr(blind, name)
        try:
            return self._scored(name, probe())
        except Impossible as error:
            return _without(name, str(error))

    def _handed_back(self) -> Probe:
        """Answer with the file that was given, where answers are such files."""
        form = self._how.prediction
        kind = form.media if form else None
        gallery = self._some.gallery
        given: dict[str, Json] = {}
        for index, name in enumerate(gallery.task.ids):
            if kind is not None and name in self._settings and name not in given:
                own = gallery.named_in(index)
                files = [r.given for r in own if r.kind == kind and not r.reference]
                if len(files) == 1:
                    given[name] = files[0]
        if not given:
            return _without("input", "the input is no answer")
        return self._scored("input", given)

    def _empty(self) -> Mapping[str, Json]:
        answer = _EMPTY.get(self._metric.form)
        return dict.fromkeys(self._some.ids, answer)

    def _oracle(self) -> Probe:
        form = self._how.prediction
        answers = {
            item.id: _first(form, item.reference) if form else item.reference
            for item in self._some.listed
        }
        probe = self._scored("oracle", answers)
        if probe.points != 100 and not probe.note:  # noqa: PLR2004
            note = f"the best value is {self._metric.best:g}; look at what it misses"
            return replace(probe, note=note)
        return probe

    def _scored(self, name: str, given: Mapping[str, Json]) -> Probe:
        try:
            found = score_task(
                self._metric,
                {key: self._read(key, value) for key, value in given.items()},
                self._references,
                count=0,
            )
        except Exception as error:  # ours; it is told, and the others go on
            return _without(name, f"failed, a fault of the tool: {error!r}"[:300])
        value = found.value
        if value is None:
            return _without(name, found.note or "not scored")
        if found.faults and not found.answered:
            return _without(name, _faults(found))
        note = found.note or _faults(found)
        if not math.isfinite(value):
            ends = {self._metric.best: "best", self._metric.worst: "worst"}
            end = f", the {ends[value]} there is" if value in ends else ""
            note = "; ".join(filter(None, (f"{value:g}{end}", note)))
        return Probe(
            name,
            TITLES[name],
            value if math.isfinite(value) else None,
            _points(self._metric, value),
            self._metric.unit,
            note,
        )

    def _read(self, key: str, value: Json) -> Any:
        form = self._how.prediction
        if value is None or form is None:
            return value
        try:
            return form.read_prediction(value, self._settings[key])
        except (Misshapen, Unusable) as error:
            return Invalid(str(error))


def _without(name: str, note: str) -> Probe:
    return Probe(name, TITLES[name], None, None, "", note)


def _faults(found: TaskScore) -> str:
    if not found.faults:
        return ""
    key, detail = found.faults[0]
    return f"{len(found.faults):,} items are not read, such as {key!r}: {detail}"[:300]


def _points(metric: Metric, value: float) -> float | None:
    if value in {metric.best, metric.worst}:
        return 100.0 if value == metric.best else 0.0
    if not all(map(math.isfinite, (metric.best, metric.worst, value))):
        return None
    share = (value - metric.worst) / (metric.best - metric.worst)
    return 100 * min(max(share, 0.0), 1.0)


def _first(form: Form, reference: Json) -> Json:
    """Return the value of a reference; the first where several texts are right."""
    _, value = form.find(reference)
    if form.name == "text" and isinstance(value, list) and value:
        return value[0]
    return value


def _names_file(answer: Json) -> bool:
    listed = answer if isinstance(answer, list) else [answer]
    return any(isinstance(one, str) for one in islice(listed, 1)) or isinstance(
        answer, dict
    )
