"""What all figures share: one scenario worked out, tidy tables, sentences, charts, evidence."""
