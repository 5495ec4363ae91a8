"""What keeping a data set takes: what changed since the release before, and what that does to the answer."""
