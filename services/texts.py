"""What somebody wrote by hand, made fit to be kept: both engines take the same signs and the same length."""


def plain(text: str, most: int) -> str:
    """One line without what no keyboard writes (a NUL stops PostgreSQL, half a character stops UTF-8), cut to its column's length."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:most].strip()
