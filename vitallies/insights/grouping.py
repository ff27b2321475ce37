"""Wordings of beliefs grouped by what they mean.

What a wording means is told by the ideas it names and its words, rare ones weighing more, and by the model's encoder.
The encoder alone cannot do it: it was trained to tell labels apart, and two excuses about quite different things are
nearly one to it. On the groups that were read by hand (``benchmarks/beliefs.py``) its vectors hardly do better than
leaving each wording alone; beside words and ideas they help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from spacy.strings import get_string_id

from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.ngrams import LONGEST
from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.rules import rules

if TYPE_CHECKING:
    from vitallies.classify.ngrams import NgramIndex
    from vitallies.classify.store import Model

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]

CLOSE: Final = 0.45
CLOSE_FAST: Final = 0.25
"""Mean similarity from which two groups are one, with the encoder and without."""

_IDEA: Final = 2.5
"""How many times as much as a word of its rarity an idea counts."""
_COMMON: Final = 4.0
"""Rarity below which a word says nothing: "it", "not" and "can" are below, "people" is above."""
_ENCODED: Final = 0.4
"""Weight of the encoder's similarity; words and ideas have the rest."""
_WIDTH: Final = 128
"""Numbers that are kept of an encoder's vector."""
_ALIKE: Final = 0.05
"""Difference in mean similarity that does not tell which member of a group stands for it best."""
_CELLS: Final = 1 << 24
"""Similarities that are held in memory at once."""


def wording(text: str) -> str:
    """What of a span counts for its meaning: its words in lower case, contractions spelt out, without punctuation."""
    norms = (token.norm_ for token in tokenise(blank_english(), text.lower()))
    return " ".join(norm for norm in norms if any(map(str.isalnum, norm)))


@dataclass(frozen=True)
class Meanings:
    """What wordings mean: similarities are inner products.

    Parameters
    ----------
    words : csr_array of float32, shape (n, n_features)
        Words and ideas.
    states : ndarray of float32, shape (n, width)
        From the encoder; no columns without it.
    """

    words: csr_array
    states: Floats

    def __len__(self) -> int:
        return int(self.words.shape[0])

    @classmethod
    def of(cls, wordings: Sequence[str], model: Model, *, fast: bool = False) -> Meanings:
        """Read wordings; what each means depends on itself and the model alone.

        Parameters
        ----------
        wordings : sequence of str
            As `wording` gives them.
        model : Model
            Its n-grams tell how rare a word is, its encoder the rest.
        fast : bool, default False
            Leave the encoder out.
        """
        words = _words(wordings, model.tagger.ngrams)
        if fast or not wordings:
            return cls(words, np.zeros((len(wordings), 0), np.float32))
        return cls(words * np.float32(np.sqrt(1 - _ENCODED)), _states(wordings, model.encoder))

    def similarities(self, others: Meanings) -> Floats:
        """Similarity of each to each of the others, at most 1; shape (n, n_others)."""
        found: Floats = self.states @ others.states.T + (self.words @ others.words.T).toarray()
        return found

    def rows(self, which: Ints) -> Meanings:
        """Return some of them."""
        return Meanings(self.words[which], self.states[which])

    def means(self, groups: Ints, wanted: Ints, weights: Ints | None = None) -> Meanings:
        """Return the mean meanings of groups, whose inner product is their mean similarity.

        Parameters
        ----------
        groups : ndarray of int, shape (n,)
            The group of each.
        wanted : ndarray of int, shape (n_wanted,)
            Groups, in rising order.
        weights : ndarray of int, shape (n,), optional
            How much each counts; alike if not given.
        """
        members = np.flatnonzero(np.isin(groups, wanted))
        group = np.searchsorted(wanted, groups[members])
        counts = np.ones(len(members)) if weights is None else weights[members].astype(np.float64)
        shares = counts / np.bincount(group, counts, minlength=len(wanted))[group]
        adding = csr_array((shares.astype(np.float32), (group, members)), shape=(len(wanted), len(self)))
        return Meanings(adding @ self.words, adding @ self.states)


def grouped(meanings: Meanings, closeness: float) -> Ints:
    r"""Group by average linkage, cut at a similarity.

    Parameters
    ----------
    meanings : Meanings
        In an order that depends on nothing but themselves, so that ties are broken alike.
    closeness : float
        Mean similarity between the members of two groups from which they are one.

    Returns
    -------
    ndarray of int, shape (n,)
        For each the first of its group.

    Notes
    -----
    The mean of all similarities between two groups is the inner product of their mean meanings, so nothing of size
    :math:`n \times n` is needed: memory grows as n, and similarities are looked at in blocks. Pairs of groups that are
    each other's nearest are merged together until none is as close as ``closeness``; since a merged group is never
    nearer to a third than the nearer of its two parts was (average linkage is reducible), that gives the same groups as
    merging the closest pair again and again [1]_, and a group that has no other near enough is done with.

    References
    ----------
    .. [1] F. Murtagh, A survey of recent advances in hierarchical clustering algorithms, The Computer Journal 26, 1983.
    """
    n = len(meanings)
    first, open_ = np.arange(n), np.arange(n)
    nearest, similarity = np.full(n, -1), np.full(n, -np.inf, np.float32)
    stale = open_
    while len(stale):
        means = meanings.means(first, open_)
        for rows in _blocks(np.searchsorted(open_, stale), len(open_)):
            found = means.rows(rows).similarities(means)
            found[np.arange(len(rows)), rows] = -np.inf
            nearest[open_[rows]] = open_[found.argmax(1)]
            similarity[open_[rows]] = found.max(1)
        open_ = open_[similarity[open_] >= closeness]
        lower, upper = _merging(open_, nearest, similarity)
        into = np.arange(n)
        into[upper] = lower
        first = into[first]
        open_ = np.setdiff1d(open_, upper)
        changed = (
            np.isin(open_, lower) | np.isin(nearest[open_], np.append(lower, upper)) | ~np.isin(nearest[open_], open_)
        )
        stale = open_[changed] if len(open_) > 1 else open_[:0]
    return first


def central(meanings: Meanings, groups: Ints, counts: Ints, lengths: Ints) -> Ints:
    """Return for each group the member that is most like all others, its medoid.

    Parameters
    ----------
    meanings : Meanings
    groups : ndarray of int, shape (n,)
        The group of each.
    counts : ndarray of int, shape (n,)
        How often each was said.
    lengths : ndarray of int, shape (n,)
        Words of each.

    Returns
    -------
    ndarray of int, shape (n_groups,)
        In the groups' rising order. Of members as like the others as the best, but for ``_ALIKE``, it is the one said
        most often, then the shortest, then the first: speakers who start again or add an aside mean no more by it.
    """
    wanted, group = np.unique(groups, return_inverse=True)
    means = meanings.means(groups, wanted, counts)
    likeness = np.asarray(meanings.words.multiply(means.words[group]).sum(1)).ravel()
    likeness = likeness + (meanings.states * means.states[group]).sum(1)
    best = np.full(len(wanted), -np.inf)
    np.maximum.at(best, group, likeness)
    order = np.lexsort((np.arange(len(group)), lengths, -counts, likeness < best[group] - _ALIKE, group))
    return order[np.unique(group[order], return_index=True)[1]]


def _merging(open_: Ints, nearest: Ints, similarity: Floats) -> tuple[Ints, Ints]:
    """Pairs of groups that are each other's nearest, the lower number of each and the upper."""
    partner = nearest[open_]
    mutual = (nearest[partner] == open_) & (open_ < partner) & np.isin(partner, open_)
    if mutual.any() or not len(open_) or not np.isin(partner, open_).all():
        return open_[mutual], partner[mutual]
    # Similarities that are equal but for rounding may run in a circle: cut it at the closest.
    at = similarity[open_].argmax()
    pair = np.sort([open_[at], partner[at]])
    return pair[:1], pair[1:]


def _blocks(rows: Ints, width: int) -> Iterator[Ints]:
    step = max(_CELLS // max(width, 1), 1)
    return (rows[at : at + step] for at in range(0, len(rows), step))


@cache
def _ideas() -> dict[tuple[str, ...], list[str]]:
    """Phrase → the ideas that it names."""
    phrases: dict[tuple[str, ...], list[str]] = {}
    for idea, entries in rules("beliefs", "vitallies.insights.rules").items():
        for entry in entries:
            phrases.setdefault(entry, []).append(idea)
    return phrases


def _named(words: Sequence[str]) -> set[str]:
    """The ideas that some words name."""
    longest = max(map(len, _ideas()))
    runs = (tuple(words[at : at + n]) for at in range(len(words)) for n in range(1, longest + 1))
    return {idea for run in runs for idea in _ideas().get(run, ())}


def _rarity(words: Iterable[str], ngrams: NgramIndex) -> NDArray[np.float64]:
    """Inverse document frequency of each word; the highest for one that is not known."""
    columns = ngrams.locate(np.array([get_string_id(word) for word in words], np.uint64))[0]
    known = np.append(ngrams.idf, ngrams.idf.max(initial=1.0)).astype(np.float64)
    return known[columns]


def _rarity_of_ideas(ngrams: NgramIndex) -> dict[str, float]:
    """Inverse document frequency of each idea, as if all its phrases were one word."""
    shares: dict[str, float] = {}
    for phrase, ideas in _ideas().items():
        if len(phrase) <= LONGEST:
            hashes = np.array([get_string_id(word) for word in phrase], np.uint64)
            column = ngrams.locate(hashes)[len(phrase) - 1][0]
            for idea in ideas:
                # ln((1 + n) / (1 + df)) + 1 turned back into a share of the texts.
                shares[idea] = shares.get(idea, 0.0) + (np.exp(1 - ngrams.idf[column]) if column >= 0 else 0.0)
    highest = float(ngrams.idf.max(initial=1.0))
    return {idea: float(1 - np.log(share)) if share > 0 else highest for idea, share in shares.items()}


def _words(wordings: Sequence[str], ngrams: NgramIndex) -> csr_array:
    """Words and ideas of each wording, by the squares of their rarities, scaled to length 1."""
    from sklearn.preprocessing import normalize

    vocabulary = sorted({word for wording in wordings for word in wording.split()})
    rarity = dict(zip(vocabulary, _rarity(vocabulary, ngrams).tolist(), strict=True))
    weights = {("word", word): rare**2 for word, rare in rarity.items() if rare >= _COMMON}
    weights |= {("idea", idea): _IDEA * rare**2 for idea, rare in _rarity_of_ideas(ngrams).items()}
    column = {feature: number for number, feature in enumerate(weights)}
    columns = []
    for words in (wording.split() for wording in wordings):
        named = {("word", word) for word in words} | {("idea", idea) for idea in _named(words)}
        columns.append(sorted(column[feature] for feature in named if feature in column))
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((c for row in columns for c in row), np.int32, starts[-1])
    values = np.array([*weights.values()], np.float32)[flat]
    table = csr_array((values, flat, starts), shape=(len(wordings), len(column)))
    return csr_array(normalize(table)) if len(wordings) else table


def _states(wordings: Sequence[str], encoder: Encoder) -> Floats:
    """What the encoder makes of each wording by itself, projected at random onto fewer numbers, scaled to length."""
    from sklearn.preprocessing import normalize
    from sklearn.random_projection import GaussianRandomProjection

    projection = GaussianRandomProjection(_WIDTH, random_state=0).fit(np.zeros((1, encoder.width), np.float32))
    axes = projection.components_.astype(np.float32).T
    states = np.zeros((len(wordings), _WIDTH), np.float32)
    for row, sums in enumerate(encoder.encode([wording.split() for wording in wordings])):
        states[row] = pooled(sums, np.array([[0, len(sums) - 1]]))[0] @ axes
    scaled: Floats = normalize(states) * np.float32(np.sqrt(_ENCODED))
    return scaled
