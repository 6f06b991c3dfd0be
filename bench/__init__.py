"""The numbers the house promises, measured on this machine by `make bench`."""
