"""From a frame to labelled candidates: heads, calibration, thresholds and the choice of spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.choices import Choices
from vitallies.classify.convolution import Convolution
from vitallies.classify.frame import Features, Frame, Ints
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.inside import InsideHead
from vitallies.classify.ngrams import NgramIndex
from vitallies.labels import LABELS, LAYER_OF

FLOOR = 0.005
"""Where all candidates are asked for, those with a smaller probability are left out."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A label for a candidate.

    Parameters
    ----------
    candidate : int
        Row of the frame's candidates.
    label : str
    score : float
        Calibrated probability.
    selected : bool
        Whether it reaches the threshold and no better candidate of its sentence stands in its way.
    kind, stance : str or None
        For VITAL_LIE.
    """

    candidate: int
    label: str
    score: float
    selected: bool
    kind: str | None = None
    stance: str | None = None


@dataclass(frozen=True)
class Tagger:
    """The heads of a model.

    A sentence gets a label's probability as a whole; the candidate that can be expected to overlap most with the span
    carries it, and has the sentence's probability. The others share it in proportion to their expected overlap.

    Parameters
    ----------
    ngrams : NgramIndex
    heads : mapping of str to Head
        Label → a yes-or-no head.
    calibrations : mapping of str to Calibration
        Label → its calibration and threshold.
    inside : InsideHead
        Tells which words of a sentence are inside its spans, labels in `LABELS`' order.
    choices : Choices
        Tells kind and stance of vital lies.
    convolution : Convolution or None
        What the heads without an encoder's vectors have in its place: its log-odds are added to theirs.
    """

    ngrams: NgramIndex
    heads: Mapping[str, Head]
    calibrations: Mapping[str, Calibration]
    inside: InsideHead
    choices: Choices
    convolution: Convolution | None = None

    def raised(self, min_score: float | None) -> Tagger:
        """Return a tagger whose thresholds are at least ``min_score``."""
        if min_score is None:
            return self
        raised = {
            label: replace(calibration, threshold=max(calibration.threshold, min_score))
            for label, calibration in self.calibrations.items()
        }
        return replace(self, calibrations=raised)

    def log_odds(self, frame: Frame, rows: Ints) -> NDArray[np.float32]:
        """Return the uncalibrated log-odds of some candidates, shape (n_rows, 6), labels in `LABELS`' order."""
        found = Features.of(frame, rows, self.ngrams)
        odds = np.column_stack([self.heads[label].log_odds(found)[:, 0] for label in LABELS])
        return odds if self.convolution is None else odds + self.convolution.log_odds(frame, rows)

    def probabilities(self, log_odds: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrate log-odds as `log_odds` gives them."""
        columns = [self.calibrations[label].probability(log_odds[:, i]) for i, label in enumerate(LABELS)]
        return np.column_stack(columns)

    def contributions(
        self, frame: Frame, candidates: Sequence[int], labels: Sequence[str], most: int
    ) -> list[list[tuple[int, int, float]]]:
        """Return for each candidate the n-grams that speak most for the label beside it.

        Parameters
        ----------
        frame : Frame
        candidates : sequence of int
            Rows of the frame's candidates.
        labels : sequence of str
            One for each.
        most : int
            How many n-grams of a candidate.

        Returns
        -------
        list of list of (int, int, float)
            First word, the one after the last, and what they add to the log-odds; the largest first, without overlaps.
        """
        bounds = frame.candidates[np.array(candidates, np.intp)]
        rows, located = self.ngrams.matrix(frame.words, bounds), self.ngrams.locate(frame.words)
        kept = []
        for i, (label, (start, end)) in enumerate(zip(labels, bounds.tolist(), strict=True)):
            row = slice(rows.indptr[i], rows.indptr[i + 1])
            columns = rows.indices[row]
            values = rows.data[row] * self.heads[label].sparse[0, columns]
            weights = {c: value for c, value in zip(columns.tolist(), values.tolist(), strict=True) if value > 0}
            found = [
                (at, at + n, weights[column])
                for n, all_columns in enumerate(located, 1)
                for at, column in enumerate(all_columns[start : max(end - n + 1, start)].tolist(), start)
                if column in weights
            ]
            kept.append(_heaviest(found, most))
        return kept

    def tag(self, frame: Frame, *, all_candidates: bool = False) -> list[Tag]:
        """Return the labelled candidates of a frame, ordered by candidate and label.

        Parameters
        ----------
        frame : Frame
        all_candidates : bool, default False
            Return every candidate and label with a probability above `FLOOR`, not only the selected ones.
        """
        if not len(frame.sentences):
            return []
        wholes = frame.wholes
        sentence_scores = self.probabilities(self.log_odds(frame, wholes))
        thresholds = np.array([self.calibrations[label].threshold for label in LABELS])
        wanted = sentence_scores > FLOOR if all_candidates else sentence_scores >= thresholds
        sentences = np.flatnonzero(wanted.any(axis=1))
        if not len(sentences):
            return []
        rows = np.flatnonzero(np.isin(frame.owners, sentences))
        overlaps = self.inside.overlaps(frame, rows)
        lies = rows[wanted[frame.owners[rows], LABELS.index("VITAL_LIE")]]
        chosen_for = dict(zip(lies.tolist(), self.choices.choose(frame, lies), strict=True)) if len(lies) else {}
        edges = np.searchsorted(frame.owners[rows], [sentences, sentences + 1]).T
        tags = []
        for sentence, (first, last) in zip(sentences, edges, strict=True):
            chosen = _chosen(
                frame.candidates[rows[first:last]], sentence_scores[sentence], thresholds, overlaps[first:last]
            )
            for i in np.flatnonzero(wanted[sentence]).tolist():
                share = np.clip(overlaps[first:last, i], 0.01, 1)
                best = chosen.get(i, int(share.argmax()))
                for at in range(last - first) if all_candidates else [best] * (i in chosen):
                    score = sentence_scores[sentence, i] * (1 if at == best else min(1, share[at] / share[best]))
                    if score > FLOOR:
                        row = int(rows[first + at])
                        kind, stance = chosen_for[row] if LABELS[i] == "VITAL_LIE" else (None, None)
                        tags.append(Tag(row, LABELS[i], float(score), at == chosen.get(i), kind, stance))
        return sorted(tags, key=lambda tag: (tag.candidate, LABELS.index(tag.label)))


def _chosen(
    bounds: Ints, scores: NDArray[np.float64], thresholds: NDArray[np.float64], overlaps: NDArray[np.float64]
) -> dict[int, int]:
    """Label → the candidate selected for it, the surest label first; spans of one layer don't overlap."""
    chosen: dict[int, int] = {}
    for i in np.argsort(thresholds - scores, kind="stable").tolist():
        if scores[i] < thresholds[i]:
            continue
        free = np.ones(len(bounds), bool)
        for other, at in chosen.items():
            if LAYER_OF[LABELS[other]] == LAYER_OF[LABELS[i]]:
                free &= (bounds[:, 1] <= bounds[at, 0]) | (bounds[:, 0] >= bounds[at, 1])
        if free.any():
            chosen[i] = int(np.where(free, overlaps[:, i], -np.inf).argmax())
    return chosen


def _heaviest(found: list[tuple[int, int, float]], most: int) -> list[tuple[int, int, float]]:
    """The n-grams of the largest weights, the first of equals, without overlaps."""
    kept: list[tuple[int, int, float]] = []
    for first, last, weight in sorted(found, key=lambda x: (-x[2], x[0])):
        if len(kept) == most:
            break
        if all(last <= a or first >= b for a, b, _ in kept):
            kept.append((first, last, weight))
    return kept
