"""The country that the system is set to, for the helplines. It is read, never guessed.

Python's ``locale.getlocale`` calls the C locale American English: who has set no region would be
given American numbers.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Mapping

_PLACES = ("LC_ALL", "LC_TELEPHONE", "LC_ADDRESS", "LC_MONETARY", "LANG")
_REGION = re.compile(r"[a-z]{2,3}_([A-Z]{2})(?![A-Za-z])")


def system_region() -> str:
    """Two letters, such as GB; empty where the system does not say."""
    return region_of(os.environ) or _windows_region()


def region_of(environment: Mapping[str, str]) -> str:
    """The region in the locale variables, the most particular first; empty where there is none."""
    values = (environment.get(name, "") for name in _PLACES)
    return next((found[1] for value in values if (found := _REGION.match(value))), "")


def _windows_region() -> str:
    """The region in the settings of Windows 10 and later; empty elsewhere."""
    if sys.platform != "win32":
        return ""
    name = ctypes.create_unicode_buffer(8)
    found = ctypes.windll.kernel32.GetUserDefaultGeoName(name, len(name))
    return name.value if found and re.fullmatch("[A-Z]{2}", name.value) else ""
