"""The cost model, in the order of docs/METHOD.md: a batch of scenarios in, figures out."""
