"""All metrics that need no model weights, and those that need a backend or a judge."""

from __future__ import annotations

from collections.abc import Mapping

from curation.scoring import (
    audio,
    boxes,
    cider,
    code,
    curves,
    driving,
    fields,
    graphs,
    judgements,
    labels,
    masks,
    panoptic,
    pictures,
    points,
    saliency,
    text,
    tracks,
)
from curation.scoring.metric import Metric

METRICS: tuple[Metric, ...] = (
    *labels.METRICS,
    *text.METRICS,
    *cider.METRICS,
    *code.METRICS,
    *boxes.METRICS,
    *masks.METRICS,
    *curves.METRICS,
    *panoptic.METRICS,
    *saliency.METRICS,
    *graphs.METRICS,
    *tracks.METRICS,
    *pictures.METRICS,
    *fields.METRICS,
    *points.METRICS,
    *driving.METRICS,
    *audio.METRICS,
)
"""Computed here, from predictions and references alone."""

JUDGED: tuple[Metric, ...] = judgements.METRICS
"""Imported from a file of judgements."""

BY_ID: Mapping[str, Metric] = {m.id: m for m in (*METRICS, *JUDGED)}
