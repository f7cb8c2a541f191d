"""Licences and sources of tasks and of their samples."""

import pytest

from tests.tasks import found, task
from validators import licence

GIVEN = {"license": "cc-by-4.0", "data_source": "https://example.com/data"}


def told(*samples, **envelope):
    return task("text/story-generation", *(samples or ({},)), **envelope)


def test_a_licence_and_a_source_are_all_it_takes():
    assert found(licence.RULES, told(**GIVEN)) == []


@pytest.mark.parametrize(
    "blank", [{}, {"license": ""}, {"license": " "}, {"license": None}]
)
def test_a_missing_licence_is_named(blank):
    made = told(data_source="SNLI", **blank)
    assert found(licence.RULES, made) == [": LIC001 found no license in the task"]


@pytest.mark.parametrize("blank", [{}, {"data_source": ""}, {"data_source": None}])
def test_a_missing_source_is_named(blank):
    made = told(license="mit", **blank)
    assert found(licence.RULES, made) == [": LIC004 found no data_source in the task"]


def test_samples_may_have_licences_and_sources_of_their_own():
    own = {"license": "mit", "source": "SNLI"}
    assert found(licence.RULES, told(own, own)) == []
    assert found(licence.RULES, told(own, {})) == [
        ": LIC001 found no license in the task, and no license in 1 samples",
        ": LIC004 found no data_source in the task, and no source in 1 samples",
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CC BY 4.0", "cc-by-4.0"),
        ("CC-BY-4.0", "cc-by-4.0"),
        ("CC-BY-SA-4.0", "cc-by-sa-4.0"),
        ("cc-by-nc-sa 4.0", "cc-by-nc-sa-4.0"),
        ("Creative Commons Attribution 4.0 International", "cc-by-4.0"),
        (
            "Creative Commons Attribution-NonCommercial-ShareAlike 3.0",
            "cc-by-nc-sa-3.0",
        ),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("CC0", "cc0-1.0"),
        ("CC0 1.0 Universal", "cc0-1.0"),
        ("Apache 2.0", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("apache 2", "apache-2.0"),
        ("MIT License", "mit"),
        ("MIT", "mit"),
        ("GPLv3", "gpl-3.0"),
        ("GPL-3.0-or-later", "gpl-3.0"),
        ("AGPL-3.0-only", "agpl-3.0"),
        ("BSD 3-Clause", "bsd-3-clause"),
        ("ODC-BY-1.0", "odc-by"),
        ("apach-2.0", "apache-2.0"),
    ],
)
def test_the_id_that_is_meant_is_suggested(name, meant):
    made = told(**GIVEN | {"license": name})
    assert found(licence.RULES, made) == [
        f"/license: LIC002 {name!r}, expected {meant}"
    ]


@pytest.mark.parametrize("name", ["cc-by-sa-2.0", "CC-BY", "free for research", "©"])
def test_no_other_licence_is_suggested(name):
    made = told(**GIVEN | {"license": name})
    assert found(licence.RULES, made) == [
        f"/license: LIC002 {name!r}, expected one of the Hub's ids, or other"
    ]


def test_every_known_id_passes():
    samples = ({"license": name} for name in licence.KNOWN - licence.OPEN_ENDED)
    assert found(licence.RULES, told(*samples, **GIVEN)) == []


def test_licences_of_samples_are_counted_and_named_once():
    samples = ({"license": name} for name in ("mit", "CC BY 4.0", "other", "CC BY 4.0"))
    assert found(licence.RULES, told(*samples, **GIVEN)) == [
        "/data/1/license: LIC002 'CC BY 4.0' in 2 samples, expected cc-by-4.0",
        "/data/2/license: LIC003 'other' names no licence",
    ]


@pytest.mark.parametrize("name", ["other", "unknown"])
def test_a_licence_without_a_name_is_a_warning(name):
    assert found(licence.RULES, told(**GIVEN | {"license": name})) == [
        f"/license: LIC003 {name!r} names no licence"
    ]


def test_a_licence_of_another_kind_is_the_schemas_matter():
    assert (
        found(
            licence.RULES,
            told({"license": 7}, "no sample", **GIVEN | {"license": ["mit"]}),
        )
        == []
    )


@pytest.mark.parametrize(
    "source",
    ["snli_dataset", "https://a.org/b", "doi:10.1/2", "维基百科", "from www.a.org"],
)
def test_an_address_or_a_name_is_a_source(source):
    assert found(licence.RULES, told(**GIVEN | {"data_source": source})) == []


@pytest.mark.parametrize(
    "source",
    [
        "https://",
        "https://xxxxx",
        "/home/me/data",
        "./data",
        "C:\\data",
        "n/a",
        "-",
        "Web",
    ],
)
def test_what_leads_nowhere_is_no_source(source):
    assert found(licence.RULES, told(**GIVEN | {"data_source": source})) == [
        f"/data_source: LIC005 expected an address or a name, found the placeholder {source!r}"
    ]
