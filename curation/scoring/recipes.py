"""How each metric with model weights is made of models: recipes, as data and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from curation.scoring import movement, ratings, sights
from curation.scoring.backends import Backend, Need
from curation.scoring.metric import Answer, Floats
from curation.scoring.models import Rate, Ready


def _embedded(need: Need, ready: Ready) -> Backend:
    """Pictures, films or texts, by the two towers of CLIP."""
    clip = ready["clip"]

    def backend(answer: Answer, role: str) -> Floats:
        reads = role == "reference" and need.against == "text"
        return clip.read(answer) if reads else clip.see(answer)

    return backend


def _heard(need: Need, ready: Ready) -> Backend:
    """Recordings or texts, by the two towers of CLAP."""
    clap = ready["clap"]

    def backend(answer: Answer, role: str) -> Floats:
        reads = role == "reference" and need.against == "text"
        return clap.read(answer) if reads else clap.hear(answer, "sound")

    return backend


def _features(model: str) -> Callable[[Need, Ready], Backend]:
    return lambda _need, ready: (
        lambda answer, _role: ready[model].see(answer, "network")
    )


def _windows(_need: Need, ready: Ready) -> Backend:
    return lambda answer, _role: ready["vggish"].hear(answer)


def _clips(_need: Need, ready: Ready) -> Backend:
    return lambda answer, _role: ready["i3d"].watch(sights.first(answer, 16))


def _motions(_need: Need, ready: Ready) -> Backend:
    network = ready["motion"].networks["network"]

    def backend(answer: Answer, role: str) -> Floats:
        del role
        if answer.ndim != 2:  # noqa: PLR2004
            raise ValueError(f"expected steps x values, found {answer.ndim} dimensions")
        return network(answer[None])

    return backend


def _rated(make: Callable[[Ready], Rate]) -> Callable[[Need, Ready], Backend]:
    """Make a backend of a function of the prediction and the sample."""

    def recipe(_need: Need, ready: Ready) -> Backend:
        rate = make(ready)
        return lambda answer, _role: np.asarray(rate(*answer), dtype=np.float64)

    return recipe


@dataclass(frozen=True)
class Recipe:
    """A metric, by its id: the models that it takes, and how it is made of them."""

    metric: str
    models: Sequence[str]
    make: Callable[[Need, Ready], Backend]


_CLIP_PAIRS = (
    "text_image",
    "text_render",
    "image_render",
    "image_image",
    "style",
    "style_image_video",
)
RECIPES = (
    Recipe("fid/inception", ["inception"], _features("inception")),
    Recipe("fid/motion_features", ["motion"], _motions),
    Recipe("fvd/i3d", ["i3d"], _clips),
    Recipe("fad/vggish_or_clap", ["vggish"], _windows),
    Recipe("fad/vggish_or_clap", ["clap"], _heard),
    *(Recipe(f"clip_score/{variant}", ["clip"], _embedded) for variant in _CLIP_PAIRS),
    Recipe("clip_score/frame_frame", ["clip"], _rated(ratings.consistent("clip", "vision"))),
    Recipe("clap/audio_text", ["clap"], _heard),
    Recipe("clap/style", ["clap"], _heard),
    Recipe("musiq/frames", ["musiq"], _rated(ratings.quality)),
    Recipe("aesthetic/frames", ["aesthetic"], _rated(ratings.beauty)),
    Recipe("dino_score/frame_frame", ["dino"], _rated(ratings.consistent("dino", "network"))),
    Recipe("dynamic_degree/raft", ["raft"], _rated(movement.moving)),
    Recipe("frame_accuracy/clip", ["clip"], _rated(ratings.nearer)),
    Recipe("success_rate/detector_or_vlm", ["matcher"], _rated(ratings.shown)),
    Recipe("nway_topk_acc/imagenet_classifier", ["classifier"], _rated(ratings.ranked)),
    Recipe("i2v_composite/dino+viclip+flow+smooth", ["dino", "viclip", "raft", "amt"], _rated(ratings.composite)),
)  # fmt: skip
"""Of several for one metric, the first whose models are all there is taken."""


def models_of(metric: str) -> str:
    """Name the models that a metric takes, as a file of backends calls them."""
    ways = (" and ".join(r.models) for r in RECIPES if r.metric == metric)
    return ", or ".join(ways)
