"""Conducts a practice: its questions in order, a reflection for each, the stuck points between."""

from __future__ import annotations

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.scripts import Expects, Length, Next, Question, Reply, Slot, Stuck
from voice_coach.conversation.arriving import rating_in
from voice_coach.conversation.events import Expectation, Expected, Heard, Patience
from voice_coach.conversation.memory import Answer, Stage
from voice_coach.conversation.scene import (
    OPEN,
    RATING,
    YES_NO,
    Ask,
    Line,
    Part,
    Step,
    Style,
)
from voice_coach.understanding.answers import YesNo
from voice_coach.understanding.cues import Cue

LOW = 4
"""Up to here a rating in a practice counts as low."""
OF_ONESELF = frozenset({"i", "i'm", "i've", "i'd", "i'll"})
PRESENCE = 20.0
"""Seconds of company for somebody who cries (domain.md, section 3)."""


class PracticeScene:
    """One practice, from its introduction to its last question."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        length = stage.memory.length or Length.STANDARD
        self.questions = [q for q in stage.practice.questions if length in q.lengths]
        self.index = 0
        self.introduced = False
        self.used: set[tuple[str, str]] = set()
        """(question, cue) of the stuck points already met."""
        self.general: set[CueKind] = set()
        """The cues that were answered once in this session for any question."""
        self.unknown = 0
        """How often in a row this question was met with "I don't know"."""
        self.offered: Next | None = None
        """What was offered and waits for a yes or no."""
        self.complex = False
        """Whether the next reflection is to be a complex one; they alternate."""

    @property
    def question(self) -> Question:
        """The question that is on."""
        return self.questions[self.index]

    # --- asking ---

    def begin(self) -> Step:
        """Introduce the practice the first time; ask."""
        if self.introduced:
            return self.asking()
        self.introduced = True
        return self.asking(self.stage.line(self.stage.practice.intro))

    def asking(self, *before: Part) -> Step:
        """Ask the question that is on, after something else was said."""
        self.unknown = 0
        self.offered = None
        parts: tuple[Part, ...] = (*before, self.stage.line(self.question.ask))
        if self.needs_options:
            parts = (*parts, self.options_line())
        return Step(parts, self.expects)

    @property
    def needs_options(self) -> bool:
        """Open speech cannot be trusted, and there is something to choose from."""
        question = self.question
        return not self.stage.quotes and bool(question.options) and question.expects is Expects.OPEN

    @property
    def expects(self) -> Ask:
        """What the question that is on wants to hear."""
        if self.question.expects is Expects.RATING:
            return RATING
        if self.question.expects is Expects.YES_NO:
            return Ask(YES_NO.expectation, Patience.CLOSED)
        return self.choosing if self.needs_options else OPEN

    @property
    def choosing(self) -> Ask:
        """The options, and anything else just as well."""
        phrases = self.stage.understanding.answers.phrases_for_choice(self.question.options)
        return Ask(Expectation(Expected.CHOICE, phrases), Patience.REFLECTIVE)

    def options_line(self) -> Line:
        """The options, read out."""
        labels = [option.label for option in self.question.options]
        return self.stage.filled(
            self.stage.content.session.following.options, options=enumerated(labels)
        )

    # --- taking the answer ---

    def heard(self, heard: Heard) -> Step | None:
        """One answer, of the kind that the question wants."""
        if self.offered is not None:
            return self.answered_offer(heard)
        if self.question.expects is Expects.RATING:
            return self.heard_rating(heard)
        if self.question.expects is Expects.YES_NO:
            return self.heard_yes_no(heard)
        return self.heard_open(heard)

    def heard_rating(self, heard: Heard) -> Step | None:
        """A number reflects itself; a low one has its own reply where there is one."""
        rating = rating_in(self.stage, heard.text)
        if rating is None:
            return self.heard_open(heard) if len(heard.text.split()) > 3 else None
        self.keep(heard)
        low = rating <= LOW and self.question.reflect_low
        return self.go_on(self.stage.line(low or self.question.reflect, Style.REFLECTION))

    def heard_yes_no(self, heard: Heard) -> Step | None:
        """Yes, no, or something between, which counts as no: it is asked where a no matters."""
        answer = self.stage.understanding.answers.yes_no(heard.text)
        if answer is None:
            return self.heard_open(heard) if len(heard.text.split()) > 2 else None
        self.keep(heard)
        reply = self.question.if_yes if answer is YesNo.YES else self.question.if_no
        if reply is None:
            return self.go_on(self.stage.line(self.question.reflect, Style.REFLECTION))
        return self.follow(reply, None)

    def heard_open(self, heard: Heard) -> Step | None:
        """Free speech: an option, a stuck point, or an answer to be reflected."""
        chosen = self.chosen_option(heard)
        if chosen is not None:
            return chosen
        cues = self.stage.understanding.cues.find(heard.text, self.stage.memory.texts())
        kinds = {cue.kind for cue in cues}
        if CueKind.DONT_KNOW in kinds and len(heard.text.split()) <= 8:
            return self.dont_know()
        return (
            self.stuck(heard, cues, first=True)
            or self.in_general(heard, kinds)
            or self.stuck(heard, cues, first=False)
            or self.short(heard, kinds)
            or self.accept(heard, self.reflection(heard, cues))
        )

    def stuck(self, heard: Heard, cues: tuple[Cue, ...], *, first: bool) -> Step | None:
        """The move for a stuck point of this question, each made once.

        ``first``: those that lead to the fear screen, which nothing comes before; else the others.
        """
        kinds = {cue.kind for cue in cues}
        for stuck in self.question.stuck:
            if (stuck.next is Next.FEAR) is not first or CueKind(stuck.cue) not in kinds:
                continue
            if (self.question.id, stuck.cue) not in self.used:
                self.used.add((self.question.id, stuck.cue))
                self.keep(heard)
                return self.follow(stuck, self.own_words(heard, cues) or self.plain_reflection())
        return None

    def chosen_option(self, heard: Heard) -> Step | None:
        """One of the offered options was taken."""
        if not self.question.options:
            return None
        if self.needs_options or self.unknown > 0:
            answers = self.stage.understanding.answers
            chosen = answers.choice(heard.text, self.question.options)
        else:  # nothing was read out: only a whole phrase is surely that option
            whole = (o.id for o in self.question.options if heard.text in o.phrases)
            chosen = next(whole, None)
        if chosen is None:
            return None
        option = next(o for o in self.question.options if o.id == chosen)
        self.keep(heard, option.plan)
        return self.go_on(self.stage.line(self.question.reflect, Style.REFLECTION))

    def dont_know(self) -> Step:
        """A guess is fine, then the options, then leave it (domain.md, section 3)."""
        self.unknown += 1
        following = self.stage.content.session.following
        if self.unknown == 1:
            return Step((self.stage.line(following.dont_know, Style.REFLECTION),), OPEN)
        if self.unknown == 2:
            if self.question.options:
                return Step((self.options_line(),), self.choosing)
            return Step((Line(self.question.help), Line(self.question.again)), OPEN)
        return self.go_on(self.stage.line(following.skip, Style.REFLECTION))

    def in_general(self, heard: Heard, kinds: set[CueKind]) -> Step | None:
        """Cues that any question may meet, each answered once: nobody in tears is questioned."""
        following = self.stage.content.session.following
        fresh = kinds - self.general
        for kind, variants in (
            (CueKind.CRYING, following.crying),
            (CueKind.RISING, following.anger),
            (CueKind.RUMINATION, following.rumination),
        ):
            if kind not in fresh:
                continue
            self.general.add(kind)
            self.keep(heard)
            line = self.stage.line(variants, Style.REFLECTION)
            if kind is CueKind.CRYING:
                return Step((line,), OPEN, pause=PRESENCE)
            if kind is CueKind.RISING:
                return self.offer(Next.GROUND, line)
            return Step((line,), OPEN)
        return None

    def short(self, heard: Heard, kinds: set[CueKind]) -> Step | None:
        """A single word is given back once, for a little more."""
        fresh = CueKind.ONE_WORD in kinds and CueKind.ONE_WORD not in self.general
        if not fresh or self.question.slot is not None or not self.may_quote(heard):
            return None
        self.general.add(CueKind.ONE_WORD)
        self.keep(heard)
        one_word = self.stage.content.session.following.one_word
        return Step((self.stage.filled(one_word, Style.REFLECTION, word=heard.text),), OPEN)

    def accept(self, heard: Heard, reflection: Line) -> Step:
        """Keep the answer, reflect it, go on."""
        self.keep(heard)
        return self.go_on(reflection)

    # --- reflecting ---

    def may_quote(self, heard: Heard) -> bool:
        """The words are surely the person's own."""
        return self.stage.quotes and not heard.doubtful

    def reflection(self, heard: Heard, cues: tuple[Cue, ...]) -> Line:
        """In the person's own words where they are sure, else a general one. What goes into the
        plan is said back there.
        """
        if self.question.slot not in (Slot.CUE, Slot.ACTION):
            own = self.own_words(heard, cues)
            if own is not None:
                return own
        general = self.stage.variety.fresh(self.question.reflect)
        return self.plain_reflection() if general is None else Line(general, Style.REFLECTION)

    def own_words(self, heard: Heard, cues: tuple[Cue, ...]) -> Line | None:
        """The answer said back, where its words are sure and worth it."""
        if not self.may_quote(heard):
            return None
        own = self.stage.understanding.reflections.reflect(heard.text, cues, self.complex)
        if own is None or not self.stage.variety.first_time(own.text):
            return None
        self.complex = not own.complex
        return Line(own.text, Style.REFLECTION, personal=True)

    def plain_reflection(self) -> Line:
        """One that fits any answer: a question's own ones would approve of what is stuck."""
        following = self.stage.content.session.following
        return self.stage.line(following.reflections, Style.REFLECTION)

    # --- following up ---

    def follow(self, move: Stuck | Reply, reflection: Line | None) -> Step:
        """Say the next move of a stuck point, and do it."""
        text = self.stage.variety.pick(move.say)
        said = reflection.text if reflection is not None else ""
        line = Line(
            " ".join(text.replace("{reflection}", said).split()),
            Style.REFLECTION,
            personal="{reflection}" in text,
        )
        if move.next is Next.ASK_AGAIN:
            return Step((line,), OPEN)
        if move.next is Next.GO_ON:
            return self.go_on(line)
        if move.next is Next.FEAR:
            self.past()
            return Step((line,), outcome="fear")
        return self.offer(move.next, line)

    def offer(self, what: Next, line: Line) -> Step:
        """Offer to ground, or the boundary session, and wait for a yes or no."""
        self.offered = what
        return Step((line,), YES_NO)

    def answered_offer(self, heard: Heard) -> Step | None:
        """Yes leads there, no goes on here; anything else is an answer to the question."""
        answer = self.stage.understanding.answers.yes_no(heard.text)
        offered, self.offered = self.offered, None
        if answer is None:
            return self.heard(heard)
        if answer is YesNo.NO:
            return self.go_on()
        if offered is Next.BOUNDARY:
            self.stage.memory.practice = "boundary"
            return Step(outcome="boundary")
        return Step(outcome="ground")

    def past(self) -> None:
        """The question counts as answered: on return the next one is asked."""
        self.index = min(self.index + 1, len(self.questions) - 1)

    def go_on(self, *before: Part) -> Step:
        """To the next question, or to the plan."""
        if self.index + 1 >= len(self.questions):
            return Step(before, outcome="answered")
        self.index += 1
        return self.asking(*before)

    def keep(self, heard: Heard, plan: str = "") -> None:
        """Remember the answer for this session."""
        if self.question.line and not plan and self.may_quote(heard):
            plan = self.said_line(heard.text)
        answer = Answer(self.question.id, heard.text, plan, self.may_quote(heard))
        self.stage.memory.answers.append(answer)
        if self.question.slot is not None:
            self.stage.memory.slots[self.question.slot] = answer

    def said_line(self, text: str) -> str:
        """A sentence to be said, as a part of the plan; empty where they only told about it."""
        planning = self.stage.content.session.planning
        if any(text.startswith(f"{beginning} ") for beginning in planning.telling):
            return ""
        words = ["I" + word[1:] if word in OF_ONESELF else word for word in text.split()]
        return planning.say_line.replace("{line}", " ".join(words))

    # --- the rest of a scene ---

    def missed(self, count: int) -> Step:
        """In other words; then with the options or an example; then by the keys."""
        question = self.question
        again = Line(question.again)
        if count <= 1:
            return Step((again,), self.expects)
        if question.expects is Expects.RATING or not question.options:
            parts: tuple[Part, ...] = (Line(question.help), again)
            ask = self.expects
        else:
            parts, ask = (self.options_line(),), self.choosing
        if count >= 3:
            parts = (self.stage.line(self.stage.content.session.misses.keyboard), *parts)
        return Step(parts, ask)

    def waited(self) -> Step:
        """After the company for somebody who cries: the question, when they are ready."""
        return Step((Line(self.question.again),), OPEN)

    def skip(self) -> Step:
        """On to the next question."""
        return self.go_on()

    def back(self) -> Step | None:
        """To the question before."""
        if self.index == 0:
            return None
        self.index -= 1
        return self.asking()

    def help(self) -> Step:
        """An example of an answer."""
        return Step((Line(self.question.help), Line(self.question.again)), self.expects)

    def forget(self) -> bool:
        """Drop the last answer, and ask its question again where it belongs here."""
        answers = self.stage.memory.answers
        if not answers:
            return False
        dropped = answers.pop()
        slots = self.stage.memory.slots
        for slot in [slot for slot, answer in slots.items() if answer is dropped]:
            del slots[slot]
        ids = [question.id for question in self.questions]
        if dropped.question in ids:
            self.index = ids.index(dropped.question)
        return True

    def ahead(self) -> tuple[Line, ...]:
        """The next question, and the moves of this one's stuck points."""
        lines = [
            Line(self.stage.variety.peek(s.say), Style.REFLECTION)
            for s in self.question.stuck
            if "{" not in self.stage.variety.peek(s.say)
        ]
        if self.index + 1 < len(self.questions):
            following = self.questions[self.index + 1]
            lines.insert(0, Line(self.stage.variety.peek(following.ask)))
        lines.append(Line(self.stage.variety.peek(self.question.reflect), Style.REFLECTION))
        return tuple(lines)


def enumerated(labels: list[str]) -> str:
    """The labels in a row, as they are read out."""
    return "; ".join(labels)
