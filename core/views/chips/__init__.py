"""The Chips page."""
