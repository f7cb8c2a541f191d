"""What all pages in one file have in common: nothing in them becomes markup or a mark."""

from __future__ import annotations

import base64
import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from curation.selfcontained import embedded, filled, policy


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_embedded_json_is_the_same_json_without_any_markup(value):
    told = embedded(json.dumps(value, ensure_ascii=False))

    assert json.loads(told) == value
    assert not set("<>&\u2028\u2029") & set(told)


def test_what_is_filled_in_is_no_mark():
    parts = {"TITLE": "@@SCRIPT@@", "SCRIPT": "let a = 1"}
    assert filled("@@TITLE@@|@@SCRIPT@@", parts) == "@@SCRIPT@@|let a = 1"


def test_a_policy_names_one_style_and_one_script_and_loads_nothing():
    told = dict(
        part.strip().split(" ", 1)
        for part in policy("a {}", "b()", img="data:").split(";")
    )
    digests = [
        base64.b64encode(hashlib.sha256(t).digest()).decode() for t in (b"a {}", b"b()")
    ]
    assert told == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digests[0]}'",
        "script-src": f"'sha256-{digests[1]}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
