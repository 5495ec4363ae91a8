"""The work of one visitor: who it is, what is open, what was saved."""
