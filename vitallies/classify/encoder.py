"""The sentence encoder: an ONNX transformer run on one window at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ENCODER_FILES: Final = ("encoder.onnx", "tokenizer.json")
MAX_PIECES: Final = 384
"""Word pieces of the longest window; what exceeds it is left out."""


@lru_cache(maxsize=4)
def _opened(folder: Path, digest: str, process: int) -> tuple[Any, Any]:
    """Open a session and a tokenizer, once in each process: a session does not survive a fork."""
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Without VNNI, sums of 8-bit products overflow 16 bits unless this is set.
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(folder / "encoder.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return session, tokenizer


@dataclass(frozen=True)
class Encoder:
    """Turns the words of a window into one vector a word.

    Windows are run one by one: what a vector holds depends on the text of its window alone, not on padding or on what
    else waits in the queue, and short windows cost no padding. The ONNX session is opened on first use, in each process
    anew, with a single thread.

    Parameters
    ----------
    folder : Path
        Holds ``encoder.onnx`` (``input_ids`` of shape (1, pieces) → states of shape (1, pieces, width)) and
        ``tokenizer.json``.
    digest : str
        Tells one content of the folder from another, where it may change within the life of a process.
    """

    folder: Path
    digest: str = ""

    @property
    def width(self) -> int:
        """Length of a vector."""
        width: int = _opened(self.folder, self.digest, os.getpid())[0].get_outputs()[0].shape[-1]
        return width

    def encode(self, windows: Sequence[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Yield for each window the sums of its words' states, running from the left.

        Parameters
        ----------
        windows : sequence of sequences of str
            Words, as the tokenizer's pre-tokenised input (`vitallies.classify.windows.Window.words`).

        Yields
        ------
        ndarray of float32, shape (n_words + 1, width + 1)
            Row ``i`` is the sum of the states of all word pieces before word ``i``, and in the last column how many
            they are; so a difference of two rows gives the mean state of any stretch.
        """
        session, tokenizer = _opened(self.folder, self.digest, os.getpid())
        for words, encoding in zip(windows, tokenizer.encode_batch(list(windows), is_pretokenized=True), strict=True):
            ids = np.asarray([encoding.ids], dtype=np.int64)
            (states,) = session.run(None, {"input_ids": ids})
            owners = np.array([-1 if word is None else word for word in encoding.word_ids])
            of_words = owners >= 0
            pieces = np.append(states[0][of_words], np.ones((of_words.sum(), 1), np.float32), axis=1)
            sums = np.zeros((len(pieces) + 1, pieces.shape[1]))
            np.cumsum(pieces, axis=0, dtype=np.float64, out=sums[1:])
            # Word pieces stand in the order of their words.
            yield sums[np.searchsorted(owners[of_words], np.arange(len(words) + 1))].astype(np.float32)


def pooled(sums: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.float32]:
    """Mean states of stretches of a window, scaled to length 1; zeros where the words were left out.

    Parameters
    ----------
    sums : ndarray of float32, shape (n_words + 1, width + 1)
        As `Encoder.encode` yields them.
    places : ndarray of int, shape (n, 2)
        First word of each stretch and the one after the last.

    Returns
    -------
    ndarray of float32, shape (n, width)
    """
    totals = sums[places[:, 1]] - sums[places[:, 0]]
    # Scaled to length 1, a mean is what a sum is; rounding may leave a little where no word piece is.
    totals[totals[:, -1] < 0.5] = 0
    sums_of_states = totals[:, :-1]
    lengths = np.linalg.norm(sums_of_states, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = sums_of_states / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled
