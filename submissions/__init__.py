"""Returns: files received, judged, loaded."""
