"""Edge: all tasks of a set, checked or scored against a model's predictions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.elements import Changed
from curation.scoring import answers
from curation.scoring.answers import Answers, Reading, Samples
from curation.scoring.choice import Choice, choose, plainest
from curation.scoring.forms import Setting
from curation.scoring.judgements import Judgement
from curation.scoring.metric import Metric
from curation.scoring.metrics import BY_ID
from curation.scoring.pairing import Pairs, pair
from curation.scoring.predictions import PredictionFile, Problem, read
from curation.scoring.references import References, ReferenceTask
from curation.scoring.score import REPLICATES, Invalid, TaskScore, score_task
from curation.settings import Limits
from curation.trees import NoRelease

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Covered:
    """How much of a task a file of predictions answers."""

    name: str
    family: str
    choice: Choice
    items: int
    answered: int
    missing: int
    invalid: int
    file: str | None


@dataclass(frozen=True)
class Check:
    """What a check of predictions found, task by task."""

    tasks: tuple[Covered, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """The number of grave problems."""
        return sum(p.grave for p in self.problems)


@dataclass(frozen=True)
class Scored:
    """A task, how its metric was chosen, and its score; None where it was not scored."""

    name: str
    choice: Choice
    items: int
    score: TaskScore | None = None
    note: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Run:
    """The scores of a model on a set."""

    tasks: tuple[Scored, ...]
    problems: tuple[Problem, ...]
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What a run is done with: limits, processes, backends, judgements, the bootstrap."""

    limits: Limits = field(default_factory=Limits)
    jobs: int = os.cpu_count() or 1
    loaded: Mapping[str, Metric] = field(default_factory=dict)
    judged: Sequence[Judgement] = ()
    count: int = REPLICATES
    seed: int = 0


def check(
    path: Path, against: References, options: Options, tell: Tell = lambda _: None
) -> Check:
    """Check predictions against a set, for which no reference is needed.

    Raises:
        predictions.Unusable: there are no predictions at *path*.
        Changed: a file was written to or removed in between.
    """
    pairs = pair(read(path, options.limits), against.tasks)
    covered, problems = [], list(pairs.problems)
    for index, task in enumerate(against.tasks):
        tell(task.name)
        choice = choose(task.name, task.family, task.envelope, options.loaded)
        file = pairs.files.get(index)
        if file is None:
            covered.append(
                Covered(
                    task.name,
                    task.family,
                    choice,
                    len(task.ids),
                    0,
                    len(task.ids),
                    0,
                    None,
                )
            )
            continue
        covered.append(_covered(task, file, choice, options, problems))
    return Check(tuple(covered), _sorted(problems))


def _covered(
    task: ReferenceTask,
    file: PredictionFile,
    choice: Choice,
    options: Options,
    problems: list[Problem],
) -> Covered:
    samples = Samples(task)
    found = _answers(task, file, answers.reading(choice), samples, options)
    invalid = missing = 0
    for key in task.ids:
        value = found.get(key)
        invalid += isinstance(value, Invalid)
        missing += value is None
    problems += [
        *answers.strangers(file, task.ids),
        *found.problems,
        *(answers.absent(file, task.ids) if missing else ()),
    ]
    items = len(task.ids)
    answered = items - missing - invalid
    return Covered(
        task.name, task.family, choice, items, answered, missing, invalid, file.shown
    )


def _answers(
    task: ReferenceTask,
    file: PredictionFile,
    how: Reading,
    samples: Samples,
    options: Options,
) -> Answers:
    files = answers.media(file, how.prediction, options.limits, options.jobs)
    return Answers(
        file,
        how.prediction,
        lambda key: Setting(task.envelope, samples(key), files),
        task.ids,
    )


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (not p.grave, p.where.path)))


def score(
    path: Path, against: References, options: Options, tell: Tell = lambda _: None
) -> Run:
    """Score predictions against references; a bad task never costs the others.

    Raises:
        predictions.Unusable: there are no predictions at *path*.
        Changed: a file was written to or removed, and no score would be of what is there.
        NoRelease: the hidden references are not those of the samples.
    """
    pairs = pair(read(path, options.limits), against.tasks)
    problems, failures = list(pairs.problems), []
    scored = []
    for index, task in enumerate(against.tasks):
        tell(task.name)
        choice = choose(task.name, task.family, task.envelope, options.loaded)
        try:
            scored.append(_scored(index, task, choice, pairs, options, problems))
        except (Changed, NoRelease):
            raise
        except Exception as error:
            failures.append(f"{task.name}: {type(error).__name__}: {error}"[:500])
            scored.append(
                Scored(
                    task.name,
                    choice,
                    len(task.ids),
                    note="failed; a fault of the tool",
                    failed=True,
                )
            )
    return Run(tuple(scored), _sorted(problems), tuple(failures))


def _scored(
    index: int,
    task: ReferenceTask,
    choice: Choice,
    pairs: Pairs,
    options: Options,
    problems: list[Problem],
) -> Scored:
    name = choice.row.id if choice.row else plainest(task.name)
    judged = _judged(task, choice, options)
    if judged is not None:
        metric = BY_ID[judged.metric]
        given = {k: v for k, v in judged.ratings.items() if k in task.ids}
        result = score_task(
            metric,
            given,
            ((key, None) for key in task.ids),
            task=name,
            count=options.count,
            seed=options.seed,
        )
        return Scored(
            task.name, choice, result.items, result, f"judged by {judged.judge}"
        )
    if choice.metric is None:
        return Scored(
            task.name, choice, len(task.ids), note=f"not scored: needs {choice.needs}"
        )
    file = pairs.files.get(index)
    if file is None:
        return Scored(task.name, choice, len(task.ids), note="no predictions")
    how = answers.reading(choice)
    samples = Samples(task)
    found = _answers(task, file, how, samples, options)
    result = score_task(
        choice.metric,
        found,
        answers.references(task, how, samples.items()),
        task=name,
        count=options.count,
        seed=options.seed,
    )
    problems += [
        *answers.strangers(file, task.ids),
        *found.problems,
        *(answers.absent(file, task.ids) if result.missing or result.faults else ()),
    ]
    problems += _disliked(file, found, result)
    # Nobody asks a run what was seen of single items.
    return Scored(
        task.name, choice, result.items, replace(result, seen={}), result.note
    )


def _judged(task: ReferenceTask, choice: Choice, options: Options) -> Judgement | None:
    names = {plainest(task.name), plainest(choice.row.name) if choice.row else ""}
    return next(
        (
            j
            for j in options.judged
            if plainest(j.task) in names and j.metric == choice.id
        ),
        None,
    )


def _disliked(file: PredictionFile, found: Answers, result: TaskScore) -> list[Problem]:
    """Make problems of what the metric itself could not compare."""
    told = {p.id for p in found.problems} | file.repeated
    return [
        Problem(file.entries[key].where, "not-comparable", detail, key)
        for key, detail in result.faults
        if key not in told and key in file.entries
    ]
