"""The card of a contribution, to be filled in by whoever contributes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas import Family


def card(document: Mapping[str, Any], family: Family) -> str:
    """Return the README.md of a task folder: front matter, and the questions to answer."""
    licence = document.get("license", "")
    return f"""---
pretty_name: {document["task"]}
license: {licence}
tags:
  - general-bench
---

# {document["task"]}

{family.title}. {family.description}

## What is asked

Say in two or three sentences what a model is given, what it should answer, and why that
is worth measuring.

## Where the data is from

Source: {document.get("data_source", "")}. Say who made it, when, and what was changed.

## Licence and people

Licence: {licence}. Say whether people can be recognised, and whether they agreed.

## How the answers were made

Say who annotated, how disagreements were settled, and how often they occurred.

## Known limits

Say what the task does not measure, and what is unbalanced or uncertain.
"""
