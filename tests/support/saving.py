"""What other processes do to a store while tests watch, kill or starve them. Each is forked from one that is warm."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import random
import resource
import struct
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.store import database as db
from core.store.backup import restore
from core.store.database import StoreError
from core.store.records import Search, Snapshot
from core.store.store import Store
from tests.support.stores import snapshot

BEGUN, DONE = 0, 1
NOTE = struct.Struct("<BI")
"""What a saver tells, in one write that is never torn: that a save has begun or is done, and its number."""


def processes() -> ForkServerContext:
    """Make processes with `core` loaded, in a few milliseconds each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def sent(number: int) -> Snapshot:
    """The scenario that is saved as the `number`th: of the size of a real one, and of no other's content."""
    return snapshot(float(number), number=number, quarters=random.Random(number).choices(range(10**6), k=3000))


def save_without_end(address: str, seed: int, notes: Connection, first: int) -> None:
    """Save again and again, new scenarios and revisions of old ones; tell of each save before and after."""
    dice = random.Random(seed)
    store = Store.open(sa.make_url(address))
    tell(notes, DONE, 0)
    number = first
    while True:
        tell(notes, BEGUN, number)
        save(store, number, dice.random() < 0.5)
        tell(notes, DONE, number)
        number += 1


def save(store: Store, number: int, anew: bool) -> None:
    request_key = f"save {number}"
    known = () if anew else store.library(Search(size=1)).entries
    if known:
        store.save("Ann", known[0].id, sent(number), on_top_of=known[0].latest.number, request_key=request_key)
    else:
        store.save_new("Ann", f"Plan {number}", sent(number), request_key=request_key, tags=[f"tag {number % 7}"])


def tell(notes: Connection, what: int, number: int) -> None:
    os.write(notes.fileno(), NOTE.pack(what, number))


def open_together(address: str, together: Barrier, answers: Connection) -> None:
    """Open a store at the same moment as others, save in it, and tell how it went."""
    together.wait()
    try:
        store = Store.open(sa.make_url(address))
        store.save_new("Ann", "Plan", snapshot(), request_key=f"from {os.getpid()}")
        store.close()
    except Exception as error:
        answers.send(repr(error))
        raise
    answers.send("saved")


def restore_once(address: str, file: str, keep: str, notes: Connection) -> None:
    """Restore a backup, and tell before and after."""
    engine = db.open_engine(sa.make_url(address))
    tell(notes, BEGUN, 0)
    restore(engine, Path(file), Path(keep))
    tell(notes, DONE, 0)


def starve(address: str, answers: Connection) -> None:
    """Save until no file may grow any more, look around, then get room and save again."""
    store = Store.open(sa.make_url(address))
    answers.send(starved(store, lambda: limit_files(Path(store.engine.url.database or "")), lambda: limit_files(None)))


def starved(store: Store, take_room: Callable[[], None], give_room: Callable[[], None]) -> dict[str, Any]:
    """Tell what was acknowledged, refused and read while there was no room, and whether saving went on after."""
    entry = store.save_new("Ann", "Plan 0", sent(0), request_key="save 0")
    token = store.link("Ann", entry.id)
    take_room()
    acknowledged, refused = 1, []
    while len(refused) < 3:
        try:
            store.save_new("Ann", f"Plan {acknowledged}", sent(acknowledged), request_key=f"save {acknowledged}")
            acknowledged += 1
        except StoreError as error:
            refused.append(f"{type(error).__name__}: {error}")
    total = store.library(Search()).total
    reports = [store.report(found.id, 1)["number"] for found in store.library(Search(size=1000)).entries]
    followed = store.follow(token)
    give_room()
    for number in (acknowledged, acknowledged + 1):
        store.save_new("Ann", f"Plan {number}", sent(number), request_key=f"save {number}")
    return {
        "acknowledged": acknowledged,
        "refused": refused,
        "total": total,
        "reports": sorted(reports),
        "followed": followed == entry.latest,
        "total after": store.library(Search()).total,
    }


def limit_files(beside: Path | None) -> None:
    """Let no file grow beyond 200 kB more than the files of the store have; None lifts the limit."""
    _now, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    sizes = [file.stat().st_size for file in beside.parent.iterdir()] if beside else []
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + 200_000 if sizes else most, most))


def use_as_others_do(address: str, answers: Connection) -> None:
    """Open a store, look and save without the superuser's right to pass over permissions; tell how each went."""
    give_up_privileges()
    told = {"open": "", "look": "", "save": ""}
    try:
        store = Store.open(sa.make_url(address))
        told["look"] = f"{store.library(Search()).total} found"
        store.save_new("Ann", "Plan", snapshot(), request_key=f"from {os.getpid()}")
        told["save"] = "saved"
        store.close()
    except StoreError as error:
        told["save" if told["look"] else "open"] = f"{type(error).__name__}: {error}"
    answers.send(told)


def give_up_privileges() -> None:
    """Drop all capabilities of Linux from this process: the superuser then meets the same permissions as others."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # the third version of the interface, this thread
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(ctypes.byref(header), ctypes.byref(nothing)):
        raise OSError(ctypes.get_errno(), "capset")
