"""How a helpline is said, shown and listed."""

from __future__ import annotations

from voice_coach.content.safety_scripts import Helpline, HelplineEntry, Status


def spoken(number: str) -> str:
    """A number in digit groups, digit by digit: ``116 123`` as ``1 1 6, 1 2 3``."""
    groups = number.replace("-", " ").split()
    return ", ".join(" ".join(group) if group.isdigit() else group for group in groups)


def shown(line: Helpline) -> str:
    """A line to read and to copy."""
    where = f", {line.region}" if line.region else ""
    text = f" (send {line.text})" if line.text else ""
    note = f". {line.note}" if line.note else ""
    return f"{line.name}{where}: {line.number}{text}{note}"


def listed(entry: HelplineEntry) -> str:
    """A country's lines, as a list to read, with the day on which they were taken over."""
    lines = [f"{entry.name}: emergency {' or '.join(entry.emergency)}", ""]
    lines += [
        f"  {shown(line)}" + ("" if line.status is Status.VERIFIED else " (to be confirmed)")
        for line in entry.lines
    ]
    return "\n".join([*lines, "", f"As of {entry.verified_on}. Sources: {entry.source}."])
