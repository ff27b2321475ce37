"""What stands for a model, and transcripts to score by it."""

import json
import os
import re
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from vitallies.classify.store import load_model
from vitallies.labels import LAYER_OF
from vitallies.types import Analysis, AnnotatedSpan, Evidence

OUTPUTS = ["beliefs", "customers", "errors.jsonl", "manifest.json", "speakers", "spans", "transcripts"]
WORDS = {"can't": "VITAL_LIE", "who": "CHALLENGE", "guests": "CUSTOMER_FOCUSED"}


@cache
def shipped():
    return load_model(None)


@dataclass(frozen=True)
class Fake:
    """Labels three words; ``log`` gets a line for each transcript analysed, in whatever process."""

    log: Path | None = None
    model_id: str = "fake 1"
    seconds: float = 0
    fast: bool = False

    @property
    def settings(self):
        return {"fast": self.fast, "customers": ()}

    @property
    def model(self):
        return shipped()

    @property
    def manifest(self):
        return {"labels": list(WORDS.values())}

    def analyze(self, transcript):
        if self.log:
            with self.log.open("a") as file:
                file.write(f"{transcript.id}\n")
        time.sleep(self.seconds)
        words = " ".join(turn.text for turn in transcript.turns)
        if "die" in words.split():
            os._exit(1)
        if "break" in words.split():
            raise ValueError("the model\nbroke")
        if "hola" in words.split():
            doubt = {"code": "language", "message": "this is Spanish"}
            transcript = replace(transcript, language="es", meta={**transcript.meta, "warnings": [doubt]})
        spans = [
            AnnotatedSpan(
                transcript.id,
                number,
                found.start(),
                found.end(),
                found.group(),
                WORDS[found.group()],
                LAYER_OF[WORDS[found.group()]],
                1 / 3,
                speaker=turn.speaker,
                time=turn.time_at(found.start()),
                evidence=(Evidence("sentence", turn.text, 1.0), Evidence("words", found.group(), 0.5)),
            )
            for number, turn in enumerate(transcript.turns)
            for found in re.finditer("|".join(WORDS), turn.text)
        ]
        return Analysis(transcript, spans, self.model_id)


def native(text="we can't", **keys):
    return json.dumps({**keys, "turns": [{"speaker": "Ana", "text": text}]})


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def ids(out):
    return [row["transcript"] for row in lines(out / "transcripts.jsonl")]


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def written_meetings(folder):
    """Twelve that can be scored, three that cannot, and one with a doubt."""
    files = {f"team/{number:02}.json": native(f"number {number}: we can't, said guests") for number in range(9)}
    files["calls.jsonl"] = "\n".join([native("who says"), "{nonsense", native("guests, who", id="named")])
    files["a broken.json"] = "{"
    files["b break.json"] = native("please break")
    files["z hola.json"] = native('hola "who",\nguests')
    return write(folder, files)
