"""The best mix of choices under doubt and within limits: docs/METHOD.md, "The best mix"."""
