"""The scenario bar: saving, links, versions, and what became of what was saved."""
