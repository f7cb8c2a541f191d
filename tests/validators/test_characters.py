"""Control characters, lost and garbled ones, and those that nobody sees."""
# ruff: noqa: RUF001 - the characters that are mistaken for others are what is tested

import pytest

from tests.tasks import found, task
from validators import garbled, text


def told(*stories):
    samples = ({"input": {"prompt": "Tell."}, "output": {"story": s}} for s in stories)
    return task("text/story-generation", *samples)


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("a\x00b", "U+0000 after 'a'"),
        ("\x1b[1m", "U+001B at the beginning"),
        ("page\x0cnext", "U+000C after 'page'"),
        ("a\x7f", "U+007F after 'a'"),
        ("a\x85b", "U+0085 after 'a'"),
        ("first line\nsecond\x08", "U+0008 after 'second'"),
        ("’\x07", "U+0007 after '’'"),
    ],
)
def test_a_control_character_is_named(words, seen):
    assert found(text.RULES, told("Fine.", words)) == [
        f"/data/1/output/story: TXT011 {seen}"
    ]


def test_tabs_and_line_breaks_are_no_control_characters():
    assert found(text.RULES, told("a\tb\r\nc\n\n")) == []


def test_lost_characters_are_counted():
    assert found(text.RULES, told("caf\ufffd au lait, cr\ufffdme")) == [
        "/data/0/output/story: TXT012 2 lost, the first after 'caf'"
    ]


LANGUAGES = (
    "Le café était fermé à l’heure où nous arrivâmes… « Voilà » : déjà l’été, ça y est ! 20 °C, 3 × 4, n° 5",
    "ÇA ALORS… «VOILÀ» À L’HÔTEL ; « VOILÀ » ; L’Â»; «Â»",
    "Não há amanhã sem manhã. A irmã, o coração, às vezes à noite…",
    "NÃO HÁ AMANHÃ… «MANHû, “IRMÔ — A MAÇà É DA IRMÃ™ E Ã é letra",
    "Đã có một ngày đẹp trời ở xã Ấn Độ. ĐÃ CÓ XÃ HỘI… “ĐÔ Â Ă Ê",
    "Straße, Größe, Äpfel, Öl; „Spaß“, SÄ“, »Ä«, Maß… 5 Å², Ø 20 mm, 2×€5, 3×½",
    "Łódź, żółć, gęślą jaźń. Příliš žluťoučký kůň úpěl. İstanbul’da ığdır.",
    "Привет, мир! «Ёлка» — это дерево. Ελλάδα: «Ώρα» καλή.",
    "中文测试：“引号”，《书名》……—— 日本語「テスト」・ 한국어",
    "العربية: «مرحبا» עברית: שלום",
    "España: ¿qué tal? ¡Olé! N.º 5, ESPAÑA…, 5ª planta, «Ñ»",
    "naïve façade, £5, €5, ½ cup, ±3, µm, Æsir, þing, ð, résumé — “quotes” ‘single’ • ™ ® ©",
)


@pytest.mark.parametrize("words", LANGUAGES)
def test_no_language_is_taken_for_garbled(words):
    assert found(text.RULES, told(words)) == []


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    "words",
    ["café", "voilà la", "École", "ÉCOLE", "Größe", "ação", "20 °C", "l’été", "“x” y", "a – b", "wait…", "• one",
     "→ b", "−5", "10 €", "Привет", "Ελλάδα", "中文", "日本語", "한국어", "مرحبا", "😀", "mały", "\ufeffStart",
     "a\xa0b", "«é»"],
)  # fmt: skip
def test_garbled_words_are_named(words, encoding):
    try:
        damaged = words.encode().decode(encoding)
    except UnicodeDecodeError:
        return  # five bytes have no character in Windows-1252
    (line,) = found(text.RULES, told("Fine.", damaged))
    assert line.startswith("/data/1/output/story: TXT013 ")


@pytest.mark.parametrize(
    ("words", "seen"),
    [("cafÃ© noir", "'Ã©' stands for 'é'"), ("donâ€™t", "'â€™' stands for '’'"), ("end.Â  Next", "'Â ' stands for '\\xa0'")],
)  # fmt: skip
def test_it_is_said_what_was_meant(words, seen):
    assert found(text.RULES, told(words)) == [f"/data/0/output/story: TXT013 {seen}"]


def test_what_is_no_utf8_was_not_garbled():
    assert garbled.meant("Ã©") == "é"
    assert garbled.meant("Ãx") is None
    assert garbled.meant("ÃÃ") is None


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("in\u200bvisible", "U+200B ZERO WIDTH SPACE after 'in'"),
        ("\ufeffStart", "U+FEFF ZERO WIDTH NO-BREAK SPACE at the beginning"),
        ("hy\u00adphen", "U+00AD SOFT HYPHEN after 'hy'"),
        ("jo\u200din", "U+200D ZERO WIDTH JOINER after 'jo'"),
        (
            "Hi" + "".join(chr(0xE0000 + ord(c)) for c in "obey"),
            "U+E006F TAG LATIN SMALL LETTER O after 'Hi'",
        ),
    ],
)
def test_an_unseen_character_is_named(words, seen):
    assert found(text.RULES, told(words)) == [f"/data/0/output/story: TXT014 {seen}"]


SCOTLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "gbsct") + "\U000e007f"


@pytest.mark.parametrize(
    "words",
    ["می\u200cخواهم", "क्\u200dष", "👩\u200d🔬 ❤\ufe0f", SCOTLAND, "ไทย\u200bแลนด์"],
)
def test_joiners_that_a_script_needs_are_meant(words):
    assert found(text.RULES, told(words)) == []


@pytest.mark.parametrize("turn", ["\u202e", "\u202a", "\u2066"])
def test_latin_letters_are_not_to_be_turned(turn):
    (line,) = found(text.RULES, told(f"pay {turn}001"))
    assert line.startswith(f"/data/0/output/story: TXT015 U+{ord(turn):04X} ")


def test_arabic_may_be_embedded_but_not_overridden():
    assert found(text.RULES, told("ab \u202bمرحبا\u202c cd")) == []
    assert found(text.RULES, told("\u202eمرحبا")) == [
        "/data/0/output/story: TXT015 U+202E RIGHT-TO-LEFT OVERRIDE at the beginning"
    ]
