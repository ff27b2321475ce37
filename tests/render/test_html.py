import re
from html.parser import HTMLParser

from vitallies.labels import LABELS
from vitallies.render.html import analysis_html


class Read(HTMLParser):
    """The words of the page outside style and label tags, and the classes of its marks."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.marks, self.tags = [], "", [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "mark":
            self.marks.append(dict(attrs)["class"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "small" in self.open:
            self.tags.append(data)
        elif "style" not in self.open and "time" not in self.open:
            self.words += data


def test_words_are_kept_and_spans_marked(analysis):
    page = Read()
    page.feed(analysis_html(analysis))
    assert page.open == []
    for turn in analysis.transcript.turns:
        assert turn.text in page.words
    assert page.marks == ["VITAL_LIE", "VITAL_LIE CUSTOMER_FOCUSED", "CUSTOMER_FOCUSED", "CHALLENGE"]
    assert page.tags == ["vital lie (excuse, asserted)", "customer focused", "challenge"]


def test_it_is_escaped_and_fetches_nothing(analysis):
    html = analysis_html(analysis)
    assert "<b>" not in html
    assert re.search(r"https?:|url\(|@import|<script|<link", html) is None


def test_every_label_has_its_looks(nothing):
    html = analysis_html(nothing)
    assert [label for label in LABELS if f"mark.{label} {{" in html and f"small.{label} {{" in html] == list(LABELS)
