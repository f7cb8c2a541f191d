"""Rules on what gives the answer away without a look at the question.

A name, an id or an order can be made neutral when a release is cut, so those are
warnings: the task may be sent, and whoever uses it should know. What stands inside a
media file is published as it is; that is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from curation.finding import Fault, Severity, rule
from validators.hints import Channel, Hint


def _through(channel: Channel, hint: Hint) -> Iterator[Fault]:
    if hint.channel is channel:
        yield Fault(hint.where, hint.detail)


@rule("LEK001", Severity.WARNING)
def answer_in_file_name(hint: Hint) -> Iterator[Fault]:
    """The names of the files hold the answers.

    Why: a model that is told the name need not look, and whoever has the name has the key.
    Fix: number the files in an order that has nothing to do with the answer; a release
    renames those of the Close set in any case.
    """
    yield from _through(Channel.FILE_NAME, hint)


@rule("LEK002", Severity.WARNING)
def answer_in_folder(hint: Hint) -> Iterator[Fault]:
    """The folders that the files lie in are named after the answers.

    Why: a model that is told the path need not look.
    Fix: put the files of a task into one folder; a release does so with the Close set.
    """
    yield from _through(Channel.FOLDER, hint)


@rule("LEK003", Severity.WARNING)
def answer_in_id(hint: Hint) -> Iterator[Fault]:
    """The ids of the samples hold the answers.

    Why: the id goes with the question, and stands in every prediction.
    Fix: number the samples in an order that has nothing to do with the answer; a release
    gives new ids to the Close set.
    """
    yield from _through(Channel.ID, hint)


@rule("LEK004")
def answer_in_metadata(hint: Hint) -> Iterator[Fault]:
    """What media files say of themselves holds the answers.

    Why: titles, comments and descriptions are published inside the file, where a release
    does not change them, and programs read them.
    Fix: remove the metadata, for example with exiftool -all= or ffmpeg -map_metadata -1.
    """
    yield from _through(Channel.METADATA, hint)


@rule("LEK005", Severity.WARNING)
def samples_sorted_by_answer(hint: Hint) -> Iterator[Fault]:
    """The samples are sorted by their answers.

    Why: the place of a sample gives its answer away, and the first hundred that somebody
    tries all have one label.
    Fix: shuffle the samples once, and keep that order.
    """
    yield from _through(Channel.ORDER, hint)


@rule("LEK006", Severity.WARNING)
def ids_sorted_by_answer(hint: Hint) -> Iterator[Fault]:
    """In the order of their ids, the samples are sorted by their answers.

    Why: shuffled samples with the old numbers are as good as sorted ones.
    Fix: number the samples after they are shuffled; a release gives new ids to the Close
    set.
    """
    yield from _through(Channel.ORDER_OF_IDS, hint)


RULES = (
    answer_in_file_name,
    answer_in_folder,
    answer_in_id,
    answer_in_metadata,
    samples_sorted_by_answer,
    ids_sorted_by_answer,
)
