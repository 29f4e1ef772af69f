"""What a public notice may say (民发〔2021〕57号 第二十四条): four fields, nothing about illness, disability or children.

The whitelist is the way in, not a filter on the way out: a notice is built from four values and holds no others.
"""

from __future__ import annotations

from typing import Any

from tuodi.kit.templatetags.kit import mask_name

FIELDS = ("village", "head", "size", "amount_fen")


def notice_content(*, village: str, head: str, size: int, amount_fen: int) -> dict[str, Any]:
    """The content of a notice, with the head's name masked. There is no other way to make one."""
    return {"village": village, "head": mask_name(head), "size": size, "amount_fen": amount_fen}
