"""What the client of the Hub raises, as what it means to whoever publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from curation.publishing.port import (
    Absent,
    Changed,
    Denied,
    Rejected,
    Trouble,
    Unanswered,
)

_REFUSED = re.compile(r"\b(401|403)\b")


@contextmanager
def heard() -> Iterator[None]:
    """Turn what the client raises into what it means."""
    try:
        yield
    except Trouble:
        raise
    except Exception as error:
        found = meaning(error)
        if found is None:
            raise
        raise found from error


def meaning(error: BaseException) -> Trouble | None:
    """Return what an error of the client means, or None if it is none of the hub's."""
    import httpx2  # noqa: PLC0415
    from huggingface_hub import errors  # noqa: PLC0415

    match error:
        case errors.OfflineModeIsEnabled():
            return Rejected("HF_HUB_OFFLINE is set; unset it to reach the Hub")
        case errors.LocalTokenNotFoundError():
            return Denied(
                "there is no token; set HF_TOKEN, or log in with `hf auth login`"
            )
        case errors.HfHubHTTPError():
            return _answered(error)
        case httpx2.HTTPError() | json.JSONDecodeError() | TimeoutError():
            return Unanswered(f"{type(error).__name__}: {_plain(str(error))}")
        case ConnectionError():  # from the Xet client, with the status in its words only
            told = _plain(str(error))
            return Denied(told) if _REFUSED.search(told) else Unanswered(told)
        case RuntimeError() if error.__cause__ is not None:  # around a failed upload
            return meaning(error.__cause__)
        case ValueError():
            return Rejected(_plain(str(error)))
    return None


def _answered(error: Any) -> Trouble:
    """Tell by the status of an answer what it means."""
    from huggingface_hub.errors import (  # noqa: PLC0415
        GatedRepoError,
        RepositoryNotFoundError,
    )

    answer = error.response
    status = answer.status_code
    words = (error.server_message or "").strip() or answer.reason_phrase
    asked = f"{answer.request.method} {answer.request.url.path}"
    told = f"{status} {_plain(words)} ({asked})"
    if isinstance(error, GatedRepoError):
        return Denied(told)
    if isinstance(error, RepositoryNotFoundError) or status == 404:  # noqa: PLR2004
        return Absent(told)
    kinds = {401: Denied, 402: Denied, 403: Denied, 409: Changed, 412: Changed}
    if status in kinds:
        return kinds[status](told)
    if status in {408, 429} or status >= 500:  # noqa: PLR2004
        return Unanswered(told, _wait(answer.headers))
    return Rejected(told)


def _wait(headers: Mapping[str, str]) -> float:
    """Return the seconds that a server asks to wait."""
    from huggingface_hub.utils._http import parse_ratelimit_headers  # noqa: PLC0415

    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return limit.reset_in_seconds + 1
    after = headers.get("Retry-After", "")
    return int(after) + 1 if after.isdigit() else 0


def _plain(words: str) -> str:
    """Return one line, without what signs a link."""
    return re.sub(r"\?\S*", "", " ".join(words.split()))[:500]
