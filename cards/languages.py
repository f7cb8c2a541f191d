"""Pure: languages as tasks write them, and as the Hub wants them."""

from __future__ import annotations

import re

_NAMES = {
    "arabic": "ar", "bengali": "bn", "chinese": "zh", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr", "german": "de",
    "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "malay": "ms", "mandarin": "zh",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "spanish": "es", "swahili": "sw", "swedish": "sv",
    "tamil": "ta", "telugu": "te", "thai": "th", "turkish": "tr", "ukrainian": "uk",
    "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip


def code(told: str) -> str:
    """Return the ISO 639 code of a BCP 47 tag or an English name, or nothing."""
    text = told.strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    found = re.fullmatch(r"([a-z]{2,3})([-_][a-z0-9]+)*", text)
    return found[1] if found else ""
