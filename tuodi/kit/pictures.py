"""Charts as pictures, for papers that cannot hold a drawing of lines (.docx): the same SVG, drawn by the compiler that sets letters."""

from __future__ import annotations

import re
import threading
from typing import Any

import typst

from tuodi.kit.charts import Chart
from tuodi.kit.letters import HERE, _fonts

# The page's own colours (kit.css), since a picture has no style sheet.
COLOURS = ("#1b5788", "#c98a1b", "#4f8f6b", "#8a4b7d", "#7a7a7a", "#b4503c")
STYLE = (
    "text{font-family:'Noto Serif SC';font-size:12px;fill:#1c1c1c}.c-soft{fill:#555}"
    ".c-rule{stroke:#ddd;stroke-width:1}.c-axis{stroke:#888;stroke-width:1}.c-line{fill:none;stroke-width:2.5}"
    + "".join(
        f"rect.s-{n},circle.s-{n}{{fill:{c}}}polyline.s-{n}{{stroke:{c}}}" for n, c in enumerate(COLOURS)
    )
)
PAGE = b"""#set page(width: auto, height: auto, margin: 4pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 480pt)
"""
_local = threading.local()


def png(chart: Chart, *, dots: int = 180) -> bytes:
    """A chart as a PNG, `dots` an inch."""
    svg = re.sub(r'class="c-(?:wide|half)"', 'xmlns="http://www.w3.org/2000/svg"', str(chart.svg), count=1)
    svg = svg.replace('fill="currentColor"', "").replace("<desc", f"<style>{STYLE}</style><desc", 1)
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True)
    made: Any = _local.compiler.compile(input=PAGE, format="png", ppi=dots, sys_inputs={"svg": svg})
    return bytes(made[0] if isinstance(made, list) else made)
