"""What is checked: the classes of facts about media, and the catalogue of rules."""

from __future__ import annotations

from collections.abc import Mapping

from curation.finding import Rule
from validators import (
    array,
    audio,
    balance,
    duplicates,
    geometry,
    image,
    leakage,
    licence,
    media,
    mesh,
    schema,
    structure,
    text,
    video,
)
from validators.media import Media, Unreadable

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *schema.RULES,
    *media.RULES,
    *image.RULES,
    *audio.RULES,
    *video.RULES,
    *mesh.RULES,
    *array.RULES,
    *text.RULES,
    *geometry.RULES,
    *licence.RULES,
    *duplicates.RULES,
    *leakage.RULES,
    *balance.RULES,
)
"""Every rule there is, in the order of the catalogue."""

BY_CODE: Mapping[str, Rule] = {one.code: one for one in RULES}
CODES: tuple[str, ...] = tuple(BY_CODE)

FACTS: Mapping[str, type[Media] | type[Unreadable]] = {
    cls.__name__: cls
    for cls in (image.Image, audio.Audio, video.Video, mesh.Mesh, array.Array, Unreadable)
}
"""The classes of facts by the `type` that a decoder gives its payload."""
