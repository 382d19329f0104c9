"""What the person can mend: its message says what is wrong and what to do."""


class Mendable(Exception):
    """Shown as it is, without a traceback."""
