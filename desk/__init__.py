"""The returns desk: rounds, chasing, lateness, and who needs help."""
