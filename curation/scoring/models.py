"""The models that a file of backends may name: what they consist of, how they are fed.

How media are prepared is part of a metric's definition; each model says whose it follows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from curation.scoring.extraction import plain
from curation.scoring.metric import Floats
from curation.scoring.networks import SIDE, Misfit, Network, Wiring, opened
from curation.scoring.readers import Reader, tokenizer
from curation.scoring.sights import (
    CLIP_MEAN,
    CLIP_STD,
    IMAGENET_MEAN,
    IMAGENET_STD,
    Bytes,
    Fit,
    Sight,
    frames,
)
from curation.scoring.spectra import Sound

_HALF = (128 / 255,) * 3
_ONES = (0.5,) * 3
_CLIP = Sight(224, Fit.CROP, bicubic=True, mean=CLIP_MEAN, std=CLIP_STD)
_AS_IT_IS = Sight(0, Fit.NONE)
_SEES = Wiring((("pixel_values", (None, 3, SIDE, SIDE)),), "image_embeds")
_READS = Wiring(
    (("input_ids", (None, None)),), "text_embeds", extras=("attention_mask",)
)
_PAIR: tuple[int | None, ...] = (None, 3, None, None)
_LARGEST = 16 << 20
"""Bytes of a file of labels."""


@dataclass(frozen=True)
class Model:
    """A model: what it is, its networks by part, and how media are prepared for it.

    `longest` is the number of tokens of a text that it reads; `labels` whether it needs the
    names of its classes.
    """

    name: str
    says: str
    networks: Mapping[str, Wiring]
    sight: Sight = _AS_IT_IS
    sound: Sound | None = None
    longest: int = 0
    labels: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The files that it consists of."""
        more = ("tokenizer",) * bool(self.longest) + ("labels",) * self.labels
        return (*self.networks, *more)


MODELS = (
    Model("inception", "Inception-v3 to its last pooling, 2048 features; pictures as in clean-fid "
          "(Parmar et al. 2022): scaled in floats to 299, from -1 to 1",
          {"network": replace(_SEES, gives="pool3")},
          Sight(299, Fit.SQUASH, bicubic=True, mean=_HALF, std=_HALF, exact=True)),
    Model("clip", "CLIP ViT-B/32 of OpenAI (Radford et al. 2021), both towers with their projections",
          {"vision": _SEES, "text": _READS}, _CLIP, longest=77),
    Model("clap", "LAION-CLAP without fusion (Wu et al. 2023), both towers with their projections; the first ten "
          "seconds at 48 kHz, a shorter recording repeated, 64 bands of mel in decibels",
          {"sound": Wiring((("input_features", (None, 1, 1001, 64)),), "audio_embeds", extras=("is_longer",)),
           "text": _READS},
          sound=Sound(48_000, 1024, 480, 1024, 64, 50.0, 14_000.0, 1001, repeated=True), longest=77),
    Model("vggish", "VGGish before its last activation, 128 features (Hershey et al. 2017; FAD: Kilgour et al. 2019); "
          "windows of 0.96 s at 16 kHz, 64 bands of mel",
          {"network": Wiring((("input_features", (None, 1, 96, 64)),), "embeddings")},
          sound=Sound(16_000, 400, 160, 512, 64, 125.0, 7500.0, 96, repeated=False)),
    Model("i3d", "I3D trained on Kinetics-400 (FVD: Unterthiner et al. 2018); the first 16 frames, 224 x 224, from "
          "-1 to 1, a shorter film continued by its last frame",
          {"network": Wiring((("video", (None, 3, 16, SIDE, SIDE)),), "features")},
          Sight(224, Fit.SQUASH, mean=_ONES, std=_ONES)),
    Model("motion", "a motion encoder, such as that of T2M (Guo et al. 2022) with its normalisation inside; one motion "
          "at a time, steps x values",
          {"network": Wiring((("motion", (None, None, None)),), "features")}),
    Model("dino", "DINO ViT-B/16 (Caron et al. 2021), the token of the whole; as in VBench (Huang et al. 2024), the "
          "shorter side scaled to 224",
          {"network": replace(_SEES, gives="last_hidden_state", ranks=(2, 3))},
          Sight(224, Fit.SHORTER, mean=IMAGENET_MEAN, std=IMAGENET_STD)),
    Model("musiq", "MUSIQ (Ke et al. 2021), which cuts up pictures itself and rates from 0 to 100; as in VBench, the "
          "longer side at most 512, from 0 to 1",
          {"network": replace(_SEES, gives="score", ranks=(1, 2))}, Sight(512, Fit.LONGER)),
    Model("aesthetic", "the LAION aesthetic predictor: CLIP ViT-L/14, and a head on its normalised embedding that "
          "rates from 0 to 10; as in VBench",
          {"vision": _SEES, "head": Wiring((("embeddings", (None, None)),), "score", (1, 2))}, _CLIP),
    Model("raft", "RAFT (Teed and Deng 2020), flow from one picture to the next in pixels; the longer side at "
          "most 1024, from 0 to 255, sides padded to multiples of 8",
          {"network": Wiring((("image1", _PAIR), ("image2", _PAIR)), "flow", (4,))},
          Sight(1024, Fit.LONGER, std=(1 / 255,) * 3)),
    Model("amt", "AMT-S (Li et al. 2023), the picture in the middle of two; the longer side at most 1024, from "
          "0 to 1, sides padded to multiples of 16",
          {"network": Wiring((("img0", _PAIR), ("img1", _PAIR)), "imgt_pred", (4,), ("embt",))},
          Sight(1024, Fit.LONGER)),
    Model("viclip", "ViCLIP (Wang et al. 2023), both towers; as in VBench, 8 frames spread over the film",
          {"vision": Wiring((("video", (None, 8, 3, SIDE, SIDE)),), "video_embeds"), "text": _READS}, _CLIP, longest=77),
    Model("classifier", "a classifier of pictures in the classes of ImageNet, such as ResNet-50 (He et al. 2016), and "
          "their names", {"network": replace(_SEES, gives="logits")},
          Sight(224, Fit.CROP, mean=IMAGENET_MEAN, std=IMAGENET_STD, kept=0.875), labels=True),
    Model("matcher", "a model that matches pictures and texts, such as BLIP with its ITM head (Li et al. 2022): two "
          "numbers, for no and for yes",
          {"network": Wiring((("pixel_values", (None, 3, SIDE, SIDE)), ("input_ids", (None, None))), "itm_score",
                             extras=("attention_mask",))},
          Sight(384, Fit.SQUASH, bicubic=True, mean=CLIP_MEAN, std=CLIP_STD), longest=35),
)  # fmt: skip
BY_NAME: Mapping[str, Model] = {m.name: m for m in MODELS}


@dataclass(frozen=True)
class Opened:
    """A model whose files are open."""

    model: Model
    sight: Sight
    networks: Mapping[str, Network]
    tokenizer: Any = None
    labels: tuple[tuple[str, ...], ...] = field(default=())
    """The names of each class, in plain form."""

    def see(self, answer: Any, part: str = "vision") -> Floats:
        """Return a row for the picture, or one for each frame of the film."""
        rows = self.networks[part].each(self.sight(f) for f in frames(answer))
        # Of the tokens of a transformer, the first stands for the whole.
        return rows[:, 0] if rows.ndim == 3 else rows  # noqa: PLR2004

    def watch(
        self, film: Sequence[Bytes], part: str = "network", axis: int = 1
    ) -> Floats:
        """Return one row for frames that are seen together, stacked along *axis*."""
        stacked = np.stack([self.sight(f) for f in film], axis=axis)
        return self.networks[part](stacked[None])

    def read(self, texts: Sequence[str]) -> Floats:
        """Return one row for each text."""
        return Reader(self.networks["text"], self.tokenizer, self.model.longest)(texts)

    def hear(self, recording: tuple[Floats, int], part: str = "network") -> Floats:
        """Return one row for each window of a recording."""
        assert self.model.sound is not None
        windows: Iterable[Any] = (w[None] for w in self.model.sound(recording))
        return self.networks[part].each(windows, is_longer=np.zeros(1, dtype=bool))


Ready = Mapping[str, Opened]
"""The models that are ready, by name."""
Rate = Callable[[Any, Mapping[str, Any]], Any]
"""From a prediction and what its sample asks, to a rating from 0 to 100."""


def assembled(
    model: Model, files: Mapping[str, Path], pictures: Mapping[str, Any], threads: int
) -> Opened:
    """Open the files of a model; *pictures* are what is prepared otherwise than it says.

    Raises:
        Misfit: a file cannot be used; the message names it.
    """
    sight = replace(model.sight, **pictures)
    if "fit" in pictures:
        sight = replace(sight, fit=Fit(pictures["fit"]))
    networks = {
        part: opened(files[part], wiring.sized(sight.side), threads)
        for part, wiring in model.networks.items()
    }
    tokens = tokenizer(files["tokenizer"]) if model.longest else None
    names = _labels(files["labels"]) if model.labels else ()
    return Opened(model, sight, networks, tokens, names)


def _labels(path: Path) -> tuple[tuple[str, ...], ...]:
    """Read the names of classes: lines, a JSON list, or the `id2label` of a config.json.

    A class may have several names, with commas between.
    """
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise Misfit(f"{path} does not exist, or is larger than {_LARGEST:,} bytes")
    try:
        text = path.read_text("utf-8")
        found = json.loads(text) if path.suffix == ".json" else text.splitlines()
        if isinstance(found, dict):
            numbered = found["id2label"]
            found = [numbered[str(k)] for k in range(len(numbered))]
        return tuple(tuple(plain(n) for n in str(names).split(",")) for names in found)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Misfit(f"{path.name} has no names of classes: {error!r:.200}") from None
