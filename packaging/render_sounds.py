"""Renders the sounds below `resources/sounds`: made here, so free of anybody's licence.

Each is a few strokes of a bell (partials 1, 2.76 and 5.4) on a slendro-like scale of five near-equal steps, brought to
-18 LUFS with a true peak of at most -1 dBTP. A theme has its own voice, the same partials in another balance:

* lampion: a soft bronze bell, as it came first;
* batik: a bright metal bar; the upper partials are strong and ring long;
* struk: wood; all dies at once and each stroke begins with a tick of the printer, then one bell as on a till;
* kaset: a console's; each partial is a square wave of its first odd harmonics, and held level for steps of 20 ms.

16-bit mono WAV at 44.1 kHz: the standard library can write it, every browser can play it. Rendering is deterministic.
`--check` renders nothing and measures the committed files.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path[0:1] = [str(Path(__file__).parent.resolve())]

if __name__ == "__main__":
    sys.exit(importlib.import_module("sounds.rendering").main())
