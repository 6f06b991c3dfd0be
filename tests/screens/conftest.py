"""What every test of the tablet's screens may ask for."""

from tests.tablet import desk, signed, village

__all__ = ["desk", "signed", "village"]
