"""Pure: pages of HTML in one file that load nothing, and run no script but our own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

NONE = "'none'"
OWN = "'self'"


def filled(template: str, parts: Mapping[str, str]) -> str:
    """Fill all marks such as @@TITLE@@ in one pass, so that nothing filled in can be one."""
    return re.sub(r"@@([A-Z]+)@@", lambda mark: parts[mark[1]], template)


def policy(style: str, script: str, **sources: str) -> str:
    """Return the policy by which a browser takes this style and this script, and no other.

    Args:
        style: The text of the style.
        script: The text of the script.
        sources: What else may be loaded from where, such as `img="data:"`; nothing by
            default.
    """
    told = {
        "default": NONE,
        "script": f"'{_fingerprint(script)}'",
        "style": f"'{_fingerprint(style)}'",
        **sources,
    }
    loads = "; ".join(f"{kind}-src {where}" for kind, where in told.items())
    return f"{loads}; base-uri {NONE}; form-action {NONE}"


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def embedded(json_text: str) -> str:
    """Return JSON in which no parser of HTML finds the end of the script that holds it."""
    for character in "<>&\u2028\u2029":
        json_text = json_text.replace(character, f"\\u{ord(character):04x}")
    return json_text
