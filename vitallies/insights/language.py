"""How often strategy and culture language is heard: by meeting and speaker, with its words as the measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from vitallies.insights.estimates import NO_INTERVAL, SHARE, Estimate, Floats, ratio
from vitallies.insights.framed_turns import our_turns
from vitallies.insights.tagging import find_tags, tag_rules

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

By = Literal["all", "meeting", "speaker"]

RECALL: Final = 0.08
"""Share of such language that the tags in use find: 6 of the 78 tags that a blind reader gave to 500 random sentences
of real talk (with those few, anything from 3 to 16%)."""

PER: Final = 1000
"""Words of ours that a rate is for."""

_ORDER: Final[tuple[By, ...]] = ("all", "meeting", "speaker")

_Key = tuple[str, str | None]
_Group = tuple[By, str | None]


@dataclass(frozen=True, slots=True)
class LanguageGroup:
    """How often a group uses each tag's language.

    Parameters
    ----------
    by : {"all", "meeting", "speaker"}
        What the group is of.
    group : str or None
        Its name; None for everything together, and for turns without a speaker.
    words : int
        What it says, in words.
    found, expected : mapping
        Tag and pole → hits, and how many of these are right in all likelihood: hits × the tag's judged precision, NaN
        where it has not been judged.
    rates : mapping of (str, str or None) to Estimate
        Hits in a thousand words; its n counts the meetings in which the group speaks.
    shares : mapping of (str, str or None) to Estimate
        Only for tags with two poles: hits of the pole over hits of the tag, from 0 to 1; its n counts the meetings with
        a hit of the tag.
    """

    by: By
    group: str | None
    words: int
    found: Mapping[_Key, int]
    expected: Mapping[_Key, float]
    rates: Mapping[_Key, Estimate]
    shares: Mapping[_Key, Estimate]


@dataclass(frozen=True, slots=True)
class Language:
    """Strategy and culture language, altogether and by meeting and speaker.

    Parameters
    ----------
    groups : tuple of LanguageGroup
        Everything first, then by meeting and by speaker; empty where we say nothing.
    """

    groups: tuple[LanguageGroup, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a group, tag and pole.

        Returns
        -------
        pandas.DataFrame
            ``by``, ``group``, ``tag``, ``pole``, ``found``, ``expected``, ``words``, ``rate``, ``rate_low``,
            ``rate_high``, ``n`` (meetings of the rate), ``share``, ``share_low``, ``share_high``.
        """
        import pandas as pd

        types = dict.fromkeys(("by", "group", "tag", "pole"), "string") | {"found": "int64", "expected": "float64"}
        types |= {"words": "int64", **dict.fromkeys(("rate", "rate_low", "rate_high"), "float64"), "n": "int64"}
        types |= dict.fromkeys(("share", "share_low", "share_high"), "float64")
        rows = [_long(group, key) for group in self.groups for key in group.found]
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """What the figures say, in plain language."""
        if not self.groups:
            return "There is no talk of our own to read, so nothing can be said about its language."
        every, tags = self.groups[0], tag_rules().tags
        n = every.rates[tag_rules().keys[0]].n
        meetings = "one meeting" if n == 1 else f"{n} meetings"
        heard = Counter({key: rate.value for key, rate in every.rates.items() if rate.value})
        if not heard:
            return f"None of the tagged wordings was found in our own talk in {meetings}; other words may say the same."
        most = "; then of ".join(_rate(tags[key[0]].point, every.rates[key], key[1]) for key, _ in heard.most_common(3))
        poles = [_percent(key, share) for key, share in every.shares.items() if key[1] == tags[key[0]].poles[0].name]
        hits, right = sum(every.found.values()), sum(every.expected.values())
        sure = (
            "how many are right has not been judged" if np.isnan(right) else f"about {right:.0f} can be expected right"
        )
        return (
            f"In our own talk in {meetings}, most is said of {most}. "
            + (f"Where it can go two ways, {', '.join(filter(None, poles))}. " if any(poles) else "")
            + f"Tags are found by wording alone: of the {hits} hits {sure}; about {RECALL:.0%} of such talk is found, "
            "the rest is in other words."
        )


def language(analyses: Iterable[Analysis], customers: Sequence[str] = ()) -> Language:
    r"""Count strategy and culture language in what we say.

    Parameters
    ----------
    analyses : iterable of Analysis
        One a meeting, in any order; read once, and only counts are kept. A name stands for one speaker in all of them.
    customers : sequence of str
        As for `find_tags`.

    Returns
    -------
    Language
        Of each group and tag: hits, their **rate** :math:`1000 \cdot hits / words`, and for tags with two poles the
        **share** of each, :math:`hits_{pole} / hits_{tag}`. Both are ratios of sums over meetings, with the interval of
        `vitallies.insights.estimates.ratio`. Words are what white space separates, in the turns of `our_turns`.

    See Also
    --------
    find_tags : the hits themselves, with the sources of the tags.
    """
    tables: dict[_Group, list[tuple[str, list[int]]]] = {}
    for analysis in analyses:
        for group, counts in _counted(analysis, customers).items():
            tables.setdefault(group, []).append((analysis.transcript.id, counts))
    # Sorted, so that sums come out the same to the last digit whatever order the meetings came in.
    places = sorted(tables, key=lambda group: (_ORDER.index(group[0]), group[1] is None, group[1] or ""))
    return Language(tuple(_group(by, name, sorted(tables[by, name])) for by, name in places))


@cache
def language_columns() -> Mapping[str, Literal["int", "float"]]:
    """What the tags add to the ``transcripts`` and ``speakers`` tables, in order.

    Returns
    -------
    mapping of str to {"int", "float"}
        ``<tag>_hits``, or ``<tag>_<pole>_hits`` where it has two; then ``<tag>_<pole>_share`` for the first of two.
    """
    columns: dict[str, Literal["int", "float"]] = {f"{_name(key)}_hits": "int" for key in tag_rules().keys}
    shares = (
        f"{tag.name}_{tag.poles[0].name}_share" for tag in tag_rules().tags.values() if tag.used and tag.poles[1:]
    )
    return MappingProxyType(columns | dict.fromkeys(shares, "float"))


def language_row(analysis: Analysis, customers: Sequence[str] = ()) -> dict[str, Any]:
    """What the tags add to the meeting's row of the ``transcripts`` table.

    Parameters
    ----------
    analysis : Analysis
        Only its transcript is read.
    customers : sequence of str
        As for `find_tags`.

    Returns
    -------
    dict
        Keyed as `language_columns`, of our own turns alone; a share is None where its tag has no hit.
    """
    return _row(_counted(analysis, customers).get(("all", None)))


def speaker_language_rows(analysis: Analysis, customers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What the tags add to the rows of the ``speakers`` table: one row a speaker, in the order in which they speak up.

    Parameters
    ----------
    analysis, customers
        As for `language_row`.

    Returns
    -------
    list of dict
        As `language_row`; the hits add up to the meeting's. Those of the customer's speakers are 0.
    """
    counted, speakers = _counted(analysis, customers), dict.fromkeys(turn.speaker for turn in analysis.transcript.turns)
    return [_row(counted.get(("speaker", speaker))) for speaker in speakers]


def _counted(analysis: Analysis, customers: Sequence[str]) -> dict[_Group, list[int]]:
    """Group → words and hits in the order of the keys; groups without a word are left out."""
    hits = Counter((hit.speaker, hit.tag, hit.pole) for hit in find_tags(analysis, customers))
    words: Counter[str | None] = Counter()
    for _, turn in our_turns(analysis):
        words[turn.speaker] += len(turn.text.split())
    counted: dict[_Group, list[int]] = {
        ("speaker", speaker): [said, *(hits[speaker, *key] for key in tag_rules().keys)]
        for speaker, said in words.items()
        if said
    }
    if counted:
        every = [sum(column) for column in zip(*counted.values(), strict=True)]
        counted |= {("all", None): every, ("meeting", analysis.transcript.id): every}
    return counted


def _group(by: By, name: str | None, table: list[tuple[str, list[int]]]) -> LanguageGroup:
    counts, book = np.array([row for _, row in table], np.float64), tag_rules()
    words, by_key = counts[:, 0], dict(zip(book.keys, counts[:, 1:].T, strict=True))
    both: dict[str, Floats] = {}
    for (tag, _), hits in by_key.items():
        both[tag] = both.get(tag, 0.0) + hits
    return LanguageGroup(
        by,
        name,
        words=int(words.sum()),
        found={key: int(hits.sum()) for key, hits in by_key.items()},
        expected={key: float(hits.sum()) * book.tags[key[0]].precision for key, hits in by_key.items()},
        rates={key: _in_words(ratio(hits, words)) for key, hits in by_key.items()},
        shares={key: ratio(hits, both[key[0]], within=SHARE) for key, hits in by_key.items() if key[1]},
    )


def _row(counts: Sequence[int] | None) -> dict[str, Any]:
    hits = dict(zip(tag_rules().keys, counts[1:] if counts else [0] * len(tag_rules().keys), strict=True))
    row: dict[str, Any] = {f"{_name(key)}_hits": found for key, found in hits.items()}
    for name in language_columns():
        if name.endswith("_share"):
            (key,) = (key for key in hits if name == f"{_name(key)}_share")
            every = sum(found for (tag, _), found in hits.items() if tag == key[0])
            row[name] = round(hits[key] / every, 6) if every else None
    return row


def _name(key: _Key) -> str:
    return "_".join(filter(None, key))


def _long(group: LanguageGroup, key: _Key) -> list[Any]:
    rate, share = group.rates[key], group.shares.get(key, Estimate(np.nan, np.nan, np.nan, 0))
    row = [group.by, group.group, *key, group.found[key], group.expected[key], group.words]
    return [*row, rate.value, rate.low, rate.high, rate.n, share.value, share.low, share.high]


def _rate(point: str, rate: Estimate, pole: str | None) -> str:
    side = f" ({pole.lower().replace('_', ' ')})" if pole else ""
    interval = f"95% interval {rate.low:.2f} to {rate.high:.2f}" if rate.low <= rate.high else NO_INTERVAL
    return f"{point}{side}: {rate.value:.2f} times in a thousand words ({interval})"


def _in_words(rate: Estimate) -> Estimate:
    return Estimate(PER * rate.value, PER * rate.low, PER * rate.high, rate.n)


def _percent(key: _Key, share: Estimate) -> str:
    if np.isnan(share.value):
        return ""
    interval = "" if np.isnan(share.low) else f" ({share.low:.0%} to {share.high:.0%})"
    return f"{share.value:.0%}{interval} of the {key[0].lower()} talk is {str(key[1]).lower().replace('_', '-')}"
