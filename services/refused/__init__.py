"""Refusals by the part of the hall that says them; `services.refusals` has them all under one roof."""
