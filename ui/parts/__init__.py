"""Widgets that more than one screen uses, each with its own JavaScript beside it."""
