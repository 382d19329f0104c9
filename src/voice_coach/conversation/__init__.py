"""The mind: an event goes in, a list of actions comes out. No file, thread or clock."""
