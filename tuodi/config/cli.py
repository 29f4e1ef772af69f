"""`tuodi GROUP VERB …`: what an office types. Each is a Django management command called GROUP_VERB or GROUP.

`tuodi intake import FILE` runs `intake_import`; `tuodi serve`, `tuodi worker`, `tuodi health` are one word;
`tuodi help` lists them all. Errors are one Chinese sentence on stderr and exit code 1 (2 for wrong use); a fault of
ours is not hidden.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

# Commands of Django itself that an office needs, with what they are for.
FROM_DJANGO = {
    "migrate": "建立或升级数据库结构",
    "collectstatic": "收集页面所需的静态文件",
}
KEYS_HELP = "生成本单位的加密密钥文件（只生成一次，另存一份，不与备份放在一起）"

# argparse speaks through gettext; these are the sentences a person meets when a command is mistyped.
ARGPARSE_ZH = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "expected one argument": "后面要跟一个值",
    "expected at least one argument": "后面至少要跟一个值",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "invalid %(type)s value: %(value)r": "不是有效的值：%(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r 这一项（可选：%(choices)s）",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "one of the arguments %s is required": "需要给出其中之一：%s",
}


class Wrong(Exception):
    """What was typed cannot be run; the message says what to type instead."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and exit."""
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuodi.config.settings")
    argparse._ = lambda text: ARGPARSE_ZH.get(text, text)  # type: ignore[attr-defined]
    try:
        if words[:2] == ["keys", "make"]:
            make_keys(words[2:])  # before the settings, which ask for the keys
        elif not words or words[0] in ("help", "-h", "--help"):
            print(listing())
        elif words[0] in ("--version", "version"):
            print(version())
        else:
            run(words)
    except Wrong as wrong:
        leave(str(wrong), 2)
    except KeyboardInterrupt:
        leave("已停止", 130)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        words_for_it = in_words(error)
        if words_for_it is None:
            raise
        leave(words_for_it, 1)
    sys.exit(0)


def leave(message: str, code: int) -> NoReturn:
    """Say it on stderr and exit."""
    print(message, file=sys.stderr)
    sys.exit(code)


def in_words(error: Exception) -> str | None:
    """The sentence for an error that is the caller's or the surroundings'; None for a fault of ours."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError, SystemCheckError
    from django.db import OperationalError, ProgrammingError

    from tuodi.core.refusal import Refused
    from tuodi.kit.keys import KeysMissing, KeysUnfit

    if isinstance(error, SystemCheckError):
        return str(error)
    if isinstance(error, CommandError | Refused):
        return str(error)
    if isinstance(error, KeysMissing):
        return "找不到密钥文件：先执行 tuodi keys make，或用 TUODI_KEYS 指出它在哪里"
    if isinstance(error, KeysUnfit):
        return f"密钥文件不能使用：{error}"
    if isinstance(error, ImproperlyConfigured):
        return f"设置有误：{error}"
    if isinstance(error, OperationalError):
        if "no such table" in str(error):
            return "数据库还没有建好：先执行 tuodi migrate"
        return "连接不上数据库：请检查 TUODI_DATABASE、网络与数据库服务（tuodi health 可逐项检查）"
    if isinstance(error, ProgrammingError) and "does not exist" in str(error):
        return "数据库还没有建好：先执行 tuodi migrate"
    return None


def run(words: list[str]) -> None:
    """Find the command that the first one or two words name, and run it with the rest."""
    import django
    from django.core.management import load_command_class
    from django.core.management.base import SystemCheckError

    django.setup()
    known = commands()
    name, rest = found(words, known)
    shown = " ".join(words[: len(words) - len(rest)])
    command: Any = load_command_class(known[name], name)
    command._called_from_command_line = True  # so that a mistyped argument is shown beside the usage
    parser = command.create_parser("tuodi", shown)
    options = vars(parser.parse_args(rest))
    arguments = options.pop("args", ())
    try:
        command.execute(*arguments, **options)
    except SystemCheckError as error:
        leave(str(error), 1)
    finally:
        from django.db import connections

        connections.close_all()


def found(words: Sequence[str], known: dict[str, str]) -> tuple[str, list[str]]:
    """The command's name and what is left for it; raises Wrong with the nearest commands."""
    first = words[0].replace("-", "_")
    if len(words) > 1 and not words[1].startswith("-"):
        two = f"{first}_{words[1].replace('-', '_')}"
        if two in known:
            return two, list(words[2:])
    if first in known:
        return first, list(words[1:])
    verbs = sorted(name.removeprefix(f"{first}_") for name in known if name.startswith(f"{first}_"))
    if verbs:
        typed = f"没有 “{' '.join(words[:2])}” 这个命令；" if len(words) > 1 else ""
        raise Wrong(f"{typed}tuodi {words[0]} 后面可接：{'、'.join(verbs)}")
    near = difflib.get_close_matches(first, [n.split("_")[0] for n in known], n=1, cutoff=0.6)
    hint = f"是不是 “tuodi {near[0]}”？" if near else ""
    raise Wrong(f"没有 “{words[0]}” 这个命令。{hint}tuodi help 列出全部命令")


def commands() -> dict[str, str]:
    """Every command by its name: ours, and the few of Django's that an office needs. Ours win."""
    from django.core.management import get_commands

    every = get_commands()
    return {n: str(app) for n, app in every.items() if str(app).startswith("tuodi.") or n in FROM_DJANGO}


def listing() -> str:
    """All commands with one line each."""
    import django
    from django.core.management import load_command_class

    from tuodi.kit.keys import KeysMissing

    lines = {"keys make": KEYS_HELP}
    note = ""
    try:
        django.setup()
        for name, app in commands().items():
            text = FROM_DJANGO.get(name) or str(getattr(load_command_class(app, name), "help", ""))
            lines[name.replace("_", " ", 1)] = text.strip().split("\n")[0]
    except KeysMissing:
        note = "\n（还没有密钥文件，其余命令要先执行 tuodi keys make）"
    width = max(map(len, lines)) + 2
    body = "\n".join(f"  tuodi {name:<{width}}{text}" for name, text in sorted(lines.items()))
    return (
        f"托底 {version()}：困难群众基本生活保障协同平台\n\n{body}{note}\n\n每个命令后加 --help 看它的用法。"
    )


def version() -> str:
    """The installed version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tuodi")
    except PackageNotFoundError:
        return "（未安装，直接从源代码运行）"


def make_keys(words: Sequence[str]) -> None:
    """`tuodi keys make [--file PATH]`: needs no database and no settings."""
    from tuodi.kit.keys import make_keys as write_keys

    parser = argparse.ArgumentParser(prog="tuodi keys make", description=KEYS_HELP)
    base = Path(os.environ.get("TUODI_VAR", Path(__file__).resolve().parents[2] / "var"))
    parser.add_argument("--file", type=Path, default=Path(os.environ.get("TUODI_KEYS", base / "keys.json")))
    target: Path = parser.parse_args(list(words)).file
    if write_keys(target) is False:
        raise Wrong(f"{target} 已存在：覆盖会使已加密的数据再也打不开，未作改动")
    print(f"密钥已写入 {target}（仅本用户可读）。请立即另存一份，与数据库备份分开保管。")


if __name__ == "__main__":
    main()
