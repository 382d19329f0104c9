"""What is done when devices come, go, and change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voice_coach.audio.following import LibraryFollower, ServerFollower
from voice_coach.audio.listing import Kind, SoundDevice


class Streams:
    """What is open, and what was told to end."""

    def __init__(self, *opened: Kind) -> None:
        self.opened = set(opened)
        self.taken: list[tuple[Kind, str]] = []

    def is_open(self, kind: Kind) -> bool:
        return kind in self.opened

    def take(self, kind: Kind, reason: str) -> None:
        if kind in self.opened:
            self.taken.append((kind, reason))


def there(*names: str) -> list[SoundDevice]:
    """Devices: a name that begins with "mic" is a microphone; a star marks the default."""
    return [
        SoundDevice(
            name=name.strip("*"),
            system="test",
            inputs=1 if name.startswith("mic") else 0,
            outputs=0 if name.startswith("mic") else 2,
            rate=48_000.0,
            default_input=name.startswith("mic") and name.endswith("*"),
            default_output=not name.startswith("mic") and name.endswith("*"),
        )
        for name in names
    ]


DEFAULTS: dict[Kind, str] = {"microphone": "", "loudspeaker": ""}
CHOSEN: dict[Kind, str] = {"microphone": "mic usb", "loudspeaker": "headset"}
BOTH: tuple[Kind, Kind] = ("microphone", "loudspeaker")


@pytest.mark.parametrize(
    ("chosen", "before", "after", "taken"),
    [
        (DEFAULTS, ["mic a*", "x*"], ["mic a*", "x*", "y"], []),
        (DEFAULTS, ["mic a*", "x*", "y"], ["mic a*", "x", "y*"], [("loudspeaker", "changed")]),
        (DEFAULTS, ["mic a*", "mic b", "x*"], ["mic b*", "x*"], [("microphone", "changed")]),
        (DEFAULTS, ["mic a*", "x*"], [], []),
        (CHOSEN, ["mic usb", "headset", "x*"], ["mic usb", "x*"], [("loudspeaker", "gone")]),
        (
            CHOSEN,
            ["mic usb", "mic a*", "headset*"],
            ["mic a*", "headset"],
            [("microphone", "gone")],
        ),
        (CHOSEN, ["mic usb", "headset", "x*"], ["mic usb", "headset*", "x"], []),
        (CHOSEN, ["mic usb", "x*"], ["mic usb", "headset", "x*"], []),
    ],
)
def test_a_sound_server(
    chosen: dict[Kind, str], before: list[str], after: list[str], taken: list[tuple[Kind, str]]
) -> None:
    streams = Streams(*BOTH)
    follow = ServerFollower(chosen, streams)
    follow(there(*before))
    assert streams.taken == []
    follow(there(*after))
    follow(there(*after))
    assert streams.taken == taken


ALL_ANEW = [("microphone", "changed"), ("loudspeaker", "changed")]


@pytest.mark.parametrize(
    ("chosen", "before", "after", "taken"),
    [
        (DEFAULTS, ["mic a*", "x*", "y"], ["mic a*", "x", "y*"], ALL_ANEW),
        (DEFAULTS, ["mic a*", "x*"], ["mic a*", "x*", "y"], []),
        (DEFAULTS, ["mic a*", "x*"], ["mic a*"], []),
        (CHOSEN, ["mic usb", "headset", "x*"], ["mic usb", "headset", "x"], []),
        (CHOSEN, ["mic usb", "headset", "x*"], ["mic usb", "x*"], []),
    ],
)
def test_portaudios_own_list(
    chosen: dict[Kind, str], before: list[str], after: list[str], taken: list[tuple[Kind, str]]
) -> None:
    streams = Streams(*BOTH)
    follow = LibraryFollower(chosen, streams)
    follow(there(*before))
    follow(there(*after))
    assert streams.taken == taken


def follow_lost_loudspeaker(pictures: Sequence[list[str]]) -> list[list[tuple[Kind, str]]]:
    """What is taken at each picture while the chosen loudspeaker is lost."""
    streams = Streams("microphone")
    follow = LibraryFollower(CHOSEN, streams)
    taken = []
    for picture in pictures:
        streams.taken = []
        follow(there(*picture))
        taken.append(streams.taken)
    return taken


def test_a_lost_device_that_is_back_has_all_opened_anew_once() -> None:
    away, back = ["mic usb*", "x*"], ["mic usb*", "x*", "headset"]
    assert follow_lost_loudspeaker([away, away, back, back]) == [
        [],
        [],
        [("microphone", "changed")],
        [],
    ]


def test_another_device_than_the_lost_one_is_of_no_use() -> None:
    assert follow_lost_loudspeaker([["mic usb*", "x*"], ["mic usb*", "x*", "y"]]) == [[], []]
