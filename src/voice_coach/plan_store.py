"""Keeps the safety plan on disk, encrypted, and only when the person asked for it.

The file is ``MAGIC``, 16 bytes of salt, 12 of nonce, then the plan as JSON under ChaCha20-Poly1305
(RFC 8439) with a key that scrypt (RFC 7914; N 2^15, r 8, p 1) derives from a typed passphrase. It
is written beside the old one and then put in its place, so that no fault leaves half a plan.

It protects from whoever reads the disk or a backup, not from whoever makes the person tell the
passphrase or watches the keyboard.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import msgspec
import platformdirs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.errors import Mendable

MAGIC = b"voice-coach plan 1\n"
SALT = 16
NONCE = 12
SHORTEST = 8
"""Characters of a passphrase."""


class PlanError(Mendable):
    """The plan cannot be read or written."""


class WrongPassphrase(PlanError):
    """The passphrase does not open it, or the file was changed: the cipher cannot tell which."""


class PlanStore:
    """One person's safety plan on this device."""

    def __init__(self, path: Path | None = None) -> None:
        """``path``: the file; by default in the user's data folder."""
        self.path = path or default_path()

    @property
    def exists(self) -> bool:
        """A plan is kept."""
        return self.path.is_file()

    def load(self, passphrase: str) -> SafetyPlan:
        """The plan. Raises WrongPassphrase, or PlanError where the file is none of ours."""
        try:
            data = self.path.read_bytes()
        except OSError as problem:
            raise PlanError(f"The safety plan cannot be read: {problem}.") from problem
        head, sealed = data[: len(MAGIC) + SALT], data[len(MAGIC) + SALT :]
        if not data.startswith(MAGIC) or len(sealed) <= NONCE:
            raise PlanError(
                f"{self.path} is not a safety plan, or it is cut short. Bring it back from a "
                "backup, or remove it with: voice-coach safety-plan delete"
            )
        cipher = ChaCha20Poly1305(key(passphrase, head[len(MAGIC) :]))
        try:
            opened = cipher.decrypt(sealed[:NONCE], sealed[NONCE:], head)
            return SafetyPlan(**msgspec.json.decode(opened, type=dict[str, str]))
        except InvalidTag as problem:
            raise WrongPassphrase(
                "That passphrase does not open the safety plan. If you are sure of it, the file "
                f"was damaged: bring {self.path} back from a backup."
            ) from problem
        except (msgspec.MsgspecError, TypeError) as problem:
            raise PlanError("The safety plan was kept by another version.") from problem

    def save(self, plan: SafetyPlan, passphrase: str) -> None:
        """Put the plan in place of the one before. Raises PlanError; then that one is untouched."""
        salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
        cipher = ChaCha20Poly1305(key(passphrase, salt))
        head = MAGIC + salt
        sealed = cipher.encrypt(nonce, msgspec.json.encode(asdict(plan)), head)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(prefix=".plan-", dir=self.path.parent)  # mode 600
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(head + nonce + sealed)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as problem:
            raise PlanError(
                f"The safety plan could not be kept: {problem}. What was kept before is unchanged."
            ) from problem

    @property
    def aside(self) -> Path:
        """Where a plan goes that a new one took the place of, unread."""
        return self.path.with_name(self.path.name + ".old")

    def set_aside(self) -> None:
        """Make room for a new plan without losing the one that could not be opened."""
        try:
            if self.exists:
                self.path.replace(self.aside)
        except OSError as problem:
            raise PlanError(f"The safety plan could not be moved: {problem}.") from problem

    def delete(self) -> None:
        """Remove the file, and one that was set aside. Raises PlanError."""
        try:
            self.path.unlink(missing_ok=True)
            self.aside.unlink(missing_ok=True)
        except OSError as problem:
            raise PlanError(f"The safety plan could not be removed: {problem}.") from problem


class PlanKeeper:
    """The plan of one session: opened before it, kept in it or right after it."""

    def __init__(self, store: PlanStore, choose: Callable[[], str | None]) -> None:
        """``choose``: lets the person choose a new passphrase; None: they would rather not."""
        self.store = store
        self.choose = choose
        self.passphrase: str | None = None
        self.plan = SafetyPlan()
        self._waiting: SafetyPlan | None = None

    def open(self, passphrase: str) -> None:
        """Unlock what is kept. Raises WrongPassphrase or PlanError."""
        self.plan = self.store.load(passphrase)
        self.passphrase = passphrase

    def keep(self, parts: tuple[tuple[str, str], ...]) -> None:
        """Keep it now, or after the session where no passphrase was given yet."""
        plan = SafetyPlan(**dict(parts))
        self._waiting = plan
        if self.passphrase is not None:
            self.store.save(plan, self.passphrase)
            self._waiting = None

    def finish(self) -> bool:
        """After the session: keep what still waits for a passphrase. True where that was done."""
        if self._waiting is None:
            return False
        self.passphrase = self.passphrase or self.choose()
        if self.passphrase is None:
            return False
        self.store.set_aside()
        self.store.save(self._waiting, self.passphrase)
        self._waiting = None
        return True


def default_path() -> Path:
    """Where the plan is kept; the file need not exist."""
    return platformdirs.user_data_path("voice-coach", appauthor=False) / "safety-plan"


def key(passphrase: str, salt: bytes) -> bytes:
    """32 bytes, in about 0.1 s and 32 MiB."""
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
