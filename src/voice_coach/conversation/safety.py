"""The safety scene: gate, ask, respond, stay.

It answers the most urgent of the signs. A yes, an unclear answer and silence all count as yes. A no
is asked about once more; a single "you misunderstood" never ends it. It drops out by itself never:
only the person's own words lead back to the menu, to grounding, or out.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from voice_coach.content.safety_scripts import (
    Helpline,
    HelplineEntry,
    Reach,
    Response,
    SafetyTexts,
)
from voice_coach.content.scripts import Asked
from voice_coach.conversation.events import Expectation, Expected, Heard
from voice_coach.conversation.helpline_words import shown, spoken
from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.conversation.scene import (
    Ask,
    Caption,
    Line,
    Part,
    Step,
    Style,
    Variety,
)
from voice_coach.understanding.answers import Answers, YesNo
from voice_coach.understanding.risk import URGENCY, Category, Risk, Tier
from voice_coach.understanding.tokens import without, words

FIRST_STAY = 20.0
"""Seconds until the first word of company in silence; each later one comes after twice as long."""
LONGEST_STAY = 320.0
EMERGENCY = "emergency"
ABUSE = frozenset(
    {
        Category.STRANGULATION_OR_WEAPON,
        Category.ASSAULT,
        Category.SEXUAL_VIOLENCE,
        Category.THREAT,
        Category.FEAR,
        Category.CONTROL,
        Category.MONEY_CONTROL,
        Category.STALKING,
        Category.ANIMAL_HARM,
    }
)
"""Where the words themselves can be a hazard: first it is asked whether they are alone."""


class Phase(Enum):
    """Where in the scene we are."""

    ALONE = auto()
    ASKING = auto()
    CHECKING = auto()
    STAYING = auto()


class SafetyScene:
    """One stretch of safety, from the first sign until the person leaves it."""

    def __init__(
        self,
        texts: SafetyTexts,
        answers: Answers,
        lines: HelplineEntry,
        variety: Variety,
        risk: Risk,
        plan: SafetyPlan | None = None,
    ) -> None:
        self.texts = texts
        self.answers = answers
        self.lines = lines
        self.variety = variety
        self.plan = plan
        """The person's own plan for a bad hour, if they made one: it comes before any number."""
        self.alone: bool | None = None
        self.silences = 0
        self.phase = Phase.ASKING
        self.take(risk)

    def take(self, risk: Risk) -> None:
        """Turn to this risk."""
        self.risk = risk
        self.category = min(risk.categories, key=URGENCY.index)
        self.response = self.response_to(self.category)
        self.responded = False
        self.misunderstood = False

    def response_to(self, category: Category) -> Response:
        """The response for this kind of danger; the first one where none is its own."""
        if self.is_about_other:
            return self.texts.other
        found = (r for r in self.texts.responses if category.value in r.categories)
        return next(found, self.texts.responses[0])

    @property
    def is_about_other(self) -> bool:
        """The danger is a friend's, say. A body or a child in danger is answered as such."""
        return self.risk.about_other and self.category not in (Category.MEDICAL, Category.CHILD)

    @property
    def is_hazardous(self) -> bool:
        """To be overheard would add to the danger: first it is asked whether they are alone."""
        return self.category in ABUSE and not self.is_about_other

    @property
    def locks(self) -> bool:
        """Whether the gated practices are closed from now on."""
        return self.response.locks

    # --- asking ---

    def begin(self) -> Step:
        """The first words; after grounding, what would help now."""
        if self.responded:
            return self.what_now()
        if self.is_hazardous and self.alone is None:
            self.phase = Phase.ALONE
            return self.asking(self.texts.alone)
        return self.respond()

    def respond(self) -> Step:
        """Reflect once; then ask, or answer at once where it is clear."""
        reflect = self.line(self.response.reflect)
        if self.category is Category.MEDICAL:
            return self.hold(reflect)
        asks = self.is_about_other or self.category in DIRECTLY_ASKED
        clear = self.risk.tier is Tier.NOW and not asks
        if clear or self.response.ask is None:
            return self.hold(reflect)
        self.phase = Phase.ASKING
        return self.asking(self.response.ask, reflect)

    def asking(self, asked: Asked, *before: Part) -> Step:
        """One of the questions, by yes and no or by a bare number."""
        return Step((*before, self.line(asked.ask)), self.yes_no)

    def hold(self, *before: Part) -> Step:
        """The response itself; then stay."""
        self.responded = True
        parts: tuple[Part, ...] = (*before, self.line(self.response.hold))
        if self.category is Category.MEDICAL:  # the number first, and nothing else
            parts = (*self.emergency(), *before, self.line(self.response.hold))
        else:
            parts = (*parts, *self.planned(), self.line(self.texts.honest), *self.numbers())
        parts = (*parts, self.line(self.response.after))
        if self.is_hazardous:
            parts = (*parts, self.line(self.texts.not_saved))
        return self.what_now(*parts)

    def planned(self) -> tuple[Part, ...]:
        """The person's own plan, where they made one and despair is what is answered."""
        if (
            self.plan is None
            or self.plan.is_empty
            or self.is_about_other
            or self.category not in DESPAIR
        ):
            return ()
        lines = self.plan.lines(self.texts.plan)
        return (self.line(self.texts.plan_first), *lines)

    def what_now(self, *before: Part) -> Step:
        """What would help now; and company, however long it is silent."""
        self.phase = Phase.STAYING
        self.silences = 0
        question = () if self.category is Category.MEDICAL else (self.line(self.texts.next.ask),)
        return Step((*before, *question), self.anything, pause=FIRST_STAY)

    @property
    def yes_no(self) -> Ask:
        """Yes and no, or one and two."""
        return Ask(Expectation(Expected.YES_NO, self.texts.numbers))

    @property
    def anything(self) -> Ask:
        """What can be said while it stays."""
        texts = self.texts
        phrases = (*texts.ground, *texts.repeat, *texts.stay, *texts.leave, *texts.settled)
        return Ask(Expectation(Expected.CHOICE, phrases))

    # --- the numbers ---

    def emergency(self) -> tuple[Part, ...]:
        """The emergency number, said twice and shown."""
        number = self.lines.emergency[0]
        text = self.variety.pick(self.texts.emergency).replace("{digits}", spoken(number))
        return (Caption(number), Line(text, Style.SAFETY))

    def numbers(self) -> tuple[Part, ...]:
        """The country's line for this danger, said twice and shown; else the emergency number."""
        kinds = self.response.lines
        found = [line for kind in kinds for line in self.lines.lines if line.kind == kind]
        if not found:
            number = self.lines.emergency[0]
            text = self.variety.pick(self.texts.no_number).replace("{digits}", spoken(number))
            return (Caption(number), Line(text, Style.SAFETY))
        emergency = self.texts.emergency_shown.replace("{number}", self.lines.emergency[0])
        captions = (*(Caption(shown(line)) for line in found), Caption(emergency))
        first = found[0]
        again = self.variety.pick(self.texts.number_again).replace("{digits}", spoken(first.number))
        return (*captions, self.said(first), Line(again, Style.SAFETY))

    def said(self, line: Helpline) -> Line:
        """How this line is reached, in words."""
        template = {
            Reach.CALL: self.variety.pick(self.texts.number),
            Reach.TEXT: self.texts.text_line,
            Reach.WEB: self.texts.web_line,
        }[line.reach]
        for name, value in (
            ("name", line.name),
            ("digits", line.number if line.reach is Reach.WEB else spoken(line.number)),
            ("text", line.text),
        ):
            template = template.replace("{" + name + "}", value)
        return Line(template, Style.SAFETY)

    # --- answers ---

    def heard(self, heard: Heard) -> Step | None:
        """An answer, or a wish while it stays."""
        if names(heard.text, self.texts.misunderstanding, self.texts.polite):
            return self.corrected()
        if self.phase is Phase.STAYING:
            return self.wish(heard.text)
        answer = self.answer(heard.text)
        if answer is None:
            return None
        if self.phase is Phase.ALONE:
            return self.about_being_alone(answer)
        if answer is not YesNo.NO:
            return self.hold()
        if self.phase is Phase.ASKING and self.response.check is not None:
            self.phase = Phase.CHECKING
            return self.asking(self.response.check, self.line(self.response.no))
        return self.settle(self.line(self.response.no))

    def answer(self, text: str) -> YesNo | None:
        """One is yes and two is no; anything hedged is unsure."""
        number = self.answers.number(text)
        if number is not None and number.value in (1, 2) and not number.hedged:
            return YesNo.YES if number.value == 1 else YesNo.NO
        return self.answers.yes_no(text)

    def about_being_alone(self, answer: YesNo) -> Step:
        """Only to somebody who is surely alone is anything said about it."""
        self.alone = answer is YesNo.YES
        if self.alone:
            return self.respond()
        return Step((self.line(self.texts.not_alone),), outcome="settled")

    def corrected(self) -> Step:
        """ "You misunderstood": thanks, and one more check. It ends nothing by itself."""
        thanks = self.line(self.texts.misunderstood)
        asked = self.response.check or self.response.ask
        if self.misunderstood or asked is None:
            return self.what_now(thanks)
        self.misunderstood = True
        self.phase = Phase.CHECKING
        return self.asking(asked, thanks)

    def wish(self, text: str) -> Step | None:
        """Grounding, the number again, company, the menu, or the end."""
        texts = self.texts
        medical = self.category is Category.MEDICAL
        if medical and self.answer(text) is not None:
            return self.numbers_again()  # a bare "one" or "yes" is no wish for an exercise
        wishes: tuple[tuple[tuple[str, ...], Callable[[], Step]], ...] = (
            (texts.ground, lambda: Step(outcome="ground")),
            (texts.repeat, self.numbers_again),
            (texts.stay, self.stay),
            (texts.leave, lambda: Step((self.line(texts.closing),), outcome="leave")),
            (texts.settled, self.settle),
        )
        for phrases, step in wishes:
            if names(text, phrases, texts.polite):
                return step()
        return None

    def numbers_again(self) -> Step:
        """The number once more."""
        medical = self.category is Category.MEDICAL
        return self.what_now(*(self.emergency() if medical else self.numbers()))

    def settle(self, *before: Part) -> Step:
        """Back to what is possible today. After own violence there is no session on top of it."""
        if self.responded and self.category is Category.OWN_VIOLENCE:
            return Step((*before, self.line(self.texts.closing)), outcome="leave")
        return Step((*before, self.line(self.texts.settling)), outcome="settled")

    def stay(self) -> Step:
        """A word of company; the next one comes later."""
        self.phase = Phase.STAYING
        self.silences += 1
        pause = min(FIRST_STAY * 2**self.silences, LONGEST_STAY)
        return Step((self.line(self.texts.staying),), self.anything, pause=pause)

    def line(self, variants: tuple[str, ...] | str) -> Line:
        """A slow, plain line."""
        text = variants if isinstance(variants, str) else self.variety.pick(variants)
        return Line(text, Style.SAFETY)

    # --- the rest of a scene ---

    def flagged(self, risk: Risk) -> Step:
        """A further sign while it is on: the more urgent of the two is answered."""
        before = self.category
        self.take(risk)
        if before in URGENCY and URGENCY.index(before) < URGENCY.index(self.category):
            self.category = before
            self.response = self.response_to(before)
        if self.is_hazardous and self.alone is None:
            return self.begin()
        return self.hold(self.line(self.response.reflect))

    def missed(self, count: int) -> Step:
        """Ask once more; then silence and an unclear answer count as yes."""
        if self.phase is Phase.STAYING:
            if self.category is Category.MEDICAL:
                return self.numbers_again()
            return self.stay() if count > 1 else Step((self.line(self.texts.help),), self.anything)
        asked = self.asked
        if count <= 1 and asked is not None:
            return Step((self.line(asked.again),), self.yes_no)
        if self.phase is Phase.ALONE:  # unclear: nothing is said that could be overheard
            return self.about_being_alone(YesNo.NO)
        return self.hold()

    @property
    def asked(self) -> Asked | None:
        """The question that is on."""
        return {
            Phase.ALONE: self.texts.alone,
            Phase.ASKING: self.response.ask,
            Phase.CHECKING: self.response.check or self.response.ask,
            Phase.STAYING: self.texts.next,
        }[self.phase]

    def waited(self) -> Step:
        """It was silent: company."""
        return self.stay()

    def skip(self) -> Step:
        """The questions here cannot be skipped; while it stays, it leads back."""
        return self.settle() if self.phase is Phase.STAYING else self.missed(1)

    def back(self) -> Step | None:
        """There is nothing before."""
        return None

    def help(self) -> Step:
        """What can be said here."""
        return Step((self.line(self.texts.help),), self.anything if self.responded else self.yes_no)

    def forget(self) -> bool:
        """Nothing is kept here."""
        return False

    def ahead(self) -> tuple[Line, ...]:
        """The response, so that it comes at once."""
        return tuple(Line(text, Style.SAFETY) for text in (*self.response.hold, *self.texts.honest))


DESPAIR = frozenset(
    {
        Category.SUICIDE_ACTIVE,
        Category.SUICIDE_PASSIVE,
        Category.BURDEN,
        Category.PREPARATION,
        Category.SELF_HARM,
    }
)
DIRECTLY_ASKED = frozenset(
    {Category.SUICIDE_ACTIVE, Category.PREPARATION, Category.SELF_HARM, Category.HARM_TO_OTHERS}
)
"""Asked directly even where the words were clear: asking does not cause it."""


def names(text: str, phrases: tuple[str, ...], polite: tuple[str, ...] = ()) -> bool:
    """One of the phrases, in no more than twice as many words; a single word stands alone."""
    said = without(words(text), frozenset(polite))
    for phrase in phrases:
        sought = without(words(phrase), frozenset(polite))
        if not sought:
            continue
        most = 1 if len(sought) == 1 else 2 * len(sought)
        starts = range(len(said) - len(sought) + 1)
        if len(said) <= most and any(said[at : at + len(sought)] == sought for at in starts):
            return True
    return words(text) in [words(phrase) for phrase in phrases]
