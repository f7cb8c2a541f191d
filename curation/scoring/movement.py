"""What films are rated by that move: how often they do, and how smoothly.

The definitions are those of VBench (Huang et al. 2024), film by film.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from curation.scoring import sights
from curation.scoring.media import Film
from curation.scoring.metric import PERCENT, Failed, Floats
from curation.scoring.models import Opened, Rate, Ready
from curation.scoring.networks import Network

SAMPLED_RATE = 8.0
"""Frames a second at which movement is judged, and of films that do not say theirs."""
MOVED, AT = 6.0, 256.0
"""Pixels that the fastest part of a moving picture moves, where its shorter side has `AT`."""
FASTEST = 0.05
"""The share of the pixels that is the fastest part."""
OFTEN = 4 / 16
"""The share of the frames from which a picture has to move."""


def moving(ready: Ready) -> Rate:
    """VBench, dynamic degree: 100 where the picture moves often enough, else 0."""
    model = ready["raft"]

    def fast(before: Any, after: Any) -> bool:
        (one, place), (other, _) = (sights.padded(f, 8) for f in (before, after))
        network = model.networks["network"]
        flow = _same(network(one[None], other[None]), (2, *one.shape[1:]), network)
        length = np.sort(np.hypot(*flow[:, *place]), axis=None)[::-1]
        fastest = length[: max(1, int(len(length) * FASTEST))].mean()
        return bool(fastest > MOVED * min(before.shape[1:]) / AT)

    def rate(film: Any, _asked: Mapping[str, Any]) -> float:
        number, moved = 1, 0
        step = max(1, round((_rate(film) or SAMPLED_RATE) / SAMPLED_RATE))
        for before, after in pairwise(_alike(model, sights.every(film, step))):
            number += 1
            moved += fast(before, after)
        return PERCENT * (moved >= max(1, round(OFTEN * number)))

    return rate


def _alike(model: Opened, film: Iterable[sights.Bytes]) -> Iterator[sights.Ready]:
    """Yield prepared frames, which are compared and therefore of one size."""
    shape = None
    for frame in film:
        shape = shape or frame.shape
        if frame.shape != shape:
            raise ValueError("frames of different sizes")
        yield model.sight(frame)


def _rate(film: Any) -> float | None:
    return film.rate if isinstance(film, Film) else None


def _same(found: Floats, shape: tuple[int, ...], network: Network) -> Floats:
    if found.shape != (1, *shape):
        seen, wanted = ("x".join(map(str, s)) for s in (found.shape, (1, *shape)))
        raise Failed(f"the network {network.name} gives {seen}; expected {wanted}")
    return np.asarray(found[0])


def smooth(ready: Ready) -> Rate:
    """VBench, motion smoothness: how near each odd frame is to what lies between the even."""
    model = ready["amt"]

    def between(before: Any, after: Any) -> Any:
        (one, place), (other, _) = (sights.padded(f, 16) for f in (before, after))
        half, network = np.full((1, 1, 1, 1), 0.5), model.networks["network"]
        found = _same(network(one[None], other[None], embt=half), one.shape, network)
        return np.floor(np.clip(255 * found, 0, 255))[:, *place]

    def rate(film: Any, _asked: Mapping[str, Any]) -> Any:
        apart, held = [], []
        for frame in _alike(model, film):
            held.append(frame)
            if len(held) == 3:  # noqa: PLR2004
                made = between(held[0], held[2])
                apart.append(np.abs(made - np.rint(255 * held[1])).mean())
                held = held[2:]
        if not apart:
            raise ValueError("a film of fewer than three frames has nothing in between")
        return PERCENT * (1 - np.mean(apart) / 255)

    return rate
