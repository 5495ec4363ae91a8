"""The compiled model, made ready once a process while all else goes on."""

from __future__ import annotations

from functools import cache
from threading import Thread

from core.inputs.data import bundled


@cache
def compiler() -> Thread:
    """Begin to load the compiled model, or to compile it: some seconds once a machine. It is there when this has ended.

    It is begun once, by the server at its start or by who needs it first.
    """

    def load() -> None:
        # Here and not above: to import it takes a while, which nobody should wait for who does not need it.
        from core.model.compiled import warm_up

        warm_up(bundled())

    thread = Thread(target=load, name="compiler", daemon=True)
    thread.start()
    return thread
