"""One folder a page, named as its address; in each frames, finding, charts and figures."""
