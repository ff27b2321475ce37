"""The head that tells the words for the people served, fitted on talk small enough to see through."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from example_talk import Never

from vitallies.classify.roles import AROUND, chosen
from vitallies.errors import DataError
from vitallies.labels import ROLES
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.references import Joints, expressions
from vitallies.training import readings as home_of_readings
from vitallies.training import references as home
from vitallies.training import roles as home_of_roles
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING, staged
from vitallies.training.documents import Document, MarkedMention, MentionSentence
from vitallies.training.readings import Reading, read
from vitallies.training.references import fit_references
from vitallies.types import Transcript, Turn

TEXTS = (
    "The tenants wait for the lift.",
    "The engineer waits for the tenants.",
    "We saw the lift and the engineer.",
    "Do the tenants know the engineer?",
)


class Letters:
    """Its state of a word is the word's first letter and length."""

    width = 27

    def __init__(self):
        self.seen = []

    def encode(self, windows):
        for words in windows:
            self.seen.append(list(words))
            states = np.zeros((len(words), 28), np.float32)
            for row, word in zip(states, words, strict=True):
                row[ord(word[0].lower()) % 26] = 1
                row[26], row[27] = 0.1 * len(word), 1
            yield np.vstack([np.zeros(28, np.float32), np.cumsum(states, axis=0)])


def document(number):
    turns = tuple(Turn(text) for text in TEXTS[number % 4 :] + TEXTS[: number % 4])
    return Document(Transcript(f"d{number}", turns), (), None)


def marks(document, word="tenants", role="end-user", *, arguable=False):
    return tuple(
        MentionSentence(
            number,
            0,
            len(turn.text),
            (MarkedMention(at, at + len(word), arguable, role),) if (at := turn.text.find(word)) >= 0 else (),
        )
        for number, turn in enumerate(document.transcript.turns)
    )


def fitted(documents, mentions):
    return fit_references(documents, mentions, Never(), Letters(), jobs=1)


def judged(head, *texts):
    """The joints of some turns, their words and probabilities, and what their states give by the rows of the head."""
    doc = staged(Transcript("t", tuple(map(Turn, texts))), Never())
    frame = doc_frame(doc, vectors=False)
    words = [doc.vocab.strings[word] for word in frame.words.tolist()]
    (sums,) = Letters().encode([words])
    states = np.diff(sums, axis=0)[:, :-1]
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    odds = states @ head.states.T
    return Joints.of(doc, frame), words, head.probabilities(frame, odds[:, :1]), odds


def told(head, text):
    joints, words, probabilities, _ = judged(head, text)
    bounds = expressions(joints, probabilities, head.threshold).tolist()
    return [" ".join(words[first:end]) for first, end in bounds]


@pytest.fixture(scope="module")
def head():
    documents = [document(number) for number in range(8)]
    return fitted(documents, {one.transcript.id: marks(one) for one in documents[:7]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We wait for the tenants.", ["tenants"]),
        ("do the tenants know the lift", ["tenants"]),
        ("The engineer waits for the lift.", []),
    ],
)
def test_what_readers_marked_is_found(head, text, expected):
    assert told(head, text) == expected


def test_probabilities_are_calibrated_on_documents_that_were_not_seen(head):
    """Every tenth word is marked, always the same one: of what is not seen all can be told."""
    assert 0 < head.threshold < 1
    _, words, found, _ = judged(head, *TEXTS)
    marked = np.array([word == "tenants" for word in words])
    assert found[marked].min() > 0.9
    assert found[~marked].max() < 0.1


def test_words_are_learned_as_transcribed_and_as_recognised():
    encoder = Letters()
    documents = [document(number) for number in range(4)]
    fit_references(documents, {one.transcript.id: marks(one) for one in documents}, Never(), encoder, jobs=1)
    told = Counter(word for words in encoder.seen for word in words)
    assert told["."] == 3 * 4
    assert told["tenants"] == 2 * 3 * 4


def test_words_that_readers_split_on_count_less():
    """Two documents in three hold a doubtful "engineer": as clear ones they would be the more likely."""
    documents = [document(number) for number in range(12)]

    def odds_of_engineer(arguable):
        given = {
            one.transcript.id: marks(one, "engineer", arguable=arguable) if number % 3 else marks(one, "nobody")
            for number, one in enumerate(documents)
        }
        readings = [read(0, one, given[one.transcript.id], Never(), Letters(), False)[1] for one in documents]
        head = home._fit(readings)
        every = np.concatenate([home._log_odds(head, reading) for reading in readings])
        return every[np.concatenate([reading.states[:, ord("e") % 26] > 0 for reading in readings])].mean()

    assert odds_of_engineer(arguable=True) < 0 < odds_of_engineer(arguable=False)


def test_the_threshold_is_that_of_the_best_expressions():
    """By hand: at .5 two of three are right, at .7 both, at .9 one of them is missed."""
    words = ["tenants", "wait", "lift", "wait", "ladies"]
    first = np.arange(5) == 0
    joints = Joints(first, np.zeros(5, bool), np.array([word != "wait" for word in words]), np.zeros(5, bool))
    marks = np.array([CLEAR, NOTHING, NOTHING, NOTHING, CLEAR], np.int8)
    reading = Reading(joints, None, None, marks, None, None, None)
    probabilities = [np.array([0.95, 0.1, 0.6, 0.1, 0.8])]
    found = [home._f1([reading], probabilities, threshold) for threshold in (0.5, 0.7, 0.9)]
    assert found == pytest.approx([0.8, 1, 2 / 3])


def test_a_document_whose_sentences_cover_none_of_ours_is_passed_over():
    documents = [document(number) for number in range(5)]
    mentions = {one.transcript.id: marks(one) for one in documents}
    long = "The tenants wait and the engineer waits for the lift and for the other engineer of the lift"
    odd = Document(Transcript("odd", (Turn(long), Turn(" "))), (), None)
    more = mentions | {
        "odd": (MentionSentence(0, 0, 17, (MarkedMention(4, 11, False, "broker"),)), MentionSentence(1, 0, 1, ()))
    }
    one, other = fitted(documents, mentions), fitted([*documents, odd], more)
    np.testing.assert_array_equal(one.words.states, other.words.states)


def test_too_few_documents_are_refused():
    documents = [document(number) for number in range(3)]
    with pytest.raises(DataError, match="3 documents with marked mentions"):
        fitted(documents, {one.transcript.id: marks(one) for one in documents})


def test_mentions_that_are_all_doubtful_are_refused():
    documents = [document(number) for number in range(5)]
    with pytest.raises(DataError, match="words that clearly refer"):
        fitted(documents, {one.transcript.id: marks(one, arguable=True) for one in documents})


def test_roles_are_learned_from_mentions():
    """Tenants use, dealers pass on."""
    texts = {
        "end-user": ("The tenants wait.", "We know the tenants."),
        "broker": ("The dealers wait.", "The dealers ask."),
    }
    documents, mentions = [], {}
    for number in range(12):
        role, nouns = (("end-user", "tenants"), ("broker", "dealers"))[number % 2 if number < 8 else number // 2 % 2]
        turns = tuple(map(Turn, texts[role] * 2))
        documents.append(Document(Transcript(f"d{number}", turns), (), None))
        mentions[f"d{number}"] = marks(documents[-1], nouns, role)
    head = fitted(documents, mentions)
    for role, (text, _) in texts.items():
        joints, _, probabilities, odds = judged(head, text, text)
        bounds = expressions(joints, probabilities, head.threshold)
        assert head.roles.roles_of(odds[:, 1:], bounds) == [role, role]
    assert not head.roles.states[:, 1].any()  # nobody is a fixer
    assert head.roles.bias[1] < -20


def states_of(words):
    (sums,) = Letters().encode([words])
    states = np.diff(sums, axis=0)[:, :-1]
    return states / np.linalg.norm(states, axis=1, keepdims=True)


def test_a_mention_is_seen_with_the_words_around_it_whether_or_not_they_were_read():
    texts = ("Engineers know lifts.", "We ask tenants.", "Tenants wait.", "Fine.")
    talk = Document(Transcript("t", tuple(map(Turn, texts))), (), None)
    sentences = (MentionSentence(2, 0, 13, (MarkedMention(0, 7, False, "broker"),)),)
    _, reading = read(0, talk, sentences, Never(), Letters(), False)
    states = states_of(
        ["engineers", "know", "lifts", ".", "we", "ask", "tenants", ".", "tenants", "wait", ".", "fine", "."]
    )
    wanted = [states[8], states.mean(axis=0), states[8]]
    np.testing.assert_allclose(reading.expressions, [[wanted]] * 3, atol=1e-3)
    np.testing.assert_allclose(reading.states, states[8:11], atol=1e-3)
    assert (reading.degrees.tolist(), reading.roles.tolist()) == ([CLEAR], [ROLES.index("broker")])


def test_mentions_are_seen_in_excerpts_too(monkeypatch):
    """Of three, the first two share an excerpt, which reaches to the third; that one's begins behind the second."""
    monkeypatch.setattr(home_of_readings, "_EXCERPTS", (2,))
    states = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float16)
    whole, parts = home_of_readings._seen(states, np.array([[1, 2], [4, 6], [8, 9]])).astype(float)
    exact = states.astype(float)
    own = [exact[1], exact[4:6].mean(axis=0), exact[8]]
    np.testing.assert_allclose(whole[:, 0], own, atol=1e-2)
    np.testing.assert_allclose(parts[:, 0], own, atol=1e-2)
    np.testing.assert_allclose(whole[:, 1], [exact.mean(axis=0)] * 3, atol=1e-2)
    first, second = exact[:8].mean(axis=0), exact[6:].mean(axis=0)
    np.testing.assert_allclose(parts[:, 1], [first, first, second], atol=1e-2)
    np.testing.assert_allclose(whole[:, 2], [exact[[1, 4, 5, 8]].mean(axis=0)] * 3, atol=1e-2)
    both = exact[[1, 4, 5]].mean(axis=0)
    np.testing.assert_allclose(parts[:, 2], [both, both, exact[8]], atol=1e-2)


def test_words_far_from_what_was_read_are_left_out():
    """Two sentences far apart are read in a window each, with the words around them, and nothing between these."""
    texts = ["Tenants wait."] + [f"Nobody spoke of that number {number}." for number in range(60)] + ["Dealers ask."]
    talk = Document(Transcript("t", tuple(map(Turn, texts))), (), None)
    sentences = (
        MentionSentence(0, 0, 13, (MarkedMention(0, 7, False, "end-user"),)),
        MentionSentence(61, 0, 12, (MarkedMention(0, 7, False, "broker"),)),
    )
    encoder = Letters()
    _, reading = read(0, talk, sentences, Never(), encoder, False)
    one, other = ([word for word in window if word != "[SEP]"] for window in encoder.seen)
    assert (one[:3], other[-3:]) == (["tenants", "wait", "."], ["dealers", "ask", "."])
    assert len(one) + len(other) < 200
    both = states_of(one + other)
    tenants, dealers = reading.expressions[0].astype(float)
    np.testing.assert_allclose(tenants[1], both[: 1 + AROUND].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(dealers[1], both[-3 - AROUND :].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(reading.states, np.vstack([both[:3], both[-3:]]), atol=1e-3)


def test_a_sentence_is_read_in_its_own_window_though_it_stands_beside_another():
    """A state tells how many words stand before: a word read is told from its own window, not from a later one."""

    class Places(Letters):
        def encode(self, windows):
            for words in windows:
                states = np.ones((len(words), 28), np.float32)
                states[:, 0] = np.arange(len(words))
                yield np.vstack([np.zeros(28, np.float32), np.cumsum(states, axis=0)])

    talk = Document(Transcript("t", (Turn("Nobody ever spoke of it."),) * 40), (), None)
    sentences = tuple(MentionSentence(turn, 0, 24, ()) for turn in (20, 26))
    _, reading = read(0, talk, sentences, Never(), Places(), False)
    place = reading.states[:, 0].astype(float) / reading.states[:, 1].astype(float)
    # Of sixty words, and breaks between their turns, that stand before; the other stands thirty-six on.
    np.testing.assert_allclose(place, [*range(70, 76), *range(70, 76)], atol=0.1)
    every = tuple(MentionSentence(turn, 0, 24, ()) for turn in range(40))
    _, reading = read(0, talk, every, Never(), Places(), False)
    place = reading.states[:, 0].astype(float) / reading.states[:, 1].astype(float)
    # Twenty-three sentences make a window.
    np.testing.assert_allclose(place[23 * 6 : 24 * 6], range(70, 76), atol=0.1)


def test_a_document_without_mentions_has_no_expressions():
    talk = Document(Transcript("t", (Turn("Tenants wait."),)), (), None)
    _, reading = read(0, talk, (MentionSentence(0, 0, 13, ()),), Never(), Letters(), False)
    assert reading.expressions.shape == (3, 0, 3, 27)
    assert reading.roles.shape == reading.degrees.shape == (0,)


def of_roles(seen, roles, degrees):
    return Reading(None, None, None, None, np.array(seen)[None], np.array(degrees), np.array(roles))


def test_a_role_is_told_by_whatever_range_tells_it():
    rng = np.random.default_rng(0)
    seen = rng.normal(size=(900, 3, 2)).astype(np.float16)
    roles = np.where(seen[:, 1, 0] > 0.5, 1, np.where(seen[:, 2, 1] > 0.5, 2, 0)).astype(np.int8)
    states, bias = home_of_roles._fit([of_roles(seen, roles, np.full(900, CLEAR))])
    strength = np.abs(states)
    assert strength[1, 0].argmax() == 0 == strength[:, 0].max(axis=1).argmax() - 1  # brokers
    assert strength[2, 1].argmax() == 1 == strength[:, 1].max(axis=1).argmax() - 1  # fixers
    log_odds = np.einsum("eiw,irw->er", seen.astype(float), states) + bias
    told = np.where(log_odds.max(axis=1) > 0, 1 + log_odds.argmax(axis=1), 0)
    assert (told == roles).mean() > 0.9


@pytest.mark.parametrize(("degree", "likelier"), [(CLEAR, "broker"), (ARGUABLE, "end-user")])
def test_roles_that_readers_split_on_count_less(degree, likelier):
    """Two brokers for each end-user, seen alike."""
    degrees = np.array([CLEAR, degree, degree] * 20)
    _, bias = home_of_roles._fit([of_roles(np.zeros((60, 3, 2), np.float16), [0, 1, 1] * 20, degrees)])
    assert (bias[0] > 0) == (likelier == "broker")


def test_those_whose_role_nobody_can_tell_teach_nothing():
    rng = np.random.default_rng(0)
    seen, roles = rng.normal(size=(60, 3, 2)).astype(np.float16), [0, 1, 2] * 20
    one = home_of_roles._fit([of_roles(seen, roles, [CLEAR] * 60)])
    unclear = of_roles(rng.normal(size=(30, 3, 2)).astype(np.float16), [ROLES.index("unclear")] * 30, [CLEAR] * 30)
    other = home_of_roles._fit([of_roles(seen, roles, [CLEAR] * 60), unclear])
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("role", [0, 1])
def test_where_all_play_one_role_it_is_told(role):
    states, bias = home_of_roles._fit([of_roles(np.ones((9, 3, 2), np.float16), [role] * 9, [CLEAR] * 9)])
    assert not states.any()
    assert (bias > 0).tolist() == [role == 1, False]


def test_the_mean_f1_of_roles_counts_each_role_alike():
    """By hand: of two told brokers one is right; the fixer is missed; of three told end-users two are right."""
    told = np.array([0, 0, 2, 2, 2])
    roles = np.array([1, 0, 0, 0, 2])
    assert home_of_roles._mean_f1(told, roles) == pytest.approx((2 / 3 + 0 + 4 / 6) / 3)


def told_by_one_number(numbers, roles, degrees=None):
    """A reading whose expressions are seen by one number."""
    seen = np.repeat(np.array(numbers, np.float16)[:, None, None], 3, axis=1)
    return of_roles(seen, roles, [CLEAR] * len(roles) if degrees is None else degrees)


def test_thresholds_are_those_of_the_best_roles_in_documents_that_were_not_seen():
    rng = np.random.default_rng(0)
    readings = []
    for _ in range(8):
        roles = rng.choice(3, size=60, p=[0.6, 0.3, 0.1])
        readings.append(told_by_one_number(rng.normal(size=60) + np.array([0, 1, -1])[roles], roles))
    groups = np.arange(8) % 4
    head = home_of_roles.fit_roles(readings, groups)
    told, wanted = [], []
    for group in range(4):
        states, bias = home_of_roles._fit([one for one, mine in zip(readings, groups, strict=True) if mine != group])
        for one in (one for one, mine in zip(readings, groups, strict=True) if mine == group):
            told.append(np.einsum("eiw,irw->er", one.expressions[0].astype(float), states) + bias)
            wanted.append(one.roles)
    told, wanted = np.concatenate(told), np.concatenate(wanted)

    def mean_f1(thresholds):
        return home_of_roles._mean_f1(chosen(told, np.array(thresholds, np.float32)), wanted)

    grid = np.linspace(-5, 1, 13)
    assert mean_f1(head.thresholds) >= max(mean_f1(pair) for pair in product(grid, repeat=2))
    states, bias = home_of_roles._fit(readings)
    np.testing.assert_allclose(head.states, states, rtol=1e-6)
    np.testing.assert_allclose(head.bias, bias, rtol=1e-6)


def test_thresholds_are_chosen_by_clear_mentions_and_regressions_that_have_not_seen_them(monkeypatch):
    """Brokers are above -1; doubtful ones would have the threshold lower, and whoever saw the group tells nothing."""
    numbers = np.linspace(-4, 4, 40)
    clear = told_by_one_number(numbers, np.where(numbers > -1, 1, 0))
    doubtful = told_by_one_number([-3.5] * 99, [1] * 99, [ARGUABLE] * 99)
    readings = [clear, doubtful] * 4

    def fit(given):
        weight = float(sum(one is clear for one in given) < 4)
        states = np.zeros((3, 2, 1))
        states[0, 0] = weight
        return states, np.array([0, -30])

    monkeypatch.setattr(home_of_roles, "_fit", fit)
    head = home_of_roles.fit_roles(readings, np.repeat(np.arange(4), 2))
    assert head.thresholds[0] == pytest.approx(-1, abs=0.2)


@pytest.mark.parametrize("with_mentions", [{0}, {0, 4}])
def test_mentions_in_one_group_of_documents_are_enough(with_mentions):
    documents = [document(number) for number in range(6)]
    given = {
        one.transcript.id: marks(one) if number in with_mentions else marks(one, "nobody")
        for number, one in enumerate(documents)
    }
    head = fitted(documents, given)
    assert head.roles.roles_of(np.zeros((1, 6), np.float32), np.array([[0, 1]])) == ["end-user"]


def test_where_no_role_is_known_nobody_is_a_broker():
    head = home_of_roles.fit_roles([told_by_one_number([0, 1], [3, 3]) for _ in range(4)], np.arange(4))
    assert head.roles_of(np.zeros((1, 6), np.float32), np.array([[0, 1]])) == ["end-user"]
