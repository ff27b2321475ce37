"""Models on disk: what is written is read back, and nothing else is taken for it."""

import hashlib
import json
import shutil
import zlib
from dataclasses import replace

import numpy as np
import pytest
from classify_toys import rehash, toy_frame, toy_model

import vitallies
from vitallies.classify import store
from vitallies.classify.frame import Features
from vitallies.classify.store import (
    FILES,
    FORMAT,
    MANIFEST,
    VARIABLE,
    find_model,
    load_model,
    packed,
    save_model,
    shortened,
    unpacked,
)
from vitallies.errors import ModelError

# There and back


def test_weights_are_rounded_to_six_bits():
    weights = np.array([[0.0, 1.0, -0.3, 0.01234, 7.77, 1e-9]], np.float32)
    kept = shortened(weights)
    assert kept.dtype == np.float16
    assert kept.shape == weights.shape
    np.testing.assert_allclose(kept, weights, rtol=1 / 64, atol=1e-7)
    assert not (kept.view(np.uint16) & 0b11111).any()
    np.testing.assert_array_equal(shortened(kept.astype(np.float32)), kept)


@pytest.mark.parametrize("hashes", [[], [0], [5], [2**64 - 1], [0, 1, 255, 256, 2**40, 2**63, 2**64 - 1]])
def test_hashes_are_packed_without_loss(hashes):
    hashes = np.array(hashes, np.uint64)
    planes = packed(hashes)
    assert planes.dtype == np.uint8
    assert planes.shape == (8, len(hashes))
    np.testing.assert_array_equal(unpacked(planes), hashes)


def test_packed_hashes_take_less_of_a_file():
    hashes = np.unique(np.random.default_rng(0).integers(2**64 - 1, size=20_000, dtype=np.uint64))
    assert len(zlib.compress(packed(hashes).tobytes())) < 0.85 * len(zlib.compress(hashes.tobytes()))


def test_a_saved_model_gives_identical_scores(tmp_path):
    model = toy_model(tmp_path / "source")
    save_model(model, tmp_path / "model")
    again = load_model(tmp_path / "model")
    words = np.arange(50, dtype=np.uint64)
    np.testing.assert_array_equal(again.boundaries.log_odds(words), model.boundaries.log_odds(words))
    frame = toy_frame(np.random.default_rng(1), n_sentences=40)
    rows = np.arange(len(frame.candidates))
    bare = replace(frame, vectors=frame.vectors[:, :0], state_odds=frame.state_odds[:, :0])
    for seen, one, other in ((frame, model.tagger, again.tagger), (bare, model.fast_tagger, again.fast_tagger)):
        before, after = (Features.of(seen, rows, tagger.ngrams) for tagger in (one, other))
        np.testing.assert_array_equal(after.sparse.toarray(), before.sparse.toarray())
        np.testing.assert_array_equal(other.log_odds(seen, rows), one.log_odds(seen, rows))
        assert other.tag(seen, all_candidates=True) == one.tag(seen, all_candidates=True)
        assert other.calibrations == one.calibrations
    for name, head in again.tagger.heads.items():
        assert head.sparse is again.fast_tagger.heads[name].sparse  # held once
    assert again.folder == again.encoder.folder == (tmp_path / "model").resolve()
    assert again.manifest["scores"] == model.manifest["scores"]
    assert again.manifest["format"] == FORMAT


def test_heads_that_do_not_share_their_ngrams_are_not_saved(tmp_path):
    model = toy_model(tmp_path / "source")
    other = toy_model(tmp_path / "other", seed=1)
    with pytest.raises(ModelError, match="share their n-grams"):
        save_model(replace(model, fast_tagger=other.fast_tagger), tmp_path / "model")


def test_only_the_heads_without_an_encoder_have_a_convolution(tmp_path):
    model = toy_model(tmp_path / "source")
    convolution = model.fast_tagger.convolution
    for broken in (
        replace(model, fast_tagger=replace(model.fast_tagger, convolution=None)),
        replace(model, tagger=replace(model.tagger, convolution=convolution)),
    ):
        with pytest.raises(ModelError, match="need a convolution, and the others have none"):
            save_model(broken, tmp_path / "model")


def test_saving_is_reproducible(saved, tmp_path):
    save_model(load_model(saved), tmp_path / "again")
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == sorted([*FILES, MANIFEST])
    for name in (*FILES, MANIFEST):
        assert (tmp_path / "again" / name).read_bytes() == (saved / name).read_bytes(), name


def test_the_shipped_model_survives_a_copy(tmp_path, everything):
    save_model(everything.pipeline.model, tmp_path / "copy")
    again = vitallies.load(tmp_path / "copy", all_candidates=True)
    text = "We can't control that. Customers only care about price."
    assert again.analyze(text).spans == everything.analyze(text).spans
    assert again.analyze(text).spans


def test_the_shipped_model_leaves_room_in_a_wheel_of_35_megabytes():
    packed_up = sum(len(zlib.compress((find_model() / name).read_bytes())) for name in FILES)
    assert 1_000_000 < packed_up < 34_300_000


def test_a_model_is_named_by_its_name_version_and_hash(saved):
    model = load_model(saved)
    files = [f"{name} {hashlib.sha256((saved / name).read_bytes()).hexdigest()}" for name in sorted(FILES)]
    assert model.id == f"toy 1 {hashlib.sha256(chr(10).join(files).encode()).hexdigest()[:8]}"


def test_a_model_is_loaded_once(saved):
    assert load_model(saved) is load_model(str(saved))


def test_a_model_that_was_replaced_is_loaded_anew(saved, tmp_path):
    first = load_model(saved)
    save_model(toy_model(tmp_path / "other", seed=7), saved)
    second = load_model(saved)
    assert second is not first
    assert second.id != first.id


def test_the_encoder_of_a_model_that_was_replaced_is_loaded_anew(analyzer, tmp_path):
    """Heads of one model with the encoder of another would be wrong without a word."""
    text = "We Can't Control That. Customers Only Care About Price."
    original = analyzer.pipeline.model
    scores = {}
    for name in ("one", "other"):
        save_model(original, tmp_path / name)
    vitallies.load(tmp_path / "one", all_candidates=True).analyze(text)
    for name in ("one", "other"):
        path = tmp_path / name / "tokenizer.json"
        tokenizer = json.loads(path.read_text(encoding="utf-8"))
        tokenizer["normalizer"]["lowercase"] = False
        tokenizer["post_processor"] = None
        path.write_text(json.dumps(tokenizer), encoding="utf-8")
        rehash(tmp_path / name)
        spans = vitallies.load(tmp_path / name, all_candidates=True).analyze(text).spans
        scores[name] = [span.score for span in spans]
    assert scores["one"] == scores["other"]


# Where a model is looked for


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A repository with both homes of the shipped model, and none that is given."""
    monkeypatch.delenv(VARIABLE, raising=False)
    package = tmp_path / "repository" / "vitallies"
    monkeypatch.setattr(store, "__file__", str(package / "classify" / "store.py"))
    homes = {
        "explicit": tmp_path / "explicit",
        "variable": tmp_path / "variable",
        "packaged": package / "_models" / "default",
        "repository": package.parent / "models" / "default",
    }
    for folder in homes.values():
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text("{}", encoding="utf-8")
    return homes


def test_the_order_of_the_places(house, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(house["variable"]))
    assert find_model(house["explicit"]) == house["explicit"]
    assert find_model(str(house["explicit"])) == house["explicit"]
    assert find_model() == house["variable"]
    monkeypatch.delenv(VARIABLE)
    assert find_model() == house["packaged"]
    shutil.rmtree(house["packaged"])
    assert find_model() == house["repository"]
    shutil.rmtree(house["repository"])
    with pytest.raises(ModelError) as caught:
        find_model()
    for place in (house["packaged"], house["repository"]):
        assert str(place) in str(caught.value)
    assert "install vitallies again" in str(caught.value)


@pytest.mark.parametrize("bad", ["missing", "empty", "a file"])
def test_nothing_stands_in_for_a_model_that_was_asked_for(house, monkeypatch, bad):
    shutil.rmtree(house["explicit"])
    if bad == "empty":
        house["explicit"].mkdir()
    elif bad == "a file":
        house["explicit"].write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(house["variable"]))
    with pytest.raises(ModelError, match="explicit"):
        find_model(house["explicit"])
    monkeypatch.setenv(VARIABLE, str(house["explicit"]))
    with pytest.raises(ModelError, match="explicit"):
        find_model()


def test_nothing_stands_in_for_a_model_that_is_damaged(saved, monkeypatch):
    (saved / "heads.npz").write_bytes(b"")
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.load(saved)
    monkeypatch.setenv(VARIABLE, str(saved))
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.load()
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.analyze("We can't control that.")


def test_nothing_stands_in_for_an_empty_name(house):
    with pytest.raises(ModelError):
        find_model("")
