"""Speech services: every word lands in one turn under its speaker, and what holds no speech is refused clearly."""

import io
import json
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitallies.errors import TranscriptError
from vitallies.transcripts import read
from vitallies.transcripts.opening import opened
from vitallies.transcripts.registry import choose

# No marks and no bare "%HESITATION": what a service does with them is shown by the cases.
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
TALK = st.lists(st.tuples(st.integers(1, 3), WORDS), min_size=1, max_size=20)


def times(number):
    return number * 0.5, number * 0.5 + 0.4


def deepgram(talk):
    words = [
        {"word": word, "punctuated_word": word, "start": times(n)[0], "end": times(n)[1], "speaker": speaker}
        for n, (speaker, word) in enumerate(talk)
    ]
    return {"results": {"channels": [{"alternatives": [{"transcript": " ".join(w for _, w in talk), "words": words}]}]}}


def aws(talk):
    spoken = [
        {"start_time": str(times(n)[0]), "end_time": str(times(n)[1]), "speaker_label": f"Speaker {speaker}"}
        for n, (speaker, _) in enumerate(talk)
    ]
    items = [
        {key: item[key] for key in ("start_time", "end_time")}
        | {"type": "pronunciation", "alternatives": [{"content": word}]}
        for item, (_, word) in zip(spoken, talk, strict=True)
    ]
    labels = {"segments": [{"items": spoken}]}
    return {"results": {"transcripts": [], "speaker_labels": labels, "items": items}}


def google(talk):
    """The whole once without speakers, in results of two words, and once more with them."""
    words = [
        {"word": word, "startTime": f"{times(n)[0]}s", "endTime": f"{times(n)[1]}s"} for n, (_, word) in enumerate(talk)
    ]
    results = [
        {
            "alternatives": [
                {"transcript": " ".join(word["word"] for word in words[n : n + 2]), "words": words[n : n + 2]}
            ]
        }
        for n in range(0, len(words), 2)
    ]
    tagged = [word | {"speakerTag": speaker} for word, (speaker, _) in zip(words, talk, strict=True)]
    return {"results": [*results, {"alternatives": [{"words": tagged}]}]}


def assemblyai(talk):
    words = [
        {"text": word, "start": int(times(n)[0] * 1000), "end": int(times(n)[1] * 1000), "speaker": str(speaker)}
        for n, (speaker, word) in enumerate(talk)
    ]
    return {"status": "completed", "text": None, "utterances": None, "words": words}


def speechmatics(talk):
    results = [
        {
            "type": "word",
            "start_time": times(n)[0],
            "end_time": times(n)[1],
            "alternatives": [{"content": word, "speaker": f"Speaker {speaker}"}],
        }
        for n, (speaker, word) in enumerate(talk)
    ]
    return {"format": "2.9", "metadata": {"type": "transcription"}, "results": results}


def watson(talk):
    stamps = [[word, *times(n)] for n, (_, word) in enumerate(talk)]
    labels = [{"from": times(n)[0], "to": times(n)[1], "speaker": speaker} for n, (speaker, _) in enumerate(talk)]
    said = {"transcript": "", "timestamps": stamps}
    return {"result_index": 0, "results": [{"final": True, "alternatives": [said]}], "speaker_labels": labels}


def whisperx(talk):
    words = [
        {"word": word, "start": times(n)[0], "end": times(n)[1], "speaker": f"Speaker {speaker}"}
        for n, (speaker, word) in enumerate(talk)
    ]
    segments = [
        {"text": "", "start": part[0]["start"], "end": part[-1]["end"], "words": part}
        for n in range(0, len(words), 3)
        if (part := words[n : n + 3])
    ]
    return {"segments": segments, "language": "en"}


def elevenlabs(talk):
    words = []
    for n, (speaker, word) in enumerate(talk):
        words += [{"type": "spacing", "text": " ", "speaker_id": f"Speaker {speaker}"}] if words else []
        row = {"type": "word", "text": word, "speaker_id": f"Speaker {speaker}"}
        words.append(row | {"start": times(n)[0], "end": times(n)[1]})
    return {"language_code": "eng", "text": "", "words": words}


@settings(deadline=None, max_examples=30)
@given(talk=TALK)
@pytest.mark.parametrize(
    "service", [deepgram, aws, google, assemblyai, speechmatics, watson, whisperx, elevenlabs], ids=lambda f: f.__name__
)
def test_every_word_is_in_one_turn_under_its_speaker(service, talk):
    found = read(io.StringIO(json.dumps(service(talk))))
    numbered = list(enumerate(talk))
    runs = [list(run) for _, run in groupby(numbered, key=lambda item: item[1][0])]
    assert [(turn.speaker, turn.text.split(" ")) for turn in found.turns] == [
        (f"Speaker {run[0][1][0]}", [word for _, (_, word) in run]) for run in runs
    ]
    assert [(turn.start, turn.end) for turn in found.turns] == [
        (times(run[0][0])[0], round(times(run[-1][0])[1], 3)) for run in runs
    ]
    assert "warnings" not in found.meta


@pytest.mark.parametrize(
    "content",
    [
        {"results": {"channels": []}},
        {"results": {"transcripts": [{"transcript": ""}], "items": []}},
        {"recognizedPhrases": [], "combinedRecognizedPhrases": []},
        {"phrases": [], "combinedPhrases": []},
        {"status": "completed", "text": "", "words": [], "utterances": []},
        {"format": "2.9", "metadata": {}, "results": []},
        {"results": [{"final": True, "alternatives": [{"transcript": "%HESITATION "}]}], "result_index": 0},
        {"results": [{"alternatives": [{"transcript": "", "words": []}], "resultEndTime": "1s"}]},
        {"text": "", "segments": [], "language": "en"},
        {"language_code": "eng", "text": "", "words": [{"type": "audio_event", "text": "(rain)"}]},
        {"result": {"transcription": {"full_transcript": "", "utterances": []}}, "status": "done"},
    ],
    ids=lambda content: " ".join(content),
)
def test_a_recording_without_words_is_refused(content):
    with pytest.raises(TranscriptError, match="holds no words that anybody says") as caught:
        read(io.StringIO(json.dumps(content)))
    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"status": "error", "error": "no audio", "text": None, "words": None}, "status 'error' .no audio.: download"),
        ({"status": "queued", "request_id": "G-1", "request_params": {}, "result": None}, "status 'queued': download"),
    ],
    ids=["assemblyai", "gladia"],
)
def test_a_transcription_that_is_not_done_is_refused(content, message):
    with pytest.raises(TranscriptError, match=message):
        read(io.StringIO(json.dumps(content)))


def test_json_of_another_shape_names_the_place():
    content = {"results": {"channels": [{"alternatives": [{"transcript": 3}]}]}}
    with pytest.raises(TranscriptError, match=r"channels\[0\].alternatives\[0\].transcript") as caught:
        read(io.StringIO(json.dumps(content)))
    assert caught.value.code == "schema"


@pytest.mark.parametrize("parted", ["", "\n"], ids=["one line", "several"])
def test_json_as_python_writes_it(parted):
    """WhisperX leaves NaN where it cannot align a word; json.dumps writes it, and half a character too."""
    said = '{"segments": [' + parted + '{"start": 0, "end": NaN, "text": "We can\'t \\ud83d.", '
    said += '"words": [{"word": "We", "score": NaN, "p": -1e999}]}, {"start": 2.5, "end": Infinity, "text": "Why?"}]}'
    found = read(io.StringIO(said))
    assert [(turn.start, turn.text) for turn in found.turns] == [(0, "We can't \ufffd. Why?")]
    with pytest.raises(TranscriptError, match="is not JSON that can be read"):
        read(io.StringIO(said[:-1]), format="whisper")


def test_times_that_cannot_be_are_left_out_and_counted():
    segments = [{"text": "One.", "start": -1.0, "end": 1.0}, {"text": "Two.", "start": 2.0, "end": 1e30}]
    found = read(io.StringIO(json.dumps({"text": "One. Two.", "segments": segments})))
    assert [turn.meta["cues"] for turn in found.turns] == [[[5, 2.0, None]]]
    assert found.meta["timing"]["impossible"] == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"turns": [{"speaker": "Ana", "text": "Hi."}]}, "native"),
        ({"results": [{"title": "no transcript"}]}, "native"),
        ({"text": "One.", "segments": [{"text": "One.", "start": 0, "end": 1}]}, "whisper"),
        ([{"text": "One.", "start": 0, "end": 1}], "whisper"),
        ({"results": [{"final": True, "alternatives": [{"transcript": "one "}]}]}, "watson"),
        ({"results": [{"alternatives": [{"transcript": "one"}]}]}, "google-speech"),
    ],
)
def test_format_is_told_by_the_content(content, name):
    with opened(io.StringIO(json.dumps(content)), "text") as source:
        assert choose(source, None).name == name
