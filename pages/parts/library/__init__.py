"""The library: what is listed, what can be done with it, what is compared."""
