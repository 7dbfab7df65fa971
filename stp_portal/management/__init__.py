"""The commands that run the portal."""
