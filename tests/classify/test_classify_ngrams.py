"""TF-IDF over hashed n-grams against scikit-learn's, on the same tokens."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer
from spacy.strings import get_string_id

from vitallies.classify.hashing import mix
from vitallies.classify.ngrams import LONGEST, NgramIndex

WORDS = ("we", "can", "not", "customers", "price", "émigré", "n't", "?")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=12)


def hashed(words):
    return np.array([get_string_id(word) for word in words], np.uint64)


def hash_of(ngram):
    """The upper 48 bits, of which a file holds less than of 64."""
    words = ngram.split(" ")
    return int(mix(len(words), *(np.array([get_string_id(word)], np.uint64) for word in words))[0]) >> 16


@given(TEXTS, st.integers(1, 3))
@example([["we", "we", "we"]] * 2, 2)
@example([["we"], ["we", "can"]], 1)
def test_the_matrix_is_scikit_learns(texts, fewest):
    index = NgramIndex.fit([hashed(words) for words in texts], fewest=fewest)
    reference = TfidfVectorizer(
        tokenizer=str.split,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, LONGEST),
        binary=True,
        min_df=fewest,
        norm="l2",
    )
    try:
        wanted = reference.fit_transform([" ".join(words) for words in texts])
    except ValueError:  # no n-gram is left
        assert len(index.hashes) == 0
        return
    columns = np.searchsorted(
        index.hashes, np.array([hash_of(x) for x in reference.get_feature_names_out()], np.uint64)
    )
    assert sorted(columns.tolist()) == list(range(len(index.hashes)))
    np.testing.assert_allclose(index.idf[columns], reference.idf_, rtol=1e-6)
    ends = np.cumsum([len(words) for words in texts])
    bounds = np.column_stack([np.append(0, ends[:-1]), ends])
    found = index.matrix(hashed([word for words in texts for word in words]), bounds)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.toarray()[:, columns], wanted.toarray(), atol=1e-6)


@given(TEXTS, st.data())
def test_any_stretch_of_a_text_has_the_row_that_it_would_have_alone(texts, data):
    index = NgramIndex.fit([hashed(words) for words in texts], fewest=1)
    words = hashed([word for words in texts for word in words])
    assume(len(words))
    places = st.integers(0, len(words))
    bounds = np.sort(np.array(data.draw(st.lists(st.tuples(places, places), min_size=1, max_size=5)), np.intp), axis=1)
    together = index.matrix(words, bounds).toarray()
    for (start, end), row in zip(bounds.tolist(), together, strict=True):
        alone = index.matrix(words[start:end], np.array([[0, end - start]]))
        np.testing.assert_array_equal(alone.toarray()[0], row)
        length = np.linalg.norm(row)
        assert length == pytest.approx(1, abs=1e-5) if end > start else length == 0


@given(st.lists(st.sampled_from(WORDS), max_size=10))
def test_locate_finds_each_ngram_where_it_begins(words):
    known = [["we", "can", "not"], ["customers", "price"]]
    index = NgramIndex.fit([hashed(x) for x in known], fewest=1)
    names = {" ".join(x[i : i + n]) for x in known for n in (1, 2, 3) for i in range(len(x) - n + 1)}
    for n, columns in enumerate(index.locate(hashed(words)), 1):
        grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
        assert len(columns) == len(grams)
        for gram, column in zip(grams, columns.tolist(), strict=True):
            assert (column >= 0) == (gram in names)
            if column >= 0:
                assert index.hashes[column] == hash_of(gram)


def test_unknown_words_give_an_empty_row():
    index = NgramIndex.fit([hashed(["we", "can"])] * 2)
    found = index.matrix(hashed(["never", "seen"]), np.array([[0, 2], [0, 0], [1, 1]]))
    assert isinstance(found, csr_array)
    assert found.shape == (3, 3)
    assert found.nnz == 0


def test_an_index_of_nothing_gives_rows_without_columns():
    index = NgramIndex.fit([hashed(["we"]), hashed(["can"])])
    assert index.matrix(hashed(["we", "can"]), np.array([[0, 2]])).shape == (1, 0)


def test_no_stretch_gives_no_row():
    index = NgramIndex.fit([hashed(["we"])] * 2)
    assert index.matrix(hashed(["we"]), np.zeros((0, 2), np.intp)).shape == (0, 1)


# Hashing


def test_order_and_salt_count():
    a, b = hashed(["we"]), hashed(["can"])
    values = [mix(a, b), mix(b, a), mix(1, a, b), mix(2, a, b), mix(a), mix(1, a), mix(a, a)]
    assert len({int(value[0]) for value in values}) == len(values)


def test_a_hash_is_the_same_everywhere_and_for_ever():
    """A shipped model holds these numbers: the arithmetic again, in plain integers."""

    def in_integers(*parts):
        mixed = 0
        for part in parts:
            mixed = (mixed ^ part) * 0x9E3779B97F4A7C15 % 2**64
            mixed ^= mixed >> 29
        return mixed

    words = [get_string_id(word) for word in WORDS]
    found = mix(3, hashed(WORDS), hashed(WORDS[::-1]))
    assert found.dtype == np.uint64
    assert found.tolist() == [in_integers(3, a, b) for a, b in zip(words, words[::-1], strict=True)]
    assert get_string_id("we") == 16064069575701507746  # spaCy's, which the shipped models rely on


def test_hashes_of_many_ngrams_hardly_collide():
    words = np.arange(300, dtype=np.uint64)
    one, two = (x.ravel() for x in np.meshgrid(words, words))
    assert len(np.unique(mix(2, one, two))) == len(one)
    low = np.bincount((mix(2, one, two) % np.uint64(1024)).astype(int), minlength=1024)
    assert low.min() > 0.5 * low.mean()
    assert low.max() < 1.5 * low.mean()
