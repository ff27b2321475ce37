"""In a spaCy pipeline: found by name, whole or stage by stage, over processes, bytes and disk."""

import json
from dataclasses import replace
from importlib.metadata import entry_points

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span, SpanGroup

import vitallies.pipeline.components
from vitallies.classify.store import FILES, find_model
from vitallies.errors import ModelError, UsageError
from vitallies.pipeline.components import Vitallies
from vitallies.types import Transcript, Turn

FACTORIES = {
    "vitallies": {"model": None, "fast": False, "customers": [], "all_candidates": False, "min_score": None},
    "vitallies_context": {"customers": []},
    "vitallies_encode": {"model": None},
    "vitallies_phrases": {},
    "vitallies_segment": {"model": None},
    "vitallies_tag": {"model": None, "fast": False, "all_candidates": False, "min_score": None},
}
"""The golden list: factory → its settings and their defaults."""

STAGES = ("vitallies_segment", "vitallies_phrases", "vitallies_context", "vitallies_encode", "vitallies_tag")

TEXTS = (
    "That's head office's call, not ours. Customers only care about price.",
    "We can't control that. They say it can't be done, but that's not true. \U0001f469\U0001f3fd\u200d\U0001f680",
    "",
    "She checks the app while she feeds the baby, so she has one hand. Who says we can't?",
    "The desk stands by the window.",
)
ATTRS = {"scores", "selected", "kinds", "stances", "evidence"}


def rows(doc):
    group = doc.spans["vitallies"]
    columns = [group.attrs[name] for name in sorted(ATTRS)]
    return [
        [span.start_char, span.end_char, span.label_, span.text, *values]
        for span, *values in zip(group, *columns, strict=True)
    ]


def pipeline(*names, **config):
    nlp = spacy.blank("en")
    for name in names:
        keys = FACTORIES[name]
        nlp.add_pipe(name, config={key: value for key, value in config.items() if key in keys})
    return nlp


@pytest.fixture(scope="module")
def nlp():
    return pipeline("vitallies", all_candidates=True)


@pytest.fixture(scope="module")
def expected(nlp):
    found = [rows(nlp(text)) for text in TEXTS]
    assert [bool(spans) for spans in found[:4]] == [True, True, False, True]
    return found


# Registered


def test_the_factories_are_registered_under_their_names():
    names = [name for name in Language.factories if name.startswith("vitallies")]
    assert sorted(names) == sorted(FACTORIES)


def test_the_package_announces_each_factory_to_spacy():
    points = [point for point in entry_points(group="spacy_factories") if point.name.startswith("vitallies")]
    assert sorted({point.name for point in points}) == sorted(FACTORIES)
    for point in points:
        assert point.load() is getattr(vitallies.pipeline.components, point.value.split(":")[1])
        assert callable(point.load())


@pytest.mark.parametrize("name", FACTORIES)
def test_the_settings_land_in_the_config(name):
    nlp = pipeline(name)
    config = dict(nlp.config["components"][name])
    assert config.pop("factory") == name
    assert config == FACTORIES[name]


def test_other_settings_land_in_the_config_and_reach_the_component():
    settings = {"fast": True, "customers": ["lodger"], "all_candidates": True, "min_score": 0.25}
    nlp = pipeline("vitallies", **settings)
    config = nlp.config["components"]["vitallies"]
    assert {key: config[key] for key in settings} == settings
    component = nlp.get_pipe("vitallies")
    assert isinstance(component, Vitallies)
    assert component.encode is None
    assert min(c.threshold for c in component.tag.tagger.calibrations.values()) >= 0.25
    assert any("lodger" in reason[1] for row in rows(nlp("The lodger hates it.")) for reason in row[5 - 1])


@pytest.mark.parametrize(
    ("config", "error", "says"),
    [
        ({"min_score": 1.5}, UsageError, "min_score is a probability"),
        ({"customers": [""]}, UsageError, "no word for the people served"),
        ({"model": "/nowhere/at/all"}, ModelError, "/nowhere/at/all"),
        ({"colour": "red"}, Exception, "colour"),
    ],
)
def test_a_bad_setting_is_refused(config, error, says):
    with pytest.raises(error, match=says):
        spacy.blank("en").add_pipe("vitallies", config=config)


def test_no_import_of_vitallies_is_needed(run_python):
    printed = run_python(
        """
import spacy
nlp = spacy.blank("en")
nlp.add_pipe("vitallies")
doc = nlp("That's head office's call, not ours. We can't control that.")
print([[span.text, span.label_] for span in doc.spans["vitallies"]])
"""
    )
    assert "VITAL_LIE" in printed


# The same spans, whichever way


def test_a_span_group_with_plain_lists_parallel_to_it_is_all_that_stays(nlp):
    doc = nlp(TEXTS[1])
    assert list(doc.spans) == ["vitallies_references", "vitallies"]
    assert not doc.user_data
    group = doc.spans["vitallies"]
    assert set(group.attrs) == ATTRS
    assert {len(values) for values in group.attrs.values()} == {len(group)}
    assert json.loads(json.dumps(dict(group.attrs))) == dict(group.attrs)


def test_the_component_gives_what_the_library_gives(nlp, everything):
    for text in TEXTS:
        doc = nlp(text)
        spans = everything.analyze(text).spans
        assert [(s.start, s.end, s.label, s.text, s.kind, s.stance, s.selected) for s in spans] == [
            (start, end, label, words, kind, stance, selected)
            for start, end, label, words, _, kind, _, selected, stance in rows(doc)
        ]
        assert [s.score for s in spans] == doc.spans["vitallies"].attrs["scores"]


def test_the_stages_one_by_one_give_the_same_spans(expected):
    nlp = pipeline(*STAGES, all_candidates=True)
    for text, wanted in zip(TEXTS, expected, strict=True):
        assert rows(nlp(text)) == wanted


def test_the_fast_stages_need_no_encoder():
    whole = pipeline("vitallies", fast=True, all_candidates=True)
    stages = pipeline(*(name for name in STAGES if name != "vitallies_encode"), fast=True, all_candidates=True)
    for text in TEXTS:
        assert rows(stages(text)) == rows(whole(text))


@pytest.mark.parametrize("missing", STAGES[:-1])
def test_a_missing_stage_is_named(missing):
    nlp = pipeline(*(name for name in STAGES if name != missing))
    with pytest.raises(UsageError, match=f'add the component "{missing}" before this one'):
        nlp("We can't control that.")


def test_a_stage_in_the_wrong_place_is_named():
    nlp = pipeline("vitallies_phrases", "vitallies_segment", "vitallies_context", "vitallies_encode", "vitallies_tag")
    with pytest.raises(UsageError, match="vitallies_segment"):
        nlp("We can't control that.")


def test_stages_of_different_models_are_refused():
    """What a word's state says of its being in a span is one half of what tells where the span is."""
    nlp = pipeline(*STAGES)
    stage = nlp.get_pipe("vitallies_encode")
    stage.model = replace(stage.model, manifest=stage.model.manifest | {"version": "9.9.9"})
    with pytest.raises(UsageError, match=r"read by the model 'default 9.9.9 .* is to be tagged by 'default 0.1.0"):
        nlp("We can't control that.")


def test_the_component_works_beside_others_and_twice(nlp, expected):
    other = spacy.blank("en")
    other.add_pipe("sentencizer")
    other.add_pipe("vitallies", config={"all_candidates": True})
    doc = other(TEXTS[0])
    assert rows(doc) == expected[0]
    assert len(list(doc.sents)) == 2
    assert rows(nlp(nlp(TEXTS[0]))) == expected[0]


def test_nlp_pipe_gives_the_same_in_order(nlp, expected):
    assert [rows(doc) for doc in nlp.pipe(TEXTS * 3, batch_size=4)] == expected * 3


def test_results_survive_processes(run_python, expected, tmp_path):
    texts, out = tmp_path / "texts.json", tmp_path / "out.json"
    texts.write_text(json.dumps(TEXTS * 4), encoding="utf-8")
    run_python(
        """
import json, pathlib, sys, warnings
import spacy

if __name__ == "__main__":
    nlp = spacy.blank("en")
    nlp.add_pipe("vitallies", config={"all_candidates": True})
    texts = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    nlp(texts[0])  # so that there is a session that a child must not share
    found = []
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)  # spaCy forks
    for doc in nlp.pipe(texts, n_process=2, batch_size=3):
        group = doc.spans["vitallies"]
        columns = [group.attrs[name] for name in sorted(group.attrs)]
        found.append([[s.start_char, s.end_char, s.label_, s.text, *v] for s, *v in zip(group, *columns)])
    pathlib.Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
""",
        texts,
        out,
    )
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(json.dumps(expected * 4))


def test_results_survive_bytes_and_docbin(nlp, expected):
    docs = [nlp(text) for text in TEXTS]
    again = [Doc(nlp.vocab).from_bytes(doc.to_bytes()) for doc in docs]
    assert [rows(doc) for doc in again] == expected
    stored = DocBin(store_user_data=True, docs=docs).to_bytes()
    fresh = spacy.blank("en").vocab
    assert [rows(doc) for doc in DocBin().from_bytes(stored).get_docs(fresh)] == expected


# On disk


@pytest.fixture(scope="module")
def saved(nlp, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "nlp"
    nlp.to_disk(folder)
    return folder


def test_a_saved_pipeline_gives_the_same_spans(saved, expected):
    again = spacy.load(saved)
    assert [rows(again(text)) for text in TEXTS] == expected
    assert again.get_pipe("vitallies").model.folder == saved / "vitallies"
    assert again.get_pipe("vitallies").encode.model.encoder.folder == saved / "vitallies"


def test_a_saved_pipeline_is_loaded_without_an_import(saved, expected, run_python):
    printed = run_python(
        """
import json, sys, spacy
doc = spacy.load(sys.argv[1])(sys.argv[2])
print(json.dumps([[span.text, span.label_] for span in doc.spans["vitallies"]]))
""",
        saved,
        TEXTS[0],
    )
    assert json.loads(printed) == [[row[3], row[2]] for row in expected[0]]


def test_saved_stages_give_the_same_spans(expected, tmp_path):
    pipeline(*STAGES, all_candidates=True).to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert [rows(again(text)) for text in TEXTS] == expected


def test_a_saved_pipeline_keeps_its_settings(tmp_path):
    nlp = pipeline("vitallies", fast=True, customers=["lodger"], all_candidates=True, min_score=0.3)
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    text = "Lodgers only care about price. We can't control that."
    assert rows(nlp(text))
    assert rows(again(text)) == rows(nlp(text))


@pytest.mark.parametrize("name", FILES)
def test_a_tampered_file_in_a_saved_pipeline_is_refused(nlp, tmp_path, name):
    nlp.to_disk(tmp_path)
    path = tmp_path / "vitallies" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=name):
        spacy.load(tmp_path)


def test_a_pipeline_can_be_saved_where_it_was_loaded_from(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    spacy.load(tmp_path).to_disk(tmp_path)


def test_the_model_of_a_saved_pipeline_is_one_that_load_reads(saved, everything):
    import vitallies

    again = vitallies.load(saved / "vitallies", all_candidates=True)
    assert find_model(saved / "vitallies") == saved / "vitallies"
    assert again.analyze(TEXTS[0]).spans == everything.analyze(TEXTS[0]).spans


# Turns


def test_a_group_of_turns_is_respected(nlp, everything):
    transcript = Transcript("t", (Turn("we can't control that they said"), Turn("nobody has complained")))
    doc = nlp.make_doc("we can't control that they said\nnobody has complained")
    doc.spans["turns"] = SpanGroup(doc, name="turns", spans=[Span(doc, 0, 7), Span(doc, 8, 11)])
    doc = nlp(doc)
    assert list(doc.spans["turns"]) == [doc[:7], doc[8:11]]
    offsets = [
        (s.start + (32 if s.turn else 0), s.end + (32 if s.turn else 0)) for s in everything.analyze(transcript).spans
    ]
    assert [(row[0], row[1]) for row in rows(doc)] == offsets
    assert offsets
    assert all(end <= 31 or start >= 32 for start, end in offsets)
    sentences = {reason[1] for row in rows(doc) for reason in row[4] if reason[0] == "sentence"}
    assert all("\n" not in sentence for sentence in sentences)
