"""What became of the answer since the release of the data before."""
