"""Finds, offline, what the Hub and its viewer would refuse or silently break."""

from __future__ import annotations

from curation.preflight.rules import RULES
from curation.preflight.run import Unreadable, examine

__all__ = ["RULES", "Unreadable", "examine"]
