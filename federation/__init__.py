"""The federation: from query text, through a caller's view, to an answer with its receipt."""
