"""Tasks on words: timetables to be read, crossings to be reckoned, reviews to be judged."""

from __future__ import annotations

from pathlib import Path

from curation.demo.plan import Dice, Plan, pick
from curation.model import Json

_TOWNS = (
    "Arvik", "Brenna", "Dalsund", "Elmstad", "Fjordby", "Grimsvik", "Holmen", "Jarlsby", "Kvitnes", "Lerum",
    "Moss End", "Nordhavn", "Osterby", "Ravnes", "Storvik", "Tangen", "Ulvsund", "Vesterby",
)  # fmt: skip


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _timetable(_: Path, __: str, dice: Dice) -> dict[str, Json]:
    towns = [str(t) for t in dice.permutation(_TOWNS)[:5]]
    leaves = sorted(int(m) for m in dice.choice(900, 4, replace=False) + 300)
    takes = [int(m) for m in dice.integers(12, 140, 4)]
    rows = [
        [town, _clock(start), _clock(start + time)]
        for town, start, time in zip(towns[1:], leaves, takes, strict=True)
    ]
    asked = int(dice.integers(4))
    questions = {
        f"When does the train to {towns[asked + 1]} arrive?": rows[asked][2],
        f"When does the train to {towns[asked + 1]} leave?": rows[asked][1],
        f"How many minutes does the train to {towns[asked + 1]} take?": str(
            takes[asked]
        ),
    }
    question = pick(dice, *questions)
    return {
        "input": {
            "question": question,
            "table": {
                "name": f"Departures from {towns[0]}",
                "header": ["to", "leaves", "arrives"],
                "rows": rows,
            },
        },
        "output": {"answer": questions[question]},
    }


def _crossing(_: Path, __: str, dice: Dice) -> dict[str, Json]:
    here, there = (str(t) for t in dice.permutation(_TOWNS)[:2])
    start, time = int(dice.integers(300, 1200)), int(dice.integers(35, 300))
    wrong = [
        int(m)
        for m in dice.choice([-90, -60, -35, -10, 10, 25, 60, 75], 3, replace=False)
    ]
    right = int(dice.integers(4))
    shifts = [*wrong[:right], 0, *wrong[right:]]
    return {
        "input": {
            "question": f"The ferry from {here} to {there} leaves at {_clock(start)} and needs {time} minutes."
            " When does it arrive?",
            "options": [_clock(start + time + shift) for shift in shifts],
        },
        "output": {"answer": "ABCD"[right]},
    }


_DISHES = ("soup", "bread", "fish", "stew", "cake", "salad", "pie", "risotto")
_VERDICTS = {
    "positive": ("was the best in years", "tasted wonderful", "made our evening"),
    "negative": ("came cold", "was burnt", "had no taste at all"),
    "neutral": ("was what the card said", "came after a while", "was as usual"),
}


def _review(_: Path, __: str, dice: Dice) -> dict[str, Json]:
    feeling = pick(dice, *_VERDICTS)
    town, guest = (
        pick(dice, *_TOWNS),
        pick(dice, "We", "The four of us", "My parents", "Two friends"),
    )
    text = (
        f"{guest} stopped in {town} on day {int(dice.integers(2, 900))} of the tour."
        f" The {pick(dice, *_DISHES)} {pick(dice, *_VERDICTS[feeling])}."
    )
    return {
        "input": {
            "raw_text": text,
            "prompt": "<<<raw_text>>> How does the guest feel about the meal?",
            "options": [*_VERDICTS],
        },
        "output": {"category": feeling},
    }


_ONLY_WORDS = (("text",), ("text",))

TIMETABLES = Plan(
    "NLP",
    "Timetable Question Answering",
    "text/open-qa",
    "Domain QA",
    _ONLY_WORDS,
    _timetable,
)
CROSSINGS = Plan(
    "NLP",
    "Crossing Time Reckoning",
    "text/multiple-choice-qa",
    "Math Ability",
    _ONLY_WORDS,
    _crossing,
)
REVIEWS = Plan(
    "NLP",
    "Review Mood Classification",
    "text/classification",
    "Affect Computing",
    _ONLY_WORDS,
    _review,
)
