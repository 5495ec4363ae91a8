"""What stands between the network and the pages: who may ask, for what, how often, and in which browser."""
