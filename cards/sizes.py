"""Pure: numbers of samples as the Hub sorts them, and sizes in words."""

from __future__ import annotations

_BOUNDS = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)


def category(samples: int) -> str:
    """Return the size category that a number of samples falls into."""
    return next((name for bound, name in _BOUNDS if samples < bound), "n>1T")
