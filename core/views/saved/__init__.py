"""The Saved page."""
