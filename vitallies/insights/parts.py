"""A stretch of speech cut into its clauses."""

from __future__ import annotations

from vitallies.insights.clauses import unopened
from vitallies.insights.seams import is_clause, is_seam
from vitallies.insights.verbs import base_of, verb_form
from vitallies.insights.wording import Words, norms, pairs, starting, with_condition, words_of


def clauses_of(words: Words) -> list[Words]:
    """Cut a stretch before its clauses: what follows "but" comes first, then what denies after "so", then the rest."""
    words = with_condition(words)
    cuts = [(0, 1)]
    for at in range(1, len(words)):
        norm, comma = words[at].norm, words[at - 1].norm == ","
        before_subject = words[at + 1 :] and words[at + 1].norm in words_of("pronouns")
        before_subject = before_subject and norms(words[at + 1 : at + 3]) != ("nothing", "else")
        start = cuts[-1][0]
        if norm == "but":
            cuts.append((at, -1))
        elif norm == "so" and (comma or before_subject):
            denies = any(word.norm in words_of("negative", "none") | {"no"} for word in words[at:])
            cuts.append((at, 0 if denies else 2))
        elif comma or (norm == "and" and before_subject):
            cuts.append((at, 3 if norm in words_of("reasons") else 2))
        elif at - start < 3:
            continue
        elif words[start].norm in words_of("conditions") and "," not in norms(words[at:]) and _concludes(words[at:]):
            cuts.append((at, 1))
        elif _runs_on(words[start:at], words[at:]):
            cuts.append((at, 2))
    ends = [at for at, _ in cuts[1:]] + [len(words)]
    parts = [(rank, words[start:end]) for (start, rank), end in zip(cuts, ends, strict=True)]
    return [part for _, part in sorted(parts, key=lambda item: item[0]) if part]


def _concludes(words: Words) -> bool:
    """Whether the main clause begins here, after a condition: with "then", or a pronoun and its verb."""
    if words[0].norm == "then":
        return True
    if len(words) < 2 or words[0].norm not in words_of("pronouns"):
        return False
    after = words[1].norm
    acts = after in words_of("modals", "be") or "not" in norms(words[1:3]) or after == "never"
    return acts or (words[0].norm in pairs("objects") and bool(verb_form(after)))


def _runs_on(before: Words, words: Words) -> bool:
    """Whether "it's" or "they're" begins a new clause, which a recogniser left no mark before."""
    if is_seam((*before, *words), len(before)) and is_clause(before):
        return True
    if norms(words[:2]) not in {("it", "'s"), ("there", "'s"), ("they", "are")}:
        return False
    before = unopened(before)
    if max(starting(before, "hedges"), starting(before, "doubts")) == len(before):
        return False
    joins = words_of("relative", "pronouns", "prepositions", "joining", "saying")
    return (
        before[-1].norm not in joins
        and base_of(before[-1].norm) not in words_of("opining")
        and not {"what", "how"} & set(norms(before[-4:]))
    )
