"""ELAN's .eaf: XML with tiers of annotations, times by reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vitallies.transcripts import cues, recognised, tiers
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.transcripts.tiers import Label, Tier
from vitallies.types import Transcript


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: the tiers that hang on no other are people's, what hangs on them is counted."""
    document = _document(source)
    spoken, languages = [], set()
    for tier, attributes in document.tiers:
        if attributes.get("PARENT_REF") or attributes.get("LINGUISTIC_TYPE_REF") in document.of_vocabularies:
            # Translations, words, gestures chosen from a list: what they annotate holds the speech.
            source.skipped["dependent labels"] += len(tier.labels)
        else:
            spoken.append(tier)
            languages.add(recognised.language(attributes.get("LANG_REF")))
    language = languages.pop() if len(languages) == 1 else None
    yield cues.transcript(source, tiers.cues(source, spoken), language=language)


def _document(source: Source) -> _Document:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    document = _Document()
    parser = DefusedXMLParser(target=document)
    try:
        parser.feed(source.text())
        parser.close()
    except DefusedXmlException:
        message = "declares entities, which ELAN never does and bombs are made of: save it again in ELAN"
        raise source.error(message, code="entities") from None
    except ParseError as error:
        message = f"is not XML that can be read ({error}): save it again in ELAN"
        raise source.error(message, line=error.position[0], code="xml") from None
    return document


@dataclass(slots=True)
class _Document:
    """What an .eaf holds; takes the elements as they come, so that no tree of them is kept.

    (pympi, the library for ELAN, reads paths alone and fails where the root names no schema.)
    """

    tiers: list[tuple[Tier, Mapping[str, str]]] = field(default_factory=list)
    of_vocabularies: set[str | None] = field(default_factory=set)
    times: dict[str | None, float] = field(default_factory=dict)
    span: tuple[float | None, float | None] = (None, None)
    pieces: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "TIME_SLOT":
            time = recognised.seconds(attributes.get("TIME_VALUE"), per_second=1000)
            if time is not None:
                self.times[attributes.get("TIME_SLOT_ID")] = time
        elif name == "TIER":
            tier = Tier(attributes.get("TIER_ID", ""), speaker=attributes.get("PARTICIPANT", "").strip() or None)
            self.tiers.append((tier, attributes))
        elif name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
            ends = (attributes.get("TIME_SLOT_REF1"), attributes.get("TIME_SLOT_REF2"))
            self.span = (self.times.get(ends[0]), self.times.get(ends[1]))
        elif name == "ANNOTATION_VALUE":
            self.pieces = []
        elif name == "LINGUISTIC_TYPE" and attributes.get("CONTROLLED_VOCABULARY_REF"):
            self.of_vocabularies.add(attributes.get("LINGUISTIC_TYPE_ID"))

    def data(self, text: str) -> None:
        if self.pieces is not None:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        if name == "ANNOTATION_VALUE" and self.tiers and self.pieces is not None:
            words = one_spaced("".join(self.pieces))
            if words:
                self.tiers[-1][0].labels.append(Label(words, *self.span))
            self.pieces = None


FORMAT = Format(
    name="elan",
    suffixes=(".eaf",),
    description="ELAN annotations: a tier a speaker (PARTICIPANT, else the tier's name)",
    read=read,
    recognises=lambda source: b"<ANNOTATION_DOCUMENT" in source.sample[:2000],
    follows=(
        "https://github.com/nzilbb/ag/blob/main/converter/eaftotextgrid/src/test/resources/nzilbb/converter/multitier.eaf",
        "https://github.com/dopefishh/pympi/blob/master/test/sample_3.0.eaf",
    ),
)
