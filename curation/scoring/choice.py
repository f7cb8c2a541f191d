"""Which metric a task is scored by: the task table's, the annotation's, or the family's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from curation.model import Json
from curation.scoring import backends
from curation.scoring.metric import Metric
from curation.scoring.metrics import BY_ID
from curation.scoring.recipes import models_of
from curation.scoring.table import Row, task_table

FAMILIES: Mapping[str, str] = {
    "audio/audio-editing": "clap/audio_text",
    "audio/captioning": "bleu1/sentence",
    "audio/classification": "accuracy/label",
    "audio/dialogue-generation": "mos/human_1to5",
    "audio/event-extraction": "tuple_f1/event_tuples",
    "audio/image-to-audio": "cider/text",
    "audio/music-generation": "fad/vggish_or_clap",
    "audio/qa": "accuracy/label",
    "audio/speech-synthesis": "mcd/audio",
    "audio/speech-translation": "wer/transcript",
    "audio/style-transfer": "clap/style",
    "audio/text-to-audio": "clap/audio_text",
    "audio/video-to-audio": "fad/vggish_or_clap",
    "image/anomaly-detection": "pixel_ap/anomaly_map",
    "image/captioning": "rougeL_f/text",
    "image/classification": "accuracy/label",
    "image/code-generation": "bleu1/sentence",
    "image/controlled-generation": "fid/inception",
    "image/counting": "mae/count",
    "image/depth": "rmse/depth_map",
    "image/detection": "ap50/bbox",
    "image/dialogue": "rougeL_f/text",
    "image/editing": "clip_score/image_image",
    "image/eeg-to-image": "nway_topk_acc/imagenet_classifier",
    "image/entity-extraction": "micro_f1/label_set",
    "image/grounding": "grounding_acc50/bbox_phrase",
    "image/image-to-mask": "dice/mask_or_box",
    "image/image-to-sketch": "fid/inception",
    "image/inpainting": "psnr/image",
    "image/instance-segmentation": "ap50/segm",
    "image/keypoints": "ap50/keypoints",
    "image/layout-to-image": "fid/inception",
    "image/matting": "sad/alpha_matte",
    "image/multi-image-vqa": "accuracy/label",
    "image/ocr": "anls/text",
    "image/panoptic-segmentation": "pq/panoptic",
    "image/restoration": "psnr/image",
    "image/scene-graph": "recall_at_50/triplets",
    "image/semantic-segmentation": "miou/mask",
    "image/sound-to-image": "clip_score/text_image",
    "image/style-transfer": "fid/inception",
    "image/text-to-image": "fid/inception",
    "image/translation": "bleu1/sentence",
    "image/visual-story": "rougeL_f/text",
    "image/vqa": "accuracy/label",
    "mesh/classification": "accuracy/label",
    "mesh/completion": "chamfer/points_or_mesh",
    "mesh/detection": "nuscenes_map/bbox3d",
    "mesh/geometry-analysis": "rmse/normals_angular",
    "mesh/image-to-mesh": "chamfer/points_or_mesh",
    "mesh/image-to-pointcloud": "chamfer/points_or_mesh",
    "mesh/instance-segmentation": "ap50/point_instance",
    "mesh/motion-analysis": "bleu4/corpus",
    "mesh/part-segmentation": "part_instance_miou/point_labels",
    "mesh/pose-estimation": "rte/poses",
    "mesh/qa": "exact_match/text",
    "mesh/reconstruction": "chamfer/points_or_mesh",
    "mesh/rgbd-reconstruction": "chamfer/points_or_mesh",
    "mesh/scene-segmentation": "miou/point_labels",
    "mesh/text-to-mesh": "clip_score/text_render",
    "mesh/text-to-motion": "fid/motion_features",
    "mesh/text-to-pointcloud": "clip_score/text_render",
    "mesh/tracking": "amota/tracks3d",
    "text/classification": "micro_f1/label_set",
    "text/code-defect-detection": "accuracy/label",
    "text/code-explanation": "bleu1/sentence",
    "text/code-generation": "codebleu/code",
    "text/code-repair": "codebleu/code",
    "text/dialogue": "bleu1/sentence",
    "text/extraction": "micro_f1/label_set",
    "text/grammar-correction": "bleu1/sentence",
    "text/math-word-problem": "accuracy/label",
    "text/multiple-choice-qa": "accuracy/label",
    "text/open-qa": "bleu1/sentence",
    "text/paraphrase": "bleu1/sentence",
    "text/proof": "bleu1/sentence",
    "text/story-generation": "bleu1/sentence",
    "text/style-transfer": "bleu1/sentence",
    "text/summarization": "rouge1_f/text",
    "text/table-to-text": "bleu1/sentence",
    "text/text-to-sql": "bleu1/sentence",
    "text/time-series": "rmse/scalar_series",
    "text/translation": "rouge1_f/text",
    "video/captioning": "bleu1/corpus",
    "video/classification": "accuracy/label",
    "video/depth": "abs_rel/depth_map",
    "video/editing": "clip_score/frame_frame",
    "video/image-to-video": "i2v_composite/dino+viclip+flow+smooth",
    "video/object-matching": "accuracy/label",
    "video/object-segmentation": "miou/video_mask",
    "video/object-tracking": "success_auc/track",
    "video/optical-flow": "epe/flow",
    "video/qa": "bleu1/corpus",
    "video/restoration": "psnr/video",
    "video/salient-object-detection": "s_measure/mask_video",
    "video/spatio-temporal-grounding": "m_viou/tube",
    "video/super-resolution": "psnr/video",
    "video/temporal-action-detection": "ap50/span",
    "video/text-to-video": "fvd/i3d",
}
"""The metric of each family, for tasks that neither name one nor stand in the table."""

_VARIANTS: Mapping[str, str] = {
    "accuracy/label_or_exact": "accuracy/label",
    "micro_f1/entity_spans": "micro_f1/label_set",
    "micro_f1/relation_labels": "micro_f1/label_set",
    "bleu4/text": "bleu4/corpus",
    "bleu1/text": "bleu1/sentence",
    "wer/speech_via_asr": "wer/transcript",
    "cider/speech_via_asr": "cider/text",
}
"""Variants of the table that are computed as another one."""

_SPELLINGS: Mapping[str, str] = {
    "acc": "accuracy", "bleu1": "bleu1", "blue1": "bleu1", "microf1": "micro_f1", "ap50": "ap50",
    "map50": "ap50", "ap": "ap", "map": "ap", "miou": "miou", "rougel": "rougeL_f",
    "rougelf": "rougeL_f", "rouge1": "rouge1_f", "rouge2": "rouge2_f", "em": "exact_match",
    "em1": "exact_match", "f1": "token_f1", "bleu4": "bleu4", "psnr": "psnr", "ssim": "ssim",
    "msssim": "ms_ssim", "cd": "chamfer", "mviou": "m_viou", "absrel": "abs_rel", "auc": "success_auc",
    "rms": "rmse", "structuremeasure": "s_measure", "macroacc": "macro_accuracy",
    "instancemiou": "part_instance_miou", "r50": "recall_at_50", "clipscore": "clip_score",
}  # fmt: skip
"""How metrics are spelled in annotations, in the plainest form."""


@dataclass(frozen=True)
class Choice:
    """The metric of a task, or what it would need; who decided; its row in the table."""

    id: str
    by: str
    metric: Metric | None = None
    needs: str = ""
    row: Row | None = None


def plainest(name: str) -> str:
    """Bring a task's name into the form in which names are compared: letters, digits."""
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _rows() -> Mapping[str, Row]:
    return {plainest(row.task): row for row in task_table().rows}


@cache
def _short_rows() -> Mapping[tuple[str, str], Row]:
    """Return the rows by modality and short name, where no other task is called so."""
    rows = task_table().rows
    times = Counter(plainest(row.short) for row in rows)
    return {
        (row.modality, short): row
        for row in rows
        if times[short := plainest(row.short)] == 1 and short not in _rows()
    }


def _row_of(name: str, family: str) -> Row | None:
    """Find a task in the table; the Open set calls some by their short names."""
    short = family.partition("/")[0], plainest(name)
    return _rows().get(plainest(name)) or _short_rows().get(short)


def choose(
    name: str,
    family: str,
    envelope: Mapping[str, Json],
    loaded: Mapping[str, Metric] | None = None,
) -> Choice:
    """Choose the metric of a task.

    A task of the table is scored by the table's metric, since that is what the state of
    the art is measured in; else the annotation's `metric` counts, else the family's.
    *loaded* are metrics of backends that the user has.
    """
    row = _row_of(name, family)
    if row is not None:
        return _choice(_of_row(row), "the task table", loaded or {}, row)
    stated = envelope.get("metric")
    if isinstance(stated, str) and stated.strip():
        found = _of_name(stated, family)
        if found is None:
            return Choice(
                stated,
                "the annotation",
                needs=f"a metric called {stated!r}, which is not known here",
            )
        return _choice(found, "the annotation", loaded or {})
    found = FAMILIES.get(family)
    if found is None:
        return Choice(
            "",
            "the family",
            needs=f"a metric: the family {family} has none, and the annotation names none",
        )
    return _choice(found, f"the family {family}", loaded or {})


def _choice(
    id_: str, by: str, loaded: Mapping[str, Metric], row: Row | None = None
) -> Choice:
    metric = loaded.get(id_) or BY_ID.get(id_)
    if metric is not None and metric.form != "judgement":
        return Choice(id_, by, metric, row=row)
    if metric is not None:
        return Choice(id_, by, None, "judgements; give them with --judgements", row)
    need = backends.NEED_BY_ID.get(id_)
    return Choice(
        id_,
        by,
        None,
        f"a backend for {id_} ({need.needs if need else 'unknown'}); name "
        f"{models_of(id_)} with --backends",
        row,
    )


def _of_row(row: Row) -> str:
    id_ = f"{row.metric}/{row.variant}"
    if row.metric == "bleu1" and row.modality == "video":
        return "bleu1/corpus"
    return _VARIANTS.get(id_, id_)


def _of_name(stated: str, family: str) -> str | None:
    """Read a metric's id, or its name in any spelling with the family's variant."""
    if stated in BY_ID or stated in backends.NEED_BY_ID:
        return stated
    spelled = re.sub(r"[^a-z0-9]", "", stated.lower())
    every = [*BY_ID, *backends.NEED_BY_ID]
    names = {
        re.sub(r"[^a-z0-9]", "", i.partition("/")[0].lower()): i.partition("/")[0]
        for i in every
    }
    name = _SPELLINGS.get(spelled) or names.get(spelled)
    if name is None:
        return None
    usual = FAMILIES.get(family, "")
    if usual.startswith(f"{name}/"):
        return usual
    if name == "bleu1":
        return "bleu1/corpus" if family.startswith("video/") else "bleu1/sentence"
    return next(i for i in every if i.startswith(f"{name}/"))
