"""The safety scene: what it says first, what it never does, and that it does not drop out."""

from __future__ import annotations

import re

import pytest

from voice_coach.content.language import load_language, load_safety
from voice_coach.conversation.events import Expected, Heard, Source
from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.conversation.safety import ABUSE, FIRST_STAY, LONGEST_STAY, SafetyScene, names
from voice_coach.conversation.scene import Caption, Line, Step, Style, Variety
from voice_coach.understanding.answers import Answers
from voice_coach.understanding.risk import Category, Risk, Tier

TEXTS, HELPLINES = load_safety("en")
ANSWERS = Answers(load_language("en").answers)
GB = HELPLINES.of("GB")
EVERY = [
    (tier, category, other)
    for tier in (Tier.NOW, Tier.ASK)
    for category in Category
    for other in (False, True)
]
SAMARITANS = "1 1 6, 1 2 3"


def scene(
    category: Category,
    tier: Tier = Tier.NOW,
    *,
    about_other: bool = False,
    plan: SafetyPlan | None = None,
) -> SafetyScene:
    risk = Risk(tier, (category,), about_other=about_other)
    return SafetyScene(TEXTS, ANSWERS, GB, Variety(), risk, plan)


def say(scene: SafetyScene, text: str) -> Step:
    step = scene.heard(Heard(0.0, text, source=Source.TYPED))
    assert step is not None, f"{text!r} was not understood"
    return step


def spoken(step: Step) -> str:
    return " ".join(part.text for part in step.parts if isinstance(part, Line))


def captions(step: Step) -> list[str]:
    return [part.text for part in step.parts if isinstance(part, Caption)]


def led_through(scene: SafetyScene) -> list[Step]:
    """The steps of somebody who is alone and says yes to all."""
    steps = [scene.begin()]
    while steps[-1].ask.expectation.expected is Expected.YES_NO and len(steps) < 5:
        steps.append(say(scene, "yes"))
    return steps


# --- what comes first ---


def test_suicide_is_asked_about_directly_and_then_answered_with_a_number() -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    assert "ending your life" in spoken(talk.begin())
    step = say(talk, "yes")
    assert spoken(step).count(SAMARITANS) == 2
    assert any("116 123" in caption for caption in captions(step))
    assert "cannot" in spoken(step)  # it cannot call anybody, and says so
    assert step.outcome is None


@pytest.mark.parametrize("answer", ["yes", "i'm not sure", "maybe", "yeah i suppose so"])
def test_yes_and_unclear_count_alike(answer: str) -> None:
    talk = scene(Category.SUICIDE_PASSIVE, Tier.ASK)
    talk.begin()
    assert SAMARITANS in spoken(say(talk, answer))


def test_silence_counts_as_yes_after_one_more_try() -> None:
    talk = scene(Category.SUICIDE_PASSIVE, Tier.ASK)
    talk.begin()
    assert SAMARITANS not in spoken(talk.missed(1))
    assert SAMARITANS in spoken(talk.missed(2))


def test_a_no_is_asked_about_once_more_and_closes_practices() -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    talk.begin()
    check = say(talk, "no")
    assert check.outcome is None
    assert check.ask.expectation.expected is Expected.YES_NO
    assert say(talk, "no").outcome == "settled"
    assert talk.locks


def test_a_body_in_danger_gets_the_emergency_number_first_and_no_question() -> None:
    step = scene(Category.MEDICAL).begin()
    assert isinstance(step.parts[0], Caption)
    first = next(part for part in step.parts if isinstance(part, Line))
    assert "9 9 9" in first.text
    assert "?" not in spoken(step)


@pytest.mark.parametrize("category", [one for one in Category if one in ABUSE])
def test_of_abuse_nothing_is_said_before_they_are_alone(category: Category) -> None:
    talk = scene(category)
    first = talk.begin()
    assert "alone" in spoken(first)
    assert not re.search(r"believe|fault|hurt|afraid|helpline", spoken(first))
    assert captions(first) == []
    away = say(talk, "two")
    assert away.outcome == "settled"
    assert not re.search(r"believe|fault|hurt|afraid|helpline", spoken(away))
    assert talk.locks


def test_of_abuse_it_is_believed_and_nobody_is_urged() -> None:
    talk = scene(Category.ASSAULT)
    talk.begin()
    said = spoken(say(talk, "one"))
    assert "I believe you" in said
    assert "not your fault" in said
    assert "for you to choose" in said
    assert "kept" in said or "keep nothing" in said
    assert not re.search(r"\b(you should|you must|leave him|confront|be honest)\b", said)


def test_a_hand_on_the_throat_is_named_as_very_dangerous() -> None:
    talk = scene(Category.STRANGULATION_OR_WEAPON)
    talk.begin()
    assert "very dangerous" in spoken(say(talk, "yes"))


def test_own_violence_gets_space_its_own_line_and_no_session() -> None:
    talk = scene(Category.OWN_VIOLENCE)
    step = talk.begin()
    assert "Respect" in spoken(step)
    assert "shame" not in spoken(step)
    assert say(talk, "continue").outcome == "leave"


def test_a_friend_in_danger_is_not_answered_as_if_it_were_the_speaker() -> None:
    talk = scene(Category.SUICIDE_ACTIVE, Tier.ASK, about_other=True)
    assert "somebody else" in spoken(talk.begin())
    assert "your life" not in spoken(say(talk, "yes"))
    assert not talk.locks


def test_a_friend_hit_by_her_husband_needs_no_question_about_being_alone() -> None:
    first = scene(Category.ASSAULT, Tier.ASK, about_other=True).begin()
    assert "somebody else" in spoken(first)


# --- it stays ---


@pytest.mark.parametrize(("tier", "category", "other"), EVERY)
def test_it_never_ends_by_itself(tier: Tier, category: Category, other: bool) -> None:
    talk = scene(category, tier, about_other=other)
    step = led_through(talk)[-1]
    waits = [step.pause]
    for _ in range(8):
        step = talk.waited()
        waits.append(step.pause)
        assert step.outcome is None
        assert step.parts
    assert waits[0] == FIRST_STAY
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert known[-1] == LONGEST_STAY


@pytest.mark.parametrize(("tier", "category", "other"), EVERY)
def test_every_danger_is_answered_slowly_and_with_a_number(
    tier: Tier, category: Category, other: bool
) -> None:
    steps = led_through(scene(category, tier, about_other=other))
    assert any(captions(step) for step in steps)
    lines = [part for step in steps for part in step.parts if isinstance(part, Line)]
    assert all(line.style is Style.SAFETY for line in lines)
    assert not any("{" in line.text for line in lines)


def test_misunderstood_once_is_thanked_for_and_checked() -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    talk.begin()
    checked = say(talk, "no you misunderstood me")
    assert "Thank you" in spoken(checked)
    assert checked.outcome is None
    assert checked.ask.expectation.expected is Expected.YES_NO
    assert say(talk, "you misunderstood me").outcome is None
    assert talk.locks


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [("ground me please", "ground"), ("i want to leave", "leave"), ("okay continue", "settled")],
)
def test_the_person_decides_what_comes_next(wish: str, outcome: str) -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    led_through(talk)
    assert say(talk, wish).outcome == outcome


def test_the_number_is_said_again_as_often_as_wanted() -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    led_through(talk)
    for _ in range(4):
        assert SAMARITANS in spoken(say(talk, "could you say that number again"))


def test_after_grounding_it_is_taken_up_again() -> None:
    talk = scene(Category.SUICIDE_ACTIVE)
    led_through(talk)
    say(talk, "ground me")
    again = talk.begin()
    assert again.outcome is None
    assert "ending your life" not in spoken(again)


def test_a_worse_sign_while_it_is_on_is_answered_at_once() -> None:
    talk = scene(Category.CONTROL, Tier.ASK)
    talk.begin()
    say(talk, "one")
    step = talk.flagged(Risk(Tier.NOW, (Category.MEDICAL,)))
    assert "9 9 9" in spoken(step)


def test_a_lesser_sign_does_not_displace_a_worse_one() -> None:
    talk = scene(Category.MEDICAL)
    talk.begin()
    assert "9 9 9" in spoken(talk.flagged(Risk(Tier.ASK, (Category.BURDEN,))))


def test_a_wish_inside_a_long_sentence_is_no_wish() -> None:
    assert names("could you please say it again", ("say it again",))
    assert not names("he will say it again and again until i cannot bear it", ("say it again",))


# --- the words themselves ---


def every_text() -> list[str]:
    found: list[str] = []
    for tier, category, other in EVERY:
        talk = scene(category, tier, about_other=other)
        steps = [*led_through(talk), talk.help(), talk.waited()]
        again = scene(category, tier, about_other=other)
        again.begin()
        steps += [again.missed(1), again.missed(2)]
        found += [spoken(step) for step in steps]
    return found


def test_no_forbidden_word_is_ever_said() -> None:
    said = " ".join(every_text()).lower()
    for word in ("committed", "commit suicide", "low risk", "calm down", "overreact", "diagnos"):
        assert word not in said
    for method in ("pills", "rope", "bridge", "razor", "hang", "jump", "gun"):
        assert not re.search(rf"\b{method}\b", said)


# --- the plan for a bad hour ---

PLAN = SafetyPlan(
    signs="i stop eating", helps="a long walk", who="my sister", place="the library", safer=""
)


def test_the_persons_own_plan_comes_before_the_number() -> None:
    talk = scene(Category.SUICIDE_ACTIVE, plan=PLAN)
    talk.begin()
    said = spoken(say(talk, "yes"))
    assert said.index("a long walk") < said.index("my sister") < said.index(SAMARITANS)


def test_the_plan_is_for_despair_not_for_abuse() -> None:
    talk = scene(Category.ASSAULT, plan=PLAN)
    talk.begin()
    assert "a long walk" not in spoken(say(talk, "one"))


def test_words_of_danger_are_never_taken_for_a_wish_to_leave() -> None:
    for text in ("i want to end it", "i can't stay alive", "end it", "i will end it all"):
        assert not names(text, TEXTS.leave, TEXTS.polite)
        assert not names(text, TEXTS.stay, TEXTS.polite)


@pytest.mark.parametrize(
    "text", ["no you misunderstood me", "you got me wrong", "i was joking okay"]
)
def test_a_misunderstanding_is_known_with_words_around_it(text: str) -> None:
    assert names(text, TEXTS.misunderstanding, TEXTS.polite)


@pytest.mark.parametrize("answer", ["one", "yes", "two", "no"])
def test_in_an_emergency_of_the_body_a_bare_answer_is_the_number_again(answer: str) -> None:
    talk = scene(Category.MEDICAL)
    talk.begin()
    step = say(talk, answer)
    assert step.outcome is None
    assert "9 9 9" in spoken(step)


def test_words_that_are_not_understood_in_an_emergency_bring_the_number_again() -> None:
    talk = scene(Category.MEDICAL)
    talk.begin()
    assert "9 9 9" in spoken(talk.missed(1))


def test_beside_every_helpline_stands_the_emergency_number() -> None:
    talk = scene(Category.STRANGULATION_OR_WEAPON)
    talk.begin()
    assert "In danger this minute: 999" in captions(say(talk, "one"))


@pytest.mark.parametrize("category", [Category.SUICIDE_ACTIVE, Category.FEAR])
def test_the_bare_numbers_that_are_asked_for_are_listened_for(category: Category) -> None:
    asked = scene(category).begin().ask.expectation
    assert asked.expected is Expected.YES_NO
    assert {"one", "two"} <= set(asked.phrases)
