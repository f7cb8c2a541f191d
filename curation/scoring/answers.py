"""Edge: the predictions of one task as its metric takes them, decoded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from curation.model import Json, Where
from curation.scoring import backends
from curation.scoring.choice import Choice
from curation.scoring.files import Files, Unusable, below, tried
from curation.scoring.forms import FORMS, Form, Misshapen, Setting
from curation.scoring.predictions import PredictionFile, Problem
from curation.scoring.references import Item, ReferenceTask
from curation.scoring.score import Invalid
from curation.settings import Limits

_MOST = 1000
"""Missing items of one task that are named."""


_INPUTS = {
    "text": ("prompt", "text", "target_prompt", "style"),
    "picture": ("image_file", "image", "style_image_file"),
}
"""Where the open part of a sample has what a model's output is held against."""
_STYLE = ("style", "prompt", "text", "target_prompt")
"""The same, where the style is what counts."""


@dataclass(frozen=True)
class Reading:
    """How the answers of a task are read: their forms, files and limits.

    Where the reference has no value of its form, one of the `inputs` of the sample is the
    reference, such as the prompt that a picture is to fit.
    """

    prediction: Form | None
    reference: Form | None
    rating: bool = False
    inputs: tuple[str, ...] = ()
    free: bool = False
    """Whether the metric looks at the prediction alone."""


def reading(choice: Choice) -> Reading:
    """Tell how the answers of a task are read, by its metric or by what it would need."""
    need = backends.NEED_BY_ID.get(choice.id)
    if need is None:
        form = FORMS.get(choice.metric.form) if choice.metric else None
        free = choice.metric is not None and choice.metric.reference_free
        return Reading(form, form, free=free)
    against = need.against or need.form
    inputs = _INPUTS.get(against, ()) if need.kind == "cosine" else ()
    if inputs and need.variant == "style":
        inputs = _STYLE
    rates = need.kind == "rating"
    return Reading(FORMS.get(need.form), FORMS.get(against), rates, inputs)


class Samples:
    """The open part of each sample, by id; one is in memory at a time.

    They are quick to come by in the order of the task, in which they are asked for, and
    quicker for the item that `items` has just given.
    """

    def __init__(self, task: ReferenceTask) -> None:
        self._task = task
        self._items: Iterator[Item] = iter(())
        self._last: Item | None = None

    def items(self) -> Iterator[Item]:
        """Yield the items of the task."""
        for item in self._task.items():
            self._last = item
            yield item

    def __call__(self, key: str) -> Mapping[str, Json]:
        """Return the open part of the sample with that id; nothing if there is none."""
        if self._last is not None and self._last.id == key:
            return self._last.sample
        for _ in ("from here", "from the start"):
            for item in self._items:
                self._last = item
                if item.id == key:
                    return item.sample
            self._items = self._task.items()
        return {}


@dataclass
class Answers(Mapping[str, Any]):
    """The predictions of one task by id, each decoded when it is asked for.

    What cannot be read is `Invalid`; `problems` says where and why, once each.
    """

    file: PredictionFile
    form: Form | None
    samples: Callable[[str], Setting]
    known: Container[str]
    problems: dict[Problem, None] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        if key in self.file.repeated:
            return Invalid("answered more than once")
        prediction = self.file.entries[key]
        if prediction.value is None or self.form is None:
            return prediction.value
        try:
            return self.form.read_prediction(prediction.value, self.samples(key))
        except Misshapen as error:
            return self._bad(
                key, "wrong-shape", error.detail, prediction.where.at(*error.pointer)
            )
        except Unusable as error:
            return self._bad(key, "media", str(error), prediction.where)
        except (MemoryError, RecursionError) as error:
            return self._bad(key, "too-large", type(error).__name__, prediction.where)

    def _bad(self, key: str, kind: str, detail: str, where: Where) -> Invalid:
        self.problems.setdefault(Problem(where, kind, detail, key))
        return Invalid(detail)

    def __iter__(self) -> Iterator[str]:
        return (k for k in self.file.entries if k in self.known)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in self.known and key in self.file.entries


def media(file: PredictionFile, form: Form | None, limits: Limits, jobs: int) -> Files:
    """Return the files of a task's predictions, after bounded workers decoded them all."""
    files = below(file.root)
    if form is None or form.media is None:
        return files
    kind = form.media
    named = (
        (path, kind) for p in file.entries.values() for _, path in form.paths(p.value)
    )
    refused = tried(files, dict.fromkeys(named), limits, jobs)
    return below(file.root, refused)


def strangers(file: PredictionFile, known: Container[str]) -> Iterator[Problem]:
    """Yield a problem for each prediction whose id the task does not have."""
    for key in file.entries:
        if key not in known:
            found = file.entries[key].where
            where = Where(found.path, found.pointer.removesuffix("/prediction"))
            yield Problem(
                where.at("id"), "unknown-id", f"{key!r} is no item of the task", key
            )


def absent(file: PredictionFile, ids: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each item that was not answered, up to a number that can be read."""
    count = 0
    for key in ids:
        found = file.entries.get(key)
        if found is not None and found.value is not None:
            continue
        count += 1
        if count <= _MOST:
            where = found.where if found else Where(file.shown)
            what = "null or NaN for an answer" if found else "no answer"
            yield Problem(where, "missing", f"{key!r} has {what}", key, grave=False)
    if count > _MOST:
        yield Problem(
            Where(file.shown),
            "missing",
            f"{count - _MOST:,} more items have no answer",
            None,
            grave=False,
        )


def references(
    task: ReferenceTask, how: Reading, items: Iterable[Item]
) -> Iterator[tuple[str, Any]]:
    """Yield id and reference of each of the task's items as the metric takes it."""
    for item in items:
        setting = Setting(task.envelope, item.sample, task.files)
        try:
            yield item.id, _reference(item, how, setting)
        except (Misshapen, Unusable) as error:
            yield item.id, Invalid(f"{item.where}: {error}")


def _reference(item: Item, how: Reading, setting: Setting) -> Any:
    value = item.reference
    if how.rating or how.reference is None:
        return {"input": item.sample, "output": value}
    if how.inputs and not _has(value, how.reference):
        value = _input(item.sample.get("input"), how.inputs)
    if not _has(value, how.reference):
        if how.free:
            return None
        if value is None or value == {}:
            raise Misshapen("there is no reference")
    return how.reference.read_reference(value, setting)


def _input(place: Json, keys: tuple[str, ...]) -> Json:
    if not isinstance(place, dict):
        return None
    return next((place[k] for k in keys if _some(place.get(k))), None)


def _some(value: Json) -> bool:
    """Whether a value is a text, or a list of texts."""
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(t, str) for t in texts)


def _has(value: Json, form: Form) -> bool:
    if value is None or value == {}:
        return False
    return form.whole or not isinstance(form.find(value)[1], dict)
