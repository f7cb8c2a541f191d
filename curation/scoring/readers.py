"""Edge: texts as networks take them, cut up by the tokenizer that belongs to the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Floats
from curation.scoring.networks import EXTRA, Misfit, Network, line


@dataclass(frozen=True)
class Reader:
    """A network that reads texts, and the tokenizer that cuts them up."""

    network: Network
    tokenizer: Any
    longest: int

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return one row for each text; what is beyond the longest is not read."""
        return np.concatenate(
            [self.network(i, attention_mask=m) for i, m in map(self.tokens, texts)]
        )

    def tokens(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the tokens and which of them count, 1 x length each."""
        return tokens(self.tokenizer, text, self.longest, self.network.length)


def tokens(
    tokenizer: Any, text: str, longest: int, length: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut a text up; filled with zeros, which do not count, to *length* if one is given."""
    tokenizer.enable_truncation(max_length=min(longest, length or longest))
    ids = tokenizer.encode(text).ids
    filled = np.zeros((2, 1, length or len(ids)), dtype=np.int64)
    filled[0, 0, : len(ids)], filled[1, 0, : len(ids)] = ids, 1
    return filled[0], filled[1]


def tokenizer(path: Path) -> Any:
    """Open a `tokenizer.json`.

    Raises:
        Misfit: it is none; or tokenizers is not installed.
    """
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415 - an extra
    except ImportError:
        raise Misfit(EXTRA) from None
    if not path.is_file():
        raise Misfit(f"{path} does not exist")
    try:
        found = Tokenizer.from_file(str(path))
    except Exception as error:
        # The library raises bare exceptions.
        raise Misfit(f"{path.name} is no tokenizer: {line(error)}") from None
    found.no_padding()
    return found
