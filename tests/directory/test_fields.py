"""What may be typed into a listing. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.fields import FIELDS, clean_text, looks_like_address
from portal.directory.typed import split_address, split_phone
from portal.store import Refused


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("name", "  Crisis\n Center ", "Crisis  Center"),
        ("description", "One.\r\nTwo. \r", "One.\nTwo."),
        (
            "description",
            "<script>alert(1)</script> \U0001f44b🏽 e\u0301",
            "<script>alert(1)</script> \U0001f44b🏽 e\u0301",
        ),
        ("description", "أهلا وسهلا", "أهلا وسهلا"),
        ("phone", "(615) 555-0123 ext. 12", "(615) 555-0123 x 12"),
        ("phone", "+1 615 555 0123", "+1 615 555 0123"),
        ("crisis_phone", "988", "988"),
        ("phone", "", ""),
        ("languages", "spanish;ASL, Haitian Creole", "American Sign Language, Haitian Creole, Spanish"),
        ("documents", "Photo ID\n\n  Insurance card", "Photo ID\nInsurance card"),
        ("url", "https://example.org/help", "https://example.org/help"),
        ("desk_email", "desk@demo.invalid", "desk@demo.invalid"),
        ("address", "12 Oak St\nSuite 3\nNashville, tn 37203", "12 Oak St\nSuite 3\nNashville, TN 37203"),
        ("hours", " Mon 9am-5pm\r\nwhenever ", "Mon 9am-5pm\nwhenever"),
    ],
)
def test_plain_texts_are_kept(name: str, typed: str, kept: str) -> None:
    assert clean_text(name, typed) == kept
    assert clean_text(name, kept) == kept


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", ""),
        ("name", "Haven\u202eesuoh"),
        ("name", "x" * 201),
        ("description", "a\x00b"),
        ("description", "a\x1bb"),
        ("description", "a\ud800b"),
        ("description", "a\ufffeb"),
        ("description", "a\U0001fffeb"),
        ("description", "Z" + "\u0335" * 50),
        ("url", "javascript:alert(1)"),
        ("url", " jAvascript:alert(1)"),
        ("url", "data:text/html,<b>"),
        ("url", "https://bank.example@evil.example/"),
        ("url", "http://a b.example"),
        ("phone", "call us"),
        ("phone", "615-555-0123;phone-context=+1"),
        ("phone", "615-555-0123<script>"),
        ("phone", "6155"),
        ("desk_email", "a@b.invalid\nBcc: x@y.invalid"),
        ("desk_email", '"x"@y>\r\nSubject: z'),
        ("desk_email", "a@b.invalid, c@d.invalid"),
        ("languages", "Spanish, Klingonish"),
        ("address", "12 Oak St"),
        ("address", ""),
        ("hours", "Mon \u202e9-5"),
        ("password", "x"),
    ],
)
def test_texts_that_could_do_harm_are_refused_at_their_field(name: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(name, typed)
    assert refused.value.field == name


@pytest.mark.parametrize(
    "text",
    ["Come to 412 Shelby Ave", "we are at 412 N. 5th Street, ring twice", "1600-B Music Square", "37203", "ZIP: 37203-1234",
     "Nashville TN 37203.", "36.16234, -86.77812", "９ Oak Street", "12 Martin Luther King Jr Blvd"],
)  # fmt: skip
def test_an_address_in_the_words_of_a_confidential_listing_is_refused(text: str) -> None:
    for name in ("description", "eligibility_description", "alert", "documents", "name"):
        with pytest.raises(Refused, match="confidential"):
            clean_text(name, text, confidential=True)
        clean_text(name, text)  # anybody else may say where they are


@pytest.mark.parametrize(
    "text",
    ["We help families with children.", "Up to 30 days. Ages 18 and over.", "Call 615-555-0123 any time.", "Costs $15000",
     "Open 24 hours, 7 days", "Text 988", "First 90 days are free; 12 beds", "1-800-555-0199", "Davidson County"],
)  # fmt: skip
def test_harmless_words_are_not_taken_for_an_address(text: str) -> None:
    assert not looks_like_address(text)


def test_no_address_is_ever_taken_for_a_confidential_listing() -> None:
    with pytest.raises(Refused):
        clean_text("address", "12 Oak St\nNashville, TN 37203", confidential=True)


def test_an_address_is_split_into_its_parts() -> None:
    parts = split_address("12 Oak St\nNashville, TN")
    assert (parts["address_1"], parts["city"], parts["state_province"], parts["postal_code"]) == (
        "12 Oak St", "Nashville", "TN", "",
    )  # fmt: skip


def test_a_phone_is_split_at_its_extension() -> None:
    assert split_phone("(615) 555-0123 x 12B") == ("(615) 555-0123", "12B")


@given(st.sampled_from(sorted(FIELDS)), st.text(), st.booleans())
def test_any_text_is_kept_the_same_twice_or_refused(name: str, text: str, confidential: bool) -> None:
    try:
        kept = clean_text(name, text, confidential)
    except Refused:
        return
    assert clean_text(name, kept, confidential) == kept
    assert kept.encode().decode() == kept
