"""Scores of parts of the gold: by source, and by the kind of speaker as far as a source tells it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from vitallies.evaluation import GoldSentence, Prediction, evaluate
from vitallies.labels import CORE_LABELS
from vitallies.training.documents import Document

FIGURES: Final = ("gold", "AP", "F1")

_HOST = 4
"""Podcasts of one show from which on somebody counts as its host."""

_IN_OFFICE = re.compile(r"^(The )?(Vice-)?Chair|^Hon\.|\bAM$|\((?=.*,)")
"""How committees write chairs, ministers, members of the Senedd, and members of parliament with their party."""


def parts(documents: Iterable[Document], predictions: Sequence[Prediction]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the figures of the core labels for each part.

    Parameters
    ----------
    documents : iterable of Document
        Those that are scored.
    predictions : sequence of Prediction
        Of all their candidates.

    Returns
    -------
    dict
        ``"source"`` or ``"speaker"`` → part → label → `FIGURES`; with ``"sentences"`` beside the labels.
    """
    documents = list(documents)
    shows: Counter[tuple[str, str | None]] = Counter()
    for document in documents:
        names = {turn.speaker for turn in document.transcript.turns}
        shows.update((_source(document.transcript.id), name) for name in names)
    gold: dict[tuple[str, str], list[GoldSentence]] = defaultdict(list)
    for document in documents:
        source = _source(document.transcript.id)
        for sentence in document.sentences:
            gold["source", source].append(sentence)
            name = document.transcript.turns[sentence.turn].speaker
            if kind := speaker_kind(source, name or "", shows[source, name]):
                gold["speaker", kind].append(sentence)
    by_document: dict[str, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        by_document[prediction.doc].append(prediction)
    found: dict[str, dict[str, dict[str, Any]]] = {"source": {}, "speaker": {}}
    for (what, part), sentences in sorted(gold.items()):
        mine = [x for doc in sorted({sentence.doc for sentence in sentences}) for x in by_document[doc]]
        report = evaluate(sentences, mine).to_dict()
        figures = {label: {name: report[label][name] for name in FIGURES} for label in CORE_LABELS}
        found[what][part] = {"sentences": len(sentences), **figures}
    return found


def speaker_kind(source: str, name: str, transcripts: int) -> str:
    """Tell what kind of speaker a name is; empty where the source doesn't say.

    Parameters
    ----------
    source : str
    name : str
    transcripts : int
        Of that source, in which the name speaks.
    """
    if source == "qmsum-product":
        return f"design team: {name.lower()}"
    if source == "qmsum-academic":
        return f"research group: {name.rsplit(' ', 1)[0].lower()}"
    if source == "qmsum-committee":
        return f"committee: {'chair, minister or member' if _IN_OFFICE.search(name) else 'others, as witnesses'}"
    if source.startswith("changelog-"):
        return f"podcast: {'host' if transcripts >= _HOST else 'guest'}"
    return ""


def _source(document: str) -> str:
    return document.split("/")[0]
