"""One error tree: each message says what is wrong, where, and what to do."""

from pathlib import Path


class VitalliesError(Exception):
    """Base of every error that vitallies raises on purpose.

    Attributes
    ----------
    code : str
        A short, stable name of the failure, as written to ``errors.jsonl``.
    """

    code = "error"


class UsageError(VitalliesError, ValueError):
    """An argument or option has a value that cannot be used."""

    code = "usage"


class TranscriptError(VitalliesError, ValueError):
    """A transcript could not be read.

    Parameters
    ----------
    message : str
        What is wrong and what to do about it.
    path : str or Path, optional
        The file, named in front of the message.
    line : int, optional
        The line in the file, counted from 1.
    code : str, default "unreadable"
        The kind of failure.
    """

    code = "unreadable"

    def __init__(
        self, message: str, *, path: str | Path | None = None, line: int | None = None, code: str | None = None
    ) -> None:
        self.message, self.path, self.line = message, None if path is None else str(path), line
        if code is not None:
            self.code = code
        place = ":".join(str(part) for part in (self.path, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)

    def __reduce__(self) -> tuple[object, ...]:
        return _transcript_error, (type(self), self.message, self.path, self.line, self.code)


def _transcript_error(
    kind: type[TranscriptError], message: str, path: str | None, line: int | None, code: str
) -> TranscriptError:
    """Rebuild a TranscriptError that crossed a process boundary."""
    return kind(message, path=path, line=line, code=code)


class ManyTranscriptsError(TranscriptError):
    """A file holds several transcripts where one was asked for."""

    code = "many-transcripts"


class ModelError(VitalliesError):
    """A model is missing, incomplete, changed or of another version."""

    code = "model"


class DataError(VitalliesError, ValueError):
    """Labelled data, a corpus or a rule file does not hold what it must."""

    code = "data"


class MissingExtraError(VitalliesError, ImportError):
    """An optional dependency is not installed."""

    code = "missing-extra"

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs packages that are not installed: run  pip install 'vitallies[{extra}]'")
