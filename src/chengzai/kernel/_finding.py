"""Findings about somebody's data, and the root of the exceptions meant for callers."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in the users' language and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the sentence in `zh` or `en`."""
        return self.en if language == "en" else self.zh


class ChengzaiError(Exception):
    """The root of everything this product raises on purpose."""


class UserError(ChengzaiError):
    """Something a user can mend: shown as one sentence and an exit code, never as a traceback."""

    exit_code = 2

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


class Severity(StrEnum):
    """How much a finding matters: an error keeps a datum out, a warning doubts it, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: the document, a locator a person can find, and a character span if known.

    `start` and `end` count characters of the document; -1 means that no span is known.
    """

    document: str
    locator: str
    start: int = -1
    end: int = -1

    def __str__(self) -> str:
        return f"{self.document} {self.locator}".strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in somebody's data, where, and how to mend it; returned, never raised."""

    code: str
    severity: Severity
    message: Text
    remedy: Text
    where: Citation

    def as_dict(self, language: str = "zh") -> dict[str, object]:
        """Return the finding as plain data for JSON: in one language first, in the other beside it."""
        other = "zh" if language == "en" else "en"
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message.in_(language),
            "remedy": self.remedy.in_(language),
            f"message_{other}": self.message.in_(other),
            f"remedy_{other}": self.remedy.in_(other),
            "where": str(self.where),
            "start": self.where.start,
            "end": self.where.end,
        }
