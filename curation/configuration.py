"""Edge: reads curate.toml or [tool.curate], and says which findings are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.looked import CONFIGURATIONS
from curation.settings import Limits, Settings

if TYPE_CHECKING:
    from curation.finding import Finding

FILE, PROJECT = CONFIGURATIONS


class Misconfigured(Exception):
    """A setting that does not exist or does not fit; the message says where and what."""


def find(start: Path) -> Path | None:
    """Return the configuration that holds for *start*: in it, or in a folder above it.

    In each folder `curate.toml` comes before a `pyproject.toml` with `[tool.curate]`.
    """
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / PROJECT
        if project.is_file() and _table(project) is not None:
            return project
    return None


def load(file: Path, codes: Sequence[str]) -> Settings:
    """Read a configuration file.

    Raises:
        Misconfigured: it cannot be read, or holds an unknown key, code or value.
    """
    table = _table(file)
    if table is None:
        raise Misconfigured(f"{file}: has no table [tool.curate]")
    table = _underscored(table)
    import schemas  # noqa: PLC0415

    for error in schemas.exact_validator("config.json").iter_errors(table):
        raise Misconfigured(f"{file}: {_explained(error)}")
    settings = _settings(table)
    check_codes(settings, codes, str(file))
    return settings


def _settings(table: dict[str, Any]) -> Settings:
    """Make settings of a checked table; what it does not name keeps its default."""
    given: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in table.items()
    }
    ignores = given.get("per_path_ignores", {})
    given["per_path_ignores"] = {k: tuple(v) for k, v in ignores.items()}
    given["limits"] = replace(Limits(), **given.get("limits", {}))
    return replace(Settings(), **given)


def _table(file: Path) -> dict[str, Any] | None:
    import tomllib  # noqa: PLC0415

    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{file}: {error}") from None
    if file.name != "pyproject.toml":
        return content
    match content:
        case {"tool": {"curate": dict(table)}}:
            return table
    return None


def _underscored(table: Mapping[str, Any]) -> dict[str, Any]:
    """Write the names of settings and limits with underscores; no other key is a name."""
    named = {key.replace("-", "_"): value for key, value in table.items()}
    limits = named.get("limits")
    if isinstance(limits, dict):
        named["limits"] = {key.replace("-", "_"): v for key, v in limits.items()}
    return named


def _explained(error: Any) -> str:
    path = ".".join(str(step) for step in error.absolute_path)
    place = f"{path}: " if path else ""
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(k for k in error.instance if k not in known)
        return f"{place}unknown key {unknown!r}{_meant(unknown, known)}"
    return f"{place}{error.message}"


def _meant(word: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415

    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def check_codes(settings: Settings, codes: Sequence[str], origin: str) -> None:
    """See that every code or prefix that is named selects a rule.

    Raises:
        Misconfigured: one does not.
    """
    named = [*settings.select, *settings.ignore, *settings.severities]
    named += [c for some in settings.per_path_ignores.values() for c in some]
    for code in named:
        if not any(one.startswith(code) for one in codes) or not code:
            raise Misconfigured(
                f"{origin}: no rule has the code {code!r}{_meant(code, codes)}"
            )


def kept(findings: Iterable[Finding], settings: Settings) -> tuple[list[Finding], int]:
    """Apply selection, per-path ignores and severities; return how many were left out."""
    chosen, left_out = [], 0
    for finding in findings:
        if _wanted(finding, settings):
            chosen.append(_weighed(finding, settings.severities))
        else:
            left_out += 1
    return chosen, left_out


def _wanted(finding: Finding, settings: Settings) -> bool:
    code = finding.rule.code
    if settings.select and not code.startswith(settings.select):
        return False
    if settings.ignore and code.startswith(settings.ignore):
        return False
    return not any(
        code.startswith(codes) and _on_path(finding.path, pattern)
        for pattern, codes in settings.per_path_ignores.items()
    )


def _on_path(path: str, pattern: str) -> bool:
    """Match a whole path, or any tail of it that starts after a slash."""
    tail = pattern.rstrip("/")
    return any(
        fnmatchcase(path, p) for p in (tail, f"*/{tail}", f"{tail}/*", f"*/{tail}/*")
    )


def _weighed(finding: Finding, severities: Mapping[str, str]) -> Finding:
    fitting = [c for c in severities if finding.rule.code.startswith(c)]
    if not fitting:
        return finding
    from curation.finding import Severity  # noqa: PLC0415 - not to read a configuration

    return replace(finding, severity=Severity(severities[max(fitting, key=len)]))


def limits_known() -> tuple[str, ...]:
    """Return the names of all limits that a configuration may set."""
    return tuple(f.name for f in fields(Limits))
