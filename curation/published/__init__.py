"""Data sets that were published on the Hugging Face Hub, as input."""

from curation.published.address import Address, Unreachable

__all__ = ["Address", "Unreachable"]
