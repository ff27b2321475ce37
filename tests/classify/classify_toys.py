"""Small frames, taggers and models with random weights: enough to check the arithmetic, and quick to save and load."""

import hashlib
import json
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from vitallies.classify.boundaries import BUCKETS, BoundaryModel
from vitallies.classify.choices import Choices
from vitallies.classify.convolution import WIDTH as SEEN_AT_ONCE
from vitallies.classify.convolution import Convolution
from vitallies.classify.encoder import Encoder
from vitallies.classify.frame import Features, Frame
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.inside import BUCKETS as WORD_BUCKETS
from vitallies.classify.inside import N_POSITIONS, InsideHead
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.references import ReferenceHead
from vitallies.classify.roles import LEARNED_ROLES, N_RANGES, RoleHead
from vitallies.classify.store import FILES, MANIFEST, Model, shortened
from vitallies.classify.tagger import Tagger
from vitallies.labels import KINDS, LABELS, STANCES

WIDTH, SORTS = 3, 4
N_DENSE = WIDTH + 5 * SORTS + 4


def toy_frame(rng, n_sentences=6, vocabulary=12):
    """Sentences of up to nine words in turns of up to three, each with its whole and some stretches of it."""
    lengths = rng.integers(1, 10, n_sentences)
    ends = np.cumsum(lengths)
    sentences = np.column_stack([ends - lengths, ends]).astype(np.intp)
    candidates, owners = [], []
    for number, (start, end) in enumerate(sentences.tolist()):
        cuts = sorted({start, end, *rng.integers(start, end + 1, 3).tolist()})
        mine = {(start, end): None} | {(a, b): None for a in cuts for b in cuts if a < b}
        candidates += list(mine)
        owners += [number] * len(mine)
    return Frame(
        words=rng.integers(100, 100 + vocabulary, ends[-1] if n_sentences else 0).astype(np.uint64),
        sentences=sentences.reshape(-1, 2),
        turns=np.sort(rng.integers(0, max(n_sentences // 2, 1), n_sentences)),
        candidates=np.array(candidates, np.intp).reshape(-1, 2),
        owners=np.array(owners, np.intp),
        marks=(rng.random((ends[-1] if n_sentences else 0, SORTS)) < 0.2).astype(np.float32),
        vectors=rng.normal(size=(len(candidates), WIDTH)).astype(np.float32),
        state_odds=rng.normal(size=(ends[-1] if n_sentences else 0, len(LABELS))).astype(np.float32),
    )


def toy_features(rng, n, n_ngrams):
    sparse = csr_array((rng.random((n, n_ngrams)) * (rng.random((n, n_ngrams)) < 0.3)).astype(np.float32))
    return Features(rng.normal(size=(n, N_DENSE)).astype(np.float32), sparse)


def toy_tagger(rng, vocabulary=12):
    ngrams, for_choices = (
        NgramIndex.fit([rng.integers(100, 100 + vocabulary, 8).astype(np.uint64) for _ in range(n)]) for n in (30, 9)
    )

    def head(classes, index=ngrams, parts=1, n_dense=N_DENSE):
        # As they come back from disk.
        sparse = shortened(rng.normal(size=(len(classes), parts * len(index.hashes)))).astype(np.float32)
        dense = rng.normal(size=(len(classes), n_dense)).astype(np.float32) / 2
        return Head(classes, dense, sparse, rng.normal(size=len(classes)).astype(np.float32))

    return Tagger(
        ngrams=ngrams,
        heads={label: head((label,)) for label in LABELS},
        calibrations=toy_calibrations(rng),
        inside=toy_inside_head(rng, WIDTH),
        choices=Choices(
            for_choices,
            *(head(tuple(classes), for_choices, 3, WIDTH + N_DENSE) for classes in (KINDS, STANCES)),
        ),
    )


def toy_inside_head(rng, width):
    weights = [rng.normal(size=(len(LABELS), n)).astype(np.float32) for n in (width, N_POSITIONS, WORD_BUCKETS)]
    weights[2] = shortened(weights[2]).astype(np.float32)
    return InsideHead(*weights, rng.normal(size=len(LABELS)).astype(np.float32))


def toy_convolution(rng, vocabulary=12):
    """One that knows two words in three."""
    words = np.flatnonzero(rng.random(vocabulary) < 2 / 3).astype(np.uint64) + np.uint64(100)
    dimensions, units = 5, 4

    def weights(*shape):
        return rng.normal(size=shape).astype(np.float32)

    return Convolution(
        words=words,
        embeddings=rng.integers(-127, 128, (len(words) + 1, dimensions)).astype(np.int8),
        kernel=weights(SEEN_AT_ONCE, dimensions, units) / 100,
        kernel_bias=weights(units),
        output=weights(len(LABELS), 2 * units),
        output_bias=weights(len(LABELS)),
    )


def toy_calibrations(rng):
    return {label: Calibration(*rng.uniform([0.3, -2, 0.1], [2, 1, 0.9]).tolist()) for label in LABELS}


def without_vectors(rng, tagger):
    """A tagger for the same n-grams that needs no encoder."""

    def narrowed(head, by=WIDTH):
        return replace(head, dense=rng.normal(size=head.dense[:, by:].shape).astype(np.float32))

    choices = tagger.choices

    return replace(
        tagger,
        heads={label: narrowed(head) for label, head in tagger.heads.items()},
        choices=replace(choices, kind=narrowed(choices.kind, 2 * WIDTH), stance=narrowed(choices.stance, 2 * WIDTH)),
        calibrations=toy_calibrations(rng),
        inside=toy_inside_head(rng, 0),
        convolution=toy_convolution(rng),
    )


def toy_reference_head(rng):
    words = InsideHead(*(part[:1] for part in vars(toy_inside_head(rng, 3)).values()))
    states = rng.normal(size=(N_RANGES, len(LEARNED_ROLES), 3)).astype(np.float32)
    return ReferenceHead(words, 0.4, RoleHead(states, states[0, :, 0], np.array([-1, 0.5], np.float32)))


def toy_model(folder, seed=0):
    """A model whose encoder's files are there but no encoder: loading a model does not open them."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("encoder.onnx").write_bytes(rng.bytes(200))
    folder.joinpath("tokenizer.json").write_text('{"toy": true}', encoding="utf-8")
    tagger = toy_tagger(rng)
    return Model(
        boundaries=BoundaryModel(rng.normal(size=BUCKETS).astype(np.float16), 0.5),
        encoder=Encoder(folder),
        tagger=tagger,
        fast_tagger=without_vectors(rng, tagger),
        references=toy_reference_head(rng),
        manifest={"name": "toy", "version": "1", "files": {"heads.npz": "0" * 64}, "scores": {"é": 0.5}},
    )


def rehash(folder):
    """Make the manifest name the files as they are: what follows must be found by other checks than the hash."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
