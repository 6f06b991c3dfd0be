"""The verbs of the house: plain functions that refuse in order and then act; no screen, no commit."""

import gc

# A start makes two hundred thousand objects and keeps nearly all of them: to look among them for garbage after every 700 new
# ones is a fifth of the way to the first answer. The apps collect in quiet moments (ui/serve.py).
gc.set_threshold(50_000, 20, 50)
