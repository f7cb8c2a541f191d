"""Pure: the description of a set in Croissant 1.1, with what it says of responsible use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cards.citation import address
from cards.facts import CLOSE, Card, Task, counted
from cards.features import said
from cards.licences import MIXED

FILE = "croissant.json"
REPOSITORY = "repository"
"""The id of the repository that the files are in."""

Json = Any

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification asks for, term by term."""
_TYPES = {
    "string": "sc:Text", "large_string": "sc:Text", "bool": "sc:Boolean",
    "int64": "sc:Integer", "int32": "sc:Integer", "float64": "sc:Float", "float32": "sc:Float",
    "binary": "sc:Text",
}  # fmt: skip
_MEDIA = {"Image": "sc:ImageObject", "Audio": "sc:AudioObject", "Video": "sc:VideoObject"}  # fmt: skip


def croissant(card: Card) -> str:
    """Return `croissant.json`: a file set and a record set for each configuration."""
    told = {key: value for key, value in _fields(card) if value}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _fields(card: Card) -> Iterator[tuple[str, Json]]:
    about = card.about
    yield "@context", _CONTEXT
    yield "@type", "sc:Dataset"
    yield (
        "conformsTo",
        [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
    )
    yield "name", card.title
    whole = counted(card.tasks)
    yield (
        "description",
        f"{card.title}, version {about.version}: {card.rows:,} samples of {len(card.configs):,} tasks; "
        f"{whole.open:,} samples of the benchmark are open, {whole.close:,} are close. {about.canary}",
    )
    yield "version", about.version
    yield "license", _licences(card)
    yield "datePublished", about.released
    yield "url", _address(card) or about.url
    yield (
        "citeAs",
        about.citation.strip()
        or ", ".join([*about.authors, card.title, f"version {about.version}"]),
    )
    yield (
        "creator",
        [
            {"@type": "sc:Organization", "name": n}
            for n in about.authors or (about.name,)
        ],
    )
    yield "inLanguage", list(card.languages)
    yield "keywords", ["benchmark", "evaluation", *card.tags]
    yield "isLiveDataset", False
    yield from _responsible(card)
    yield "distribution", [*_repository(card), *(_files(card, t) for t in card.configs)]
    yield "recordSet", [_records(card, t) for t in card.configs]


def _licences(card: Card) -> list[str]:
    """Return the licence of the whole, or those of all tasks, by address where it is known."""
    if card.about.licence != MIXED:
        return [address(card.about.licence) or card.about.licence]
    found = {one for task in card.tasks for one in task.licences}
    return sorted({one.link or address(one.id) or str(one) for one in found})


def _responsible(card: Card) -> Iterator[tuple[str, Json]]:
    sources = len({t.source for t in card.tasks if t.source})
    hidden = card.tree == CLOSE
    yield (
        "rai:dataCollection",
        f"Tasks were contributed, each from data that existed before; {sources:,} sources are named in the card and in LICENSE.md.",
    )
    yield "rai:dataCollectionType", ["Secondary Data Analysis", "Others"]
    yield (
        "rai:dataPreprocessingProtocol",
        [
            "Each task was brought to the schema of its kind and every media file decoded to its end.",
            *(
                [
                    "Ids, names of files and the order of samples were made anew, and what files say of where they are from was taken out."
                ]
                if hidden
                else []
            ),
        ],
    )
    yield (
        "rai:dataAnnotationProtocol",
        [
            "The annotations are those of the sources, or of the contributors of the tasks."
        ],
    )
    yield (
        "rai:dataUseCases",
        ["Evaluation of multimodal models. It is not to be trained on."],
    )
    yield (
        "rai:dataLimitations",
        [
            "Tasks differ in size, difficulty and care; a mean over them hides that.",
            "Much of the data was public before, and models may have seen it in training.",
        ],
    )
    yield (
        "rai:dataBiases",
        [
            "Sources were chosen by what was there: languages, regions and groups of people are not represented evenly."
        ],
    )
    yield (
        "rai:personalSensitiveInformation",
        [
            "Pictures, films and recordings may show people or carry their voices. Texts were searched for addresses and telephone numbers."
        ],
    )
    yield (
        "rai:dataSocialImpact",
        "A benchmark directs what is built; what it does not measure is easily forgotten.",
    )
    yield (
        "rai:dataReleaseMaintenancePlan",
        "Versions are numbered by what has changed, and tagged; samples are removed on request in the next version. The change log is CHANGELOG.md.",
    )


def _address(card: Card) -> str:
    return (
        f"https://huggingface.co/datasets/{card.repository}" if card.repository else ""
    )


def _repository(card: Card) -> Iterator[Json]:
    if card.repository:
        yield {
            "@type": "cr:FileObject",
            "@id": REPOSITORY,
            "name": REPOSITORY,
            "description": "The repository on the Hub, at the tag of this version; manifest.json in it has the SHA-256 of every file.",
            "contentUrl": f"{_address(card)}/tree/{card.tag}",
            "encodingFormat": "git+https",
            "sha256": "https://github.com/mlcommons/croissant/issues/80",
        }


def _files(card: Card, task: Task) -> Json:
    told = {
        "@type": "cr:FileSet",
        "@id": f"files/{task.id}",
        "name": f"files/{task.id}",
        "description": f"The Parquet files of {task.id}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"data/{task.id}/{card.tree}-*.parquet",
    }
    return told | ({"containedIn": {"@id": REPOSITORY}} if card.repository else {})


def _records(card: Card, task: Task) -> Json:
    assert task.data is not None
    columns = task.data.features
    told: dict[str, Json] = {
        "@type": "cr:RecordSet",
        "@id": task.id,
        "name": task.id,
        "description": f"{task.title}: {task.data.rows:,} samples, split {card.tree}.",
    }
    if "id" in columns:
        told["key"] = {"@id": f"{task.id}/id"}
    told["field"] = [
        _field(f"{task.id}/{name}", task, name, feature, ())
        for name, feature in columns.items()
    ]
    return told


def _field(
    name: str, task: Task, column: str, feature: Json, steps: tuple[str, ...]
) -> Json:
    """Describe a column, or with *steps* what is further down in it."""
    told: dict[str, Json] = {
        "@type": "cr:Field",
        "@id": name,
        "name": name,
        "description": f"Column {'.'.join((column, *steps))}: {said(feature)}.",
    }
    inner, depth = _inside(feature)
    kind = inner.get("_type")
    media = _MEDIA.get(str(kind))
    # Of a list of files, such as frames, the bytes of each are meant.
    path = [
        *steps,
        *(["[*]"] if media and depth else []),
        *(["bytes"] if media else []),
    ]
    told["source"] = {
        "fileSet": {"@id": f"files/{task.id}"},
        "extract": {"column": column},
        **({"transform": {"jsonPath": ".".join(path)}} if path else {}),
    }
    if isinstance(kind, str):
        told["dataType"] = media or _TYPES.get(inner.get("dtype", ""), "sc:Text")
        if media and depth:
            told["repeated"] = True
        elif depth:
            told |= {"isArray": True, "arrayShape": ",".join(["-1"] * depth)}
        return told
    # What is in a list of records is found from each record, not from the column.
    above = () if depth else steps
    told["subField"] = [
        _field(f"{name}/{key}", task, column, one, (*above, key))
        for key, one in inner.items()
    ]
    return told | ({"repeated": True} if depth else {})


def _inside(feature: Json) -> tuple[Mapping[str, Json], int]:
    """Return what stands in nested lists, and how deep they are."""
    depth = 0
    while isinstance(feature, list) or feature.get("_type") in {"List", "LargeList"}:
        feature = feature[0] if isinstance(feature, list) else feature["feature"]
        depth += 1
    return feature, depth
