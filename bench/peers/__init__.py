"""Real peers in the bench: each is installed at bench time and runs in a process of its own."""
