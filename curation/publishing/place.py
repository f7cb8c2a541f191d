"""Edge: where a release is published to: the Hub, another address, or a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from curation.publishing.port import Refused

QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
"""What keeps the client from asking others than the hub, and from drawing bars of its own."""


@dataclass(frozen=True)
class Place:
    """Where a hub answers; without an address or a token, where the environment says.

    `local` tells of a folder on this machine.
    """

    told: str = ""
    address: str | None = None
    token: str | None = field(default=None, repr=False)
    local: bool = False

    def environment(self, home: Path) -> Mapping[str, str]:
        """Return the environment of a client that begins with an empty *home*."""
        env = {k: v for k, v in os.environ.items() if k not in _HOMES}
        env |= QUIET | {"HF_HOME": str(home)}
        if self.address:
            env["HF_ENDPOINT"] = self.address
        if token := self.token or _login():
            env["HF_TOKEN"] = token
        if self.local:
            env |= _without_xet()
        return env


_HOMES = frozenset({
    "HF_HOME", "HF_HUB_CACHE", "HF_DATASETS_CACHE", "HF_XET_CACHE", "HF_ASSETS_CACHE",
    "HUGGINGFACE_HUB_CACHE", "HF_TOKEN_PATH",
})  # fmt: skip


def _login() -> str | None:
    """Return the token of the login, which an empty home does not have."""
    from huggingface_hub import get_token  # noqa: PLC0415

    found: str | None = get_token()
    return found


def _without_xet() -> dict[str, str]:
    # A folder has no use for a second store of chunks, and needs no pyarrow for it.
    return {"HF_HUB_DISABLE_XET": "1"}


@contextmanager
def place(to: str | None, *, keep: bool = True, there: bool = False) -> Iterator[Place]:
    """Give the place that is meant: an address, a folder, or what the environment says.

    A folder is served over loopback until the end of the context. The environment is set
    for a client that was not imported yet.

    Args:
        to: The address or the folder.
        keep: Whether a folder that is not there is made, or only looks as if it were.
        there: Whether a folder has to be there.

    Raises:
        Refused: it is neither.
    """
    if to is None or to.startswith(("http://", "https://")):
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        if to is not None:
            os.environ["HF_ENDPOINT"] = to.rstrip("/")
        yield Place(address=to.rstrip("/") if to else None)
        return
    if there and not Path(to).is_dir():
        raise Refused(f"--to {to}: there is no such folder; expected a local hub")
    with ExitStack() as stack:
        yield _served(Path(to), stack, keep=keep)


def _served(folder: Path, stack: ExitStack, *, keep: bool) -> Place:
    try:
        from curation.hub import Hub, NoHub, serving  # noqa: PLC0415
    except ImportError as error:
        raise Refused(
            f"a local hub needs {error.name}: pip install 'general-bench-curation[hub]'"
        ) from None
    root, home = folder, Path(stack.enter_context(TemporaryDirectory("", "curate-")))
    if not keep and not folder.exists():
        root = home / "hub"
    try:
        hub = Hub(root)
    except (NoHub, OSError) as error:
        raise Refused(f"--to {folder}: {error}") from None
    found = stack.enter_context(serving(hub))
    settings = QUIET | {"HF_HOME": str(home / "home")} | _without_xet()
    os.environ.update(settings | found.environment())
    return Place(
        f"the local hub {folder.absolute()}", found.url, found.token, local=True
    )


def see_client(*, full: bool = False) -> None:
    """See that the client of the Hub is installed, and `datasets` if all is to be loaded.

    Raises:
        Refused: it is not.
    """
    from importlib.util import find_spec  # noqa: PLC0415

    for name in ("huggingface_hub", *(["datasets"] if full else [])):
        if find_spec(name) is None:
            raise Refused(
                f"this needs {name}: pip install 'general-bench-curation[hub]'"
            )
