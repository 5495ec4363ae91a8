"""The Library page: saved and ready-made scenarios, found, opened, compared and arranged."""

from __future__ import annotations

from core.store.database import StoreError
from pages.parts.library import arranging, listing, shelf
from pages.parts.library.shelf import READY_MADE

arranging.go_on()
now = shelf.now()
if now.view == READY_MADE:
    listing.all_ready_made(now)
else:
    try:
        found = shelf.read(now)
    except StoreError as error:
        listing.without_store(now, error)
    else:
        listing.saved(found)
