"""Turns the persons of an English sentence: I to you, my to your, am to are.

What somebody is quoted as saying keeps its own persons: a complement of a speech verb that holds
a "you" is direct speech, and is put in quotation marks.
"""

from __future__ import annotations

import re

from voice_coach.understanding.tokens import straighten


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TURNED = {
    "i": "you",
    "i'm": "you're",
    "im": "you're",
    "i've": "you've",
    "ive": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "i'd've": "you'd have",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "meself": "yourself",
    "am": "are",
    "amn't": "aren't",
    "we": "you two",
    "we're": "you two are",
    "we've": "you two have",
    "we'll": "you two will",
    "us": "the two of you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "ourself": "yourselves",
}
_OF_YOU = _set("both all one neither either each none some most two three any many half part rest")
"""Before "of us": "both of us" becomes "both of you"."""
_ADVERBS = _set(
    "just always never still also even only really already not so too very often sometimes "
    "usually once then all both actually probably honestly maybe kind sort of again certainly "
    "almost ever simply suddenly now today pretty truly clearly obviously basically"
)
_JOINTS = _set("and but or then yet because")
_NOMINATIVE = _set(
    "i he she they we it who that this there you what which everyone everybody someone "
    "somebody nobody everything nothing"
)
_CONTRACTED = re.compile(r"(i|he|she|they|we|it|you|that|there|who|what)'")
_NOUN_STARTS = _set("my the his her their our a an this these those your")
_THINKING = _set(
    "think thought know knew feel felt guess believe believed say said see saw hope hoped "
    "wish wished told realise realised realize realized notice noticed that like"
)
_SPEAKING = _set(
    "say says said saying tell tells told telling ask asks asked asking shout shouts shouted "
    "shouting yell yells yelled yelling scream screams screamed screaming reply replied "
    "replies answer answered whisper whispered text texted write wrote"
)
_SPEECH_GAP = _set(
    "to him her them me my husband wife partner boyfriend girlfriend back at that like it out "
    "loud aloud calmly quietly"
)
_OBJECT_FOLLOWS = _set("at to tell tells told telling ask asks asked asking text texted answered")
"""A "you" right after these is who is spoken to, not what is said."""
_TOGETHER = _set("let's we'll we're we")
_SECOND = _set("you your yours yourself you're you've you'll you'd")
_ORDERS = _set("leave stop don't go get please shut let listen look give come help wait talk hold")
"""A speech verb's complement that begins so is an order, in its own words."""
_PARTICIPLES = _set(
    "been had gone done said told seen made come better taken given got gotten left felt "
    "thought known kept lost meant met read sat slept spent spoken stood written begun broken "
    "chosen fallen found forgotten grown heard held hurt let"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.:]\d+)*|[^\w\s]|_", re.IGNORECASE)
_PARTNER_FIRST = re.compile(
    r"(^|[,.;!?] |\b(?:because|when|whenever|if|that|so|while|since|before|after|but|and) )"
    r"(your \w+) and you(?= (?!two\b)|$)"
)
_CLAUSE_MARKS = frozenset(".,;:!?…—–()")


def turn_persons(text: str) -> str:
    """The text as said to the person who said it.

    Spacing is made even, capital letters of other words stay, nothing is added but quotation
    marks around direct speech. "You" outside of quotations stays: it is mostly the general one.
    """
    words = _WORD.findall(straighten(text))
    quoted = _quoted(words)
    out: list[str] = []
    for index in range(len(words)):
        said = _quote(words, quoted, index) if quoted[index] else _turn(words, index)
        out.append(said)
    return _tidy(_partner_last(_spaced(out)))


def direct_speech(text: str) -> bool:
    """Whether the text quotes what somebody said to somebody."""
    return any(_quoted(_WORD.findall(straighten(text))))


def _turn(words: list[str], index: int) -> str:
    word = words[index]
    low = word.lower()
    before = [w.lower() for w in words[:index]]
    if low == "am" and before and (before[-1][0].isdigit() or before[-1] == "o'clock"):
        return word
    if low in ("was", "wasn't", "ain't") and _first_person_subject(words, index):
        return {"was": "were", "wasn't": "weren't", "ain't": "aren't"}[low]
    if low == "us" and len(before) > 1 and before[-1] == "of" and before[-2] in _OF_YOU:
        return "you"
    if low == "we" and index + 1 < len(words) and words[index + 1].lower() in ("all", "both"):
        return "you"
    if low == "we'd":
        return "you two had" if _participle_follows(words, index) else "you two would"
    if low == "let" and index + 1 < len(words) and words[index + 1].lower() == "us":
        return word
    return _TURNED.get(low, word)


def _first_person_subject(words: list[str], index: int) -> bool:
    """Whether the "was" at this place belongs to "I"."""
    if index + 1 < len(words) and words[index + 1].lower() == "i":
        after = words[index + 2].lower() if index + 2 < len(words) else ""
        if not (_before(words, index) in _NOMINATIVE or _contracted(_before(words, index))):
            return after not in ("was", "am")
    place = _skip_adverbs(words, index - 1)
    if place < 0:
        return False
    low = words[place].lower()
    if low in ("i", "we"):
        return True
    if low == "who":
        return place > 0 and words[place - 1].lower() == "i"
    if low in _JOINTS or low == ",":
        return _shared_subject(words, place)
    return False


def _skip_adverbs(words: list[str], place: int) -> int:
    while place >= 0 and (
        words[place].lower() in _ADVERBS or (words[place].lower().endswith("ly"))
    ):
        place -= 1
    return place


def _shared_subject(words: list[str], joint: int) -> bool:
    """ "I came home and was tired": whether the subject before the joint is "I"."""
    place = joint - 1
    while place >= 0:
        low = words[place].lower()
        if low in ".;!?":
            return False
        if low == "i" or low.startswith("i'"):
            between = [w.lower() for w in words[place + 1 : joint]]
            opens = [i for i, w in enumerate(between) if w in _THINKING]
            return not any(w in _NOUN_STARTS for i in opens for w in between[i + 1 : i + 2])
        if low in _NOMINATIVE or _contracted(low):
            return False
        place -= 1
    return False


def _contracted(low: str) -> bool:
    return bool(_CONTRACTED.match(low))


def _before(words: list[str], index: int) -> str:
    return words[index - 1].lower() if index else ""


def _participle_follows(words: list[str], index: int) -> bool:
    place = index + 1
    while place < len(words) and words[place].lower() in _ADVERBS:
        place += 1
    if place >= len(words):
        return False
    low = words[place].lower()
    return low in _PARTICIPLES or low.endswith("ed")


def _quoted(words: list[str]) -> list[bool]:
    """Which words are direct speech: the complement of a speech verb that addresses somebody."""
    quoted = [False] * len(words)
    index = 0
    while index < len(words):
        if words[index] == '"':
            close = next((i for i in range(index + 1, len(words)) if words[i] == '"'), None)
            if close is None:
                return quoted
            quoted[index : close + 1] = [True] * (close + 1 - index)
            index = close + 1
            continue
        if words[index].lower() in _SPEAKING:
            start, end = _complement(words, index)
            verb = words[index].lower()
            said = [word.lower() for word in words[start - 1 : end]]
            if len(said) > 1 and (_is_direct(said, verb) or _is_order(said, verb)):
                quoted[start:end] = [True] * (end - start)
                index = end
                continue
        index += 1
    return quoted


def _complement(words: list[str], verb: int) -> tuple[int, int]:
    """The words that may be what is said: to the next mark, or to "and" with a new subject."""
    start = verb + 1
    while start < len(words) and words[start].lower() in _SPEECH_GAP:
        start += 1
    if start < len(words) and words[start] == ":":
        stops = (i for i in range(start, len(words)) if words[i] in ".;!?")
        return start + 1, next(stops, len(words))
    if start < len(words) and words[start] == ",":
        start += 1
    end = start
    while end < len(words) and words[end] not in _CLAUSE_MARKS and words[end] != '"':
        low = words[end].lower()
        after = words[end + 1].lower() if end + 1 < len(words) else ""
        if end > start and low in ("and", "but", "then") and after not in _SECOND:
            break
        end += 1
    return start, end


def _is_direct(said: list[str], verb: str) -> bool:
    """Whether the words after the first address somebody; the first is the one before them."""
    if said[0] == ":" or (verb in ("say", "saying") and said[1] in _TOGETHER):
        return True
    to_you = said[1] == "you" and said[0] in _OBJECT_FOLLOWS
    return bool(_SECOND.intersection(said[2:] if to_you else said[1:]))


def _is_order(said: list[str], verb: str) -> bool:
    """ "Shouted leave me alone", not "told him to leave me alone"; with the word before it."""
    if len(said) < 3 or said[0] == "to" or verb.startswith("ask"):
        return False
    return said[1] in _ORDERS


def _quote(words: list[str], quoted: list[bool], index: int) -> str:
    """The word, with a quotation mark where direct speech begins or ends."""
    word = words[index]
    word = f"I{word[1:]}" if re.match(r"i(?:'|$)", word) else word
    first = index == 0 or not quoted[index - 1]
    last = index + 1 == len(words) or not quoted[index + 1]
    if word == '"' or not _marked([w.lower() for w in _stretch(words, quoted, index)]):
        return word
    return f"{chr(8220) if first else ''}{word}{chr(8221) if last else ''}"


def _marked(said: list[str]) -> bool:
    """Whether quotation marks are needed; the words before direct speech come first.

    "Say we'll talk later" and "say: I need a minute" read well without.
    """
    if said[0] == ":":
        return False
    said = said[1:]
    return bool(_SECOND.intersection(said)) or said[0] in _ORDERS


def _stretch(words: list[str], quoted: list[bool], index: int) -> list[str]:
    """The direct speech around a word, after the word before it."""
    start = end = index
    while start > 0 and quoted[start - 1]:
        start -= 1
    while end + 1 < len(words) and quoted[end + 1]:
        end += 1
    return [words[start - 1] if start else "", *words[start : end + 1]]


def _spaced(words: list[str]) -> str:
    text = " ".join(words)
    text = re.sub(r" ([.,;:!?…)%])", r"\1", text)
    text = re.sub(r"\( ", "(", text)
    text = re.sub(r'" ([^"]*?) ?"', r'"\1"', text)
    return re.sub(r" - ", "-", text)


def _partner_last(text: str) -> str:
    """ "your wife and you argued" -> "you and your wife argued"."""
    return _PARTNER_FIRST.sub(r"\1you and \2", text)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
