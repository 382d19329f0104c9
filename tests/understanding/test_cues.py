"""Cues: who did what to whom, and what a negation takes away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.language import load_language
from voice_coach.understanding.cues import Cues
from voice_coach.understanding.patterns import PatternError, PatternLanguage
from voice_coach.understanding.times import Times

LEXICONS = load_language("en")
CUES = Cues(LEXICONS.cues, Times(LEXICONS.answers.time))

HAS = {
    CueKind.BLAME: [
        "he never listens to me",
        "she always criticises me in front of my friends",
        "my husband ignores me",
        "it's all his fault",
        "it was because of her",
        "he makes me so angry",
        "she doesn't care about us",
        "my wife won't talk to me",
        "he just walked out on me",
        "he takes me for granted",
        "how could she do that",
        "he's so selfish",
        "if it weren't for him we'd be fine",
        "she's always on her phone",
    ],
    CueKind.ABSOLUTE: [
        "he always does that",
        "we never talk",
        "every single time i try",
        "it's like that all the time",
        "nothing i do is enough",
        "not once did he ask",
    ],
    CueKind.RUMINATION: [
        "why does he always do this",
        "why can't she just listen",
        "i keep thinking about what he said",
        "it goes round and round in my head",
        "it's the same thing over and over",
        "i can't stop thinking about it",
    ],
    CueKind.SELF_ATTACK: [
        "i'm such an idiot",
        "i'm a terrible mother",
        "i hate myself",
        "i can't do anything right",
        "what's wrong with me",
        "i feel like a failure",
        "i'm just not good enough",
    ],
    CueKind.OWNERSHIP: [
        "I shut down",
        "i went quiet and left the room",
        "i slammed the door",
        "i should have listened",
        "i didn't ask her how she was",
        "that was my part in it",
        "i was unfair to him",
        "i raised my voice first",
        "i just walked away",
        "i could have called her",
        "i was on my phone",
    ],
    CueKind.FEELING: [
        "i felt left alone",
        "tired",
        "i'm hurt and disappointed",
        "it makes me sad",
        "he made me feel small",
        "her silence scared me and left me feeling lonely",
        "i don't feel loved",
        "it hurts when he laughs",
        "i miss him",
        "i was really frustrated",
        "i'm ashamed of how i spoke",
        "i felt like a stranger in my own house",
        "i'm not angry i'm sad",
    ],
    CueKind.BODY: [
        "my chest gets tight",
        "my heart was pounding",
        "i get a knot in my stomach",
        "i was shaking",
        "i clench my jaw",
        "i could hardly breathe",
        "there's a lump in my throat",
        "my shoulders go up",
        "my face gets hot",
    ],
    CueKind.VAGUE: [
        "stuff",
        "it was just bad",
        "things like that",
        "you know how it is",
        "whatever",
    ],
    CueKind.DONT_KNOW: [
        "i don't know",
        "um i really don't know",
        "no idea",
        "i don't know what to say",
        "not sure",
        "it's hard to say",
        "i can't think of anything",
        "nothing comes to mind",
        "i dunno",
    ],
    CueKind.ONE_WORD: ["tired", "um tired", "hurt", "dinner", "so angry", "money."],
    CueKind.ULTIMATUM: [
        "if he doesn't stop i'm leaving",
        "she has to choose it's me or her mother",
        "one last chance",
        "he changes or i'm gone",
        "unless he apologises we're done",
        "i'll leave him if he does it again",
    ],
    CueKind.I_FEEL_THAT_YOU: [
        "i feel like he doesn't care",
        "i feel that you don't listen",
        "i just feel she's always judging me",
        "i feel as if my husband hates me",
    ],
    CueKind.PARTNER_DEPENDENT: [
        "i want him to apologise",
        "he has to change first",
        "she should say sorry",
        "if only he would listen",
        "i wish she would hold me",
        "i need her to understand",
        "until he says sorry i can't",
        "get him to talk to me",
        "i want an apology",
    ],
    CueKind.SUPPRESSION: [
        "i bit my tongue",
        "i laughed along and said nothing",
        "i just smile and say nothing",
        "i keep it all inside",
        "i told him i was fine",
        "i pretend that nothing happened",
        "i swallow it",
        "i try to keep the peace",
        "i don't let it show",
        "it's easier to say nothing",
    ],
    CueKind.CONCRETE_WHEN: [
        "tomorrow after dinner",
        "last night he came home late",
        "on sunday",
        "yesterday she said it again",
        "next time he raises his voice",
        "two weeks ago we had a row",
    ],
    CueKind.CONCRETE_WHERE: [
        "we were in the kitchen",
        "at the dinner table",
        "in the car on the way home",
        "i was upstairs",
        "she was on her phone in our bedroom",
    ],
    CueKind.ANGER: [
        "i'm furious with him",
        "he makes me so angry",
        "i could scream",
        "i'm sick of it",
        "i hate it when she does that",
        "angry",
        "i've had enough",
    ],
    CueKind.CRYING: ["i'm crying sorry", "i can't stop crying", "sorry the tears are coming"],
    CueKind.ALL_ME: [
        "it's all my fault",
        "everything is my fault",
        "i'm the problem",
        "i ruin everything",
        "it's all me",
        "i deserve it",
    ],
    CueKind.FEAR: [
        "i'm afraid of him",
        "i'm scared of what he'll do",
        "i'm walking on eggshells",
        "he scares me",
        "i'm scared he'll get angry",
        "she frightens me when she drinks",
    ],
    CueKind.HOPELESS: [
        "nothing will ever change",
        "there's no point",
        "what's the use",
        "i give up",
        "it's hopeless",
        "he'll never change",
        "why even bother",
    ],
    CueKind.CONTEMPT: [
        "he's pathetic",
        "she's such a child",
        "what an idiot",
        "he makes me sick",
        "i've lost all respect for him",
        "he is acting like a child",
    ],
}

HAS_NOT = [
    (CueKind.OWNERSHIP, "she shuts down"),
    (CueKind.OWNERSHIP, "he walked out"),
    (CueKind.OWNERSHIP, "he raised his voice"),
    (CueKind.OWNERSHIP, "i did not shout"),
    (CueKind.OWNERSHIP, "i didn't walk away"),
    (CueKind.OWNERSHIP, "he should have listened"),
    (CueKind.OWNERSHIP, "he said it was my fault"),
    (CueKind.BLAME, "I shut down"),
    (CueKind.BLAME, "he didn't shout"),
    (CueKind.BLAME, "i never listen to him"),
    (CueKind.BLAME, "she listens to me"),
    (CueKind.BLAME, "it's not his fault"),
    (CueKind.FEELING, "she was sad"),
    (CueKind.FEELING, "he is angry"),
    (CueKind.FEELING, "i'm not angry"),
    (CueKind.FEELING, "i used the car"),
    (CueKind.FEELING, "i wanted her to come"),
    (CueKind.FEELING, "i ignored him"),
    (CueKind.FEELING, "I shut down"),
    (CueKind.SELF_ATTACK, "he is such an idiot"),
    (CueKind.SELF_ATTACK, "she said i was lazy"),
    (CueKind.SELF_ATTACK, "i'm not stupid"),
    (CueKind.ALL_ME, "it's not all my fault"),
    (CueKind.ALL_ME, "he says it's all my fault"),
    (CueKind.ANGER, "he was furious"),
    (CueKind.ANGER, "i'm not angry"),
    (CueKind.FEAR, "he is afraid of me"),
    (CueKind.FEAR, "i'm not afraid of him"),
    (CueKind.FEAR, "i'm afraid to tell him"),
    (CueKind.FEAR, "i was scared about money"),
    (CueKind.FEAR, "i'm afraid that she will laugh at me"),
    (CueKind.CRYING, "she was crying"),
    (CueKind.CRYING, "the baby cried all night"),
    (CueKind.DONT_KNOW, "i don't know why he does this but i got angry and left the room"),
    (CueKind.DONT_KNOW, "i bit my tongue and said nothing"),
    (CueKind.ONE_WORD, "i was angry"),
    (CueKind.ONE_WORD, "he is angry"),
    (CueKind.ONE_WORD, "dinner with her parents"),
    (CueKind.ONE_WORD, ""),
    (CueKind.ONE_WORD, "seven"),
    (CueKind.ONE_WORD, "no"),
    (CueKind.ABSOLUTE, "he did it once"),
    (CueKind.PARTNER_DEPENDENT, "i want to listen"),
    (CueKind.I_FEEL_THAT_YOU, "i feel sad"),
    (CueKind.I_FEEL_THAT_YOU, "i feel like going home"),
    (CueKind.ULTIMATUM, "if it rains i'll stay in"),
    (CueKind.HOPELESS, "it's not hopeless"),
    (CueKind.CONTEMPT, "she makes me feel like a child"),
    (CueKind.BODY, "he hit his head"),
    (CueKind.SUPPRESSION, "i told him how i feel"),
    (CueKind.RISING, "i am furious"),
]


def kinds(text: str, earlier: tuple[str, ...] = ()) -> set[CueKind]:
    return {cue.kind for cue in CUES.find(text, earlier)}


@pytest.mark.parametrize(("kind", "text"), [(k, text) for k, said in HAS.items() for text in said])
def test_a_cue_is_found(kind: CueKind, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(("kind", "text"), HAS_NOT)
def test_a_cue_is_not_found(kind: CueKind, text: str) -> None:
    assert kind not in kinds(text)


STRANGERS = [
    tuple(line.split("\t"))
    for name in ("cues_strangers.tsv", "cues_strangers_2.tsv", "cues_strangers_3.tsv")
    for line in (Path(__file__).parent / name).read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
"""Sentences that were written before the rules were corrected by them, and measured once."""


def test_sentences_of_strangers_hold_their_cues() -> None:
    wrong = []
    for text, expected in STRANGERS:
        found = {kind.value for kind in kinds(text)}
        wanted = {one for one in expected.split() if one[0] != "-"}
        unwanted = {one[1:] for one in expected.split() if one[0] == "-"}
        if not wanted <= found or unwanted & found:
            wrong.append((text, expected, sorted(found)))
    assert len(STRANGERS) >= 450
    assert len(wrong) <= 0.03 * len(STRANGERS), wrong


SHAVER = [
    word
    for line in (Path(__file__).parent / "shaver_1987.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for word in line.split(": ")[1].split(", ")
]


def test_the_published_feeling_words_are_all_known() -> None:
    assert len(SHAVER) == 135
    assert [word for word in SHAVER if CueKind.FEELING not in kinds(f"i felt {word}")] == []


def test_a_negation_stays_in_its_clause() -> None:
    assert CueKind.CRYING in kinds("i can't talk i'm crying")
    assert CueKind.SELF_ATTACK not in kinds("i don't think i'm an idiot")


def test_every_kind_but_rising_has_examples() -> None:
    assert set(HAS) == set(CueKind) - {CueKind.RISING}


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("well, I shut down again", CueKind.OWNERSHIP, "I shut down"),
        ("and then i felt so left alone", CueKind.FEELING, "left alone"),
        ("He’s never home", CueKind.ABSOLUTE, "never"),
        ("we were in the kitchen and fought", CueKind.CONCRETE_WHERE, "in the kitchen"),
        ("my chest gets tight when he shouts", CueKind.BODY, "my chest gets tight"),
    ],
)
def test_a_cue_knows_its_place(text: str, kind: CueKind, words: str) -> None:
    cue = next(cue for cue in CUES.find(text) if cue.kind is kind)
    assert text[cue.start : cue.end] == words


def test_the_partner_withdrawing_is_weaker_than_an_accusation() -> None:
    (withdrew,) = (c for c in CUES.find("she shuts down") if c.kind is CueKind.BLAME)
    (accused,) = (c for c in CUES.find("she attacks me") if c.kind is CueKind.BLAME)
    assert withdrew.strength < accused.strength


def test_the_same_three_times_is_rumination() -> None:
    first = "he looked at his phone during our dinner"
    second = "and all through dinner he had his phone and looked at it"
    third = "dinner again and he looked at the phone"
    assert CueKind.RUMINATION not in kinds(third, (first,))
    assert CueKind.RUMINATION in kinds(third, (first, second))
    assert CueKind.RUMINATION not in kinds("i want to hold her hand on sunday", (first, second))


def test_saying_a_step_again_is_no_rumination() -> None:
    step = "i could say hello first and ask about his day"
    assert CueKind.RUMINATION not in kinds("i will say hello and ask about his day", (step, step))


def test_growing_hotter_is_rising() -> None:
    calm = "he came home late from work"
    hot = "he is always late and i am so fucking furious i could scream"
    assert CueKind.RISING in kinds(hot, (calm,))
    assert CueKind.RISING not in kinds(hot, (hot,))
    assert CueKind.RISING not in kinds(calm, (hot,))


@given(st.text(max_size=120), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_is_met_without_an_error(text: str, earlier: list[str]) -> None:
    for cue in CUES.find(text, earlier):
        assert 0 <= cue.start < cue.end <= len(text)
        assert 0 < cue.strength <= 1


@given(st.sampled_from([text for said in HAS.values() for text in said]))
def test_capitals_and_smart_quotes_change_nothing(text: str) -> None:
    assert kinds(text.upper().replace("'", "’")) == kinds(text)


@given(st.sampled_from([text for said in HAS.values() for text in said]))
def test_cues_of_a_kind_never_overlap(text: str) -> None:
    found = CUES.find(text)
    for one in found:
        for other in found:
            if one is not other and one.kind is other.kind:
                assert one.end <= other.start or other.end <= one.start


def test_a_pattern_with_a_mistake_is_refused() -> None:
    language = PatternLanguage({"them": ("he", "she")}, ("not",))
    with pytest.raises(PatternError, match="@nobody"):
        language.compile("@nobody left")
    with pytest.raises(PatternError, match="bracket"):
        language.compile("(he|she left")
    assert language.compile("@them ... left").match("he just left ")
    assert not language.compile("@them ... left").match("he not left ")
