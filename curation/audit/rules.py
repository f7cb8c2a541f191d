"""The rules of the audit of a release: what leaks, and what stands on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from curation.audit.signs import Sign, Way
from curation.finding import Fault, Rule, Severity, rule


def _through(way: Way, sign: Sign) -> Iterator[Fault]:
    if sign.way is way:
        yield Fault(sign.where, sign.detail)


@rule("LEK101")
def answer_field_in_close_set(sign: Sign) -> Iterator[Fault]:
    """A question of the Close set has a value where the reference stands.

    Why: it is the answer, or what everyone will take for it.
    Fix: make the release again with curate release, which writes questions only.
    """
    yield from _through(Way.FIELD, sign)


@rule("LEK102")
def part_of_no_release(sign: Sign) -> Iterator[Fault]:
    """A public tree holds a file, column or entry that a release has no place for.

    Why: what nobody meant to publish is how answers get out: copies, backups, old columns.
    Fix: remove it, or make the release again in an empty place.
    """
    yield from _through(Way.STRANGER, sign)


@rule("LEK103")
def answer_is_public(sign: Sign) -> Iterator[Fault]:
    """A hidden reference stands in a public file.

    Why: whoever downloads the release has it, and will have it for ever.
    Fix: never publish this release; find out how the value got there, and make it again. If
    it was published, retire the sample with curate retire.
    """
    yield from _through(Way.VALUE, sign)


@rule("LEK104")
def reference_file_is_public(sign: Sign) -> Iterator[Fault]:
    """A file that only hidden references name is public, as it is or encoded anew.

    Why: the file is the answer, whatever it is called.
    Fix: never publish this release; remove the file from the task's questions, and make the
    release again.
    """
    yield from _through(Way.FILE, sign)


@rule("LEK105")
def answers_beside_questions(sign: Sign) -> Iterator[Fault]:
    """Names, ids, metadata or lists hold the answers of their samples more than by chance.

    Why: a model that is told the name need not look.
    Fix: make the release with neutral names, and remove what else tells the answers.
    """
    yield from _through(Way.BESIDE, sign)


@rule("LEK106")
def questions_hold_their_answers(sign: Sign) -> Iterator[Fault]:
    """Questions of the Close set hold their answers more often than those of the Open set.

    Why: that is no property of the task; something has written answers into questions.
    Fix: compare the questions with the task that they are from, and make the release again.
    """
    yield from _through(Way.QUESTION, sign)


@rule("LEK107", Severity.WARNING)
def answers_stand_in_questions(sign: Sign) -> Iterator[Fault]:
    """Questions of the Close set hold their answers, and no Open set tells if that is meant.

    Why: a passage may hold the answer that is to be found in it; otherwise it is a leak.
    Fix: look at the samples; if the answer is not to be found there, take it out.
    """
    yield from _through(Way.UNSURE, sign)


@rule("LEK108", Severity.WARNING)
def hidden_answer_among_open_answers(sign: Sign) -> Iterator[Fault]:
    """An answer that only one close sample has is the answer of an open one too.

    Why: the two samples may be one, or the reference of the close one was published.
    Fix: compare the two; if they are one sample, retire the close one.
    """
    yield from _through(Way.OPEN, sign)


@rule("LEK109")
def original_name_kept(sign: Sign) -> Iterator[Fault]:
    """The Close set has a name or an id that the contributor gave.

    Why: names tell where a sample is from, and there its answer can be looked up.
    Fix: make the release again without --keep-names.
    """
    yield from _through(Way.ORIGIN, sign)


@rule("LEK110")
def secret_is_public(sign: Sign) -> Iterator[Fault]:
    """A nonce of the commitments, or a key, is public.

    Why: with a nonce answers can be tried out until one fits the commitment.
    Fix: never publish this release; make it again.
    """
    yield from _through(Way.NONCE, sign)


@rule("LEK111")
def place_tells_label(sign: Sign) -> Iterator[Fault]:
    """The id, the name of a file or the order of the Close set predicts the label.

    Why: a model that learns the numbering scores without looking.
    Fix: make the release again with curate release, which shuffles and renames by the key.
    """
    yield from _through(Way.PLACE, sign)


@rule("LEK112", Severity.WARNING)
def properties_tell_label(sign: Sign) -> Iterator[Fault]:
    """Size, dimensions, duration, codec or bit rate of files predict the label.

    Why: a model can score by what has nothing to do with the question.
    Fix: bring the media of all labels to one form before the task is accepted.
    """
    yield from _through(Way.PROPERTY, sign)


@rule("LEK113", Severity.WARNING)
def properties_give_label_away(sign: Sign) -> Iterator[Fault]:
    """Properties of files nearly give the label away.

    Why: whoever lists the files has the answers; the score measures nothing.
    Fix: bring the media of all labels to one form, or keep the task out of the release.
    """
    yield from _through(Way.NEARLY, sign)


@rule("LEK114")
def statistic_of_other_values(sign: Sign) -> Iterator[Fault]:
    """Statistics of a Parquet file tell of a value that no row has.

    Why: they are of the rows as they were before the answers were removed.
    Fix: write the file anew from the questions; never edit one that had answers.
    """
    yield from _through(Way.STATISTIC, sign)


@rule("LEK115")
def tree_unlike_manifest(sign: Sign) -> Iterator[Fault]:
    """A tree is not what its manifest or release.json says.

    Why: nobody can tell what else has changed since the release was made.
    Fix: take the release from where it was made, or make it again.
    """
    yield from _through(Way.MANIFEST, sign)


@rule("LEK116", Severity.WARNING)
def not_looked_at(sign: Sign) -> Iterator[Fault]:
    """Something could not be looked at.

    Why: what was not searched may hold answers.
    Fix: provide what is missing, and audit again.
    """
    yield from _through(Way.UNSEEN, sign)


@rule("LEK117", Severity.WARNING)
def no_references_given(sign: Sign) -> Iterator[Fault]:
    """There are no references to search for.

    Why: without them the audit sees what is out of place, but no answer.
    Fix: name the folder of the references with --references.
    """
    yield from _through(Way.NO_REFERENCES, sign)


@rule("LEK118", Severity.WARNING)
def answer_in_another_question(sign: Sign) -> Iterator[Fault]:
    """A question holds the answer of another sample.

    Why: whoever reads all questions finds answers; dialogues that are cut into samples do so.
    Fix: keep such samples apart by the contributor's group, or ask one of them only.
    """
    yield from _through(Way.OTHER, sign)


@rule("LEK119", Severity.WARNING)
def reference_file_in_another_question(sign: Sign) -> Iterator[Fault]:
    """A question shows a file that is the reference of another sample.

    Why: whoever compares all files finds the reference.
    Fix: leave out one of the two samples; curate split cannot tell which.
    """
    yield from _through(Way.SHOWN, sign)


@rule("SPL001")
def same_media_on_both_sides(sign: Sign) -> Iterator[Fault]:
    """A close sample has a file of the same content as an open one.

    Why: what is known of the open sample tells of the close one.
    Fix: split again; curate split keeps them together, and holds back what ties two sides.
    """
    yield from _through(Way.SAME_MEDIA, sign)


@rule("SPL002")
def alike_media_on_both_sides(sign: Sign) -> Iterator[Fault]:
    """A close sample has a file that is almost that of an open one.

    Why: another frame, size or encoding of it is the same to a model.
    Fix: split again; curate split keeps them together, and holds back what ties two sides.
    """
    yield from _through(Way.ALIKE_MEDIA, sign)


@rule("SPL003")
def same_question_on_both_sides(sign: Sign) -> Iterator[Fault]:
    """A close sample asks what an open one asks.

    Why: the answer of the open sample is that of the close one.
    Fix: split again; curate split keeps them together, and holds back what ties two sides.
    """
    yield from _through(Way.SAME_QUESTION, sign)


@rule("SPL004")
def same_sample_on_both_sides(sign: Sign) -> Iterator[Fault]:
    """A close sample, or its group, is open in this or an earlier version.

    Why: its answer, or that of its source, is public already.
    Fix: retire it with curate retire, or split again with the ledger as it was.
    """
    yield from _through(Way.SAME_SAMPLE, sign)


RULES: tuple[Rule, ...] = (
    answer_field_in_close_set,
    part_of_no_release,
    answer_is_public,
    reference_file_is_public,
    answers_beside_questions,
    questions_hold_their_answers,
    answers_stand_in_questions,
    hidden_answer_among_open_answers,
    original_name_kept,
    secret_is_public,
    place_tells_label,
    properties_tell_label,
    properties_give_label_away,
    statistic_of_other_values,
    tree_unlike_manifest,
    not_looked_at,
    no_references_given,
    answer_in_another_question,
    reference_file_in_another_question,
    same_media_on_both_sides,
    alike_media_on_both_sides,
    same_question_on_both_sides,
    same_sample_on_both_sides,
)
"""All rules of the audit, in the order of the catalogue."""
