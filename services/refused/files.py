"""Refusals of files brought from outside; nothing of them is written before it was looked at."""

from services.refused.base import Refusal


# Files brought from outside (rules.md §6; nothing of them is written before it was looked at).
class FileEmpty(Refusal):
    """A file without headings and at least one row."""


class FileKindUnknown(Refusal):
    """Neither a table nor a catalogue file by its ending."""


class FileNotWhatItSays(Refusal):
    """Its ending promises one thing, its bytes are another. Facts: ending."""


class FileUnreadable(Refusal):
    """Cut off, damaged, or in a writing nobody can read."""


class FileTooLarge(Refusal):
    """Too large, packed or unpacked. Facts: most."""


class FileTooLong(Refusal):
    """A row beyond the last one that is read. Facts: most."""


class FileTooWide(Refusal):
    """A column beyond the last one that is read. Facts: most."""


class FileHasFormulas(Refusal):
    """Something in it would have to be computed."""


class RowsWrong(Refusal):
    """Rows that cannot be entered are still in it. Facts: count."""
