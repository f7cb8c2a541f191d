"""All rules of preflight, in the order of the catalogue."""

from __future__ import annotations

from curation.finding import Rule
from curation.preflight import card, configs, files, tables

RULES: tuple[Rule, ...] = (*card.RULES, *configs.RULES, *files.RULES, *tables.RULES)
