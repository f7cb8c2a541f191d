"""Versions are told as the standard library tells them."""

from __future__ import annotations

from importlib import metadata

from curation.versions import DECODERS, DISTRIBUTION, versions


def test_the_versions_are_those_that_the_packages_say_of_themselves():
    expected = {}
    for name in (DISTRIBUTION, *DECODERS):
        try:
            expected[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    assert versions() == expected
