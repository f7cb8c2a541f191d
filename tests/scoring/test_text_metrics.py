from __future__ import annotations

import contextlib
import io
import random
import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.scoring import tokens
from curation.scoring.distance import common, edits
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task
from curation.scoring.stem import stem

WORDS = [
    "a",
    "cat",
    "cats",
    "running",
    "runs",
    "the",
    "dog",
    "is",
    "walked",
    "on",
    "street",
    "blue",
    "skies",
    "happily",
    "flying",
]


def corpora(count=25):
    chance = random.Random(3)
    for _ in range(count):
        size = chance.randint(2, 9)

        def text(least):
            return " ".join(chance.choices(WORDS, k=chance.randint(least, 12)))

        yield (
            {str(i): text(1) for i in range(size)},
            {
                str(i): tuple(text(4) for _ in range(chance.randint(1, 3)))
                for i in range(size)
            },
        )


def value(name, found, wanted):
    return score_task(BY_ID[name], found, wanted, count=0).value


def one(name, prediction, *references):
    return value(name, {"0": prediction}, {"0": references})


def test_sentence_bleu_equals_nltk_with_smoothing_method_4():
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    method = SmoothingFunction().method4
    for found, wanted in corpora():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [
                sentence_bleu(
                    [r.split() for r in wanted[k]],
                    found[k].split(),
                    (1, 0, 0, 0),
                    method,
                )
                for k in found
            ]

        ours = value("bleu1/sentence", found, wanted)

        assert ours == pytest.approx(100 * sum(theirs) / len(theirs))


@pytest.mark.parametrize(("name", "order"), [("bleu1/corpus", 1), ("bleu4/corpus", 4)])
def test_corpus_bleu_equals_pycocoevalcap(name, order):
    from pycocoevalcap.bleu.bleu import Bleu

    for found, wanted in corpora():
        gold = {k: list(v) for k, v in wanted.items()}
        with contextlib.redirect_stdout(io.StringIO()):
            theirs, _ = Bleu(4).compute_score(
                gold, {k: [v] for k, v in found.items()}, 0
            )

        # Theirs adds 1e-15 to every count, which shows where nothing matches.
        assert value(name, found, wanted) == pytest.approx(
            100 * theirs[order - 1], abs=0.01
        )


@pytest.mark.parametrize(("name", "order"), [("bleu1/corpus", 1), ("bleu4/corpus", 4)])
def test_corpus_bleu_equals_sacrebleu(name, order):
    from sacrebleu.metrics import BLEU

    for found, wanted in corpora():
        most = max(map(len, wanted.values()))
        # Where there are fewer references, one stands twice, which changes nothing.
        streams = [[(wanted[k] * most)[n] for k in found] for n in range(most)]
        theirs = BLEU(max_ngram_order=order, tokenize="none", smooth_method="none")
        expected = theirs.corpus_score(list(found.values()), streams).score

        assert value(name, found, wanted) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rouge1_f/text", "rouge1"),
        ("rouge2_f/text", "rouge2"),
        ("rougeL_f/text", "rougeL"),
    ],
)
def test_rouge_equals_rouge_score_with_stems(name, kind):
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer([kind], use_stemmer=True)
    for found, wanted in corpora():
        theirs = [
            max(scorer.score(r, found[k])[kind].fmeasure for r in wanted[k])
            for k in found
        ]

        assert value(name, found, wanted) == pytest.approx(
            100 * sum(theirs) / len(theirs)
        )


def test_cider_equals_pycocoevalcap_up_to_its_cut():
    from pycocoevalcap.cider.cider import Cider

    for found, wanted in corpora():
        gold = {k: list(v) for k, v in wanted.items()}
        theirs, _ = Cider().compute_score(gold, {k: [v] for k, v in found.items()})

        assert value("cider/text", found, wanted) == pytest.approx(
            min(100, 100 * theirs)
        )


def test_word_error_rate_equals_jiwer():
    import jiwer

    for found, wanted in corpora():
        single = {k: v[:1] for k, v in wanted.items()}
        theirs = jiwer.wer([v[0] for v in single.values()], list(found.values()))

        assert value("wer/transcript", found, single) == pytest.approx(100 * theirs)


def squad(text):
    """Normalise as the public evaluation of SQuAD describes it, from its description."""
    text = re.sub(r"[!-/:-@\[-`{-~]", "", text.lower())
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def test_token_f1_and_exact_match_equal_a_plain_count():
    for found, wanted in corpora():
        f1, em = [], []
        for key, text in found.items():
            scores = []
            for reference in wanted[key]:
                a, b = squad(text), squad(reference)
                rest, hits = list(b), 0
                for word in a:
                    if word in rest:
                        rest.remove(word)
                        hits += 1
                scores.append(2 * hits / (len(a) + len(b)) if a or b else 1.0)
            f1.append(max(scores))
            em.append(any(squad(text) == squad(r) for r in wanted[key]))

        assert value("token_f1/text", found, wanted) == pytest.approx(
            100 * sum(f1) / len(f1)
        )
        assert value("exact_match/text", found, wanted) == pytest.approx(
            100 * sum(em) / len(em)
        )


def test_stems_equal_nltk():
    from nltk.stem.porter import PorterStemmer

    theirs = PorterStemmer()
    chance = random.Random(5)
    ends = ["", "s", "ed", "ing", "ies", "ied", "ational", "iveness", "logi", "fulli", "y", "alli",
            "ization", "eed", "ly", "ement", "ous", "ll", "e", "es", "ness", "ion", "biliti", "ical"]  # fmt: skip
    letters = "aeioubcdlmnrstxyz"
    made = {
        "".join(chance.choices(letters, k=chance.randint(1, 6))) + e
        for e in ends
        for _ in range(400)
    }
    words = sorted(made | {"skies", "dying", "news", "inning", "proceed", "howe"})

    assert {w: stem(w) for w in words} == {w: theirs.stem(w) for w in words}


def plain_edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def plain_common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = (
                table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
            )
    return table[-1][-1]


short = st.text("abc", max_size=12)


@given(short, short)
def test_edits_and_common_subsequences_equal_the_textbook(a, b):
    assert (edits(a, b), common(a, b)) == (plain_edits(a, b), plain_common(a, b))


@given(st.text(max_size=60))
def test_any_text_is_cut_without_losing_a_letter(text):
    import unicodedata

    kept = [c for c in unicodedata.normalize("NFC", text) if c.isalnum()]

    assert [c for c in "".join(tokens.words(text)) if c.isalnum()] == kept


@pytest.mark.parametrize(
    "name",
    [
        "bleu1/sentence",
        "rouge1_f/text",
        "rougeL_f/text",
        "token_f1/text",
        "exact_match/text",
        "anls/text",
    ],
)
@given(text=st.text(max_size=60))
def test_any_text_equals_itself(name, text):
    assert one(name, text, text) == 100.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop, it's 3.14!", ["Do", "n't", "stop", ",", "it", "'s", "3.14", "!"]),
        ("a well-known U.S. firm", ["a", "well-known", "U.S", ".", "firm"]),
        ("我爱北京", ["我", "爱", "北", "京"]),
        ("été à Köln", ["été", "à", "Köln"]),
        ("हिन्दी", ["हिन्दी"]),
        ("カタカナ and 한국어", ["カ", "タ", "カ", "ナ", "and", "한국어"]),
    ],
)
def test_words_are_cut_as_pinned(text, expected):
    assert tokens.words(text) == expected


def test_anls_is_nothing_from_half_on():
    assert one("anls/text", "abcd", "abxx") == 0.0
    assert one("anls/text", "abcd", "ABCX") == 75.0


def test_word_errors_over_a_hundred_percent_are_told():
    assert one("wer/transcript", "one two three four", "five") == 400.0


def test_bleu_takes_the_closest_length():
    assert one("bleu1/corpus", "a b c", "a b c d e", "a b") == 100.0


def test_long_texts_are_compared_in_reasonable_time():
    long, other = "a b c d " * 3000, "a c b d " * 3000

    assert 0 < one("rougeL_f/text", long, other) < 100
