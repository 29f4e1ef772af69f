"""What the repository carries: locks without hosts, pins with hashes, no secrets, no paths of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked() -> list[Path]:
    """Every text file git knows, or where this is no clone every file of the source folders."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [
        p
        for folder in ("tuodi", "tests", "docs", "benchmarks", "deploy")
        for p in (ROOT / folder).rglob("*")
        if p.is_file()
    ]


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    return "" if b"\0" in raw[:4096] else raw.decode("utf-8", "replace")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_a_lock_names_no_host_and_hashes_every_pin(lock):
    text = lock.read_text()
    assert "://" not in text
    pins = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert pins
    for pin in pins:
        name = pin.split()[0]
        assert re.match(r"^[A-Za-z0-9._-]+(\[[^]]*\])?==", name), f"{lock.name}: {name} is not pinned"
        assert "--hash=sha256:" in pin, f"{lock.name}: {name} has no hash"


def test_what_is_asked_for_is_what_is_locked():
    for name in ("base", "dev", "uv"):
        locked = (ROOT / "requirements" / f"{name}.txt").read_text().lower() + (
            ROOT / "requirements" / "base.txt"
        ).read_text()
        for line in (ROOT / "requirements" / f"{name}.in").read_text().lower().splitlines():
            wanted = re.match(r"^([a-z][a-z0-9._-]*)(?:\[[^]]*\])?(==[0-9a-z.]+)?", line)
            if wanted:
                pin = f"{wanted[1]}{wanted[2] or '=='}"
                assert re.search(rf"^{re.escape(pin)}", locked, re.M), f"{name}.in asks for {pin}: make lock"


MACHINE = re.compile(r"(?<![\w.])/(?:home/[a-z]|root/|work/|Users/)")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{30}|xox[bp]-|glpat-|"
    r"(?i:(?:secret|password|token|api_key)\s*=\s*['\"][A-Za-z0-9+/_-]{24,}['\"])"
)


def test_no_file_names_a_path_of_one_machine():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path != Path(__file__) and (match := MACHINE.search(text_of(path)))
    ]
    assert found == []


def test_no_file_holds_a_secret():
    found = [
        f"{path.relative_to(ROOT)}"
        for path in tracked()
        if path != Path(__file__) and path.suffix != ".txt" and SECRET.search(text_of(path))
    ]
    assert found == []


def test_no_page_needs_the_public_internet():
    """Templates, styles and scripts of ours load nothing from elsewhere (XML namespaces are names, not addresses)."""
    loads = re.compile(
        r"""(?:src|href|action|@import|url)\s*[=(]?\s*["'(]?\s*(?:https?:)?//(?!www\.w3\.org)""", re.I
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix in (".html", ".css", ".js", ".svg")
        and "tuodi" in path.parts
        and (match := loads.search(text_of(path)))
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(
        r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)[^>]*>\s*\S|javascript:", re.I
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in tracked()
        if path.suffix == ".html" and "templates" in path.parts and (match := inline.search(text_of(path)))
    ]
    assert found == [], "a strict content security policy drops these"
