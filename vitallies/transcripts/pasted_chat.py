"""Chats copied out of Teams or Meet, or saved of Discord: name and time of day in front of each message, or behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vitallies.transcripts import blocks, clock, cues, markdown, people, speakers, times
from vitallies.transcripts.dates import MONTH
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import filled
from vitallies.types import Transcript

_WEEKDAY = r"(?:Today|Yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_DATE = rf"(?:{_WEEKDAY},? )?(?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH})(?:,? \d{{4}})?"
_DAY = rf"(?:{_DATE}|{_WEEKDAY}|\d{{1,2}}-{MONTH}-\d{{2,4}}|\d{{1,4}}[-/.]\d{{1,2}}(?:[-/.]\d{{2,4}})?)"
_STAMP = rf"(?:(?P<day>{_DAY})[,•]?\s*(?:at\s)?)?{clock.CLOCK_OR_ELAPSED}(?:\s*[,•]\s*(?P<day_behind>{_DAY}))?"
_ALONE = re.compile(_STAMP)
_BRACKETS = re.compile(rf"\[{_STAMP}\]\s*(?P<name>\S.{{0,400}})")
"""[10:02 AM] Anna Berg, and perhaps a colon and the message"""
_SAME_LINE = re.compile(rf"(?P<name>\S.{{0,119}}?)(?P<between>:|\s?){_STAMP}")
"""Anna Berg 10:02 AM; Anna Berg8/30 10:02 AM"""
_SLOWEST = 1
"""Words a second of people who talk."""
_SEPARATOR = re.compile(_DATE)
_PICTURE = re.compile(r"Profile picture of .{1,120}?\.(?=\S)")
_SYSTEM = re.compile(
    r"has context menu\.?|last read|download the attendance report|url preview for .*"
    r"|.{0,40}\bmeeting (?:started|ended)\b.{0,80}|.{1,99} has (?:temporarily )?(?:joined|left) the (?:chat|meeting)\.?"
    r"|.{1,200} (?:added|removed) .{1,400} (?:to|from) the (?:chat|meeting)\b.{0,80}",
    re.IGNORECASE,
)
_REACTIONS = re.compile(
    r"\d{1,4} [\w' -]{1,40} reactions?\.?\d{0,4}|(?:(?:like|heart|laugh|surprised|sad|angry) \d{1,4} ?)+", re.IGNORECASE
)
_QUOTE, _QUOTE_END = "begin reference", "end reference"
_MARK = "Edited"
_EDITED = 2
"""Lines from where a message begins to the time of what it quotes, if it was edited."""
_COMPARED = 12
_LAST_HOUR = 24


@dataclass(frozen=True, slots=True)
class _Head:
    """Who writes a message: the place of its first line and that of the message's."""

    first: int
    below: int
    name: str
    stamp: re.Match[str]
    words: str = ""


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a message, without previews, reactions and what replies quote."""
    lines = filled(markdown.lines(source))
    heads, is_behind = _heads(lines)
    if not heads:
        raise source.error(
            "has no lines that say who writes and at what time of day: give another format=", code="chat"
        )
    yield cues.transcript(source, _cues(lines, heads, is_behind, source.skipped))


def _heads(lines: Sequence[str]) -> tuple[list[_Head], bool]:
    """The heads of the messages, and whether the times stand behind them."""
    on_line = _on_lines(lines)
    alone = {
        place: found for place, line in enumerate(lines) if place not in on_line and (found := _ALONE.fullmatch(line))
    }
    known = _known(lines, alone) + Counter(head.name for head in on_line.values())
    if not on_line and _are_behind(lines, alone):
        return list(_behind(lines, alone)), True
    heads: list[_Head] = []
    for place in sorted(on_line.keys() | alone.keys()):
        head = on_line.get(place) or _around(lines, place, alone[place], known)
        # The message that a reply quotes has a head of its own: it is in the chat already.
        is_quoted = heads and _is_reply(lines, heads[-1]) and place <= heads[-1].below + _EDITED
        if head is not None and not is_quoted and (not heads or head.first >= heads[-1].below):
            heads.append(head)
    return heads, False


def _on_lines(lines: Sequence[str]) -> dict[int, _Head]:
    """The heads that are one line, by place."""
    found = {place: match for place, line in enumerate(lines) if (match := _on_line(line))}
    bracketed = [place for place, match in found.items() if match.re is _BRACKETS]
    # Where nothing stands below most of them, the message is behind the colon; else the colon is in a name.
    with_words = 2 * sum(place + 1 in found or place + 1 == len(lines) for place in bracketed) > len(bracketed)
    behind = [found[place]["name"] for place in bracketed] if with_words else []
    names = speakers.roster(behind, filter(None, map(speakers.label, behind)))
    heads = {}
    for place, match in found.items():
        name, words = speakers.split(match["name"], names) if match.re is _BRACKETS else (None, "")
        heads[place] = _Head(
            place, place + 1, name or match["name"].removesuffix(":").strip(), match, words if name else ""
        )
    often = Counter(head.name for head in heads.values())
    # By a clock of 24 hours alone, "Ratio 16:9" could be one.
    return {place: head for place, head in heads.items() if _is_sure(head.stamp) or often[head.name] > 1}


def _on_line(line: str) -> re.Match[str] | None:
    if _ALONE.fullmatch(line):
        return None
    match = _BRACKETS.fullmatch(line)
    # With a colon such a time could be one from the beginning: that is plain text.
    if match and (_is_sure(match) or ":" not in match["name"]):
        return match
    match = _SAME_LINE.fullmatch(line)
    if match is None or match["name"].endswith(":") or speakers.label(f"{match['name']}:") is None:
        return None
    # "Lunch at 12:30 PM" is no head.
    return match if not match["between"] or not match["name"].split()[-1].islower() else None


def _is_sure(stamp: re.Match[str]) -> bool:
    return any(stamp[group] for group in ("half", "day", "day_behind"))


def _known(lines: Sequence[str], alone: Mapping[int, re.Match[str]]) -> Counter[str]:
    """What stands beside times that stand alone, more than once or below a preview that ends in it; how surely."""
    beside = [
        near for place in alone for near in (place - 1, place + 1) if 0 <= near < len(lines) and near not in alone
    ]
    often = Counter(_name(lines[near]) for near in beside if not _SYSTEM.fullmatch(lines[near]))
    previewed = {_name(lines[near]) for near in beside if _has_preview(lines, near)}
    sure = dict.fromkeys(previewed, len(lines))
    return Counter({name: count for name, count in often.items() if count > 1} | sure)


def _has_preview(lines: Sequence[str], place: int) -> bool:
    """Whether one of the two lines above a name ends in it: between them may stand the time."""
    return any(line.endswith(f" {_name(lines[place])}") for line in lines[max(place - 2, 0) : place])


def _name(line: str) -> str:
    return people.named(line)[0] or line


def _around(lines: Sequence[str], place: int, stamp: re.Match[str], known: Counter[str]) -> _Head | None:
    """The head that a time is part of, which stands below the name, or for one's own messages above it."""
    above = lines[place - 1] if place else ""
    below = lines[place + 1] if place + 1 < len(lines) else ""
    often = known[_name(above)], known[_name(below)]
    if not any(often):
        often = _looks_like_name(above), _looks_like_name(below)
    if not any(often):
        return None
    return _Head(place - 1, place + 1, above, stamp) if often[0] >= often[1] else _Head(place, place + 2, below, stamp)


def _looks_like_name(line: str) -> bool:
    return (
        line[-1:] not in {"", ".", ",", "…"}
        and speakers.label(f"{line}:") is not None
        and speakers.is_capitalised(line)
    )


def _are_behind(lines: Sequence[str], alone: Mapping[int, re.Match[str]]) -> bool:
    """Whether a chat begins with a name, ends with a time, and some name stands below two times."""
    if len(lines) - 1 not in alone or 0 in alone or 1 in alone or not _looks_like_name(lines[0]):
        return False
    firsts = Counter([lines[0], *(lines[place + 1] for place in alone if place + 1 < len(lines))])
    return any(count > 1 and _looks_like_name(line) for line, count in firsts.items())


def _behind(lines: Sequence[str], alone: Mapping[int, re.Match[str]]) -> Iterator[_Head]:
    """The heads of messages that end in their times; who goes on is not named again."""
    first, name = 0, ""
    for place, stamp in alone.items():
        is_named = first < place - 1 and _looks_like_name(lines[first])
        name = lines[first] if is_named else name
        yield _Head(first, first + is_named, name, stamp)
        first = place + 1


def _cues(lines: Sequence[str], heads: Sequence[_Head], is_behind: bool, skipped: Counter[str]) -> Iterator[cues.Cue]:
    starts = _starts(lines, heads)
    ends = [*(head.first for head in heads[1:]), len(lines)]
    stamps = {head.stamp.string for head in heads} if is_behind else set()
    previews = frozenset[int]() if is_behind else _previews(lines, heads)
    skipped["previews"] += len(previews)
    skipped["headers"] += sum(place not in previews for place in range(heads[0].first))
    for place, (head, end) in enumerate(zip(heads, ends, strict=True)):
        body = [lines[at] for at in range(head.below, end) if at not in previews and lines[at] not in stamps]
        # Alone it is what somebody says.
        if body[:1] == [_MARK] and len(body) > 1:
            skipped["system messages"] += 1
            body = body[1:]
        if _is_reply(lines, head):
            # Who wrote the message that is quoted, when, and its first line.
            skipped["quoted messages"] += 1
            body = body[3:]
        words = [head.words, *_without_notes(body, skipped)]
        yield cues.Cue(" ".join(filter(None, words)), head.name, starts[place])


def _starts(lines: Sequence[str], heads: Sequence[_Head]) -> list[float | None]:
    stamps = [head.stamp for head in heads]
    if _are_elapsed(lines, heads):
        return [float(clock.elapsed(stamp)) for stamp in stamps]
    return clock.since_first(stamps, [stamp["day"] or stamp["day_behind"] for stamp in stamps])


def _are_elapsed(lines: Sequence[str], heads: Sequence[_Head]) -> bool:
    """Whether times are from the beginning: somebody has tidied a transcript."""
    first, last = heads[0].stamp, heads[-1].stamp
    hours = [int(head.stamp["hour"]) for head in heads]
    if any(_is_sure(head.stamp) for head in heads):
        return False
    if hours[0] == 0 or max(hours) > _LAST_HOUR:
        return True
    # Few people meet at night, and hardly any write as many words a minute as are said in a second.
    words = sum(line.count(" ") + 1 for line in lines[heads[0].below : heads[-1].first])
    length = clock.elapsed(last) - clock.elapsed(first)
    is_night = clock.time_of_day(first) < times.FIRST_OF_CLOCK and not first["second"]
    return is_night and times.can_be_said(words, length) and words >= length * _SLOWEST


def _previews(lines: Sequence[str], heads: Sequence[_Head]) -> frozenset[int]:
    """The places of lines that show how the message below begins, as it is read aloud: "Sure, I... by Anna"."""
    found, sure = set(), set()
    free = 0
    for head in heads:
        above = head.first - 1
        ending = rf"(.*?)\s*\b\w{{1,4}} {re.escape(_name(head.name))}(?:,.*)?"
        match = re.fullmatch(ending, lines[above]) if above >= free else None
        free = head.below
        if match:
            found.add(above)
            message = lines[head.below] if head.below < len(lines) else ""
            sure |= {above} if _begins(match[1], message) else set()
    # Where most are sure the others are pictograms, which are shown by their names.
    return frozenset(found if 2 * len(sure) >= len(found) else sure)


def _begins(shown: str, message: str) -> bool:
    """Whether a message begins with what is shown of it."""
    is_cut = shown.endswith(("...", "…")) or shown.startswith(("Link ", "Profile picture of "))
    return is_cut or _letters(message)[:_COMPARED] == _letters(shown)[:_COMPARED]


def _is_reply(lines: Sequence[str], head: _Head) -> bool:
    return head.first > 0 and _PICTURE.sub("", lines[head.first - 1]).casefold().startswith(_QUOTE)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _without_notes(body: Sequence[str], skipped: Counter[str]) -> Iterator[str]:
    """The lines of a message without reactions, what it quotes and what Teams says itself."""
    in_quote = False
    for place, line in enumerate(body):
        folded, below = line.casefold(), body[place + 1] if place + 1 < len(body) else ""
        is_end = folded.startswith(_QUOTE_END)
        if folded.startswith(_QUOTE) or is_end or in_quote:
            skipped["quoted messages"] += folded.startswith(_QUOTE)
            in_quote = not is_end and (in_quote or any(each.casefold().startswith(_QUOTE_END) for each in body[place:]))
        elif _REACTIONS.fullmatch(line):
            skipped["reactions"] += 1
        elif not _letters(line) and _REACTIONS.fullmatch(below):
            continue  # the pictogram of the reaction that the next line counts
        elif line.isdecimal() and place and _REACTIONS.fullmatch(body[place - 1]):
            continue  # the count once more
        elif _SYSTEM.fullmatch(line) or _SEPARATOR.fullmatch(line):
            skipped["system messages"] += 1
        else:
            yield line


def _recognises(source: Source) -> bool:
    lines = filled(markdown.sample_lines(source))
    heads, _ = _heads(lines)
    followed = sum(bool(head.words) or head.below < len(lines) for head in heads)
    often = Counter(head.name for head in heads)
    are_sure = any(_is_sure(head.stamp) for head in heads) or any(count > 1 for count in often.values())
    return are_sure and 2 * followed > len(heads) and blocks.are_enough([head.first for head in heads], len(lines))


FORMAT = Format(
    name="pasted-chat",
    suffixes=(),
    description="chats copied out of Teams or Meet, or saved of Discord: names and times of day around the messages",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/nathanvale/dotfiles/blob/main/bin/teams/teams-scraper.ts",
        "https://github.com/containers/podman.io/blob/main/static/data/meetings/notes/2020-10-06/index.md",
    ),
)
