"""A saved scenario opened again: what was saved, and what became of it since."""
