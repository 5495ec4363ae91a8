"""What several pages draw, and the session they share."""
