"""Pages of the desk, thin."""
