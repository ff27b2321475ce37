"""How a vital lie is answered, in the rest of its turn and in the five turns after it: the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

from vitallies.insights.moves import Echo, Sentence, Turn, negative, within
from vitallies.insights.turn_text import matter, word_list

if TYPE_CHECKING:
    from vitallies.types import Analysis, AnnotatedSpan

Outcome = Literal["challenged", "evidence", "aspiration", "agreed", "named"]
Reception = Literal["thanked", "brushed_off"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("challenged", "evidence", "aspiration", "agreed", "named")
TURNS: Final = 5
"""Turns after the lie's own that are looked at."""

_TAIL = 3
"""Sentences that may follow the lie in its own turn for the next turn to be a reply to it."""
_HEAD = 2
"""Sentences of a reply that answer the lie itself."""
_REST = 2
"""Sentences after the lie's own in which the believer may still qualify it."""
_LATEST = 3
"""Turns after the lie's among which the first with more than a sign of listening is the reply."""
_FEW_WORDS, _SHORT, _BRIEF = 4, 10, 25
_AROUND = 80
"""Code points on either side of a ground in which it shares words with the lie."""
_RARE, _FEW = 20, 3
"""A word tells what is talked about where at most one in 20 turns of the meeting, or three, hold it."""


@dataclass(frozen=True, slots=True)
class Response:
    """Something that bears on a vital lie in the turns after it, or in the rest of its own.

    Parameters
    ----------
    outcome : {"challenged", "evidence", "aspiration", "agreed", "named"}
        What it does to the lie.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the text of the turn.
    text : str
        The words.
    speaker : str or None
        Who says it.
    by_believer : bool
        Whether the speaker is the lie's own.
    trigger : str
        The span or the rule that found it.
    reception : {"thanked", "brushed_off"} or None
        How a challenge was answered; None where neither was found, and for what is no challenge.
    received_by : str or None
        Who answered it so.
    """

    outcome: Outcome
    turn: int
    start: int
    end: int
    text: str
    speaker: str | None
    by_believer: bool
    trigger: str
    reception: Reception | None = None
    received_by: str | None = None


class _Lie:
    """A vital lie as the rules read it."""

    def __init__(self, span: AnnotatedSpan, turn: Turn) -> None:
        self.span = span
        tokens = turn.doc.char_span(span.start, span.end, alignment_mode="expand") or turn.doc[:0]
        self.first, self.last = turn.at(span.start).number, turn.at(span.end - 1).number
        inside = turn.sentences[self.first : self.last + 1]
        self.tail = len(turn.sentences) - 1 - self.last
        self.own_words = matter(span.text)
        # "That's not us" has no matter of its own: what it is about stands beside it.
        self.words = self.own_words if len(self.own_words) > 1 else self.own_words.union(*(s.words for s in inside))
        self.norms = {token.norm_ for token in tokens}
        self.is_negative = negative(tokens)
        self.is_sweeping = bool(self.norms & word_list("dialogue", "sweeping"))

    def has(self, auxiliary: str) -> bool:
        """Whether an auxiliary could stand for the lie's verb."""
        if auxiliary in ("do", "does", "did"):
            return not self.norms & (word_list("dialogue", "auxiliaries") - {"do", "does", "did"}) - {"'s"}
        return auxiliary in self.norms or (auxiliary == "is" and "'s" in self.norms)


class Meeting:
    """The replies to the vital lies of one meeting.

    Parameters
    ----------
    analysis : Analysis
    """

    def __init__(self, analysis: Analysis) -> None:
        self._turns = analysis.transcript.turns
        self._read: dict[int, Turn] = {}
        self._spans: dict[int, list[AnnotatedSpan]] = {}
        for span in sorted(analysis.spans, key=attrgetter("turn", "start", "end")):
            if span.selected:
                self._spans.setdefault(span.turn, []).append(span)
        self._held = Counter(word for turn in self._turns for word in matter(turn.text))

    def responses(self, span: AnnotatedSpan) -> tuple[Response, ...]:
        """Return what bears on a vital lie, in the order in which it was said; a place and outcome comes once."""
        lie = _Lie(span, self._turn(span.turn))
        found = {(x.turn, x.start, x.end, x.outcome): x for x in reversed([*self._after(lie), *self._rest(lie)])}
        return tuple(found[key] for key in sorted(found))

    def _turn(self, number: int) -> Turn:
        if number not in self._read:
            self._read[number] = Turn(self._turns[number].text)
        return self._read[number]

    def _bears(self, lie: _Lie, words: frozenset[str]) -> bool:
        shared = lie.words & words
        return len(shared) > 1 or any(self._held[word] <= max(_FEW, len(self._turns) // _RARE) for word in shared)

    def _is_other(self, lie: _Lie, number: int) -> bool:
        """Whether a turn is surely another's: of unnamed speakers only the next turn is."""
        believer, speaker = self._turns[lie.span.turn].speaker, self._turns[number].speaker
        if believer is None or speaker is None:
            return number == lie.span.turn + 1
        return speaker != believer

    def _response(self, lie: _Lie, outcome: Outcome, turn: int, start: int, end: int, trigger: str) -> Response:
        said = self._turns[turn]
        other = turn != lie.span.turn and self._is_other(lie, turn)
        return Response(outcome, turn, start, end, said.text[start:end], said.speaker, not other, trigger)

    def _rest(self, lie: _Lie) -> Iterator[Response]:
        """What the believer adds in the same turn."""
        number, here = lie.span.turn, self._turn(lie.span.turn)
        start, end = lie.span.start, lie.span.end
        for s in here.sentences[lie.first : lie.last + _REST + 1]:
            cue = s.cues.get("named") or s.cues.get("named_own")
            # Said of the lie: just before it, as its beginning, or after it.
            if cue is not None and (
                (start - _SHORT <= cue.end_char and cue.start_char <= start + _SHORT)
                or (cue.start_char >= end and (s.number <= lie.last + 1 or self._bears(lie, s.words)))
            ):
                yield self._response(lie, "named", number, cue.start_char, cue.end_char, f"named: {cue.text}")
            if s.number == lie.last:
                yield from self._evidence(lie, number, end, min(s.end, end + _AROUND), enough=0)
            elif s.number == lie.last + 1 and not s.is_question:
                yield from self._evidence(lie, number, s.start, s.end, enough=1)
        near = here.sentences[min(lie.last + _REST, len(here.sentences) - 1)].end
        for span in within(self._spans[number], end, near, key=attrgetter("start")):
            if span.label == "ASPIRATION":
                yield self._response(lie, "aspiration", number, span.start, span.end, "ASPIRATION")

    def _after(self, lie: _Lie) -> Iterator[Response]:
        """What is said in the turns after the lie's."""
        believer = lie.span.turn
        replied = lie.tail > _TAIL
        for number in range(believer + 1, min(len(self._turns), believer + TURNS + 1)):
            there, other = self._turn(number), self._is_other(lie, number)
            is_reply = other and not replied and not there.is_backchannel and number <= believer + _LATEST
            replied = replied or not there.is_backchannel
            agreed = self._agreement(lie, there) if is_reply else None
            if agreed is not None:
                sentence, trigger = agreed
                yield self._response(lie, "agreed", number, sentence.start, sentence.end, trigger)
            if other:
                yield from self._opposed(lie, number, is_reply, agreed is not None)
            for s in there.sentences:
                head = is_reply and s.number < _HEAD
                cue = s.cues.get("named") or (None if other else s.cues.get("named_own"))
                if cue is not None and (head or self._bears(lie, s.words)):
                    yield self._response(lie, "named", number, cue.start_char, cue.end_char, f"named: {cue.text}")
                if number <= believer + _LATEST and not s.is_question:
                    yield from self._evidence(lie, number, s.start, s.end, enough=1 if head else 2)

    def _evidence(self, lie: _Lie, number: int, start: int, end: int, *, enough: int) -> Iterator[Response]:
        """Grounds in a stretch of a turn that have enough of the lie's words around them."""
        text = self._turns[number].text
        for ground in within(self._turn(number).grounds, start, end, key=attrgetter("start_char")):
            place = ground.start_char, ground.end_char
            around = text[max(start, place[0] - _AROUND) : min(end, place[1] + _AROUND)]
            if len(lie.words & matter(around)) >= enough:
                yield self._response(lie, "evidence", number, *place, f"ground: {ground.label_}")

    def _opposed(self, lie: _Lie, number: int, is_reply: bool, agreed: bool) -> Iterator[Response]:
        """Another speaker's challenges and aspirations."""
        there = self._turn(number)
        for span in self._spans.get(number, ()):
            s = there.at(span.start)
            if not (self._bears(lie, s.words) or (is_reply and s.number <= _HEAD)):
                continue
            if span.label == "CHALLENGE" or (span.label == "VITAL_LIE" and span.stance == "REJECTED"):
                yield self._challenge(lie, number, span.start, span.end, span.stance or span.label)
            elif span.label == "ASPIRATION":
                yield self._response(lie, "aspiration", number, span.start, span.end, span.label)
        for s in there.sentences:
            bears, head = self._bears(lie, s.words), is_reply and s.number < _HEAD
            trigger = next((f"{k}: {s.cues[k].text}" for k in ("disagree", "question") if k in s.cues), None)
            if trigger is None and is_reply and not agreed and self._leads(there, s):
                trigger = _objection(lie, s, there)
            if trigger is None and head and not agreed:
                trigger = _contradiction(lie, s)
            if trigger is not None and (bears or head):
                yield self._challenge(lie, number, s.start, s.end, trigger)

    def _leads(self, turn: Turn, s: Sentence) -> bool:
        """Whether a sentence opens its turn, but for a few words."""
        return s.number == 0 or (s.number == 1 and turn.sentences[0].size <= _FEW_WORDS)

    def _agreement(self, lie: _Lie, turn: Turn) -> tuple[Sentence, str] | None:
        for s in turn.sentences[:_HEAD]:
            following = turn.after(s)
            if not self._leads(turn, s) or s.is_question or _turns_round(s) or (following and _turns_round(following)):
                return None
            cue = s.cues.get("opening_agree") or s.cues.get("agree_alone")
            if cue is not None:
                return s, f"agree: {cue.text}"
            if (echo := s.echo) and echo.negative == lie.is_negative and lie.has(echo.auxiliary):
                return s, f"echo: {s.content.text}"
            if "opening_yes" in s.cues and not lie.is_negative and self._bears(lie, s.words):
                return s, "yes, and says it again"
            if "opening_no" in s.cues and lie.is_negative and _is_bare_no(s):
                return s, "no, to what is denied"
        return None

    def _challenge(self, lie: _Lie, number: int, start: int, end: int, trigger: str) -> Response:
        made = self._response(lie, "challenged", number, start, end, trigger)
        for k in range(number + 1, min(len(self._turns), number + 3)):
            if not self._turn(k).is_backchannel and (made.speaker is None or self._turns[k].speaker != made.speaker):
                reception = self._reception(lie, k)
                return replace(made, reception=reception, received_by=reception and self._turns[k].speaker)
        return made

    def _reception(self, lie: _Lie, number: int) -> Reception | None:
        """How a turn answers a challenge: by its first words on it, or by the believer's putting up another lie."""
        there = self._turn(number)
        for s in there.sentences[:_HEAD]:
            if "brush_off" in s.cues:
                return "brushed_off"
            if "welcome" in s.cues:
                return "thanked"
        again = (x for x in self._spans.get(number, ()) if x.label == "VITAL_LIE" and x.stance == "ASSERTED")
        if not self._is_other(lie, number) and any(there.at(x.start).number < _HEAD for x in again):
            return "brushed_off"
        return None


def _objection(lie: _Lie, s: Sentence, turn: Turn) -> str | None:
    """The rule by which the opening of a reply objects."""
    echo: Echo | None = s.echo
    asks = s.is_question or not turn.is_punctuated
    if "opening_but" in s.cues and s.size >= _FEW_WORDS:
        return "opening: but"
    if "opening_disagree" in s.cues and s.size <= _BRIEF:
        return f"opening: {s.cues['opening_disagree'].text}"
    if "opening_question" in s.cues and asks and s.size <= _BRIEF:
        return f"question: {s.cues['opening_question'].text}"
    if s.is_short_question and asks:
        return f"question: {s.content.text}"
    if echo and echo.negative != lie.is_negative and not s.is_question:
        return f"echo: {s.content.text}"
    if "way_round" in s.cues and lie.is_negative and s.size <= _SHORT and not s.is_negative:
        return f"way round: {s.cues['way_round'].text}"
    if "opening_no" in s.cues and not lie.is_negative and not s.is_question:
        return "opening: no"
    return None


def _contradiction(lie: _Lie, s: Sentence) -> str | None:
    """The rule by which a sentence near the beginning of a reply contradicts."""
    if s.objects_last:
        return f"closing: {s.content[-2:].text}"
    shares = bool(lie.own_words & s.words)
    if shares and s.asks_yes_or_no and s.size <= _SHORT // 2:
        return "asks whether it is so"
    agrees = s.cues.keys() & {"opening_agree", "agree_alone", "opening_yes"}
    if shares and lie.is_sweeping and lie.is_negative != s.is_negative and not agrees:
        asks = s.is_question or s.content[:1].text.lower() in word_list("dialogue", "auxiliaries")
        return "counterexample" if s.size <= _SHORT and not asks else None
    return None


def _turns_round(s: Sentence) -> bool:
    return any(token.norm_ in ("but", "however", "except") for token in s.span)


def _is_bare_no(s: Sentence) -> bool:
    words: Sequence[str] = [token.norm_ for token in s.span if token.is_alpha]
    no = word_list("dialogue", "opening_no") | {"yeah", "oh", "well", "mm"}
    return all(word in no for word in words)
