"""Archives that somebody else made: what opening and reading a damaged or a hostile one makes the standard library say."""

import lzma
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,  # cut off
    NotImplementedError,  # packed in a way nobody knows
    RuntimeError,  # under a password
    ValueError,  # lengths and places that point outside, names that are no text
)
"""One list for whoever reads such a file: the decoders' own errors are not those of `zipfile`, and easily forgotten."""
