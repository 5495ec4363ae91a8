"""The cost model of Crossover: importable without the browser part."""
