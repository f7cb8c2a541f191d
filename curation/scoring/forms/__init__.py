"""The forms that answers take: from JSON and files to what the metrics are given."""

from __future__ import annotations

from curation.scoring.forms import frames, maps, places, space, text, things
from curation.scoring.forms.base import Form, Misshapen, Setting

ALL: tuple[Form, ...] = (
    *text.FORMS,
    *things.FORMS,
    *places.FORMS,
    *maps.FORMS,
    *frames.FORMS,
    *space.FORMS,
)
FORMS = {form.name: form for form in ALL}

__all__ = ["ALL", "FORMS", "Form", "Misshapen", "Setting"]
