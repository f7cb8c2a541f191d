"""What commands do with input that lies on the Hub: fetch it, and say what is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from curation.published import Address

    Given = Path | Address
    _Type = click.ParamType[Given]
else:
    _Type = click.ParamType  # older versions have no parameter

_T = TypeVar("_T")
SCHEME = "hf://"
"""What an address on the Hub begins with."""


class Place(_Type):
    """A path, or the address of a data set on the Hub."""

    name = "path"

    def __init__(self, path: click.Path | None = None) -> None:
        self._path = path or click.Path(path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Given:
        """Read an address where there is one, and anything else as a path."""
        if isinstance(value, str) and value.startswith(SCHEME):
            from curation.published.address import parse  # noqa: PLC0415

            try:
                return parse(value)
            except ValueError as error:
                self.fail(str(error), param, ctx)
        if value == "":  # it would be the folder one is in
            self.fail("a path is empty, as from a variable that is not set", param, ctx)
        return Path(os.fsdecode(self._path.convert(value, param, ctx)))


@contextmanager
def fetched(
    give: Callable[[Callable[[str], None]], AbstractContextManager[_T]], *, quiet: bool
) -> Iterator[_T]:
    """Give what is fetched, and say on stderr what that is.

    Raises:
        click.UsageError: it cannot be had, or what is needed for it is not installed.
    """
    from importlib.util import find_spec  # noqa: PLC0415

    from curation.published import Unreachable  # noqa: PLC0415

    if find_spec("huggingface_hub") is None:
        raise click.UsageError(
            f"{SCHEME} needs huggingface_hub: pip install 'general-bench-curation[hub]'"
        )

    def said(text: str) -> None:
        if not quiet:
            click.echo(text, err=True)

    try:
        with give(said) as place:
            yield place
    except Unreachable as error:
        raise click.UsageError(str(error)) from None
