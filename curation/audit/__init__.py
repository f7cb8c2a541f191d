"""Searches a release for its own hidden answers before, and after, it is published."""

from __future__ import annotations

from curation.audit.rules import RULES
from curation.audit.run import audit
from curation.audit.secrets import Unread
from curation.audit.signs import Strictness
from curation.audit.source import Unauditable

__all__ = ["RULES", "Strictness", "Unauditable", "Unread", "audit"]
