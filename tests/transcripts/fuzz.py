"""Fuzz the readers with atheris for a fixed time: ``make fuzz``.

The first byte of an input chooses a format, or that the content tells; the rest is the file. An input that fails is
kept in ``out/fuzz``: mend the reader, and put the file into ``regressions`` as ``<format>.<fault>.<suffix>``.
"""

import io
import json
import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.stderr.write("fuzz: atheris is not there (it has no wheel for some platforms), so nothing was fuzzed\n")
    sys.exit(0)

with atheris.instrument_imports(include=["vitallies.transcripts"]):
    from vitallies.errors import TranscriptError
    from vitallies.transcripts import formats, read_all, registry

CASES = Path(__file__).parent / "cases"
NAMES = [item.name for item in formats()]
MOST = 20_000
"""Bytes of an input: longer ones are slow, and find no more."""


def seeds():
    """Each case twice: as its format, and to be told."""
    for path in sorted(CASES.rglob("*")):
        beside = path.with_name(f"{registry.stem(path)}.expected.json")
        if path == beside or not beside.exists():
            continue
        said = json.loads(beside.read_text(encoding="utf-8"))
        name = (said[0] if isinstance(said, list) else said)["format"]
        for chosen in (NAMES.index(name), len(NAMES)):
            yield bytes([chosen]) + path.read_bytes()


def read_one(data):
    """What a user's file goes through."""
    chosen = data[0] % (len(NAMES) + 1) if data else 0
    stream = io.BytesIO(data[1:])
    stream.name = "fuzzed"
    try:
        for transcript in read_all(stream, NAMES[chosen] if chosen < len(NAMES) else None):
            transcript.to_json().encode()
    except TranscriptError:
        pass


def main(folder, seconds):
    corpus = Path(folder, "corpus")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed{number}").write_bytes(seed[:MOST])
    options = [f"-max_total_time={seconds}", f"-max_len={MOST}", "-timeout=20", "-rss_limit_mb=2048", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", f"-artifact_prefix={folder}/", str(corpus)], read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
