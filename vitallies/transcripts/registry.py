"""The formats that vitallies reads, and how one is chosen. A new format is a new module and one line here."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from vitallies.errors import UsageError
from vitallies.transcripts import (
    amberscript,
    archives,
    assemblyai,
    aws,
    aws_calls,
    azure,
    convokit,
    dated_chat,
    deepgram,
    delimited,
    docx,
    elan,
    elevenlabs,
    fathom,
    fathom_api,
    fireflies,
    gladia,
    gong,
    google,
    grain,
    irc,
    meet,
    meet_api,
    native,
    nlp,
    odt,
    otter,
    otter_api,
    parquet,
    pasted_chat,
    pdf,
    podcast,
    podcast_html,
    qmsum,
    recall,
    rev,
    rev_ai,
    sbv,
    slack,
    speechmatics,
    srt,
    symbl,
    teams,
    teams_json,
    text,
    textgrid,
    tldv,
    ttml,
    vosk,
    vtt,
    watson,
    whisper,
    xlsx,
    zoom_captions,
    zoom_chat,
    zoom_json,
)
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source

ENTRY_POINTS = "vitallies.formats"
"""Group in which other packages register a `Format` of their own; theirs are tried before ours."""

# In the order in which content is tried: what is told by little comes last.
_FORMATS = (
    docx.FORMAT,
    odt.FORMAT,
    xlsx.FORMAT,
    parquet.FORMAT,
    pdf.FORMAT,
    archives.FORMAT,
    vtt.FORMAT,
    deepgram.FORMAT,
    aws.FORMAT,
    aws_calls.FORMAT,
    azure.FORMAT,
    assemblyai.FORMAT,
    speechmatics.FORMAT,
    watson.FORMAT,
    google.FORMAT,
    elevenlabs.FORMAT,
    gladia.FORMAT,
    symbl.FORMAT,
    vosk.FORMAT,
    rev_ai.FORMAT,
    fireflies.FORMAT,
    zoom_json.FORMAT,
    amberscript.FORMAT,
    teams_json.FORMAT,
    meet_api.FORMAT,
    recall.FORMAT,
    gong.FORMAT,
    grain.FORMAT,
    fathom_api.FORMAT,
    tldv.FORMAT,
    otter_api.FORMAT,
    slack.FORMAT,
    podcast.FORMAT,
    convokit.FORMAT,
    whisper.FORMAT,
    qmsum.FORMAT,
    native.FORMAT,
    ttml.FORMAT,
    podcast_html.FORMAT,
    textgrid.FORMAT,
    elan.FORMAT,
    teams.FORMAT,
    srt.FORMAT,
    sbv.FORMAT,
    nlp.FORMAT,
    irc.FORMAT,
    zoom_captions.FORMAT,
    zoom_chat.FORMAT,
    meet.FORMAT,
    otter.FORMAT,
    rev.FORMAT,
    fathom.FORMAT,
    dated_chat.FORMAT,
    pasted_chat.FORMAT,
    delimited.FORMAT,
    text.FORMAT,
)


@cache
def formats() -> tuple[Format, ...]:
    """The formats that can be read, each with its name, suffixes, description and what it follows.

    Raises
    ------
    UsageError
        Where another package registers something that is no `Format`.
    """
    others = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        found = point.load()
        if not isinstance(found, Format):
            raise UsageError(f"the entry point {point.value!r} of {ENTRY_POINTS} must name a Format, not {found!r:.60}")
        others.append(found)
    return (*others, *_FORMATS)


def stem(path: str | Path) -> str:
    """The name of a file without its folder and its known suffixes.

    >>> stem("calls/2026-03-02.standup.jsonl.gz")
    '2026-03-02.standup'
    """
    name = Path(path).name
    return name[: len(name) - len(_suffix(name))] or name


def is_transcript(path: str | Path) -> bool:
    """Whether a walk through a folder should read a file: its suffix is known and it is neither hidden nor a README.

    >>> is_transcript("standup.VTT"), is_transcript("notes.xyz"), is_transcript("._standup.vtt")
    (True, False, False)
    """
    name = Path(path).name
    return bool(_suffix(name)) and not name.startswith(".") and not name.lower().startswith("readme.")


def choose(source: Source, name: str | None) -> Format:
    """The format by its name if one is given, else by content, else by suffix.

    Raises
    ------
    UsageError
        Where no format has the name.
    TranscriptError
        Where neither content nor suffix tells.
    """
    names = ", ".join(known.name for known in formats())
    if name is not None:
        for known in formats():
            if known.name == name:
                return known
        raise UsageError(f"there is no format {name!r}: give one of {names}")
    for known in formats():
        if known.recognises is not None and known.recognises(source):
            return known
    suffix = _suffix(source.name or "").removesuffix(".gz")
    named = [known for known in formats() if suffix in known.suffixes]
    if named:
        # Of those that know their content and did not find it, the last is the least particular.
        return next((known for known in named if known.recognises is None), named[-1])
    if not Path(source.name or "").suffix:
        return text.FORMAT
    suffixes = ", ".join(dict.fromkeys(suffix for known in formats() for suffix in known.suffixes))
    message = f"neither its content nor its suffix tells the format: rename it ({suffixes}) or give format= ({names})"
    raise source.error(message, code="format")


def _suffix(name: str) -> str:
    """The part of a name that is a known suffix, compressed or not; empty where there is none."""
    lower = name.lower()
    plain = lower.removesuffix(".gz")
    known = {suffix for known in formats() for suffix in known.suffixes if plain.endswith(suffix)}
    return lower[len(plain) - max(map(len, known)) :] if known else ""
