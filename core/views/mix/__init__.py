"""The Best mix page."""
