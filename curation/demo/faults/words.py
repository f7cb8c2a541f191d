"""Faults of words, choices, licences and sources."""

from __future__ import annotations

from curation.demo.faults.fault import Fault, both, copy, drop, put
from curation.demo.pictures import CAR_PARKS
from curation.demo.plan import ANNOTATION
from curation.demo.words import CROSSINGS, REVIEWS, TIMETABLES

_QUESTION = "/data/1/input/question"
_AT = f"annotation.json#{_QUESTION}"
_OPTIONS = "/data/1/input/options"
_ANSWER = "/data/1/output/answer"


def _asks(code: str, what: str, question: str) -> Fault:
    return Fault(code, TIMETABLES, _AT, what, put(_QUESTION, question))


TEXT = (
    _asks("TXT001", "a question is made of spaces", "   "),
    Fault("TXT002", CAR_PARKS, "annotation.json#/data/1/input/prompt", "a prompt is empty", put("/data/1/input/prompt", "")),
    Fault("TXT003", REVIEWS, "annotation.json#/data/1/input/prompt", "a prompt has a slot `<<<article>>>`, the field is raw_text", put("/data/1/input/prompt", "<<<article>>> How does the guest feel?")),
    _asks("TXT004", "a slot was never filled", "When does the train to {{destination}} leave?"),
    _asks("TXT005", "a question only keeps the place of one", "TODO"),
    _asks("TXT006", "a question holds an entity of HTML", "When does the train to Arvik &amp; Lerum leave?"),
    _asks("TXT007", "a question has 210,000 characters", "When does the next train leave? " * 6600),
    _asks("TXT011", "a question holds a backspace", "When does the train\b leave?"),
    _asks("TXT012", "a letter of a question was lost", "When does the train to Troms\ufffd leave?"),
    _asks("TXT013", "a question is UTF-8 read as Latin-1", "When does the train to Troms\u00c3\u00b8 leave?"),
    _asks("TXT014", "a question holds a space of no width", "When does the tr\u200bain leave?"),
    _asks("TXT015", "a part of a question is shown backwards", "When does the \u202eniart\u202c leave?"),
    Fault("TXT021", CROSSINGS, f"annotation.json#{_OPTIONS}/3", "the last choice is the first once more", copy(f"{_OPTIONS}/0", f"{_OPTIONS}/3")),
    Fault("TXT022", REVIEWS, "annotation.json#/data/1/output/category", "the answer is hungry, which is none of the choices", put("/data/1/output/category", "hungry")),
    Fault("TXT023", CROSSINGS, f"annotation.json#{_ANSWER}", "the answer is F, there are four choices", put(_ANSWER, "F")),
    Fault(
        "TXT025",
        TIMETABLES,
        _AT,
        "a question states its answer",
        both(put(_QUESTION, "How does the ferry to Ulvsund, which is the Queen Maud, leave?"), put(_ANSWER, "Queen Maud")),
    ),
    _asks("TXT031", "a question has an e-mail address", "When does the train leave? Ask ada.nordmann@fjordpost.no."),
    _asks("TXT032", "a question has a telephone number", "When does the train leave? Ask +47 21 98 76 54."),
)  # fmt: skip

LICENCE = (
    Fault("LIC001", TIMETABLES, ANNOTATION, "there is no licence", drop("/license")),
    Fault("LIC002", TIMETABLES, "annotation.json#/license", "the licence is written as Creative Commons BY 4", put("/license", "Creative Commons BY 4")),
    Fault("LIC003", TIMETABLES, "annotation.json#/license", "the licence is other", put("/license", "other")),
    Fault("LIC004", TIMETABLES, ANNOTATION, "there is no source", drop("/data_source")),
    Fault("LIC005", TIMETABLES, "annotation.json#/data_source", "the source is the internet", put("/data_source", "the internet")),
)  # fmt: skip
