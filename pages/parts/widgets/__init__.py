"""What stands on a page: levers, choices, figures, headings, tables."""
