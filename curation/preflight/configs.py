"""Rules on configurations: what makes the Hub and `datasets` load nothing or the wrong thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import schemas
from curation.finding import Fault, Rule, Severity, rule
from curation.preflight.subjects import Card, Config, Repository, builder

CONFIGS = 4000
"""Configs from which on the viewer shows none: dataset-viewer, August 2026."""
SPLITS = 30
"""Splits of a config from which on the viewer shows none: the same."""
SPLIT = re.compile(r"\w+(\.\w+)*")
"""What `datasets` takes as the name of a split."""
SHOWN = 5
"""How many faults of one kind are told of one by one."""


@rule("HUB107")
def no_configs(card: Card) -> Iterator[Fault]:
    """The card names no configurations.

    Why: folders are then taken for splits, and all files for one table; nothing loads.
    Fix: make the card anew with curate card --write, which names a configuration a task.
    """
    if card.told and not card.told.get("configs"):
        yield Fault(card.where, "configs is missing or empty")


@rule("HUB108")
def pattern_matches_nothing(config: Config) -> Iterator[Fault]:
    """A configuration names files that are not there.

    Why: datasets fails on it, and the viewer on the whole repository.
    Fix: mend the pattern, or make the card anew with curate card --write.
    """
    for split in config.splits:
        for pattern, files in split.files.items():
            if not files:
                yield Fault(
                    config.where,
                    f"config {config.name!r}, split {split.name!r}: no file fits {pattern!r}",
                )


@rule("HUB109", Severity.WARNING)
def data_in_no_config(repository: Repository) -> Iterator[Fault]:
    """A data file belongs to no configuration.

    Why: it is published, and nobody finds it by the card.
    Fix: add it to a configuration, or remove it.
    """
    known = {path for config in repository.configs for path in config.files}
    for table in repository.tables:
        if repository.configs and table.where.path not in known:
            yield Fault(table.where, "no configuration of the card names it")


@rule("HUB110")
def several_builders(repository: Repository) -> Iterator[Fault]:
    """Configurations name files of different formats.

    Why: datasets takes one builder for a whole repository, that of its first files, and
    fails on all others; the viewer does so on splits of different formats.
    Fix: bring all data to one format, best Parquet, or publish two repositories.
    """
    found: Counter[str] = Counter()
    example: dict[str, str] = {}
    for config in repository.configs:
        for path in config.files:
            if kind := builder(path):
                found[kind] += 1
                example.setdefault(kind, path)
    if len(found) > 1:
        told = ", ".join(f"{k} ({n}, such as {example[k]})" for k, n in sorted(found.items()))  # fmt: skip
        yield Fault(repository.card.where, told)


@rule("HUB111")
def too_many_configs(repository: Repository) -> Iterator[Fault]:
    """There are more configurations than the viewer takes.

    Why: beyond 4,000 it shows nothing at all.
    Fix: publish the tasks in several repositories.
    """
    if (number := len(repository.configs)) > CONFIGS:
        yield Fault(repository.card.where, f"{number:,}, expected {CONFIGS:,} or fewer")


@rule("HUB112")
def too_many_splits(config: Config) -> Iterator[Fault]:
    """A configuration has more splits than the viewer takes.

    Why: beyond 30 it shows nothing of it.
    Fix: make configurations of them.
    """
    if (number := len(config.splits)) > SPLITS:
        yield Fault(
            config.where,
            f"config {config.name!r} has {number}, expected {SPLITS} or fewer",
        )


@rule("HUB113")
def refused_split_name(config: Config) -> Iterator[Fault]:
    """A split has a name that datasets refuses.

    Why: nothing of the configuration loads.
    Fix: use letters, digits and underscores, in parts joined by dots.
    """
    for split in config.splits:
        if not SPLIT.fullmatch(split.name):
            yield Fault(
                config.where,
                f"config {config.name!r}: expected letters, digits and _, found {split.name!r}",
            )


@rule("HUB114")
def repeated_config(repository: Repository) -> Iterator[Fault]:
    """Two configurations have one name, or differ in upper and lower case only.

    Why: the latter hides the former, and caches on many disks confuse them.
    Fix: rename one of them.
    """
    names = Counter(c.name.lower() for c in repository.configs)
    for name, number in names.items():
        if number > 1:
            yield Fault(repository.card.where, f"{name!r} stands {number} times")


@rule("HUB115")
def several_defaults(card: Card) -> Iterator[Fault]:
    """More than one configuration is the default.

    Why: datasets refuses to load any.
    Fix: leave default: true at one of them.
    """
    configs = card.told.get("configs")
    told = [c for c in configs if isinstance(c, dict)] if isinstance(configs, list) else []  # fmt: skip
    names = [
        str(c.get("config_name"))
        for c in told
        if c.get("default") or c.get("config_name") == "default"
    ]
    if len(names) > 1:
        yield Fault(card.where, ", ".join(names[:SHOWN]))


@rule("HUB118")
def information_unlike_data(repository: Repository) -> Iterator[Fault]:
    """What dataset_info says of a configuration is not what its files hold.

    Why: datasets trusts the card, and refuses files that have other columns or rows.
    Fix: make the card anew with curate card --write.
    """
    told = repository.card.told.get("dataset_info")
    infos = told if isinstance(told, list) else [told] if told else []
    fits = schemas.fast_validator("card.json#/$defs/info").is_valid
    configs = {config.name: config for config in repository.configs}
    for info in infos:
        if not fits(info):
            continue  # HUB104 tells of it
        name = str(info.get("config_name", "default"))
        config = configs.get(name)
        if config is None and len(infos) > 1:
            yield Fault(
                repository.card.where, f"{name!r} is none of the configurations"
            )
        elif config is not None:
            yield from (
                Fault(config.where, f"config {name!r}: {detail}")
                for detail in _departures(info, config)
            )


def _departures(info: dict[str, Any], config: Config) -> Iterator[str]:
    for split in info.get("splits") or ():
        tables = config.tables.get(str(split.get("name")), ())
        rows = sum(t.footer.rows for t in tables if t.footer)
        if tables and split.get("num_examples") != rows:
            yield f"split {split.get('name')!r} has {rows:,} rows, and the card says {split.get('num_examples')}"
    names = [f.get("name") for f in info.get("features") or () if isinstance(f, dict)]
    for table in (t for some in config.tables.values() for t in some):
        if names and table.footer and (more := set(names) ^ table.footer.types.keys()):
            yield f"features and the columns of {table.where} differ in {', '.join(sorted(map(str, more))[:SHOWN])}"


RULES: tuple[Rule, ...] = (
    no_configs,
    pattern_matches_nothing,
    data_in_no_config,
    several_builders,
    too_many_configs,
    too_many_splits,
    refused_split_name,
    repeated_config,
    several_defaults,
    information_unlike_data,
)
