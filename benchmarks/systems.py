"""What is compared, by the names that all benchmarks use."""

from typing import Final

OURS: Final = {"default": "vitallies", "fast": "vitallies fast"}
"""Kind of our predictions → name."""

TFIDF: Final = "TF-IDF + logistic"
MINILM: Final = "MiniLM + logistic"
TEXTCAT: Final = "spaCy textcat"
RULES: Final = "keyword rules"
TEACHER: Final = "teacher"
TOKENISER: Final = "spaCy tokeniser"
