"""What can be done to a return, one verb a module. Actions never know the queue: views and tasks enqueue."""
