"""The data kept up: rows that follow a rule, calibration, and what a change does to the answer."""
