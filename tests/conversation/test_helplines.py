"""The helplines are complete, and young enough."""

import datetime

import pytest

from voice_coach.content.language import load_safety
from voice_coach.content.safety_scripts import HelplineEntry
from voice_coach.conversation.helpline_words import listed, spoken
from voice_coach.region import region_of

TEXTS, HELPLINES = load_safety("en")


@pytest.mark.parametrize("entry", HELPLINES.countries, ids=lambda entry: entry.country)
def test_an_entry_is_not_older_than_a_year(entry: HelplineEntry) -> None:
    age = datetime.datetime.now(tz=datetime.UTC).date() - entry.verified_on
    assert age.days <= 365, f"check the lines of {entry.name} again"
    assert entry.country == HELPLINES.general or any(line.kind == "crisis" for line in entry.lines)


def test_an_unknown_country_gets_the_general_entry() -> None:
    assert HELPLINES.of("XX").country == HELPLINES.general
    assert HELPLINES.of("").country == HELPLINES.general
    assert HELPLINES.of("gb").country == "GB"
    assert HELPLINES.of("IT").country == "EU"


def test_an_unknown_country_is_given_nobody_elses_helpline() -> None:
    assert HELPLINES.of("BR").lines == ()
    assert HELPLINES.of("BR").emergency == ("112",)


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LANG": "en_GB.UTF-8"}, "GB"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "DE"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "FR"),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "en"}, ""),
        ({}, ""),
    ],
)
def test_the_region_is_the_systems_and_never_a_guess(
    environment: dict[str, str], found: str
) -> None:
    assert region_of(environment) == found


def test_numbers_are_said_in_groups() -> None:
    assert spoken("0808 2000 247") == "0 8 0 8, 2 0 0 0, 2 4 7"


def test_the_list_says_what_is_unconfirmed_and_how_old_it_is() -> None:
    text = listed(HELPLINES.of("GB"))
    assert "Samaritans: 116 123\n" in text
    assert "0808 802 4040 (to be confirmed)" in text
    assert str(HELPLINES.of("GB").verified_on) in text
