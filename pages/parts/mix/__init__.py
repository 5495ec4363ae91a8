"""What only the Best mix page draws."""
