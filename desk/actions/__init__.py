"""What the desk does, one verb a module. Actions never know the queue."""
