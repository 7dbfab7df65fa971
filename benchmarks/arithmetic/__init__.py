"""What metrics come to, where a value stands, and what a gap is worth: exact decimals, and nothing of the framework."""
