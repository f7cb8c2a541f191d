"""Which samples a finding speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from curation.finding import Finding
from validators.gallery import Gallery

_SAMPLE = re.compile(r"/data/(\d+)(?:/|$)")


class Places:
    """The samples of one task, to be found by place, by id, or by a file that they name."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._by_id: dict[str, list[int]] = {}
        for index, name in enumerate(gallery.task.ids):
            if name is not None:
                self._by_id.setdefault(name, []).append(index)

    def of(self, finding: Finding) -> tuple[int, ...]:
        """Return the indices of the samples that a finding concerns; none for a whole task.

        A file concerns every sample that names it, a frame those that name its folder.
        """
        where = finding.where
        count = len(self._gallery.task.data)
        match = _SAMPLE.match(where.pointer)
        if where.path == self._gallery.where.path and match:
            index = int(match[1])
            return (index,) if index < count else ()
        named = self._gallery.named_by
        refs = named.get(where.path) or named.get(where.path.rpartition("/")[0], ())
        found = {int(ref.where.pointer.split("/")[2]) for ref in refs}
        if not found and finding.sample is not None:
            found = set(self._by_id.get(finding.sample, ()))
        return tuple(sorted(found))


def by_sample(
    gallery: Gallery, findings: Iterable[Finding]
) -> Mapping[int, Sequence[Finding]]:
    """Return the findings of one task that concern each sample, by its index."""
    places = Places(gallery)
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        for index in places.of(finding):
            found.setdefault(index, []).append(finding)
    return found
