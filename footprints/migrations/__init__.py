"""The schema of the room, step by step."""
