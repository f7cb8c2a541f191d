"""What films and pictures are rated by: consistency, movement, beauty, what they show.

Each function takes the models that are ready and returns a rating, from 0 to 100, of a
prediction and what its sample asks. Where VBench is named, its definition is followed
(Huang et al. 2024), film by film.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from curation.scoring import networks, sights
from curation.scoring.extraction import plain
from curation.scoring.media import Film
from curation.scoring.metric import PERCENT, Floats, NotScored
from curation.scoring.models import Opened
from curation.scoring.readers import tokens

Ready = Mapping[str, Opened]
SAMPLED_RATE = 8.0
"""Frames a second at which movement is judged, and of films that do not say theirs."""
MOVED, AT = 6.0, 256.0
"""Pixels that the fastest part of a moving picture moves, where its shorter side has `AT`."""
FASTEST = 0.05
"""The share of the pixels that is the fastest part."""
OFTEN = 4 / 16
"""The share of the frames from which a picture has to move."""
WAYS, TOP = 50, 1
"""Classes that a picture is held against, and ranks that count."""
MATCHED = 16
"""Frames that are held against what was asked."""


Rate = Callable[[Any, Mapping[str, Any]], Any]
"""From a prediction and what its sample asks, to a rating from 0 to 100."""


def _unit(rows: Floats) -> Floats:
    sizes = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(sizes > 0, sizes, 1.0))


def consistency(rows: Floats) -> float:
    """How alike the frames of a film are, 0 to 100; from features, frames x D.

    Over all frames but the first: the mean of the cosines to the frame before and to the
    first one, neither under 0. VBench, subject and background consistency.

    Raises:
        ValueError: there is one frame only.
    """
    if len(rows) < 2:  # noqa: PLR2004
        raise ValueError("a film of one frame has nothing to be consistent with")
    unit = _unit(rows)
    before = np.einsum("nd,nd->n", unit[1:], unit[:-1])
    both = np.clip(before, 0, None) + np.clip(unit[1:] @ unit[0], 0, None)
    return PERCENT * float(both.mean()) / 2


def consistent(model: str, part: str) -> Callable[[Ready], Rate]:
    """Rate how alike the frames of a film are, by one part of a model."""
    return lambda ready: lambda film, _asked: consistency(ready[model].see(film, part))


def quality(ready: Ready) -> Rate:
    """Rate by MUSIQ: the mean over frames."""
    return lambda film, _asked: ready["musiq"].see(film, "network").mean()


def beauty(ready: Ready) -> Rate:
    """Rate by the aesthetic predictor: ten times the mean over frames. VBench."""
    model = ready["aesthetic"]

    def rate(film: Any, _asked: Mapping[str, Any]) -> Any:
        rated = model.networks["head"].each(_unit(model.see(film)))
        return 10 * np.clip(rated.mean(), 0, 10)

    return rate


def moving(ready: Ready) -> Rate:
    """VBench, dynamic degree: 100 where the picture moves often enough, else 0."""
    network = ready["raft"].networks["network"]

    def speed(before: Any, after: Any) -> float:
        (one, place), (other, _) = (
            sights.padded(_planes(f), 8) for f in (before, after)
        )
        flow = _same(network(one[None], other[None]), (2, *one.shape[1:]), network)
        length = np.sort(np.hypot(*flow[:, *place]), axis=None)[::-1]
        return float(length[: max(1, int(len(length) * FASTEST))].mean())

    def rate(film: Any, _asked: Mapping[str, Any]) -> float:
        number, moved = 1, 0
        step = max(1, round((_rate(film) or SAMPLED_RATE) / SAMPLED_RATE))
        for before, after in pairwise(sights.every(film, step)):
            number += 1
            moved += speed(before, after) > MOVED * min(before.shape[:2]) / AT
        return PERCENT * (moved >= max(1, round(OFTEN * number)))

    return rate


def _planes(frame: sights.Bytes) -> sights.Ready:
    return np.moveaxis(frame, -1, 0).astype(np.float32)


def _rate(film: Any) -> float | None:
    return film.rate if isinstance(film, Film) else None


def _same(found: Floats, shape: tuple[int, ...], network: networks.Network) -> Floats:
    if found.shape != (1, *shape):
        seen, wanted = ("x".join(map(str, s)) for s in (found.shape, (1, *shape)))
        raise NotScored(f"the network {network.name} gives {seen}; expected {wanted}")
    return np.asarray(found[0])


def smooth(ready: Ready) -> Rate:
    """VBench, motion smoothness: how near each odd frame is to what lies between the even."""
    network = ready["amt"].networks["network"]

    def between(before: Any, after: Any) -> Any:
        (one, place), (other, _) = (
            sights.padded(_planes(f) / np.float32(255), 16) for f in (before, after)
        )
        half = np.full((1, 1, 1, 1), 0.5)
        found = _same(network(one[None], other[None], embt=half), one.shape, network)
        return np.moveaxis(
            np.clip(255 * found, 0, 255).astype(np.uint8)[:, *place], 0, -1
        )

    def rate(film: Any, _asked: Mapping[str, Any]) -> Any:
        apart, held = [], []
        for frame in film:
            held.append(frame)
            if len(held) == 3:  # noqa: PLR2004
                made = between(held[0], held[2]).astype(int)
                apart.append(np.abs(made - held[1]).mean())
                held = held[2:]
        if not apart:
            raise ValueError("a film of fewer than three frames has nothing in between")
        return PERCENT * (1 - np.mean(apart) / 255)

    return rate


def fitting(ready: Ready) -> Rate:
    """VBench, overall consistency: the cosine of film and prompt by ViCLIP, not under 0."""
    model = ready["viclip"]

    def rate(film: Any, asked: Mapping[str, Any]) -> float:
        seen = model.watch(sights.spread(film, 8), "vision", 0)
        found = _unit(seen) @ _unit(model.read([_words(asked, "prompt")])).T
        return PERCENT * max(0.0, float(found[0, 0]))

    return rate


def composite(ready: Ready) -> Rate:
    """The mean of the four, since a film is as good as all of them together."""
    parts = [
        consistent("dino", "network")(ready),
        fitting(ready),
        moving(ready),
        smooth(ready),
    ]
    return lambda film, asked: [part(film, asked) for part in parts]


def nearer(ready: Ready) -> Rate:
    """The share of the frames that are nearer to the target prompt than to the source's."""
    clip = ready["clip"]

    def rate(film: Any, asked: Mapping[str, Any]) -> Any:
        prompts = [_words(asked, k) for k in ("source_prompt", "target_prompt")]
        source, target = _unit(clip.read(prompts)) @ _unit(clip.see(film)).T
        return PERCENT * (target > source).mean()

    return rate


def shown(ready: Ready) -> Rate:
    """The share of frames of which a matcher says that they show what was asked."""
    model = ready["matcher"]
    network = model.networks["network"]

    def rate(film: Any, asked: Mapping[str, Any]) -> float:
        ids, mask = tokens(
            model.tokenizer, _words(asked, "prompt"), model.model.longest
        )
        found = [
            network(model.sight(f)[None], ids, attention_mask=mask)[0]
            for f in sights.spread(film, MATCHED)
        ]
        return PERCENT * float(np.mean([no < yes for no, yes in found]))

    return rate


def ranked(ready: Ready) -> Rate:
    """N-way top-k: the chance that the class is among the k best of itself and N - 1 others.

    The others are drawn at random in the literature; here it is the exact probability, from
    the number of classes that are rated as high or higher.
    """
    model = ready["classifier"]
    places = {n: k for k, names in reversed([*enumerate(model.labels)]) for n in names}

    def rate(picture: Any, asked: Mapping[str, Any]) -> float:
        scores = model.see(picture, "network")[0]
        if len(scores) != len(model.labels):
            raise NotScored(f"{len(model.labels)} names for {len(scores)} classes")
        label = plain(_words(asked, "label"))
        if label not in places:
            raise NotScored(f"the classifier has no class called {label!r}")
        # A tie is not won: a classifier that tells nothing apart gives nothing.
        higher = int((scores >= scores[places[label]]).sum()) - 1
        return PERCENT * among(higher, len(scores), WAYS, TOP)

    return rate


def among(higher: int, classes: int, ways: int, top: int) -> float:
    """Probability that fewer than *top* of *ways* - 1 others, drawn from all, are higher."""
    drawn = min(ways, classes) - 1
    every = math.comb(classes - 1, drawn)
    lower = classes - 1 - higher
    good = (
        math.comb(higher, k) * math.comb(lower, drawn - k)
        for k in range(min(top, drawn + 1))
    )
    return sum(good) / every


def _words(asked: Mapping[str, Any], name: str) -> str:
    """Find a text in what a sample asks, or in its reference.

    Raises:
        NotScored: there is none; no answer can mend that.
    """
    sample = asked["input"]
    for place in (asked["output"], sample.get("input"), sample):
        found = place.get(name) if isinstance(place, dict) else None
        if isinstance(found, str | int):
            return str(found)
    if name == "label" and isinstance(asked["output"], str):
        return str(asked["output"])
    raise NotScored(f"a sample has no {name}")
