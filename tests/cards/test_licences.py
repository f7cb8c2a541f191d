"""A release goes out under a licence that all its sources permit, or not at all."""

from __future__ import annotations

import pytest

import schemas
from cards.licences import Licence, conflicts, given, of_task, settled

IDS = schemas.document("card.json")["$defs"]["license"]["enum"]


def reasons(release, *licences):
    return [one.reason for one in conflicts(release, [("t", map(Licence, licences))])]


@pytest.mark.parametrize(
    ("release", "source"),
    [
        ("cc-by-4.0", "cc0-1.0"),
        ("cc-by-4.0", "mit"),
        ("cc-by-nc-4.0", "cc-by-3.0"),
        ("cc-by-nc-4.0", "cc-by-nc-3.0"),
        ("cc-by-sa-4.0", "cc-by-sa-3.0"),
        ("cc-by-nc-sa-4.0", "cc-by-nc-sa-2.0"),
        ("gpl-3.0", "cc-by-sa-4.0"),
        ("cc-by-nd-4.0", "cc-by-nd-4.0"),
        ("odbl", "odbl"),
        ("other", "cc-by-nc-nd-4.0"),
        ("other", "odbl"),
    ],
)
def test_these_may_go_out_together(release, source):
    assert reasons(release, source) == []


@pytest.mark.parametrize(
    ("release", "source", "reason"),
    [
        ("cc-by-4.0", "cc-by-nc-4.0", "(NC) forbids commercial use"),
        ("cc-by-sa-4.0", "cc-by-nc-sa-4.0", "(NC) forbids commercial use"),
        ("mit", "intel-research", "(NC) forbids commercial use"),
        ("cc-by-4.0", "cc-by-sa-4.0", "(SA) asks for the same licence"),
        ("cc-by-sa-3.0", "cc-by-sa-4.0", "(SA) asks for the same licence"),
        ("cc-by-nc-4.0", "cc-by-nc-sa-4.0", "(SA) asks for the same licence"),
        ("cc-by-nc-sa-4.0", "cc-by-sa-4.0", "(SA) asks for the same licence"),
        ("cc-by-4.0", "odbl", "(SA) asks for the same licence"),
        ("apache-2.0", "gpl-3.0", "(SA) asks for the same licence"),
        ("cc-by-4.0", "cc-by-nd-4.0", "(ND) forbids to publish it under another"),
        ("cc-by-nc-4.0", "cc-by-nc-nd-4.0", "(ND) forbids to publish it under another"),
        ("cc-by-4.0", "llama3.1", "has terms of its own"),
        ("cc-by-4.0", "bigscience-openrail-m", "has terms of its own"),
        ("cc-by-4.0", "unknown", "'unknown', which names none"),
        ("other", "unknown", "'unknown', which names none"),
        ("other", "other", "'other', which names none"),
        ("other", "", "an empty text, which names none"),
    ],
)
def test_what_is_in_the_way_is_named(release, source, reason):
    (told,) = reasons(release, source)
    assert reason in told


def test_a_task_without_any_licence_is_in_the_way():
    assert [c.reason for c in conflicts("other", [("t", ())])] == [
        "it states no licence"
    ]


def test_a_named_licence_without_id_goes_only_where_each_task_keeps_its_own():
    terms = Licence("other", "Terms of the archive", "https://example.org")

    assert list(conflicts("other", [("t", [terms])])) == []
    (told,) = conflicts("cc-by-4.0", [("t", [terms])])
    assert told.reason.startswith("Terms of the archive has terms of its own")


@pytest.mark.parametrize("licence", sorted(set(IDS) - {"other", "unknown"}))
def test_every_licence_permits_itself(licence):
    assert reasons(licence, licence) == []


def test_conflicts_of_all_tasks_are_told_by_task():
    tasks = [("a", [Licence("mit")]), ("b", [Licence("unknown"), Licence("odbl")])]

    assert [c.task for c in conflicts("cc-by-4.0", tasks)] == ["b", "b"]


def test_an_id_comes_before_a_pattern_and_a_longer_pattern_before_a_shorter():
    table = {
        "*": Licence("mit"),
        "image.*": Licence("isc"),
        "image.a": Licence("zlib"),
    }

    assert given("image.a", table) == Licence("zlib")
    assert given("image.b", table) == Licence("isc")
    assert given("text.c", table) == Licence("mit")
    assert given("text.c", {}) is None


def test_what_a_task_states_stands_and_only_what_it_lacks_is_filled_in():
    known = Licence("cc0-1.0")

    assert settled(["mit", ""], known) == (known, Licence("mit"))
    assert settled(["other"], known) == (known,)
    assert settled(["mit"], known) == (Licence("mit"),)
    assert settled([" mit "], None) == (Licence("mit"),)


def test_a_file_of_a_task_without_licences_has_that_of_its_envelope():
    assert of_task({"envelope": {"license": "mit"}}) == (Licence("mit"),)
    assert of_task({"envelope": {}, "licences": [{"id": "isc"}]}) == (Licence("isc"),)
    assert of_task({"envelope": {}}) == ()
