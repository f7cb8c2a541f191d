"""What films and pictures are rated by: consistency, movement, beauty, what they show.

Each function takes the models that are ready and returns a rating, from 0 to 100, of a
prediction and what its sample asks. Where VBench is named, its definition is followed
(Huang et al. 2024), film by film.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from curation.scoring import sights
from curation.scoring.extraction import plain
from curation.scoring.metric import PERCENT, Floats, NotScored
from curation.scoring.models import Rate, Ready
from curation.scoring.movement import moving, smooth
from curation.scoring.readers import tokens

WAYS, TOP = 50, 1
"""Classes that a picture is held against, and ranks that count."""
MATCHED = 16
"""Frames that are held against what was asked."""


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
