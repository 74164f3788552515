"""Floor 2: the gates, one row each."""
