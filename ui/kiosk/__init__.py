"""The touch screen's screens, one file for each visit."""
