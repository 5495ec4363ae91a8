"""Data sets that people bring: which one is worked on."""
