"""One folder a page, named as its address, and `saved` for what stands above them; the same rooms in each."""
