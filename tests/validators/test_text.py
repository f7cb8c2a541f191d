"""Empty texts, open slots, placeholders, remains of HTML, overlong texts."""
# ruff: noqa: RUF001 - the characters that are mistaken for others are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.texts import texts_of
from tests.tasks import found, task
from validators import balance, licence, text


def asked(prompt, **more):
    return task(
        "text/story-generation",
        {"input": {"prompt": prompt}, "output": {"story": "Once."}},
        **more,
    )


def qa(question, answer="Because.", **parts):
    return task(
        "text/open-qa",
        {"input": {"question": question, **parts}, "output": {"answer": answer}},
    )


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
def test_an_empty_question_is_an_error(blank):
    assert found(text.empty_text, qa(blank)) == [
        f"/data/0/input/question: TXT001 expected words, found {blank!r}"
    ]


def test_an_empty_reference_is_an_error_also_within_a_list():
    assert found(text.RULES, qa("Why?", ["Because.", ""])) == [
        "/data/0/output/answer/1: TXT001 expected words, found ''"
    ]


def test_an_empty_prompt_is_an_error_where_there_is_nothing_else():
    assert found(text.RULES, asked("")) == [
        "/data/0/input/prompt: TXT001 expected words, found ''"
    ]


@pytest.mark.parametrize("place", ["prompt", "context"])
def test_an_empty_part_beside_a_question_is_a_warning(place):
    assert found(text.RULES, qa("Why?", **{place: " "})) == [
        f"/data/0/input/{place}: TXT002 expected words, found ' '"
    ]


def test_an_empty_prompt_beside_media_is_a_warning():
    sample = {
        "input": {"image_file": "a.png", "prompt": ""},
        "output": {"text": "A hen."},
    }
    assert found(text.RULES, task("image/captioning", sample)) == [
        "/data/0/input/prompt: TXT002 expected words, found ''"
    ]


def test_empty_cells_of_a_table_are_meant():
    table = {"header": ["a", ""], "rows": [["", "b"]]}
    assert found(text.RULES, qa("Which?", table=table)) == []


def test_a_program_may_read_nothing():
    sample = {
        "language": "python",
        "goal": "Print hello.",
        "context": [{"type": "example", "content": [{"input": "", "output": "hello"}]}],
        "output": {"response": {"content": "print('hello')"}},
    }
    assert found(text.RULES, task("text/code-generation", sample)) == []


def test_extraction_may_find_nothing():
    sample = {
        "input": {"raw_text": "It rained.", "prompt": "Name the people."},
        "output": {"text": ""},
    }
    assert found(text.RULES, task("text/extraction", sample)) == []


def labelled(prompt, **fields):
    return {"input": {"prompt": prompt, **fields}, "output": {"category": "a"}}


def test_a_slot_without_its_field_is_named():
    made = task(
        "text/classification",
        labelled("<<<raw_text>>> about <<<aspect>>>?", raw_text="Nice food."),
        labelled("<<<raw_text>>> about <<<aspect>>>?", raw_text="Nice.", aspect="food"),
    )
    assert found(text.RULES, made) == [
        "/data/0/input/prompt: TXT003 <<<aspect>>> has no field of that name in the sample"
    ]


def test_the_reference_fills_no_slot():
    assert found(text.RULES, asked("Go on: <<<output>>>")) == [
        "/data/0/input/prompt: TXT003 <<<output>>> has no field of that name in the sample"
    ]


@pytest.mark.parametrize(
    "words",
    [
        "16 - 3 = <<16-3=13>>13",
        "a <<< b >>> c",
        "kernel<<<n>>>(x)",
        "<<<<<<< HEAD",
        "cat <<<EOF",
    ],
)
def test_other_angles_are_no_slots(words):
    assert found(text.RULES, asked(words)) == []


@pytest.mark.parametrize(
    "slot",
    [
        "{question}", "{QUESTION}", "{USER_NAME}", "{{name}}", "{{ raw_text }}", "${name}", "[INSERT NAME]",
        "[insert text here]", "[Your Name]", "[TODO]",
    ],
)  # fmt: skip
def test_a_slot_in_another_tools_manner_is_named(slot):
    assert found(text.RULES, asked(f"Answer this: {slot} now")) == [
        f"/data/0/input/prompt: TXT004 {slot} is not filled"
    ]


@pytest.mark.parametrize(
    "words",
    [
        r"Let $x_{MAX}$ be \frac{{abc}}{{def}}.",
        r"What is \overline {ABCD} in \text{input}?",
        "The set {A, B} and f{x}, {ab} or {1}",
        "Costs ${abc}$ and ${n}$ more",
        "x^{{max}} and y_{{min}}",
        'Answer as {"answer": "..."} please',
        "What does print(f'{name} {text}') show?",
        "`{question}` is a slot",
        "[MASK] went to [NAME], [inserts coin], [your mother]",
        "<p>{{ title }}</p>",
    ],
)
def test_braces_of_formulas_and_programs_are_no_slots(words):
    assert found(text.RULES, asked(words)) == []


def test_templates_belong_to_code():
    sample = {"input": {"prompt": "Mend it", "sourceCode": "echo ${name} {{name}} &amp; <<<name>>>"},
              "output": {"repairCode": "echo ${other} {question} <br>"}}  # fmt: skip
    assert found(text.RULES, task("text/code-repair", sample)) == []


@pytest.mark.parametrize(
    "words",
    ["TODO", "todo", "Test", "xxx", "asdf", "N/A", "...", "users' specifically-defined prompts for different models",
     "Lorem ipsum dolor sit amet"],
)  # fmt: skip
def test_a_placeholder_is_no_prompt(words):
    assert found(text.RULES, asked(words)) == [
        f"/data/0/input/prompt: TXT005 expected a prompt, found {words!r}"
    ]


@pytest.mark.parametrize(
    "words", ["What is a test?", "Say xxx", "to do", "None of them came"]
)
def test_a_prompt_may_hold_the_words_of_a_placeholder(words):
    assert found(text.RULES, asked(words)) == []


def test_a_single_word_may_be_translated_or_be_an_answer():
    made = task(
        "text/translation", {"in": "en", "out": "de", "input": "test", "output": "Test"}
    )
    assert found(text.RULES, made, qa("What is hard?", "test")) == []


@pytest.mark.parametrize(
    "remains", ["&amp;", "&lt;", "&#39;", "&nbsp;", "<br>", "<BR />"]
)
def test_remains_of_html_are_named(remains):
    assert found(text.RULES, qa(f"Salt {remains} pepper?")) == [
        f"/data/0/input/question: TXT006 {remains} is markup"
    ]


@pytest.mark.parametrize(
    "words", ["Salt & pepper; why?", "a <b and c> d", "AT&T;", "<MASK> or <p>"]
)
def test_other_signs_are_no_html(words):
    assert found(text.RULES, qa(words)) == []


@pytest.mark.parametrize("line", ["x" * 99 + " ", "x" * 98 + ".\n"])
def test_only_a_text_beyond_the_limit_is_overlong(line, monkeypatch):
    monkeypatch.setattr(text, "LONGEST", 10_000)
    assert found(text.RULES, qa("Why?", context=line * 100)) == []
    assert found(text.RULES, qa("Why?", context=line * 100 + "x")) == [
        "/data/0/input/context: TXT007 10,001 characters, more than 10,000"
    ]


def test_many_short_texts_are_not_overlong(monkeypatch):
    monkeypatch.setattr(text, "LONGEST", 100)
    samples = (
        {"input": {"prompt": "x" * 60}, "output": {"story": "Once."}} for _ in range(5)
    )
    assert found(text.RULES, task("text/story-generation", *samples)) == []


def test_a_finding_names_the_sample():
    made = task(
        "text/translation",
        {"id": "t7", "in": "en", "out": "de", "input": "", "output": "Ja"},
    )
    (fault,) = (f for column in texts_of(made) for f in text.empty_text.check(column))
    assert (str(fault.where), fault.sample) == ("annotation.json#/data/0/input", "t7")


HOSTILE = (
    "<", "<<<a ", "{{a", "{", "${a", "[insert ", "a@", "a@a.", "+1 ", "+12345678", "-1234", "(212) ", "&amp",
    "Ã", "Â ", "é", "ä¸", "\u200b", "\u202e", "\x07", "\ufffd", "; ", "f'", "\\", "_", "Lorem ipsum ",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_no_text_takes_more_than_a_moment(part):
    long = part * (200_000 // len(part))
    rules = [r for r in text.RULES if r is not text.overlong_text]
    assert len(found(rules, qa(f"Why {long}?", f"{long}."))) < 10


@pytest.mark.parametrize(
    "words",
    ["{TEXT}" * 30_000 + "`", "\x85" * 100_000 + "cafÃ©", "\u200b" * 100_000 + "ไทย", "\u202a" * 100_000 + "שלום",
     "<<<ab" + " " * 100_000, "x@" + "a" * 100_000, "x@" + "a." * 100_000, "+1" + "1" * 100_000, "; " + " " * 100_000],
    ids=lambda words: repr(words[:6]),
)  # fmt: skip
def test_no_text_is_judged_over_and_over(words):
    assert len(found(text.RULES, qa(f"Why {words}?"))) < 5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["input", "output", "question", "prompt", "options", "answer", "text",
                                       "category", "raw_text", "license", "source", "table"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "family", ["text/multiple-choice-qa", "text/classification", "text/open-qa", "image/vqa",
               "video/temporal-action-detection", "image/generic"]
)  # fmt: skip
@given(samples=st.lists(VALUES, max_size=4))
def test_no_sample_breaks_a_rule(family, samples):
    found((*text.RULES, *licence.RULES, *balance.RULES), task(family, *samples))
