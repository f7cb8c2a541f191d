"""Makes HTML and SVG in which text is always text."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias


class Markup(str):
    """Text that is markup already; all else is escaped when it becomes part of any."""

    __slots__ = ()


Part: TypeAlias = "Markup | str | int | Iterable[Part] | None"
Attribute: TypeAlias = "str | int | float | bool | None"

_EMPTY = frozenset({"br", "img", "input", "link", "meta", "path", "rect", "line"})


def el(name: str, /, *parts: Part, **attributes: Attribute) -> Markup:
    """Return an element.

    Attributes that are None or False are left out; `class_` is `class`, and `aria_label`
    is `aria-label`.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Markup(f"<{name}{told}>" if name not in _DRAWN else f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(parts)}</{name}>")


_DRAWN = frozenset({"path", "rect", "line"})


def joined(parts: Part) -> Markup:
    """Put parts together, escaped where they are text."""
    if parts is None:
        return Markup("")
    if isinstance(parts, Markup):
        return parts
    if isinstance(parts, str | int):
        return Markup(html.escape(str(parts)))
    return Markup("".join(joined(part) for part in parts))


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = f"{value:.6g}"
    return f' {name}="{html.escape(str(value))}"'
