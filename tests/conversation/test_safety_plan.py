"""The plan for a bad hour: in the person's own words, correctable, kept only when asked."""

from __future__ import annotations

import pytest
from session_player import conversation

from voice_coach.conversation.events import Heard, Keep
from voice_coach.conversation.plan_words import PARTS, SafetyPlan
from voice_coach.conversation.safety_plan import SafetyPlanScene
from voice_coach.conversation.scene import Line, Step

ANSWERS = ("i stop eating", "a long walk", "my sister", "the library", "he keeps it")
PLAN = SafetyPlan(*ANSWERS)


def scene(plan: SafetyPlan | None = None) -> SafetyPlanScene:
    stage = conversation().stage
    stage.safety_plan = plan or SafetyPlan()
    return SafetyPlanScene(stage)


def spoken(step: Step | None) -> str:
    assert step is not None
    return " ".join(part.text.lower() for part in step.parts if isinstance(part, Line))


def say(building: SafetyPlanScene, *texts: str) -> Step:
    step = Step()
    for text in texts:
        following = building.heard(Heard(0.0, text))
        assert following is not None, text
        step = following
    return step


def kept(step: Step) -> list[Keep]:
    return [part for part in step.parts if isinstance(part, Keep)]


def test_a_plan_is_built_in_five_answers_and_said_back_and_kept() -> None:
    building = scene()
    building.begin()
    step = say(building, *ANSWERS)
    assert building.plan == PLAN
    own = [part for part in step.parts if isinstance(part, Line) and part.personal]
    assert [line.text.count("my sister") for line in own].count(1) == 1
    assert len(own) == len(PARTS)
    assert "right" in spoken(step)
    assert "passphrase" in spoken(say(building, "yes"))
    end = say(building, "yes please")
    assert end.outcome == "built"
    assert kept(end) == [Keep(tuple(zip(PARTS, ANSWERS, strict=True)))]


@pytest.mark.parametrize("refusal", ["no", "skip"])
def test_unasked_nothing_is_kept_but_the_session_has_it(refusal: str) -> None:
    building = scene()
    building.begin()
    say(building, *ANSWERS, "yes")
    end = building.skip() if refusal == "skip" else say(building, refusal)
    assert end.outcome == "built"
    assert not kept(end)
    assert building.stage.safety_plan == PLAN


def test_one_part_is_changed_by_name_and_by_position() -> None:
    building = scene(PLAN)
    assert "my sister" in spoken(building.begin())
    assert "which part" in spoken(say(building, "no"))
    assert "call" in spoken(say(building, "the people"))
    assert "my brother" in spoken(say(building, "my brother"))
    assert "getting bad" in spoken(say(building, "no", "one"))
    say(building, "i sleep badly")
    assert building.plan == SafetyPlan("i sleep badly", "a long walk", "my brother", *ANSWERS[3:])


def test_a_plan_of_nothing_is_no_plan_and_no_blame() -> None:
    building = scene()
    building.begin()
    for _ in PARTS:
        step = building.skip()
    assert building.plan.is_empty
    assert "all right" in spoken(step)
    assert step.outcome == "built"
    assert not kept(step)


def test_an_answer_of_the_plan_can_be_taken_back() -> None:
    building = scene()
    assert not building.forget()
    building.begin()
    say(building, ANSWERS[0])
    assert building.forget()
    assert building.plan.is_empty
    assert "getting bad" in spoken(building.begin())


def test_taken_back_while_it_is_confirmed_it_is_asked_for_again() -> None:
    building = scene()
    building.begin()
    say(building, *ANSWERS)
    assert building.forget()
    assert "safer" in spoken(building.begin())
    say(building, "she keeps it")
    assert building.plan == SafetyPlan(*ANSWERS[:4], "she keeps it")


def test_what_is_no_answer_does_not_end_it() -> None:
    building = scene(PLAN)
    building.begin()
    assert building.heard(Heard(0.0, "purple elephants")) is None
    for count in (1, 2, 3, 4, 5):
        step = building.missed(count)
    assert not kept(step)
