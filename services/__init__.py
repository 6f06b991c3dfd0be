"""The verbs of the house: plain functions that refuse in order and then act; no screen, no commit."""
