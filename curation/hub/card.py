"""What the hub asks of the metadata at the top of a README."""

from __future__ import annotations

import re
from collections.abc import Hashable

_BLOCK = re.compile(
    r"\A\s*---\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)


def problems(text: str) -> tuple[list[str], list[str]]:
    """Return the errors and the warnings about a README."""
    block = _BLOCK.match(text)
    if block is None:
        return [], ["empty or missing yaml metadata in repo card"]
    import yaml  # noqa: PLC0415

    class Strict(yaml.SafeLoader):
        """Refuses a key that stands twice, as `datasets` does."""

        def construct_mapping(
            self,
            node: yaml.MappingNode,
            deep: bool = False,  # noqa: FBT002 - as in the base
        ) -> dict[Hashable, object]:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            if twice := [key for key in keys if keys.count(key) > 1]:
                raise yaml.YAMLError(f"duplicated mapping key {twice[0]!r}")
            return super().construct_mapping(node, deep)

    try:
        told = yaml.load(block[1], Strict)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        return [f"Invalid YAML metadata: {error}"], []
    if told is None:
        return [], ["empty or missing yaml metadata in repo card"]
    if not isinstance(told, dict):
        return ["Invalid YAML metadata: expected a mapping"], []
    return [], []


def metadata(text: str) -> dict[str, object]:
    """Return the metadata of a README that has no errors."""
    import yaml  # noqa: PLC0415

    block = _BLOCK.match(text)
    told = None if block is None else yaml.safe_load(block[1])
    return told if isinstance(told, dict) else {}
