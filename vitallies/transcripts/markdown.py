"""The lines of a text file, and of a Markdown file without its markup."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from vitallies.transcripts.source import Source

SUFFIXES = (".md", ".markdown")

_BOLD_LABEL = re.compile(
    r"\s*(?:[-*+]\s+)?(?:[\[(][\d:.]{1,20}[\])]\s*)?(?:\*\*|__)([^*_]{1,120}?)(?:\s*:\s*(?:\*\*|__)|(?:\*\*|__)\s*:(?=\s|$))"
)
"""**Name:** and **Name**: at the beginning of a line, perhaps with a time in front; words may cling to the first."""
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s*(.*?)[\s#]*$")
_RULE = re.compile(r"\s*(?:-(?:\s*-){2,}|\*(?:\s*\*){2,}|_(?:\s*_){2,}|`{3,}\w*|~{3,}\w*)\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|>+)\s+")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_]+)(?<=[^\s_])_(?![\w_])"
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PROPERTY = re.compile(r"[\w-]+:(?:\s|$)|\s+|-\s")
_LONGEST_FRONT = 100
_TIME = re.compile(r"\W*\d{1,3}:\d\d(?::\d\d)?\W*$")


def lines(source: Source) -> list[str]:
    """The lines of a file for its reader."""
    return list(without_markup(source, source.text().split("\n")))


def sample_lines(source: Source) -> list[str]:
    """The lines that a file begins with, for telling its format."""
    found = source.sample_text.split("\n")
    return list(_unmarked(found, Counter())) if is_markdown(source) else found


def without_markup(source: Source, found: Iterable[str]) -> Iterable[str]:
    """The lines as they are, or those of a Markdown file without markup, whose headings are counted."""
    return list(_unmarked(list(found), source.skipped)) if is_markdown(source) else found


def is_markdown(source: Source) -> bool:
    """Whether the name of a file says so, or it begins a line with a label in bold."""
    name = (source.name or "").lower().removesuffix(".gz")
    return name.endswith(SUFFIXES) or any(map(bold_label, source.sample_text.split("\n")))


def bold_label(line: str) -> str | None:
    """The name in bold with a colon that a line begins with."""
    match = _BOLD_LABEL.match(line)
    return " ".join(match[1].split()) if match else None


def _unmarked(found: Sequence[str], skipped: Counter[str]) -> Iterator[str]:
    for line in found[_front_matter(found, skipped) :]:
        if _RULE.match(line):
            yield ""
            continue
        heading = _HEADING.match(line)
        label = _BOLD_LABEL.match(line)
        if label:
            line = f"{label[0]} {line[label.end() :].lstrip()}"
        words = unmarked(heading[2] if heading else _ITEM.sub("", line, count=1))
        # A heading that is a time says from when what follows was said.
        if heading and words and not _TIME.match(words):
            skipped["headings"] += 1
            yield ""
        else:
            yield words


def _front_matter(found: Sequence[str], skipped: Counter[str]) -> int:
    """How many lines the properties take that some programs write in front, between two rules."""
    rules = [place for place, line in enumerate(found[:_LONGEST_FRONT]) if line.strip() == "---"]
    if len(rules) < 2 or any(map(str.strip, found[: rules[0]])):
        return 0
    properties = [line for line in found[rules[0] + 1 : rules[1]] if line.strip()]
    if not all(map(_PROPERTY.match, properties)):
        return 0
    skipped["front matter"] += len(properties)
    return rules[1] + 1


def unmarked(line: str) -> str:
    """A line without emphasis, links, escapes and entities.

    >>> unmarked("**Anna:** see [the _new_ plan](http://example.org), it's 2 * 3 * 4")
    "Anna: see the new plan, it's 2 * 3 * 4"
    """
    line = _LINK.sub(r"\1", line)
    line = _EMPHASIS.sub(lambda found: found[1] or found[2], _STRONG.sub(r"\2", line))
    return html.unescape(_ESCAPE.sub(r"\1", line))
