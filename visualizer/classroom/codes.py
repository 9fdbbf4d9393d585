"""Codes, secrets and keys: how they are made, read and kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from .refused import Refused

#: No 0 O 1 I L U: what is read aloud or off a projector is not mistaken.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6

_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_KEY = re.compile(r"[A-Za-z0-9_-]{32,128}")
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
#: A code with spaces and dashes; longer input is not looked at.
_MOST = 40


def new_code() -> str:
    """Six characters from a cryptographic source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: object) -> str | None:
    """The code that somebody typed, in its usual form; None if it cannot be one."""
    if not isinstance(text, str) or len(text) > _MOST:
        return None
    code = re.sub(r"[\s\-‐-―]", "", text).upper()
    return code if _CODE.fullmatch(code) else None


def new_secret() -> str:
    """A host's secret: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. They are long and random, so one round is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_secret(secret: object, stored: str) -> bool:
    """Whether this is the secret with that digest."""
    return isinstance(secret, str) and hmac.compare_digest(digest(secret), stored)


def digest_of_key(key: object) -> str:
    """The digest of a student's key. Raises ``Refused`` key where it is not one."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Refused(
            "key", "The browser sent no proper key; reload the page and join again.", "key"
        )
    return digest(key)


def check_id(id: object) -> str:
    """An answer's id as a client makes it. Raises ``Refused`` id."""
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Refused(
            "id", "The browser sent no proper id; reload the page and answer again.", "id"
        )
    return id
