"""A card says what is so, in a form that the Hub reads, whatever contributors have written."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import making_cards as made
import pytest
import yaml

import schemas
from cards import byhand, frontmatter, page
from cards.categories import category
from cards.languages import code
from cards.licences import Licence
from cards.sizes import category as size
from cards.words import linked, safe

KNOWN = schemas.document("card.json")["$defs"]["task_category"]["enum"]
SVG = "{http://www.w3.org/2000/svg}"


def front(card):
    text, _ = frontmatter.parted(page.readme(card))
    found = frontmatter.read(text)
    assert found.repeated == ()
    return found.value


def faults(card):
    return [
        f.message for f in schemas.exact_validator("card.json").iter_errors(front(card))
    ]


@pytest.mark.parametrize("tree", ["open", "close", "references"])
def test_the_front_matter_fits_what_the_hub_takes(tree):
    gate = {"close": {"access": "auto", "prompt": "Do not train.", "fields": {"I agree": "checkbox"}}}  # fmt: skip

    assert faults(made.card(tree, gated=gate)) == []
    assert faults(made.card(tree, licence="cc-by-4.0", languages=("zh",))) == []


def test_the_front_matter_tells_the_facts():
    told = front(made.card(licence="cc-by-4.0", languages=("zh",)))

    assert told["license"] == "cc-by-4.0"
    assert told["language"] == ["en", "zh"]
    assert told["task_categories"] == ["visual-question-answering"]
    assert told["size_categories"] == ["n<1K"]
    assert told["tags"] == ["benchmark", "evaluation", "image"]
    assert told["source_datasets"] == ["extended"]
    assert told["configs"] == [
        {
            "config_name": "image.comprehension.Birds",
            "data_files": [
                {
                    "split": "open",
                    "path": "data/image.comprehension.Birds/open-*.parquet",
                }
            ],
        }
    ]
    (info,) = told["dataset_info"]
    assert info["splits"] == [{"name": "open", "num_bytes": 12000, "num_examples": 12}]
    assert (info["download_size"], info["dataset_size"]) == (7200, 12000)


def test_features_are_listed_as_datasets_lists_them():
    datasets = pytest.importorskip("datasets")
    from cards.features import listed

    features = made.FEATURES | {
        "boxes": {"feature": {"key": made.TEXT, "at": {"feature": {"dtype": "int64", "_type": "Value"}, "_type": "List"}}, "_type": "List"},
        "frames": {"feature": {"_type": "Image"}, "_type": "List"},
        "mesh": {"bytes": {"dtype": "binary", "_type": "Value"}, "path": made.TEXT},
        "deep": {"feature": {"feature": made.TEXT, "_type": "List"}, "_type": "List"},
    }  # fmt: skip

    theirs = datasets.Features.from_dict(json.loads(json.dumps(features)))
    assert listed(features) == theirs._to_yaml_list()


def test_a_release_without_one_licence_says_where_each_is_told():
    told = front(made.card())

    assert (told["license"], told["license_name"], told["license_link"]) == (
        "other",
        "each-task-its-own",
        "LICENSE.md",
    )
    page_of = page.texts(made.card())["LICENSE.md"]
    assert "| `image.comprehension.Birds` | cc0-1.0 | <https://example.org/birds> |" in page_of  # fmt: skip


def test_references_are_licensed_to_nobody_and_their_card_says_so_first():
    card = made.card("references", licence="cc-by-4.0")
    told = front(card)
    text = page.readme(card)

    assert told["license"] == "other"
    assert told["license_name"] == "not-for-distribution"
    _, body = frontmatter.parted(text)
    assert body.strip().startswith("# NEVER SHARE: Small-Bench Hidden references")
    assert set(page.texts(card)) == {"README.md", "LICENSE.md"}


def test_films_are_tagged_where_the_task_is_of_another_modality():
    features = {"id": made.TEXT, "film": {"_type": "Video"}}
    name = "audio.generation.Foley"
    one = made.task(name, "audio/video-to-audio", data=made.data(name, features=features))  # fmt: skip

    assert front(made.card(tasks=[one]))["tags"] == ["benchmark", "evaluation", "audio", "video"]  # fmt: skip
    mesh = made.task("mesh.comprehension.Chairs", "mesh/classification")
    assert "3d" in front(made.card(tasks=[mesh]))["tags"]


def test_sources_on_the_hub_are_named_by_their_ids():
    tasks = [
        made.task(source="https://huggingface.co/datasets/lab/birds"),
        made.task("text.Sums", "text/open-qa", source="https://hf.co/datasets/squad"),
    ]

    assert front(made.card(tasks=tasks))["source_datasets"] == ["lab/birds", "squad"]
    assert "source_datasets" not in front(made.card(tasks=[made.task(source="")]))


def test_a_task_without_samples_in_a_set_is_no_config_of_it():
    tasks = [made.task(), made.task("text.Sums", "text/open-qa", open=0, data=None)]

    assert [c["config_name"] for c in front(made.card(tasks=tasks))["configs"]] == [
        "image.comprehension.Birds"
    ]


def test_every_family_has_a_category_that_the_hub_knows():
    found = {family.id: category(family) for family in schemas.families().values()}

    assert {name: c for name, c in found.items() if c not in KNOWN} == {}
    assert found["image/detection"] == "object-detection"
    assert found["mesh/classification"] == "other"


@pytest.mark.parametrize("tree", ["open", "close"])
def test_the_body_has_all_that_a_researcher_asks_for(tree):
    told = {
        "repositories": {"open": "Lab/Open", "close": "Lab/Close"},
        "contact": "https://example.org/contact",
        "citation": "@misc{small, title={Small}}",
        "paper": "https://arxiv.org/abs/2505.04620",
        "share": 0.4,
        "groups": {"open": 9, "close": 14},
        "changes": "- image.comprehension.Birds: new task",
    }
    text = page.readme(made.card(tree, **told))

    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [
        "Which set this is",
        "Load one task",
        "What is in it",
        "Sources and licences",
        "How it was made",
        "Versions",
        "Limitations",
        "Personal data",
        "Citation",
        "Contact",
    ]
    other = {"open": "Close", "close": "Open"}[tree]
    assert f"**This is the {tree.capitalize()} set**" in text
    assert f"It is not the {other} set" in text
    assert f"https://huggingface.co/datasets/Lab/{other}>" in text
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    call = ast.parse(code).body[1].value
    assert [ast.literal_eval(one) for one in call.args] == [
        f"Lab/{tree.capitalize()}",
        "image.comprehension.Birds",
    ]
    assert {k.arg: ast.literal_eval(k.value) for k in call.keywords} == {
        "split": tree,
        "revision": "v1.2.0",
    }
    assert "| Image comprehension | 1 | 12 | 18 |" in text
    assert "| Image comprehension | Object Recognition | 1 | 12 | 18 |" in text
    assert "About 40% of each task is open" in text
    assert "9 open and 14 close groups" in text
    assert "ab" * 32 in text
    assert "CANARY 7d5a" in text
    assert "- image.comprehension.Birds: new task" in text
    assert "@misc{small, title={Small}}" in text
    assert "<https://example.org/contact>" in text


def test_rules_that_the_audit_left_out_are_named():
    assert "Left out were `LEK105`, `LEK112`." in page.readme(
        made.card(ignored=("LEK105", "LEK112"))
    )


HOSTILE = '<script>alert(1)</script>|**x**`y`[a](http://b)\n\n# Head ---\n"\u202e'


def test_what_contributors_wrote_is_neither_markdown_nor_html_nor_yaml():
    one = made.task(title=HOSTILE, skill=HOSTILE, source=HOSTILE, metric=HOSTILE, licences=(Licence("other", HOSTILE),))  # fmt: skip
    card = made.card(tasks=[one], name=HOSTILE, authors=(HOSTILE,), contact=HOSTILE)
    told = page.texts(card)

    assert faults(card) == []
    for name in ("README.md", "LICENSE.md"):
        _, body = frontmatter.parted(told[name])
        assert "<script" not in body
        assert "\u202e" not in body
        assert "**x**" not in body
        assert "# Head" not in [line[:6] for line in body.splitlines()]
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    tokens = markdown.parse(frontmatter.parted(told["README.md"])[1])
    kinds = [t for block in tokens for t in block.children or ()]
    assert "http://b" not in {t.attrs.get("href") for t in kinds if t.type == "link_open"}  # fmt: skip
    ET.fromstring(told["composition.svg"])
    json.loads(told["croissant.json"])
    yaml.safe_load(told["CITATION.cff"])


def test_only_addresses_become_links():
    assert linked(" https://example.org/a_b ") == "<https://example.org/a_b>"
    assert linked("javascript:alert(1)") == "javascript:alert(1)"
    assert linked("see https://example.org") == "see https://example.org"
    assert safe("a*b_c <d> & |e|") == "a\\*b\\_c &lt;d&gt; &amp; \\|e\\|"


def test_the_picture_has_a_bar_for_each_kind_with_samples_to_scale():
    tasks = [
        made.task(open=10, close=30),
        made.task("text.Sums", "text/open-qa", open=20, close=0),
        made.task("mesh.generation.Chairs", "mesh/text-to-mesh", open=0, close=40),
    ]
    card = made.card(tasks=tasks)
    root = ET.fromstring(page.texts(card)["composition.svg"])

    bars = [
        (r.get("class"), float(r.get("width")))
        for r in root.iter(f"{SVG}rect")
        if r.get("height") == "20"
    ]
    widest = max(width for _, width in bars)
    assert [(name, round(w / widest, 2)) for name, w in bars] == [
        ("open", 0.25),
        ("close", 0.75),
        ("close", 1.0),
        ("open", 0.5),
    ]
    assert "Image comprehension: 1 task, 10 open and 30 close samples" in root.find(f"{SVG}desc").text  # fmt: skip
    assert "![Composition of Small-Bench 1.2.0." in page.readme(card)
    assert "prefers-color-scheme: dark" in root.find(f"{SVG}style").text


@pytest.mark.parametrize(("number", "name"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (325_876, "100K<n<1M"), (10**12, "n>1T")])  # fmt: skip
def test_samples_are_sorted_by_number_as_the_hub_sorts_them(number, name):
    assert size(number) == name
    assert name in schemas.document("card.json")["$defs"]["size"]["enum"]


@pytest.mark.parametrize(("told", "expected"), [("English", "en"), ("pt-BR", "pt"), ("zh_Hans", "zh"), ("yue", "yue"), ("Old Norse", "")])  # fmt: skip
def test_languages_are_told_by_code(told, expected):
    assert code(told) == expected


# The part that is written by hand.


def test_what_was_written_by_hand_stands_between_marks_and_is_found_again():
    text = page.readme(made.card(by_hand="\n## Thanks\n\nTo all.\n"))

    assert byhand.found(text) == "## Thanks\n\nTo all."
    assert byhand.found(page.readme(made.card())) == ""


@pytest.mark.parametrize(
    "text",
    [
        "no marks",
        byhand.BEGIN,
        f"{byhand.END}\n{byhand.BEGIN}",
        byhand.BEGIN * 2 + byhand.END,
    ],
)
def test_a_card_without_both_marks_in_order_is_refused(text):
    with pytest.raises(byhand.Unmarked):
        byhand.found(text)


def test_a_text_with_a_mark_in_it_is_refused():
    with pytest.raises(byhand.Unmarked, match="leave both marks out"):
        byhand.marked(f"x {byhand.END} y")


# YAML.


@pytest.mark.parametrize("text", ["yes", "1e3", "null", "0x1F", "1.0", "a: b", "# x", "- x", "'", '"', "é", "", "1:30", "~", "2026-01-01", "two\nlines", "tab\t", "!!x", "*a", "&a"])  # fmt: skip
def test_a_text_is_read_as_the_text_that_it_is(text):
    written = frontmatter.written({"key": text, text or "k": 1})

    assert frontmatter.read(written).value["key"] == text


def test_keys_that_stand_twice_are_found_at_every_depth():
    found = frontmatter.read("a: 1\nb:\n- c: 1\n  c: 2\na: 3\n")

    assert [(one.key, one.line) for one in found.repeated] == [
        ("a", 6),
        ("c", 5),
    ]


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\t- x", "a: 2026-99-99", "!!python/object:os.system {}"])  # fmt: skip
def test_what_is_no_yaml_is_refused_and_never_run(text):
    with pytest.raises(frontmatter.NotYaml):
        frontmatter.read(text)


# Citation and evaluation.


def test_a_citation_file_has_the_fields_of_its_format():
    card = made.card(
        authors=("Ada Example", "The Bench group"),
        licence="cc-by-4.0",
        released="2026-11-24",
        repositories={"open": "Lab/Open"},
        paper="https://arxiv.org/abs/2505.04620",
    )
    told = yaml.safe_load(page.texts(card)["CITATION.cff"])

    assert told["cff-version"] == "1.2.0"
    assert told["type"] == "dataset"
    assert told["authors"] == [
        {"given-names": "Ada", "family-names": "Example"},
        {"name": "The Bench group"},
    ]
    assert told["license"] == "CC-BY-4.0"
    assert str(told["date-released"]) == "2026-11-24"
    assert told["repository"] == "https://huggingface.co/datasets/Lab/Open"
    assert {"message", "title", "version", "references"} <= set(told)


def test_a_citation_file_names_somebody_even_if_nobody_is_stated():
    told = yaml.safe_load(page.texts(made.card())["CITATION.cff"])

    assert told["authors"] == [{"name": "Small-Bench"}]
    assert "license" not in told


def test_the_evaluation_file_names_config_and_split_of_each_task():
    told = yaml.safe_load(page.texts(made.card())["eval.yaml"])

    assert set(told) == {"name", "description", "evaluation_framework", "tasks"}
    assert told["tasks"] == [
        {
            "id": "image.comprehension.Birds",
            "config": "image.comprehension.Birds",
            "split": "open",
        }
    ]


@pytest.mark.slow
def test_seven_hundred_tasks_make_one_card():
    card = made.card(tasks=made.many(700))
    told = front(card)

    assert len(told["configs"]) == len(told["dataset_info"]) == 700
    assert faults(card) == []
    assert page.readme(card) == page.readme(replace(card))
