"""If-then plans: taken apart in either order, put in the second person, rehearsed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.content.language import load_language
from voice_coach.understanding.plans import IfThen, Plans

PLANS = Plans(load_language("en").answers)

WHOLE = [
    (
        "If he raises his voice, then I will take a breath and say we'll talk later",
        "If he raises his voice, then you will take a breath and say we'll talk later.",
    ),
    ("i'll go outside when he shouts", "If he shouts, then you will go outside."),
    ("when he shouts i'll go outside", "If he shouts, then you will go outside."),
    (
        "tomorrow after dinner i'll put my phone away",
        "If it is tomorrow after dinner, then you will put your phone away.",
    ),
    (
        "i will call her on sunday to say sorry",
        "If it is Sunday, then you will call her to say sorry.",
    ),
    (
        "if i feel my chest tighten i will breathe",
        "If you feel your chest tighten, then you will breathe.",
    ),
    ("if i get angry i take a walk", "If you get angry, then you will take a walk."),
    ("when he shouts breathe", "If he shouts, then you will breathe."),
    ("if she rolls her eyes, breathe out", "If she rolls her eyes, then you will breathe out."),
    (
        "next time he comes home late i'm going to ask him how his day was",
        "If he comes home late, then you will ask him how his day was.",
    ),
    (
        "on sunday morning i would make her coffee",
        "If it is Sunday morning, then you will make her coffee.",
    ),
    (
        "if she rolls her eyes then i tell her that i love her",
        "If she rolls her eyes, then you will tell her that you love her.",
    ),
    (
        "I'll ask her if she is okay after dinner",
        "If it is after dinner, then you will ask her if she is okay.",
    ),
    (
        "my plan is if we argue i will say I need a break",
        "If you two argue, then you will say you need a break.",
    ),
    (
        "as soon as i notice my jaw i'll put my feet on the floor",
        "If you notice your jaw, then you will put your feet on the floor.",
    ),
    (
        "when i get home i'll um ask her about her day you know",
        "If you get home, then you will ask her about her day.",
    ),
    (
        "once the kids are in bed i'll sit down next to him",
        "If the kids are in bed, then you will sit down next to him.",
    ),
    (
        "if he gets angry i won't get angry back",
        "If he gets angry, then you will not get angry back.",
    ),
    (
        "i'm going to tell him i'm sad tomorrow",
        "If it is tomorrow, then you will tell him you're sad.",
    ),
    (
        "i'll say i love you when he comes home",
        "If he comes home, then you will say “I love you”.",
    ),
    ("I want to hug him tonight", "If it is tonight, then you will hug him."),
    (
        "if it is tomorrow after dinner then i will ask how his day was",
        "If it is tomorrow after dinner, then you will ask how his day was.",
    ),
    (
        "whenever my husband ignores me i will go for a walk",
        "If your husband ignores you, then you will go for a walk.",
    ),
    (
        "in the car on the way home i'll tell her what i liked",
        "If you are in the car on the way home, then you will tell her what you liked.",
    ),
    (
        "the moment i hear the door i'll put my phone down and get up",
        "If you hear the door, then you will put your phone down and get up.",
    ),
    (
        "uh if we're at dinner then i will um put my phone away",
        "If you two are at dinner, then you will put your phone away.",
    ),
]

PARTIAL = [
    "i will listen",
    "when he shouts",
    "tomorrow after dinner",
    "i don't know",
    "",
    "yes",
    "he should listen to me when i talk",
]


@pytest.mark.parametrize(("said", "spoken"), WHOLE)
def test_a_plan_is_said_back(said: str, spoken: str) -> None:
    plan = PLANS.parse(said)
    assert plan is not None
    assert plan.spoken == spoken


@pytest.mark.parametrize("said", PARTIAL)
def test_half_a_plan_is_none(said: str) -> None:
    assert PLANS.parse(said) is None


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("I'd ask her how her day was", "ask her how her day was"),
        ("maybe a hug", "try a hug"),
        ("a cup of tea", "try a cup of tea"),
        ("take a walk", "take a walk"),
        ("listening to him", "listen to him"),
        ("by asking him", "ask him"),
        ("i told him the truth", None),
        ("I'd put my phone away", "put your phone away"),
        ("just listen", "listen"),
        ("to be honest with her", "be honest with her"),
        ("I would microwave his dinner", "microwave his dinner"),
        ("I won't shout", "not shout"),
        ("not shouting", "not shout"),
        ("I love you", "say: I love you"),
        ("I need ten minutes", "say: I need ten minutes"),
        ("i'm sorry", "say: I'm sorry"),
        ("i am sad and i miss us", "say: I am sad and I miss us"),
        ("I want us to work on this together", "say: I want us to work on this together"),
        ("say: I am too upset now", "say: I am too upset now"),
        ("the smallest step would be to sit next to him", "sit next to him"),
        ("um i guess i could just hold his hand", "hold his hand"),
        ("calmly tell her what i need", "calmly tell her what you need"),
        ("i don't know", None),
        ("he should say sorry", None),
        ("I want him to apologise", None),
        ("i wish she would listen", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_an_action(said: str, action: str | None) -> None:
    assert PLANS.action_only(said) == action


@pytest.mark.parametrize(
    ("said", "cue"),
    [
        ("tomorrow after dinner", "it is tomorrow after dinner"),
        ("he raises his voice", "he raises his voice"),
        ("when he raises his voice", "he raises his voice"),
        ("my jaw tightens", "your jaw tightens"),
        ("dinner", "you are at dinner"),
        ("in the kitchen", "you are in the kitchen"),
        ("it is tomorrow after dinner", "it is tomorrow after dinner"),
        ("it would probably be on sunday", "it is Sunday"),
        ("when i come home", "you come home"),
        ("the kids are asleep", "the kids are asleep"),
        ("at the first insult", "it comes to the first insult"),
        ("on our way home", "you are on your way home"),
        ("a calm evening at home", "it is a calm evening at home"),
        ("tomorrow after dinner, in the kitchen.", "it is tomorrow after dinner, in the kitchen"),
        ("i don't know", None),
        ("", None),
        ("i will listen", None),
    ],
)
def test_a_cue(said: str, cue: str | None) -> None:
    assert PLANS.cue_only(said) == cue


def test_two_answers_make_a_plan() -> None:
    plan = PLANS.combine("when she comes home", "i'd ask how her day was")
    assert plan.spoken == "If she comes home, then you will ask how her day was."


@pytest.mark.parametrize(
    "said",
    [
        "if he raises his voice i will take a breath and say we'll talk later",
        "if he raises his voice then i'll take a breath and say we will talk later",
        "he raises his voice i take a breath",
        "i take a breath and say we'll talk later",
    ],
)
def test_a_rehearsal_is_recognised(said: str) -> None:
    plan = IfThen("he raises his voice", "take a breath and say we'll talk later")
    assert PLANS.same(plan, said)


@pytest.mark.parametrize(
    "said", ["yes", "", "if she is late i will call my sister", "i feel silly"]
)
def test_something_else_is_no_rehearsal(said: str) -> None:
    plan = IfThen("he raises his voice", "take a breath and say we'll talk later")
    assert not PLANS.same(plan, said)


SUBJECTS = st.sampled_from(["he", "she", "my husband", "my wife"])
DOES = st.sampled_from(["shouts", "comes home late", "rolls his eyes", "looks at me", "leaves"])
WORDS = st.sampled_from(["when", "if", "whenever", "the next time", "as soon as"])
INTENTS = st.sampled_from(["i'll", "i will", "i'm going to", "i want to", "i'd", "then i'll"])
ACTS = st.sampled_from(
    ["take a breath", "go outside", "put my phone away", "ask how he is", "tell him i'm sad"]
)


@given(WORDS, SUBJECTS, DOES, INTENTS, ACTS)
def test_every_plan_in_the_form_is_taken_apart(
    word: str, who: str, does: str, intent: str, act: str
) -> None:
    plan = PLANS.parse(f"{word} {who} {does} {intent} {act}")
    assert plan is not None
    assert plan == PLANS.parse(f"{intent.removeprefix('then ')} {act} {word} {who} {does}")
    for first_person in ("i'll", " me", " my ", "i'm"):
        assert first_person not in plan.spoken.lower()


@given(st.text(max_size=60))
def test_any_text_is_met_without_an_error(text: str) -> None:
    PLANS.parse(text)
    PLANS.combine(text, text)
    PLANS.same(IfThen("he shouts", "go outside"), text)
