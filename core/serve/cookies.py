"""What a browser carries that is ours: the visitor's key, and where a link led him; both signed by the server.

The secret lies in the store, so that all servers on one database take each other's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from functools import cache
from typing import Final

from itsdangerous import BadSignature, Signer

from core.store.rights import VISITOR_COOKIE
from core.store.store import Store, shared_store

KEY_BYTES: Final = 32
SECONDS: Final = 2 * 365 * 24 * 3600
SECRET: Final = "cookie"
"""The name of the secret in the store."""

_FORMER: Final = re.compile(r"[\w-]{32}", re.ASCII)
"""A key as versions up to 2.1 gave it out, unsigned; ours are longer, so that none of them is taken for one."""
_LONGEST: Final = 256
_REFERENCE: Final = re.compile(r"([1-9][0-9]{0,17})\.([\w-]{43})", re.ASCII)


def new_key() -> str:
    """Return a key that no visitor has."""
    return secrets.token_urlsafe(KEY_BYTES)


def signed(key: str) -> str:
    """Return the cookie's value for a visitor's key. May raise StoreError."""
    return _signer(shared_store(), "visitor").sign(key).decode()


def key_of(value: str | None) -> str | None:
    """Return the visitor's key in a cookie's value; None if there is none or the server did not make it.

    May raise StoreError until the secret has been read once.
    """
    if not value or len(value) > _LONGEST:
        return None
    try:
        return _signer(shared_store(), "visitor").unsign(value.encode("utf-8", "replace")).decode()
    except (BadSignature, UnicodeDecodeError):
        return None


def former_key(value: str | None) -> str | None:
    """Return the key in a cookie that an earlier version gave out, if the store knows it. May raise StoreError."""
    if value is None or _FORMER.fullmatch(value) is None or not shared_store().knows(value):
        return None
    return value


def header(key: str, secure: bool) -> str:
    """Return the header that sets the cookie; scripts do not see it, and no other site makes the browser send it."""
    value = f"{VISITOR_COOKIE}={signed(key)}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax"
    return f"{value}; Secure" if secure else value


def reference(link_id: int, key: str) -> str:
    """Return how the address of one visitor's browser says which link was followed; to another it is worth nothing."""
    return f"{link_id}.{_signer(shared_store(), 'link').get_signature(f'{link_id}:{key}').decode()}"


def link_of(text: str, key: str) -> int | None:
    """Return the link that a visitor's reference names; None if it is not of his, or of the server's making."""
    found = _REFERENCE.fullmatch(text)
    if found is None or not hmac.compare_digest(reference(int(found[1]), key), text):
        return None
    return int(found[1])


def data_pass(data_version: str, key: str) -> str:
    """Return by what a page says that its visitor may see data of a version: to another visitor it is worth nothing.

    May raise StoreError.
    """
    return _signer(shared_store(), "data").get_signature(f"{data_version}:{key}").decode()


def is_data_pass(text: str, data_version: str, key: str) -> bool:
    """Return whether the server gave this visitor the pass to the data of a version. May raise StoreError."""
    return hmac.compare_digest(data_pass(data_version, key).encode(), text.encode("utf-8", "replace"))


@cache
def _signer(store: Store, what_for: str) -> Signer:
    return Signer(store.secret(SECRET), salt=f"crossover {what_for}", digest_method=hashlib.sha256)
