"""The catalogue of words: collects every Chinese msgid of the house, merges the English, writes django.po and django.mo.

Pure Python, so a machine without GNU gettext can do it: `make messages`. What is collected, and why rules and procedures are
collected without being marked, is in docs/decisions/0005-words-at-the-edge.md.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
PO = Path(__file__).parent / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
HAN = re.compile("[\u3400-\u9fff]")
# A mark such as "：" alone is said too: English has its own.
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# The marks gettext looks for in Python, and after Django's `templatize` in templates.
MARKS = frozenset(
    {"_", "_noop", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}
)

# Tables of words that cannot import Django (core, policy) or whose words are also written into the record: every Chinese
# literal in them is a msgid, translated where it is shown (tuodi.kit.wording.said).
TABLES = (
    "core/*.py",
    "core/topics/*.py",
    "policy/*.py",
    "policy/*/*.py",
    "gateways/sources.py",
    "gateways/bank.py",
    "delivery/*/process.py",
    "delivery/*/models.py",
    "delivery/*/selectors.py",
    "delivery/*/views.py",
    "delivery/*/views/*.py",
    "delivery/*/services/*.py",
    "delivery/determination/policy.py",
    "delivery/intake/form.py",
    "delivery/intake/services.py",
    "delivery/verification/flags.py",
    "delivery/verification/matching.py",
    "funds/*.py",
    "oversight/*/process.py",
    "records/*/models.py",
    "records/*/services.py",
    "records/*/views.py",
    "records/documents/letters.py",
    "records/standards/load.py",
    "records/standards/answering.py",
    "demo/accounts.py",
    "kit/letters/__init__.py",
)
# A rule told in words is put together piece by piece, in Chinese, like a letter: no piece is a sentence.
NOT_TABLES = frozenset({"policy/formula.py"})
# Articles and titles of regulations keep their Chinese name; parts of numbers, dates and official papers are not sentences.
NAME_OF_A_TEXT = re.compile(
    r"^(《[^》]*》|[\u3400-\u9fff]+(办法|条例))?(（试行）)?\s*(第[一二三四五六七八九十百]+条[、，至]?)*(（[^）]*）)?$|〔|policy|^(DB|ZJ|HD|T)-?\d|[A-Z]{2}-\d|\(\?|\[-"
)
# Formulas of official papers and spellings accepted in a workbook: never shown as they stand.
LEFT = frozenset(
    {
        "年",
        "月",
        "日",
        "年0",
        "号",
        "字〔",
        "乡",
        "镇",
        "街道",
        "人民政府",
        "办事处",
        "民政局",
        "民",
        "救",
        "救受",
        "救补",
        "救变",
        "救公",
        "救终",
        "救追",
        "救追告",
        "演财社〔",
        "万",
        "亿",
        "圆",
        "整",
        "仟",
        "佰",
        "拾",
        "零",
        "元整",
        "角",
        "分",
        "零元",
        "云N",
        "迁",
        "财",
        "零壹贰叁肆伍陆柒捌玖",
    }
)


def placeholders(text: str) -> frozenset[str]:
    """The figures a sentence waits for: {name}, %(name)s and %s."""
    return frozenset(re.findall(r"\{\w*(?::[^{}]*)?\}|%\(\w+\)[sd]|%[sd]", text))


def _literals(tree: ast.AST) -> tuple[list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, str]]]:
    """Of a module: (marked msgids, every other Chinese literal, marks whose text cannot be known beforehand)."""
    documentation, marked, other, wrong = set(), [], [], []
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            documentation |= {
                id(s.value) for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)
            }

    def text_of(node: ast.AST) -> str | None:
        """A literal; an f-string becomes its sentence with a place for each figure."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.JoinedStr):
            parts = []
            for n, part in enumerate(node.values):
                parts.append(
                    str(part.value).replace("{", "").replace("}", "")
                    if isinstance(part, ast.Constant)
                    else f"{{{n}}}"
                )
            return "".join(parts)
        return None

    def walk(node: ast.AST) -> None:
        if id(node) in documentation:
            return
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MARKS and node.args:
                texts = [a for a in node.args if not isinstance(a, ast.Name | ast.Attribute)]
                for arg in texts[: 2 if name.startswith("ngettext") else 1]:
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                        marked.append((node.lineno, arg.value))
                    elif isinstance(arg, ast.JoinedStr):
                        wrong.append((node.lineno, ast.unparse(arg)))
                    else:
                        walk(arg)
                return
        if isinstance(node, ast.keyword) and node.arg == "basis":
            return
        text = text_of(node)
        if text is not None:
            if HAN.search(text):
                other.append((getattr(node, "lineno", 0), text))
            for part in getattr(node, "values", ()):
                if isinstance(part, ast.FormattedValue):
                    walk(part.value)
            return
        for child in ast.iter_child_nodes(node):
            walk(child)

    walk(tree)
    return marked, other, wrong


def python_files() -> Iterator[Path]:
    """Every module of the house but migrations and this one."""
    for path in sorted(HOUSE.rglob("*.py")):
        if "migrations" not in path.parts and path != Path(__file__).resolve():
            yield path


def templates() -> Iterator[Path]:
    """Every template of the house."""
    yield from sorted(HOUSE.rglob("templates/**/*.html"))


def in_template(text: str) -> Iterator[str]:
    """The msgids of one template."""
    from django.utils.translation.template import templatize

    literal = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    for found in re.finditer(rf"\b(?:gettext|ngettext|_)\(({literal})(?:, ({literal}))?", templatize(text)):
        for one in found.groups():
            if one:
                yield ast.literal_eval(one.lstrip("u"))


def in_tables() -> Iterator[tuple[str, str]]:
    """(where, words) of the tables that are not marked: rules, procedures, the field dictionary, labels of parameters."""
    for pattern in TABLES:
        for path in sorted(HOUSE.glob(pattern)):
            if str(path.relative_to(HOUSE)) in NOT_TABLES:
                continue
            _, other, _ = _literals(ast.parse(path.read_text(encoding="utf-8")))
            for _line, text in other:
                bare = re.sub(r"\{\w*\}", "", text).strip("，。、；：（） ")
                if path.name == "accounts.py" and len(bare) < 4:
                    continue  # the names of the demo's people
                if bare and bare not in LEFT and HAN.search(bare) and not NAME_OF_A_TEXT.search(bare):
                    yield str(path.relative_to(HOUSE)), text
    for path in sorted(HOUSE.glob("policy/parameters/*.yaml")):
        for label in re.findall(r"^\s+label:\s*(.+?)\s*(?:#.*)?$", path.read_text(encoding="utf-8"), re.M):
            yield str(path.relative_to(HOUSE)), label.strip("\"'")
        # A document is cited by its Chinese title; what we say ourselves about a value is a sentence like any other.
        for text in re.findall(
            r"(?:basis|note): *\"?((?:测试值|试行值|演示)[^\",}{#]*)", path.read_text(encoding="utf-8")
        ):
            yield str(path.relative_to(HOUSE)), text.strip()
    bodies = HOUSE / "records/org/departments.yaml"
    for name in re.findall(r"\{name: ([^,}]+)", bodies.read_text(encoding="utf-8")):
        yield str(bodies.relative_to(HOUSE)), name.strip()


# Words that only come together when a page is made: a number and its unit, the units of the form.
MADE = (
    "{n} 个月",
    "{n} 年",
    "{n} 天",
    "{n} 户",
    "{n} 人",
    "{n} 笔",
    "{n} 件",
    "{n} 笔 {yuan} 元",
    "{n} 笔 {yuan} 元 {digest}",
    "月",
    "、",
)


def collect() -> dict[str, set[str]]:
    """msgid -> the files it stands in."""
    found: dict[str, set[str]] = {}
    for path in python_files():
        marked, _, _ = _literals(ast.parse(path.read_text(encoding="utf-8")))
        for _line, text in marked:
            if CHINESE.search(text):
                found.setdefault(text, set()).add(str(path.relative_to(HOUSE)))
    for path in templates():
        for text in in_template(path.read_text(encoding="utf-8")):
            if CHINESE.search(text):
                found.setdefault(text, set()).add(str(path.relative_to(HOUSE)))
    for text in MADE:
        found.setdefault(text, set()).add("locale/messages.py")
    for where, text in in_tables():
        found.setdefault(text, set()).add(where)
    return found


def unknowable() -> list[str]:
    """Marks around an f-string: their text is not in the catalogue and would silently stay Chinese."""
    return [
        f"{path.relative_to(HOUSE)}:{line}: {text}"
        for path in python_files()
        for line, text in _literals(ast.parse(path.read_text(encoding="utf-8")))[2]
    ]


def _quoted(text: str) -> str:
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    )


def read_po(path: Path = PO, *, set_aside: bool = False) -> dict[str, str]:
    """msgid -> msgstr of a .po file (no plurals, no contexts: Chinese has none), on request with those set aside."""
    if not path.exists():
        return {}
    entries: dict[str, str] = {}
    field, texts = "", {"msgid": "", "msgstr": ""}

    def close() -> None:
        if field:
            entries[texts["msgid"]] = texts["msgstr"]

    for line in path.read_text(encoding="utf-8").splitlines():
        if set_aside:
            line = line.removeprefix("#~ ")
        start = re.match(r'(msgid|msgstr) (".*")$', line)
        if start:
            if start[1] == "msgid":
                close()
                texts = {"msgid": "", "msgstr": ""}
            field = start[1]
            texts[field] = ast.literal_eval(start[2])
        elif line.startswith('"'):
            texts[field] += ast.literal_eval(line)
    close()
    return entries


HEADER = (
    "Project-Id-Version: tuodi\nLanguage: en\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)


def write_po(used: dict[str, set[str]], english: dict[str, str], path: Path = PO) -> None:
    """The .po in the order of the msgids, each with the files it stands in, so that a diff shows what changed."""
    lines = ["# English beside the Chinese of the house. Written by `make messages`; translate in this file.", 'msgid ""', 'msgstr ""']  # fmt: skip
    lines += [_quoted(part + "\n") for part in HEADER.strip().split("\n")]
    for text in sorted(used):
        files = sorted(used[text])
        lines += ["", f"#: {' '.join(files[:3])}", f"msgid {_quoted(text)}", f"msgstr {_quoted(english.get(text, ''))}"]  # fmt: skip
    for text in sorted(set(english) - set(used) - {""}):
        # No longer used; kept so that a sentence that comes back need not be translated again.
        lines += ["", f"#~ msgid {_quoted(text)}", f"#~ msgstr {_quoted(english[text])}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def compiled(entries: dict[str, str]) -> bytes:
    """The bytes of a .mo file (GNU format, sorted, no hash table); untranslated msgids are left out."""
    pairs = sorted(
        (k.encode(), v.encode()) for k, v in {**entries, "": entries.get("") or HEADER}.items() if v
    )
    ids, words = b"", b""
    offsets = []
    for key, value in pairs:
        offsets.append((len(key), len(ids), len(value), len(words)))
        ids += key + b"\0"
        words += value + b"\0"
    start = 7 * 4 + 16 * len(pairs)
    keys = [n for o in offsets for n in (o[0], o[1] + start)]
    values = [n for o in offsets for n in (o[2], o[3] + start + len(ids))]
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + struct.pack(f"<{len(keys) + len(values)}I", *keys, *values) + ids + words


def main() -> int:
    """Collect, merge, compile; says what still lacks its English and answers 1 if anything does."""
    used, english = collect(), read_po(set_aside=True)
    write_po(used, english)
    MO.write_bytes(compiled(read_po()))
    missing = [text for text in sorted(used) if not english.get(text)]
    gone = sorted(set(english) - set(used) - {""})
    sys.stdout.write(f"{len(used)} msgids, {len(missing)} without English, {len(gone)} no longer used\n")
    for text in missing:
        sys.stdout.write(f"  {text!r}  ({sorted(used[text])[0]})\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
