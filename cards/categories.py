"""Pure: which of the Hub's task categories a family of tasks belongs to."""

from __future__ import annotations

from schemas import Family

_OF_FAMILIES = {
    "audio/audio-editing": "audio-to-audio",
    "audio/captioning": "audio-text-to-text",
    "audio/classification": "audio-classification",
    "audio/dialogue-generation": "audio-to-audio",
    "audio/event-extraction": "audio-text-to-text",
    "audio/image-to-audio": "text-to-audio",
    "audio/music-generation": "text-to-audio",
    "audio/qa": "audio-text-to-text",
    "audio/speech-synthesis": "text-to-speech",
    "audio/speech-translation": "audio-to-audio",
    "audio/style-transfer": "audio-to-audio",
    "audio/text-to-audio": "text-to-audio",
    "audio/video-to-audio": "text-to-audio",
    "image/anomaly-detection": "image-segmentation",
    "image/captioning": "image-to-text",
    "image/classification": "image-classification",
    "image/code-generation": "image-text-to-text",
    "image/counting": "visual-question-answering",
    "image/depth": "depth-estimation",
    "image/detection": "object-detection",
    "image/dialogue": "image-text-to-text",
    "image/entity-extraction": "image-text-to-text",
    "image/grounding": "zero-shot-object-detection",
    "image/image-to-mask": "image-segmentation",
    "image/instance-segmentation": "image-segmentation",
    "image/keypoints": "keypoint-detection",
    "image/matting": "image-segmentation",
    "image/multi-image-vqa": "visual-question-answering",
    "image/ocr": "image-to-text",
    "image/panoptic-segmentation": "image-segmentation",
    "image/scene-graph": "image-text-to-text",
    "image/semantic-segmentation": "image-segmentation",
    "image/text-to-image": "text-to-image",
    "image/layout-to-image": "image-to-image",
    "image/translation": "image-text-to-text",
    "image/visual-story": "image-text-to-text",
    "image/vqa": "visual-question-answering",
    "mesh/image-to-mesh": "image-to-3d",
    "mesh/image-to-pointcloud": "image-to-3d",
    "mesh/rgbd-reconstruction": "image-to-3d",
    "mesh/text-to-mesh": "text-to-3d",
    "mesh/text-to-motion": "text-to-3d",
    "mesh/text-to-pointcloud": "text-to-3d",
    "text/classification": "text-classification",
    "text/code-defect-detection": "text-classification",
    "text/extraction": "token-classification",
    "text/math-word-problem": "question-answering",
    "text/multiple-choice-qa": "multiple-choice",
    "text/open-qa": "question-answering",
    "text/summarization": "summarization",
    "text/table-to-text": "table-to-text",
    "text/time-series": "time-series-forecasting",
    "text/translation": "translation",
    "video/captioning": "video-text-to-text",
    "video/classification": "video-classification",
    "video/depth": "depth-estimation",
    "video/image-to-video": "image-to-video",
    "video/object-segmentation": "mask-generation",
    "video/qa": "video-text-to-text",
    "video/text-to-video": "text-to-video",
}
_OTHERS = {
    ("image", "generation"): "image-to-image",
    ("video", "generation"): "video-to-video",
    ("audio", "generation"): "text-to-audio",
    ("text", None): "text-generation",
}
"""For families that are not named above, by modality and paradigm."""


def category(family: Family) -> str:
    """Return the category of a family; `other` where the Hub has none."""
    return _OF_FAMILIES.get(family.id) or _OTHERS.get(
        (family.modality, family.paradigm), "other"
    )
