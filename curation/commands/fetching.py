"""What commands do with input that lies on the Hub: fetch it, and say what is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from curation.published import Address, Unreachable
from curation.published.address import SCHEME, parse

_T = TypeVar("_T")
Given = Path | Address
if TYPE_CHECKING:
    _Type = click.ParamType[Given]
else:
    _Type = click.ParamType  # older versions have no parameter


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
            try:
                return parse(value)
            except ValueError as error:
                self.fail(str(error), param, ctx)
        return Path(os.fsdecode(self._path.convert(value, param, ctx)))


@contextmanager
def fetched(
    give: Callable[[Callable[[str], None]], AbstractContextManager[_T]], *, quiet: bool
) -> Iterator[_T]:
    """Give what is fetched, and say on stderr what that is.

    Raises:
        click.UsageError: it cannot be had, or what is needed for it is not installed.
    """
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
