"""Makes the facts of cards for tests."""

from __future__ import annotations

from cards.facts import About, Card, Data, Task
from cards.licences import Licence
from schemas import families

TEXT = {"dtype": "string", "_type": "Value"}
FEATURES = {
    "id": TEXT,
    "input_image_file": {"_type": "Image"},
    "output_text": {"feature": TEXT, "_type": "List"},
}


def data(task, tree="open", rows=12, features=None):
    features = FEATURES if features is None else features
    files = (f"data/{task}/{tree}-00000-of-00001.parquet",)
    return Data(rows, 1000 * rows, 600 * rows, features, files)


def task(name="image.comprehension.Birds", family="image/vqa", tree="open", **more):
    told = {
        "title": name.rpartition(".")[2],
        "family": families()[family],
        "open": 12,
        "close": 18,
        "skill": "Object Recognition",
        "metric": "accuracy",
        "source": "https://example.org/birds",
        "languages": ("en",),
        "licences": (Licence("cc0-1.0"),),
        "data": data(name, tree),
    } | more
    return Task(name, **told)


def about(**more):
    told = {
        "name": "Small-Bench",
        "version": "1.2.0",
        "guid": "g",
        "canary": "CANARY 7d5a: benchmark data of Small-Bench 1.2.0.",
        "commitment": "ab" * 32,
    } | more
    return About(**told)


def card(tree="open", tasks=None, by_hand="", **more):
    tasks = (task(tree=tree),) if tasks is None else tuple(tasks)
    return Card(tree, about(**more), tasks, by_hand)


def many(number, tree="open"):
    return [task(f"image.comprehension.T{n:03}", tree=tree) for n in range(number)]
