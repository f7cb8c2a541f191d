"""E-mail addresses and telephone numbers."""

import pytest

from tests.tasks import found, task
from validators import text


def said(words):
    return task(
        "text/dialogue",
        {"dialog": ["Hello.", words], "output": {"response": "Thanks."}},
    )


@pytest.mark.parametrize(
    ("words", "domain"),
    [
        ("Write to jo.smith@acme.com.", "acme.com"),
        ("<a_b+c@mail.uni-bonn.de>", "mail.uni-bonn.de"),
        ("bob@shop.co.uk, please", "shop.co.uk"),
        ("at x@example.org or y@other.org", "other.org"),
    ],
)
def test_an_address_is_named_without_its_owner(words, domain):
    assert found(text.RULES, said(words)) == [
        f"/data/0/dialog/1: TXT031 an address at {domain}"
    ]


@pytest.mark.parametrize(
    "words",
    ["me@example.com", "a@b.example", "@someone on the net", "7 apples @ 2.50 each", "git@github.com:a/b",
     "A@B.T and x@self.weights", "lodash@4.17.21", "root@localhost"],
)  # fmt: skip
def test_what_leads_to_nobody_is_no_address(words):
    assert found(text.RULES, said(words)) == []


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        ("My number is 713-786-0234 .", "713"),
        ("713-786-0234", "713"),
        ("Call (212) 664-7665 now", "212"),
        ("Call (212)664-7665.", "212"),
        ("Call +49 30 901820 now", "+49"),
        ("or +442079460123", "+442"),
        ("+1 212-664-7665", "+1"),
        ("tel:+33 1 42 68 53 00", "+33"),
    ],
)
def test_a_telephone_number_is_named_once_and_not_in_full(words, begin):
    assert found(text.RULES, said(words)) == [
        f"/data/0/dialog/1: TXT032 a number that begins with {begin}"
    ]


@pytest.mark.parametrize(
    "words",
    [
        "from 1999-2004, on 2024-03-17 at 12:30:00+01:00",
        "100-200-3000 = -3100",
        "ISBN 978-0-306-40615-7 and 0-306-40615-2",
        "192.168.0.1 and 10.0.0.255",
        "12345678901234567890",
        "id 3f2-123-456-7890 and A-212-664-7665-B",
        "=212-664-7665",
        "x+12345678901 or 5 +12 345 678 901",
        "+12 345 678 901 = y",
        "the temperature is +40, the place +40.7128-074.0060",
        "up by +100 000",
        "Call 212-555-0100 or (555) 664-7665 or +1 212 555 0100",
        "SSN 123-45-6789",
    ],
)
def test_other_numbers_are_not_dialled(words):
    assert found(text.RULES, said(words)) == []


def test_a_number_stays_within_its_text():
    sample = {
        "dialog": ["I paid 713", "-786-0234", "713-", "786-0234"],
        "output": {"response": "-"},
    }
    assert found(text.RULES, task("text/dialogue", sample)) == []
