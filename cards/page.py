"""Pure: the texts at the top of a tree, made from the facts of its card."""

from __future__ import annotations

from collections.abc import Mapping

from cards import citation, croissant, figure, front, licence_page
from cards.facts import OPEN, REFERENCES, Card
from cards.private import PRIVATE
from cards.sections import PUBLIC

README = "README.md"


def readme(card: Card) -> str:
    """Return the card: front matter and sections."""
    sections = PRIVATE if card.tree == REFERENCES else PUBLIC
    body = ("\n".join(section(card)) for section in sections)
    return front.front(card) + "\n" + "\n\n".join(body) + "\n"


def texts(card: Card) -> Mapping[str, str]:
    """Return the name and content of each text that stands at the top of the tree."""
    told = {README: readme(card), front.PAGE: licence_page.page(card)}
    if card.tree != REFERENCES:
        told |= {
            figure.FILE: figure.figure(card),
            croissant.FILE: croissant.croissant(card),
            citation.CITATION: citation.citation(card),
        }
    if card.tree == OPEN:
        told[citation.EVALUATION] = citation.evaluation(card)
    return told


NAMES = frozenset(
    {
        README,
        front.PAGE,
        figure.FILE,
        croissant.FILE,
        citation.CITATION,
        citation.EVALUATION,
    }
)
"""All names of such texts."""
