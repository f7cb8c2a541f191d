"""What one run of a check has come to know, from reading to the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from curation.document import Document
from curation.finding import Finding
from curation.read import Folder, Unusable
from curation.settings import Settings
from curation.task import Task

if TYPE_CHECKING:
    from validators.gallery import Gallery

Payload = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """A task folder with its document and what could be made of it."""

    folder: Folder
    text: Document | None
    task: Task | None


@dataclass
class Run:
    """What one run has come to know; it is reported from here even when interrupted."""

    settings: Settings
    tasks: list[Read] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    payloads: dict[tuple[str, str], Payload] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    galleries: list[Gallery] = field(default_factory=list)
    complete: bool = True
