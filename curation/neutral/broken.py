"""The exception for files that cannot be cleaned."""

from __future__ import annotations


class Uncleaned(Exception):
    """A file cannot be cleaned; says why, and how to mend it."""
