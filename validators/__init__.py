"""What is checked: the classes of facts about media, and the catalogue of rules.

`RULES` is every rule there is, in the order of the catalogue; `BY_CODE` and `CODES` are the
same by code; `FACTS` maps the `type` that a decoder gives its payload to the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validators.registry import BY_CODE, CODES, FACTS, RULES

__all__ = ["BY_CODE", "CODES", "FACTS", "RULES"]


def __getattr__(name: str) -> Any:
    """Import the rules when they are first asked for: decoding needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from validators import registry  # noqa: PLC0415

    return getattr(registry, name)
