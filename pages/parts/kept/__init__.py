"""What was worked out, kept for all visitors while it is wanted."""
