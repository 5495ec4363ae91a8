"""Saved scenarios: who may do what, the tables, the store, backups. Knows no levers."""
