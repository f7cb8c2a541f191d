"""Pure: the YAML at the top of a card, as the Hub and `datasets` read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

_BLOCK = re.compile(
    r"^(\s*---(\r\n|\r|\n))([\S\s]*?)((\r\n|\r|\n)---[ \t]*(\r\n|\n|$))"
)
"""How the Hub tells the front matter from the text below it."""
_PLAIN = re.compile(r"[A-Za-z_][\w./*-]*", re.ASCII)
_WORDS = frozenset({"y", "yes", "n", "no", "on", "off", "true", "false", "null"})
"""Words that some readers take for something else than a text."""


class NotYaml(Exception):
    """Front matter that cannot be read; says in which line, and why."""


@dataclass(frozen=True)
class Repeated:
    """A key that stands twice in one mapping, and the line of the card where it does."""

    key: str
    line: int


@dataclass(frozen=True)
class Front:
    """What the front matter says. Of keys that stand twice the last has its value here."""

    value: Any
    repeated: tuple[Repeated, ...]


def parted(card: str) -> tuple[str | None, str]:
    """Part a card into the YAML of its front matter, if it has one, and the text below."""
    found = _BLOCK.match(card)
    return (found[3], card[found.end() :]) if found else (None, card)


def read(yaml_text: str) -> Front:
    """Read front matter.

    Raises:
        NotYaml: it cannot be read.
    """
    import yaml  # noqa: PLC0415 - few commands need it

    repeated: list[Repeated] = []

    class Loader(_fastest()):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT002
            seen: set[tuple[str, str]] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if (key.tag, key.value) in seen:
                        # The first line of the card is the line of three hyphens.
                        line = key.start_mark.line + 2
                        repeated.append(Repeated(key.value, line))
                    seen.add((key.tag, key.value))
            return super().construct_mapping(node, deep)

    try:
        value = yaml.load(yaml_text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise NotYaml(" ".join(str(error).split())) from None
    except (ValueError, RecursionError) as error:  # such as a date that is none
        raise NotYaml(str(error)) from None
    return Front(value, tuple(repeated))


def _fastest() -> Any:
    import yaml  # noqa: PLC0415

    # The loader in C takes a tenth of the time, and is not built everywhere.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def written(value: Mapping[str, Any]) -> str:
    """Return the YAML of a mapping, in its order, and the same wherever it is made."""
    import yaml  # noqa: PLC0415

    text: str = yaml.dump(
        value,
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=True,
        width=1_000_000,
    )
    return text


@cache
def _dumper() -> Any:
    import yaml  # noqa: PLC0415

    class Dumper(yaml.SafeDumper):
        """Quotes each text that is more than a word; shows nothing by reference."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        style = None if plain else "|" if "\n" in value else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    return Dumper
