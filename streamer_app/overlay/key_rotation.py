"""New keys for pages: kept on this machine, and used from this moment on. The queue and the lease notice nothing."""

from __future__ import annotations

import msgspec

from streamer_app.core.commands import KeyKind
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.server import OverlayServer
from streamer_app.settings import Machine, Settings, load_machine, save_machine


def with_new_key(settings: Settings, which: KeyKind) -> Machine:
    """Make and keep a new key; a studio that does not run yet uses it at its start. Blocks for one small file."""
    machine = load_machine(settings)
    if which is KeyKind.DISPLAY:
        machine = msgspec.structs.replace(machine, display_key=new_key())
    else:
        machine = msgspec.structs.replace(machine, preview_key=new_key())
    save_machine(settings, machine)
    return machine


def rotate_key(settings: Settings, server: OverlayServer, which: KeyKind) -> AccessKeys:
    """As above, and show everybody out who came with the old key. The answer has the keys in use.

    A file that cannot be written raises `DataFolderError`, and nothing was changed.
    """
    machine = with_new_key(settings, which)
    keys = AccessKeys(display=machine.display_key, control=server.keys.control, preview=machine.preview_key)
    server.change_keys(keys)
    return keys
