"""`make run`: prepares the database, starts web and worker, says where to go, and stops both on Ctrl-C.

Standard library only: this process stays beside the two it watches and should weigh little.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HOST = "127.0.0.1"
STOP_SECONDS = 20


def main() -> int:
    """Run until stopped; 0 when stopped on purpose."""
    port = int(os.environ.get("TUODI_PORT", "8000"))
    if taken(port):
        say(f"端口 {port} 已被占用：可能已有一个在运行。换一个端口：make run TUODI_PORT={port + 1}")
        return 1
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    prepared = watch([start("prepare")], stopping)
    if stopping:
        return 0
    if prepared:
        return prepared
    children = [start("serve", "--bind", f"{HOST}:{port}"), start("worker", "--verbosity", "0")]
    if answers(port, children, stopping):
        say(f"\n托底已启动： http://{HOST}:{port}/\n")
        subprocess.run(command("demo", "accounts"), check=False)  # noqa: S603 - our own command
        say("\n按 Ctrl-C 停止；数据留在 var/，再次 make run 接着用。")
    code = watch(children, stopping)
    stop(children)
    if stopping:
        say("已停止，数据已保存。")
        return 0
    say("有一个进程意外结束，已全部停止；原因见上。")
    return code or 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tuodi.config.cli", *words]


def die_with_parent() -> None:
    """In the child: be told to end when this process is gone, however it went (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(*words: str) -> subprocess.Popen[bytes]:
    """Start a tuodi command in its own group, so that Ctrl-C reaches only this process, which then stops it in order."""
    return subprocess.Popen(command(*words), start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603 - our own command


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def watch(children: list[subprocess.Popen[bytes]], stopping: list[int]) -> int:
    """Wait until one child ends, or until told to stop (then stop them all); the exit code of the one that ended."""
    while not stopping:
        for child in children:
            if child.poll() is not None:
                return child.returncode
        time.sleep(0.1)
    stop(children)
    return 0


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, wait, and only then force them."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        if child.poll() is None:
            child.kill()
            child.wait()


def answers(port: int, children: list[subprocess.Popen[bytes]], stopping: list[int]) -> bool:
    """Wait until the web server answers; False when it will not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping and all(c.poll() is None for c in children):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers; what is wrong it says there in words
        except OSError:
            time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main())
