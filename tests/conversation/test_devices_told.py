"""What is told of devices that come and go is true when it is said."""

from __future__ import annotations

from session_player import Player, conversation

from voice_coach.conversation.events import Device, DeviceChanged, Started


def unplugged(player: Player, *, speaking: bool) -> None:
    """The microphone goes and comes back."""
    player.take(Started())
    if not speaking:
        player.settle()
    player.said.clear()
    for present in (False, True):
        player.take(DeviceChanged(player.at, Device.MICROPHONE, present=present))


def test_a_microphone_that_came_back_in_the_meantime_is_not_said_to_be_gone() -> None:
    player = Player(conversation())
    devices = player.conversation.stage.content.session.devices
    unplugged(player, speaking=True)
    waiting = [say.text for say in player.sounding]
    assert devices.microphone_gone in player.shown
    assert devices.microphone_gone not in waiting
    assert waiting[-1] == devices.microphone_back


def test_what_is_being_said_of_it_is_said_to_its_end() -> None:
    player = Player(conversation())
    devices = player.conversation.stage.content.session.devices
    unplugged(player, speaking=False)
    assert [say.text for say in player.sounding] == [
        devices.microphone_gone,
        devices.microphone_back,
    ]
    player.settle()
    assert not player.conversation.speech.sounding
