"""A session that plays itself: the simulated person, and the recording of both sides."""
