"""The catalogue: every rule and every class of facts, in tuples that can be read."""

from __future__ import annotations

from collections.abc import Mapping

from curation.finding import Rule
from validators import (
    array,
    audio,
    balance,
    duplicates,
    geometry,
    ids,
    image,
    leakage,
    licence,
    media,
    mesh,
    places,
    schema,
    structure,
    text,
    video,
)
from validators.media import Media

RULES: tuple[Rule, ...] = (
    # The codes of these three stand among each other.
    *sorted((*structure.RULES, *places.RULES, *ids.RULES), key=lambda one: one.code),
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
BY_CODE: Mapping[str, Rule] = {one.code: one for one in RULES}
CODES: tuple[str, ...] = tuple(BY_CODE)
FACTS: Mapping[str, type[Media]] = {
    cls.__name__: cls
    for cls in (image.Image, audio.Audio, video.Video, mesh.Mesh, array.Array)
}
