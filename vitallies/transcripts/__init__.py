"""Read any transcript format into a Transcript."""

from vitallies.transcripts.format import Format
from vitallies.transcripts.opening import MAX_SIZE
from vitallies.transcripts.reading import is_own_id, read, read_all, scan
from vitallies.transcripts.registry import formats, is_transcript, stem

__all__ = ["MAX_SIZE", "Format", "formats", "is_own_id", "is_transcript", "read", "read_all", "scan", "stem"]
