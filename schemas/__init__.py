"""The families of tasks: the listing of this folder is the registry."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonschema.protocols
    import jsonschema_rs

FOLDER = Path(__file__).parent
BASE = "https://general-bench.invalid/schemas/"
ANY = "*"
"""In the path of a slot: any item of a list, any value of a map."""
DEEP = "**"
"""In the path of a slot: any string at any depth below."""

Step = str | re.Pattern[str]
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sample that the schema knows, and what it says of it."""

    path: tuple[Step, ...]
    reference: bool = False
    media: str | None = None
    geometry: str | None = None
    label: bool = False
    choice: str | None = None
    whole: bool = False
    """Whether this is the outermost property of a reference, which holds all of it."""

    @property
    def text(self) -> bool:
        """Whether words stand here, and not a path or a geometry."""
        return self.media is None and self.geometry is None and not self.whole


@dataclass(frozen=True)
class Family:
    """One kind of task: its schema, and what follows from the schema's annotations."""

    id: str
    schema: Mapping[str, Any]

    def __getstate__(self) -> dict[str, Any]:
        """Travel to another process without what was compiled of the schema in this one."""
        return {"id": self.id, "schema": self.schema}

    @property
    def modality(self) -> str:
        """The folder that holds the schema."""
        return self.id.partition("/")[0]

    @property
    def paradigm(self) -> str | None:
        """`comprehension`, `generation`, or None for text and generic families."""
        return self.schema.get("x-paradigm")

    @property
    def title(self) -> str:
        """What the family is called."""
        return str(self.schema["title"])

    @property
    def description(self) -> str:
        """What goes in, what is the reference, and in which convention."""
        return str(self.schema["description"])

    @property
    def types(self) -> tuple[str, ...]:
        """Values of the envelope's `type` that name this family."""
        return tuple(self.schema["x-hints"]["types"])

    @property
    def words(self) -> tuple[str, ...]:
        """Words in skill, task name or type that speak for this family."""
        return tuple(self.schema["x-hints"]["words"])

    @property
    def weight(self) -> int:
        """What breaks a tie between families that fit equally well."""
        return int(self.schema["x-hints"]["weight"])

    @property
    def examples(self) -> tuple[Any, ...]:
        """Whole annotation documents; `init` writes the first."""
        return tuple(self.schema["examples"])

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """All places of a sample that the schema describes, in its order."""
        found = _slots(f"{self.id}.json", self.schema["$defs"]["sample"])
        return tuple(dict.fromkeys(found))

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Tell whether a sample fits; about a microsecond each."""
        return self._fast.is_valid

    def errors(self, sample: Any) -> Iterator[jsonschema_rs.ValidationError]:
        """Yield what the fast validator objects to."""
        return iter(self._fast.iter_errors(sample))

    @cached_property
    def _fast(self) -> jsonschema_rs.Validator:
        return fast_validator(f"{self.id}.json#/$defs/sample")

    @cached_property
    def exact(self) -> jsonschema.protocols.Validator:
        """The validator that explains; a few hundred microseconds a sample."""
        return exact_validator(f"{self.id}.json#/$defs/sample")


@cache
def document(name: str) -> Any:
    """Return the schema file *name*, such as `image/detection.json`."""
    return json.loads((FOLDER / name).read_bytes())


@cache
def family(name: str) -> Family | None:
    """Return the family with the id *name* (`image/detection`), or None."""
    if not re.fullmatch(r"[a-z]+/[a-z0-9-]+", name):
        return None
    if not (FOLDER / f"{name}.json").is_file():
        return None
    return Family(name, document(f"{name}.json"))


@cache
def families() -> Mapping[str, Family]:
    """Return all families by id, sorted."""
    names = sorted(
        p.relative_to(FOLDER).with_suffix("").as_posix()
        for p in FOLDER.glob("*/*.json")
    )
    return {name: found for name in names if (found := family(name))}


def _documents(name: str) -> list[tuple[str, Any]]:
    """List the schema file *name* and the shared ones, which are all it can refer to."""
    shared = {p.name for p in FOLDER.glob("*.json")}
    return [(BASE + one, document(one)) for one in sorted(shared | {name})]


@cache
def fast_validator(reference: str) -> jsonschema_rs.Validator:
    """Compile the schema at *reference*; it never fetches anything."""
    import jsonschema_rs as rs  # noqa: PLC0415 - 25 ms that not every command needs

    documents = _documents(reference.partition("#")[0])
    registry = rs.Registry(documents, draft=rs.Draft202012)
    return rs.Draft202012Validator(
        {"$ref": BASE + reference}, registry=registry, offline=True
    )


@cache
def exact_validator(reference: str) -> jsonschema.protocols.Validator:
    """Return the reference implementation for the schema at *reference*."""
    import jsonschema  # noqa: PLC0415 - 70 ms that only faults need
    from referencing import Registry, Resource  # noqa: PLC0415

    documents = _documents(reference.partition("#")[0])
    resources = [(uri, Resource.from_contents(d)) for uri, d in documents]
    return jsonschema.Draft202012Validator(
        {"$ref": BASE + reference}, registry=Registry().with_resources(resources)
    )


def bundled(family: Family) -> Any:
    """Return the family's schema with all that it refers to inside, for an editor.

    Editors look for nothing but `#/$defs/NAME`, so that is all that is left in it.
    """
    parts: dict[str, Any] = {}
    schema = _localised(f"{family.id}.json", family.schema, family.id, parts)
    return schema | {"$defs": schema["$defs"] | parts}


def _localised(home: str, node: Any, owner: str, parts: dict[str, Any]) -> Any:
    """Copy a schema; what it refers to in other files goes into *parts*."""
    if isinstance(node, list):
        return [_localised(home, item, owner, parts) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _localised(home, item, owner, parts) for key, item in node.items()}
    if not isinstance(node.get("$ref"), str):
        return copy
    target, part = _follow(home, node["$ref"])
    if target == f"{owner}.json":
        return copy
    inner = node["$ref"].partition("#/$defs/")[2]
    name = Path(target).stem + (f".{inner}" if inner else "")
    if name not in parts:
        parts[name] = {}
        whole = {k: v for k, v in part.items() if k not in {"$schema", "$defs"}}
        parts[name] = _localised(target, whole, owner, parts)
    return copy | {"$ref": f"#/$defs/{name}"}


def _slots(
    home: str, node: Any, path: tuple[Step, ...] = (), *, reference: bool = False
) -> Iterator[Slot]:
    if node is True or node == {}:
        yield Slot((*path, DEEP), reference)
        return
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        target, part = _follow(home, node["$ref"])
        siblings = {k: v for k, v in node.items() if k != "$ref"}
        yield from _slots(target, part | siblings, path, reference=reference)
        return
    if not reference and node.get("x-reference") is True:
        reference = True
        yield Slot(path, reference, whole=True)
    slot = Slot(
        path,
        reference,
        node.get("x-media"),
        node.get("x-geometry"),
        node.get("x-label") is True,
        node.get("x-choice"),
    )
    if slot.media or slot.geometry:
        yield slot
        return
    if _holds_words(node):
        yield slot
    yield from _below(home, node, path, reference=reference)


def _holds_words(node: Mapping[str, Any]) -> bool:
    types = node.get("type", ())
    return bool(
        types == "string"
        or "string" in types
        or node.get("x-label")
        or node.get("x-choice")
        or "const" in node
        or "enum" in node
    )


def _below(
    home: str, node: Mapping[str, Any], path: tuple[Step, ...], *, reference: bool
) -> Iterator[Slot]:
    inherited = {k: node[k] for k in ("x-label", "x-choice") if k in node}
    for word in ("allOf", "anyOf", "oneOf"):
        for part in node.get(word, ()):
            yield from _slots(home, inherited | part, path, reference=reference)
    for key, part in node.get("properties", {}).items():
        yield from _slots(home, part, (*path, key), reference=reference)
    for key, part in node.get("patternProperties", {}).items():
        yield from _slots(home, part, (*path, re.compile(key)), reference=reference)
    for word in ("additionalProperties", "unevaluatedProperties", "items"):
        if word in node and node[word] is not False:
            part = node[word]
            if word == "items" and isinstance(part, dict):
                part = inherited | part
            yield from _slots(home, part, (*path, ANY), reference=reference)
    for index, part in enumerate(node.get("prefixItems", ())):
        yield from _slots(home, part, (*path, str(index)), reference=reference)


def _follow(home: str, reference: str) -> tuple[str, Any]:
    """Resolve *reference* seen in the file *home*, inside this folder only."""
    name, _, pointer = reference.partition("#")
    target = home
    if name:
        folder = home.rpartition("/")[0]
        target = (
            name.removeprefix("../") if name.startswith("../") else f"{folder}/{name}"
        )
        target = target.lstrip("/")
    part = document(target)
    for key in pointer.split("/")[1:]:
        part = part[key.replace("~1", "/").replace("~0", "~")]
    return target, part


def find(
    path: tuple[Step, ...], value: Any, at: Pointer = ()
) -> Iterator[tuple[Pointer, Any]]:
    """Yield the pointer and the value of each place in *value* that *path* leads to."""
    if not path:
        yield at, value
        return
    if path[0] == DEEP:
        yield from _strings(value, at)
        return
    for key, item in _led_to(path[0], value):
        yield from find(path[1:], item, (*at, key))


def _led_to(step: Step, value: Any) -> Iterator[tuple[str | int, Any]]:
    if step == ANY:
        yield from _items(value)
    elif isinstance(step, re.Pattern):
        if isinstance(value, dict):
            yield from ((k, v) for k, v in value.items() if step.search(k))
    elif isinstance(value, dict):
        if step in value:
            yield step, value[step]
    elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
        yield int(step), value[int(step)]


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()


def _strings(value: Any, at: Pointer) -> Iterator[tuple[Pointer, Any]]:
    todo = [(at, value)]
    while todo:
        place, item = todo.pop()
        if isinstance(item, str):
            yield place, item
        else:
            todo.extend(((*place, k), v) for k, v in reversed(list(_items(item))))
