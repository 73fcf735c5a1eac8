"""What the server process shares between sessions: caches, the rerun lock, garbage collection."""
