"""What is described in Croissant is read by its own library, and is what the files hold."""

from __future__ import annotations

import json

import making_cards as made
import pytest

from cards.croissant import croissant

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*:FutureWarning"),
]
mlcroissant = pytest.importorskip("mlcroissant")


def valid(card, tmp_path):
    file = tmp_path / "croissant.json"
    file.write_text(croissant(card))
    found = mlcroissant.Dataset(jsonld=str(file))
    assert found.metadata.ctx.issues.errors == set()
    return found


@pytest.mark.parametrize("tree", ["open", "close"])
def test_a_description_is_valid(tree, tmp_path):
    found = valid(made.card(tree, released="2026-11-24"), tmp_path)

    assert found.metadata.ctx.issues.warnings == set()
    assert [r.uuid for r in found.metadata.record_sets] == ["image.comprehension.Birds"]


def test_a_description_names_the_repository_at_its_tag(tmp_path):
    card = made.card(repositories={"open": "Lab/Open"}, licence="cc-by-4.0")
    found = valid(card, tmp_path).metadata

    assert found.file_objects[0].content_url == "https://huggingface.co/datasets/Lab/Open/tree/v1.2.0"  # fmt: skip
    assert found.license == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert found.version == "1.2.0"


def test_a_description_says_what_responsible_use_asks_for(tmp_path):
    found = valid(made.card("close"), tmp_path).metadata

    told = json.loads(croissant(made.card("close")))
    assert told["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    for name in (
        "data_collection",
        "data_collection_type",
        "data_preprocessing_protocol",
        "data_annotation_protocol",
        "data_use_cases",
        "data_limitations",
        "data_biases",
        "personal_sensitive_information",
        "data_social_impact",
        "data_release_maintenance_plan",
    ):
        assert getattr(found, name), name


def test_every_config_of_many_is_described(tmp_path):
    found = valid(made.card(tasks=made.many(40)), tmp_path)

    assert len(found.metadata.record_sets) == 40


def test_seven_hundred_configs_have_ids_of_their_own():
    told = json.loads(croissant(made.card(tasks=made.many(700))))

    ids = [one["@id"] for one in told["distribution"] + told["recordSet"]]
    ids += [field["@id"] for one in told["recordSet"] for field in one["field"]]
    assert len(ids) == len(set(ids)) == 700 * (2 + 3)
