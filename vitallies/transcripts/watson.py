"""IBM Watson Speech to Text: results with the times of words, and who speaks at which time."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Word, all_named, cues_of, person
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

_HESITATION = "%HESITATION"


class _Alternative(Struct):
    transcript: str = ""
    timestamps: list[tuple[str, float, float]] = []


class _Result(Struct):
    alternatives: list[_Alternative] = []
    final: bool = True


class _Label(Struct, gc=False):
    speaker: int
    from_: float = field(name="from")


class _Response(Struct):
    results: list[_Result] = []
    speaker_labels: list[_Label] = []


class _Job(Struct):
    results: list[_Response] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript, of a response or of a job with its responses."""
    responses = source.json(_Job).results if "results" in source.keys("results", 0) else [source.json(_Response)]
    found = (cue for response in responses for cue in _cues(response, source))
    yield cues.transcript(source, all_named(source, found))


def _cues(response: _Response, source: Source) -> Iterator[cues.Cue]:
    speakers = {label.from_: person(label.speaker) for label in response.speaker_labels}
    for result in response.results:
        if not result.final:
            source.skipped["interim results"] += 1
            continue
        source.skipped["alternatives"] += max(len(result.alternatives) - 1, 0)
        for best in result.alternatives[:1]:
            source.skipped["hesitations"] += best.transcript.count(_HESITATION)
            if speakers and best.timestamps:
                yield from cues_of(
                    Word(word, speakers.get(start), start, end)
                    for word, start, end in best.timestamps
                    if word != _HESITATION
                )
            else:
                times = (best.timestamps[0][1], best.timestamps[-1][2]) if best.timestamps else (None, None)
                yield cues.Cue(one_spaced(best.transcript.replace(_HESITATION, " ")), None, *times)


def _is_watson(source: Source) -> bool:
    result = source.keys("results", 0)
    return {"final", "alternatives"} <= result or {"result_index", "results"} <= result


FORMAT = Format(
    name="watson",
    suffixes=(".json",),
    description="IBM Watson Speech to Text JSON: a response or a job, with speaker labels",
    read=read,
    recognises=_is_watson,
    follows=(
        "https://cloud.ibm.com/docs/speech-to-text?topic=speech-to-text-speaker-labels",
        "https://github.com/bbc/react-transcript-editor/tree/master/packages/stt-adapters/ibm/sample",
    ),
)
