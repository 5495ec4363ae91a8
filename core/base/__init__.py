"""What stands on nothing: words for quantities, finance, exact shares of a difference."""
