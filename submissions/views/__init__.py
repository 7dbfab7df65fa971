"""Pages of returns and of the files submitted to them. One domain call each."""
