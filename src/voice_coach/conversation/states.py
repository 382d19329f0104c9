"""The conversation's states and what leads from one to another, as data for ``transitions``.

Everything that can be interrupted is a child of ``session``: one edge from there pauses it,
grounds it or ends it, and ``resume`` leads back to the child that was on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from transitions.extensions.diagrams import HierarchicalGraphMachine
from transitions.extensions.nesting import HierarchicalMachine, NestedState


class _State(NestedState):
    separator = "."


class _Machine(HierarchicalMachine):
    state_cls = _State


class _Map(HierarchicalGraphMachine):
    state_cls = _State


INITIAL = "waiting"
PAUSED = "paused"
SAFETY = "safety"
ENDED = "ended"
RATING = "session.arriving.rating"
GROUND_FIRST = "session.arriving.grounding_first"
MENU = "session.choosing.practice"
LENGTH = "session.choosing.length"
GATE = "session.gate"
PRACTISING = "session.practising"
PLANNING = "session.planning"
GROUNDING = "session.grounding"
SAFETY_PLAN = "session.safety_plan"
RATING_AFTER = "session.leaving.rating"
ANOTHER = "session.leaving.another"

STATES: list[str | dict[str, Any]] = [
    INITIAL,
    {
        "name": "session",
        "children": [
            {"name": "arriving", "children": ["rating", "grounding_first"]},
            {"name": "choosing", "children": ["practice", "length"]},
            "gate",
            "practising",
            "planning",
            "grounding",
            "safety_plan",
            {"name": "leaving", "children": ["rating", "another"]},
        ],
    },
    PAUSED,
    SAFETY,
    ENDED,
]

Transition = dict[str, object]


class Facts(Protocol):
    """What the conditions ask. All of it is known to the conversation, not to the machine."""

    def upset(self) -> bool:
        """The rating is 7 or more, and nothing was done for the body yet."""

    def for_exercise(self) -> bool:
        """An exercise was chosen, not a practice."""

    def for_plan(self) -> bool:
        """The safety plan was chosen, not a practice."""

    def unchosen(self) -> bool:
        """No practice is chosen, or the one that is, is locked."""

    def unmeasured(self) -> bool:
        """No length is chosen."""

    def unscreened(self) -> bool:
        """The practice is gated, and the fear screen was not passed yet."""

    def suspended(self) -> bool:
        """Something was interrupted and is to be taken up again."""


def _edge(trigger: str, source: str | list[str], dest: str, *conditions: str) -> Transition:
    edge: Transition = {"trigger": trigger, "source": source, "dest": dest}
    if conditions:
        edge["conditions"] = list(conditions)
    return edge


def _onwards(trigger: str, source: str) -> list[Transition]:
    """Whatever is still missing before a practice can begin, in order; then the practice."""
    return [
        _edge(trigger, source, SAFETY_PLAN, "for_plan"),
        _edge(trigger, source, GROUNDING, "for_exercise"),
        _edge(trigger, source, MENU, "unchosen"),
        _edge(trigger, source, LENGTH, "unmeasured"),
        _edge(trigger, source, GATE, "unscreened"),
        _edge(trigger, source, PRACTISING),
    ]


TRANSITIONS: list[Transition] = [
    _edge("begin", INITIAL, SAFETY_PLAN, "for_plan"),
    _edge("begin", INITIAL, GROUNDING, "for_exercise"),
    _edge("begin", INITIAL, RATING),
    # arriving
    _edge("rated", RATING, GROUND_FIRST, "upset"),
    *_onwards("rated", RATING),
    _edge("accepted", GROUND_FIRST, GROUNDING),
    *_onwards("declined", GROUND_FIRST),
    # choosing
    *_onwards("chosen", MENU),
    *_onwards("measured", LENGTH),
    # the gate
    _edge("cleared", GATE, "session", "suspended"),
    _edge("cleared", GATE, PRACTISING),
    _edge("refused", GATE, MENU),
    _edge("feared", GATE, SAFETY),
    # the practice
    _edge("fear", PRACTISING, GATE),
    _edge("boundary", PRACTISING, PRACTISING),
    _edge("answered", PRACTISING, PLANNING),
    _edge("planned", PLANNING, RATING_AFTER),
    # grounding
    _edge("ground", ["session", SAFETY], GROUNDING),
    _edge("grounded", GROUNDING, "session", "suspended"),
    _edge("grounded", GROUNDING, ANOTHER, "for_exercise"),
    _edge("grounded", GROUNDING, RATING),
    # the safety plan
    _edge("built", SAFETY_PLAN, ANOTHER),
    # leaving
    _edge("closed", RATING_AFTER, ENDED),
    _edge("enough", ANOTHER, ENDED),
    _edge("more", ANOTHER, MENU),
    *_onwards("chosen", ANOTHER),
    # at any time
    _edge("start_over", ["session", PAUSED], RATING),
    _edge("pause", ["session", SAFETY], PAUSED),
    _edge("resume", PAUSED, "session"),
    _edge("flag", ["session", PAUSED], SAFETY),
    _edge("settled", SAFETY, MENU),
    _edge("leave", SAFETY, ENDED),
    _edge("stop", ["session", PAUSED, SAFETY, INITIAL], ENDED),
]


class States:
    """The machine, behind typed methods."""

    def __init__(self, facts: Facts) -> None:
        self._machine = _Machine(
            model=None,
            states=list(STATES),
            initial=INITIAL,
            transitions=[],
            auto_transitions=False,
            send_event=False,
        )
        self._facts = _Model(facts)
        self._machine.add_model(self._facts, initial=INITIAL)
        self._machine.add_transitions(TRANSITIONS)

    @property
    def state(self) -> str:
        """The state that is on, with its parents: ``session.choosing.length``."""
        return str(self._facts.state)

    def may(self, trigger: str) -> bool:
        """Whether the trigger leads anywhere from here."""
        return trigger in self._machine.get_triggers(self.state)

    def fire(self, trigger: str) -> str:
        """Take the transition; the new state. MachineError where there is none."""
        self._machine.dispatch(trigger)
        return self.state

    def restore(self, state: str) -> None:
        """After ``resume`` and its like: back to the very child that was interrupted."""
        self._machine.set_state(state, self._facts)


class _Model:
    """What ``transitions`` decorates: the state, and the conditions by name."""

    state: str = INITIAL

    def __init__(self, facts: Facts) -> None:
        self.upset: Callable[[], bool] = facts.upset
        self.for_exercise: Callable[[], bool] = facts.for_exercise
        self.for_plan: Callable[[], bool] = facts.for_plan
        self.unchosen: Callable[[], bool] = facts.unchosen
        self.unmeasured: Callable[[], bool] = facts.unmeasured
        self.unscreened: Callable[[], bool] = facts.unscreened
        self.suspended: Callable[[], bool] = facts.suspended


def draw_map() -> str:
    """The states as a mermaid diagram, drawn by ``transitions`` from the tables above."""
    machine = _Map(
        states=list(STATES),
        initial=INITIAL,
        transitions=TRANSITIONS,
        auto_transitions=False,
        graph_engine="mermaid",
        show_conditions=True,
        title="Voice Coach",
    )
    return str(machine.get_graph().source).strip() + "\n"
