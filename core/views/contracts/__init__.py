"""The Contracts page."""
