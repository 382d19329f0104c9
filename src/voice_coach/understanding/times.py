"""Days, times and moments for plans: "tomorrow after dinner", "next time he raises his voice"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from voice_coach.content.lexicons import TimeWords
from voice_coach.understanding.persons import turn_persons
from voice_coach.understanding.phrases import any_of
from voice_coach.understanding.tokens import Stream, straighten, tokenize


class WhenKind(Enum):
    """What kind of moment it is."""

    TIME = "time"
    """On the clock or the calendar."""
    EVENT = "event"
    """Something that happens."""
    PLACE = "place"
    """Where one is: "in the car"."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment that was named."""

    kind: WhenKind
    cue: str
    """As the "if" of a plan, second person: "it is tomorrow after dinner"."""
    start: int
    """Character offset in the text."""
    end: int


class Times:
    """Finds the moment named in a text."""

    def __init__(self, lexicon: TimeWords) -> None:
        self._lexicon = lexicon
        unit = _time_unit(lexicon)
        self._time = re.compile(rf"\b{unit}(?: (?:, |and |or )?{unit})*(?=\s|$)")
        self._event = re.compile(
            rf"\b(?P<word>{any_of(lexicon.events)}) (?P<clause>[^.;!?]+?)"
            rf"(?= (?:then |, ?)?(?:{any_of(lexicon.clause_ends)})\b| ?[.;!?]|$)"
        )
        self._passed = re.compile(
            rf"in (?P<span>(?:{any_of(lexicon.amounts)}) (?:{any_of(lexicon.units)}))(?: time)?"
        )
        self._at = re.compile(
            rf"(?:at|in|on) (?P<what>(?:the |my |our )?(?:{any_of(lexicon.meals)}))"
        )
        self._part = re.compile(rf"in the (?P<part>{any_of(lexicon.parts)})")
        self._proper = {name.lower(): name for name in (*lexicon.days, *lexicon.months)}

    def find(self, text: str) -> When | None:
        """The first moment in the text; a time inside an event belongs to the event."""
        stream = Stream(tokenize(straighten(text)))
        event, time = self._event.search(stream.text), self._time.search(stream.text)
        return (
            self._fixed(stream)
            or (self._at_event(stream, event) if _comes_first(event, time) else None)
            or (self._at_time(stream, time, event) if time else self._at_meal(stream))
        )

    def _at_event(self, stream: Stream, event: re.Match[str] | None) -> When | None:
        clause = self._first_clause(event["clause"]) if event else ""
        if event is None or len(clause.split()) < 2:
            return None
        end = event.start("clause") + len(clause)
        cue = self._event_cue(event["word"], clause)
        return When(WhenKind.EVENT, cue, *stream.span(event.start(), end))

    def _at_time(
        self, stream: Stream, time: re.Match[str], event: re.Match[str] | None
    ) -> When | None:
        """A time, and the event that follows it at once: "on Sunday when we are both home"."""
        place = time.group().startswith(self._lexicon.places)
        kind = WhenKind.PLACE if place else WhenKind.TIME
        cue, end = self._time_cue(time.group()), time.end()
        clause = self._first_clause(event["clause"]) if event else ""
        if event and 0 <= event.start() - time.end() <= 3 and len(clause.split()) >= 2:
            word = f" {event['word']} " if event["word"] in self._lexicon.kept_events else " and "
            cue = f"{cue}{word}{turn_persons(self._named(clause))}"
            end = event.start("clause") + len(clause)
        return When(kind, cue, *stream.span(time.start(), end))

    def _at_meal(self, stream: Stream) -> When | None:
        """The name of an occasion and nothing else: "dinner"."""
        if stream.text not in self._lexicon.meals:
            return None
        cue = self._lexicon.place_frame.format(place=f"at {stream.text}")
        return When(WhenKind.TIME, turn_persons(cue), *stream.span(0, len(stream.text)))

    def _first_clause(self, clause: str) -> str:
        """Up to where another subject takes over: "he shouts | i feel small"."""
        parts = clause.strip(" ,").split(" ")
        for place in range(2, len(parts)):
            person = parts[place].split("'")[0] in self._lexicon.persons
            if person and parts[place - 1] not in self._lexicon.carries:
                return " ".join(parts[:place]).rstrip(" ,")
        while len(parts) > 2 and parts[-1] in self._lexicon.carries:
            parts.pop()
        return " ".join(parts)

    def _event_cue(self, word: str, clause: str) -> str:
        turned = turn_persons(self._named(clause))
        if word in self._lexicon.kept_events:
            return self._lexicon.clause_frame.format(time=f"{word} {turned}")
        return turned

    def _time_cue(self, time: str) -> str:
        if time.startswith(self._lexicon.places):
            return turn_persons(self._lexicon.place_frame.format(place=time))
        passed = self._passed.fullmatch(time)
        if passed:
            one = not passed["span"].endswith("s")
            frame = self._lexicon.passed_frame if one else self._lexicon.passed_frame_many
            return frame.format(span=passed["span"])
        if time.removeprefix("at ") in self._lexicon.moments:
            return self._lexicon.clause_frame.format(time=time.removeprefix("at "))
        at = self._at.fullmatch(time)
        if at:
            return turn_persons(self._lexicon.place_frame.format(place=f"at {at['what']}"))
        part = self._part.fullmatch(time)
        if part:
            return self._lexicon.clause_frame.format(time=part["part"])
        time = re.sub(r"^(?:on|at|over|during) (?=the )", "", time)
        bare = re.sub(r"^(?:on|at|every|each|by) (?!the )", "", time.replace(" , ", ", "))
        return turn_persons(self._lexicon.clause_frame.format(time=self._named(bare)))

    def _fixed(self, stream: Stream) -> When | None:
        for phrase, cue in self._lexicon.fixed.items():
            found = re.search(rf"\b{re.escape(phrase)}(?=\s|$)", stream.text)
            if found:
                start, end = stream.span(found.start(), found.end())
                return When(WhenKind.EVENT, cue, start, end)
        return None

    def _named(self, text: str) -> str:
        """Days and months with their capital letter."""
        words = text.split(" ")
        return " ".join(self._proper.get(w, self._proper.get(w.rstrip("s"), w)) for w in words)


def _comes_first(event: re.Match[str] | None, time: re.Match[str] | None) -> bool:
    return event is not None and (time is None or event.start() <= time.start())


def _time_unit(lexicon: TimeWords) -> str:
    """The pattern of one building block: a day, a part of a day, a clock time, a meal."""
    days, parts = any_of(lexicon.days), any_of(lexicon.parts)
    hour = rf"(?:\d{{1,2}}(?::\d\d)?|{any_of(lexicon.hours)})"
    minutes = rf"(?:{any_of(lexicon.minutes)})"
    half_day = r"(?:o'clock|am|pm|a m|p m|in the (?:morning|afternoon|evening)|at night)"
    which = r"(?:(?:on|this|next|every|each|by|for|the next|the coming|the following) (?:the )?)?"
    near = r"(?:(?:right|straight|just|soon|shortly|some time|sometime) )?"
    return (
        "(?:"
        rf"{which}(?:{days})s?(?: (?:{parts}))?"
        rf"|(?:in|during|this|every|each|the next|tomorrow|later in|by) (?:the )?(?:{parts})"
        rf"|in (?:{any_of(lexicon.months)})"
        rf"|(?:this|next|every|each|over the|on the|at the|during the) "
        r"(?:coming )?(?:weekend|week|month|weekends)"
        rf"|{near}(?:after|before|at|during|over|around|until|in|on) "
        rf"(?:the |our |my |his |her |their |we have |i have )?(?:{any_of(lexicon.meals)})"
        rf"|(?:(?:at|by|around|about|before|after) )?(?:half past|quarter past|quarter to|half) "
        rf"{hour}(?: {half_day})?"
        rf"|(?:(?:at|by|around|about|before|after) )?{hour}(?: {minutes})? {half_day}"
        rf"|(?:(?:at|by|around|about|before|after) )?{hour} {minutes}"
        rf"|(?:at|by|around|before|after) (?:about |around )?{hour}"
        r"(?! (?:minutes?|hours?|days?|weeks?|months?|years?|times?|of))"
        rf"|(?:in|after|within) (?:{any_of(lexicon.amounts)}) (?:{any_of(lexicon.units)})(?: time)?"
        rf"|\d{{1,2}}:\d\d"
        rf"|(?:(?:at|around|about|by|before|after) )?(?:{any_of(lexicon.moments)})"
        rf"|(?:{any_of(lexicon.places)})"
        ")"
    )
