"""Rules on choices and answers of samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from curation.finding import Fault, Severity, rule
from curation.model import Json
from curation.task import Task
from schemas import Pointer, Slot
from validators import columns

ALIKE = 0.6
"""How like a choice an answer must be written for the choice to be shown."""
ANSWERED = frozenset(
    {
        "anomaly-detection",
        "classification",
        "motion-analysis",
        "multi-image-vqa",
        "object-matching",
        "open-qa",
        "qa",
        "vqa",
    }
)
"""Families whose answer is not made of the words of the input, as a paraphrase is."""
LONG_ANSWER = 8
"""Characters of an answer that does not stand in a question by chance."""
SHORT_QUESTION = 300
"""Characters; a longer one brings along the passage in which the answer may stand."""
CLOSED = 1000
"""Different answers up to which a task's answers are taken for a list of labels."""


def _repeats(rows: Sequence[Json]) -> list[int]:
    try:
        if sum(map(len, map(set, rows))) == sum(map(len, rows)):
            return []
    except TypeError:  # a sample without choices, or with some that are lists
        pass
    lists = ((i, row) for i, row in enumerate(rows) if type(row) is list)
    return [i for i, row in lists if len(set(map(repr, row))) < len(row)]


@rule("TXT021")
def repeated_choice(task: Task) -> Iterator[Fault]:
    """A sample lists the same choice twice.

    Why: two letters are then right, or none, and guessing is easier than it looks.
    Fix: replace one of the two by another wrong answer.
    """
    path, rows = columns.options(task)
    for index in _repeats(rows):
        row = list(map(repr, rows[index]))
        second = next(i for i, choice in enumerate(row) if choice in row[:i])
        where = task.sample_at(index).at(*path, second)
        detail = f"{row[second][:60]} is also choice {row.index(row[second]) + 1}"
        yield Fault(where, detail, task.ids[index])


def _is_among(answer: Json, row: Sequence[Json]) -> bool:
    """Whether an answer is a choice, names one by its letter, or is several of them."""
    texts = [str(choice) for choice in row]
    said = str(answer)
    if said in texts or columns.position(said) in range(len(row)):
        return True
    parted = ([part.strip() for part in said.split(by)] for by in (",", ";", "<p>"))
    return any(all(part in texts for part in parts) for parts in parted)


def _strays(
    task: Task, slot: Slot, rows: Sequence[Json]
) -> Iterator[tuple[int, Pointer, Json]]:
    """Yield the answers at a slot that are no choice, with sample and pointer."""
    path = columns.trunk(slot)
    if path is None:
        found = task.values(slot)
    else:
        answers = columns.at(task, path)
        if answers.count(None) == len(answers):
            return
        odd = [
            (i, answer)
            for i, (answer, row) in enumerate(zip(answers, rows, strict=True))
            if type(row) is list and answer not in row
        ]
        found = (item for i, answer in odd for item in _each(i, path, answer))
    for index, pointer, answer in found:
        row = rows[index]
        if type(row) is list and answer not in row and not _is_among(answer, row):
            yield index, pointer, answer


def _each(
    index: int, path: Pointer, answer: Json
) -> Iterator[tuple[int, Pointer, Json]]:
    if type(answer) is list:
        yield from ((index, (*path, i), item) for i, item in enumerate(answer))
    elif answer is not None:
        yield index, path, answer


@rule("TXT022")
def answer_not_among_choices(task: Task) -> Iterator[Fault]:
    """The reference is none of the choices that its sample lists.

    Why: the sample cannot be answered, and models are marked wrong for a right choice.
    Fix: write the answer exactly as its choice is written, or add it to the choices.
    """
    rows = columns.options(task)[1]
    for slot in columns.distinct(task.slots(choice="text")) if rows else ():
        for index, pointer, answer in _strays(task, slot, rows):
            choices = {str(choice).lower(): choice for choice in rows[index]}
            near = get_close_matches(str(answer).lower(), choices, 1, ALIKE)
            hint = f"; the nearest is {choices[near[0]]!r}" if near else ""
            said = f"{str(answer)[:60]!r} is none of the {len(rows[index])} choices"
            where = task.sample_at(index).at(*pointer)
            yield Fault(where, said + hint, task.ids[index])


def _is_beyond(answer: Json, size: int) -> bool:
    position = columns.position(answer)
    return position is not None and position >= size > 0


@rule("TXT023")
def answer_letter_out_of_range(task: Task) -> Iterator[Fault]:
    """The answer's letter is beyond the last choice.

    Why: the sample cannot be answered; often the letters count from another first one.
    Fix: name the right choice, where A is the first.
    """
    rows = columns.options(task)[1]
    for path, answers in columns.letters(task) if rows else ():
        if not any(_is_beyond(*pair) for pair in columns.pairs(answers, rows)):
            continue
        for index, (answer, row) in enumerate(zip(answers, rows, strict=True)):
            if type(row) is list and _is_beyond(answer, len(row)):
                detail = f"{answer!r}, but there are {len(row)} choices"
                yield Fault(task.sample_at(index).at(*path), detail, task.ids[index])


_LISTING = re.compile(
    r"\b(?:or|between|versus|vs|whether|either|both|among|than|same|these|following|one of|"
    r"which of|choices?|choose|options?|select|pick|candidates?|labels?|class(?:es)?|"
    r"categor(?:y|ies)|compare[ds]?|repeat|spell|say|read|mask|blank)\b|_{2,}",
    re.IGNORECASE,
)
"""Words of a question that names several answers, or that has a gap to be filled."""


def _stands_in(answer: str, question: str) -> bool:
    if answer not in question or not any(map(str.isalpha, answer)):
        return False
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", question) is not None


def _long(answers: Sequence[Json]) -> list[tuple[int, str]]:
    """Return the long answers, those of lists one by one, with their samples."""
    kinds = columns.tally(answers)
    alone = kinds.total() + answers.count(None) == len(answers)
    if alone and all(len(str(kind)) < LONG_ANSWER for kind in kinds):
        return []
    lists = ((i, a if type(a) is list else (a,)) for i, a in enumerate(answers))
    every = ((i, item) for i, items in lists for item in items)
    return [(i, a) for i, a in every if type(a) is str and len(a) >= LONG_ANSWER]


def _giveaways(
    questions: Sequence[Json], answers: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Yield the samples whose question states the answer, and the answer."""
    said = [
        (i, answer)
        for i, answer in answers
        if type(question := questions[i]) is str
        and len(question) <= SHORT_QUESTION
        and answer.lower() in question.lower()
    ]
    if not said:
        return
    asked = columns.tally(questions)
    labels = {answer.lower() for _, answer in answers}
    labels = labels if len(labels) <= CLOSED else set()
    for index, answer in said:
        # What is asked of several samples, or names several answers, gives none away.
        if asked[questions[index]] > 1 or _LISTING.search(questions[index]):
            continue
        told, question = answer.lower(), questions[index].lower()
        others = (label for label in labels if label not in told)
        if _stands_in(told, question) and not any(
            _stands_in(o, question) for o in others
        ):
            yield index, answer


def _asking(task: Task) -> Iterator[Pointer]:
    for slot in columns.distinct(task.slots(reference=False)):
        path = columns.trunk(slot)
        if path is not None and columns.name(slot) in {"question", "prompt"}:
            yield path


@rule("TXT025", Severity.WARNING)
def answer_in_question(task: Task) -> Iterator[Fault]:
    """A question states its own answer.

    Why: a model can copy it, and the task measures reading instead of what it is about.
    Fix: word the question without the answer, or list all answers as choices.
    """
    if task.family.id.partition("/")[2] not in ANSWERED or columns.options(task)[1]:
        return
    for slot in columns.distinct(task.slots(reference=True, text=True)):
        told = columns.trunk(slot)
        answers = _long(columns.at(task, told)) if told else []
        for path in _asking(task) if answers else ():
            for index, answer in _giveaways(columns.at(task, path), answers):
                detail = f"it says {answer[:60]!r}, which is the answer"
                where = task.sample_at(index).at(*path)
                yield Fault(where, detail, task.ids[index])


RULES = (
    repeated_choice,
    answer_not_among_choices,
    answer_letter_out_of_range,
    answer_in_question,
)
