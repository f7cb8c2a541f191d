"""What an error of the Hub's client means to a user."""

from __future__ import annotations

from curation.published.address import Address, Unreachable

_UNKNOWN = 401
_BUSY = 429
_FAULTY = 500


def unreachable(error: Exception, address: Address) -> Unreachable | None:
    """Say what an error means, or return None if it is none of the Hub's.

    What the client says is not repeated: it may hold links that are rights by themselves.
    """
    from huggingface_hub import constants, errors, get_token  # noqa: PLC0415

    match error:
        case Unreachable():
            return error
        case errors.GatedRepoError():
            page = f"{constants.ENDPOINT}/datasets/{address.repository}"
            why = (
                f"who wants to read it must be let in; ask at {page}, and set HF_TOKEN"
            )
        case errors.RepositoryNotFoundError():
            key = (
                "the token that is set may not read it"
                if get_token()
                else "no token is set (HF_TOKEN, or hf auth login)"
            )
            why = f"there is no such data set, or it is private and {key}"
        case errors.RevisionNotFoundError():
            what = address.revision or "main"
            why = f"it has no branch, tag or commit {what!r}"
        case errors.RemoteEntryNotFoundError():
            why = f"there is nothing at {address.path!r}"
        case errors.LocalEntryNotFoundError() | errors.OfflineModeIsEnabled():
            why = (
                "HF_HUB_OFFLINE is set, and not all of it was fetched before to"
                f" {constants.HF_HUB_CACHE}"
                if constants.is_offline_mode()
                else f"{constants.ENDPOINT} cannot be reached"
            )
        case errors.HfHubHTTPError():
            why = _answered(error.response.status_code)
        case _ if _transport(error):
            why = f"{constants.ENDPOINT} cannot be reached, or the connection broke; look at the network and at HF_ENDPOINT, and run it again"
        case _:
            return None
    return Unreachable(f"{address}: {why}")


def _answered(status: int) -> str:
    if status == _UNKNOWN:
        return "the token that is set (HF_TOKEN, or hf auth login) is not valid"
    if status == _BUSY:
        return "the Hub answers that there were too many requests; run it again in some minutes"
    if status >= _FAULTY:
        return f"the Hub has a fault ({status}); run it again later"
    return f"the Hub refuses it ({status})"


def _transport(error: Exception) -> bool:
    """Tell whether an error is one of the network."""
    import httpx2  # noqa: PLC0415 - what the client uses

    # Pieces of files come by another library, which raises the error of Python.
    return isinstance(error, httpx2.TransportError | ConnectionError)
