"""Nothing is made up or said twice: words of the turns are words of the file, no more often than they stand there."""

import gzip
import html
import json
import re
from collections import Counter

import pytest
from test_transcripts_cases import CASES, FILES

from vitallies.transcripts import read_all

LETTERS = re.compile(r"[^\W_]+")
TEXTS = ("utf-8", "utf-16", "cp1252")


def written(path):
    """The text of a file that is text; None of any other."""
    content = path.read_bytes()
    content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    for encoding in TEXTS[1:] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else TEXTS[::2]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text or text.startswith(("PK", "%PDF", "PAR1")) else text
    return None


def strings(text):
    """The text, of JSON what its strings hold."""
    try:
        lines = [text] if text.lstrip().startswith(("[", "{")) and json.loads(text) is not None else []
    except ValueError:
        lines = text.split("\n") if text.lstrip().startswith("{") else []
    found, waiting = [], [[json.loads(line) for line in lines if line.strip()]]
    while waiting:
        item = waiting.pop()
        waiting += reversed(list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else [])
        found += [item] if isinstance(item, str) else []
    return "\n".join(found) if lines else text


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if written(path) is not None],
    ids=lambda path: path.relative_to(CASES).as_posix(),
)
def test_the_words_of_the_turns_stand_in_the_file(path):
    found = LETTERS.findall(html.unescape(html.unescape(strings(written(path)))))
    said = Counter(word for item in read_all(path) for turn in item.turns for word in LETTERS.findall(turn.text))
    # Some files cut words in pieces, with times between them.
    pieces = "".join(word for word in found if not word.isdecimal())
    assert [word for word in said - Counter(found) if word not in pieces] == []
