"""`make mutants`: break the rules and the core in one small place after another and see whether the tests notice.

    make mutants                                  everything
    make mutants ONLY=policy.education SAMPLE=500 ARGS="--seed 7"

The tests are collected once. First each runs alone while the functions it goes through are noted; then, for each mutant, a forked child
puts the wrong function in place and runs the tests that go through it, until one fails. At least 90 % must be killed, and every survivor
stands in survivors.yaml with its reason; else the run fails. It prints the seed and writes build/mutants.json.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mutants.breaking import SWAP, Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SURVIVORS = Path(__file__).with_name("survivors.yaml")
TESTS = ("tests/core", "tests/policy", "tests/house/test_procedures.py", "tests/house/test_parameters.py")
PLACES = ("tuodi/core", "tuodi/policy")
# Said in words for the rule book and the printed sheet, with a database and a browser: tests/portal looks at them.
LEFT_OUT = ("tuodi/policy/formula.py", "tuodi/policy/report.py")
LEAST = 0.90
NEAREST = 250  # tests tried on a mutant at most: its own first, then others that go through it
Hits = frozenset[tuple[str, str]]


def modules() -> dict[str, Path]:
    """What is broken, by name: policy.boarder_subsidy of tuodi/policy/boarder_subsidy/rule.py, core.money of tuodi/core/money.py."""
    found = {}
    for path in sorted(p for place in PLACES for p in (ROOT / place).glob("**/*.py")):
        if str(path.relative_to(ROOT)) not in LEFT_OUT:
            parts = list(path.relative_to(ROOT / "tuodi").with_suffix("").parts)
            found[".".join(parts[:-1] if parts[-1] in ("rule", "__init__") else parts)] = path
    return found


def listed() -> dict[tuple[str, str, str], str]:
    """The survivors with a reason: (module, function, what reads how) -> why."""
    found = {}
    for module, by_reason in (yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {}).items():
        for why, of_functions in by_reason.items():
            for of, texts in of_functions.items():
                found |= dict.fromkeys(((module, of, text) for text in texts), why)
    return found


class Wrong(Exception):
    """A mutant that cannot be put in place."""


def put_in_place(mutant: Mutant, path: Path) -> None:
    """Break the loaded module: the function's code, so that whoever holds it has the wrong one; a constant wherever it was taken to."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    code = mutant.code(path)
    for swapped in SWAP.values():
        for home in ("tuodi.core.logic", "tuodi.core.money"):
            if hasattr(sys.modules[home], swapped):
                vars(module).setdefault(swapped, getattr(sys.modules[home], swapped))
    if not hasattr(mutant.owner, "args"):
        right, value = vars(module)[mutant.of], eval(code, vars(module))
        for other in [m for n, m in sys.modules.items() if n.startswith("tuodi.") and m is not None]:
            if vars(other).get(mutant.of, None) is right:
                setattr(other, mutant.of, value)
        return
    function = _function(module, mutant.of)
    if function.__code__.co_freevars != code.co_freevars:
        raise Wrong(f"{mutant.module} {mutant.of}: other free names")
    function.__code__ = code
    # Defaults are worked out where the function is defined.
    for name, value in mutant.defaults().items():
        given = eval(compile(value, str(path), "eval"), vars(module))
        if name in (function.__kwdefaults__ or {}):
            function.__kwdefaults__[name] = given  # type: ignore[index]
        else:
            names = function.__code__.co_varnames[: function.__code__.co_argcount]
            kept = list(function.__defaults__ or ())
            kept[names.index(name) - len(names)] = given
            function.__defaults__ = tuple(kept)


def _function(module: types.ModuleType, of: str) -> types.FunctionType:
    held: Any = module
    for part in of.split("."):
        held = vars(held)[part]
    while not isinstance(held, types.FunctionType):
        for name in ("__func__", "fget", "func", "__wrapped__"):
            if getattr(held, name, None) is not None:
                held = getattr(held, name)
                break
        else:
            raise Wrong(f"{module.__name__} {of}: not a function")
    return held


def forget() -> None:
    """Nothing worked out before is kept: whoever asks again goes through the code again."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tuodi.") and module is not None:
            for value in list(vars(module).values()):
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


def read_once() -> None:
    """YAML files are parsed once for all children; what they say is not what is broken here."""
    right, kept = yaml.safe_load, {}

    def load(text: Any) -> Any:
        if text not in kept:
            kept[text] = pickle.dumps(right(text))
        return pickle.loads(kept[text])

    yaml.safe_load = load
    for path in (ROOT / "tuodi/policy").glob("**/*.yaml"):
        load(path.read_text(encoding="utf-8"))


class Broken:
    """In the place of pytest's own loop: note who goes through what, then break one thing after another."""

    def __init__(self, chosen: Callable[[], list[Mutant]], workers: int) -> None:
        self.chosen, self.workers = chosen, workers
        self.failed = False
        self.results: list[tuple[Mutant, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        assert session.items, "no tests were collected"
        items = [
            i for i in session.items if not {"db", "transactional_db"} & set(getattr(i, "fixturenames", ()))
        ]
        read_once()
        began = time.monotonic()
        noted: dict[int, tuple[float, Hits]] = {}
        for part in self._shared(range(len(items)), lambda mine: self._note(items, mine)):
            noted |= part
        broken = [items[n].nodeid for n, (seconds, _) in noted.items() if seconds < 0]
        assert not broken, f"these fail with nothing broken: {broken[:5]}"
        print(f"{len(items)} tests went through once in {time.monotonic() - began:.0f} s", flush=True)
        through: dict[tuple[str, str], list[int]] = defaultdict(list)
        for n, (_, hits) in noted.items():
            for hit in hits:
                through[hit].append(n)
        chosen, places = self.chosen(), modules()
        print(f"{len(chosen)} mutants", flush=True)
        order = list(range(len(chosen)))
        random.Random(0).shuffle(order)

        def work(mine: Sequence[int]) -> list[tuple[int, str]]:
            done = []
            with (BUILD / f"mutants-{os.getpid()}.log").open("w", encoding="utf-8") as log:
                for n in mine:
                    mutant = chosen[n]
                    fate = self._fate(items, mutant, places[mutant.module], through, noted)
                    done.append((n, fate))
                    log.write(f"{fate}\t{mutant.module}\t{mutant.of}\t{mutant.line}\t{mutant.text!r}\n")
                    log.flush()
            return done

        for part in self._shared(order, work):
            self.results += [(chosen[n], fate) for n, fate in part]
        return True

    def _shared(self, work: Iterable[int], do: Callable[[Sequence[int]], Any]) -> list[Any]:
        """Share work among forked workers; what each brings back."""
        work, pids = list(work), []
        with tempfile.TemporaryDirectory() as folder:
            for worker in range(self.workers):
                sys.stdout.flush()
                pid = os.fork()
                if pid == 0:
                    code = 1
                    try:
                        made = pickle.dumps(do(work[worker :: self.workers]))
                        (Path(folder) / str(worker)).write_bytes(made)
                        code = 0
                    except BaseException:
                        traceback.print_exc()
                    os._exit(code)
                pids.append(pid)
            for pid in pids:
                assert os.waitpid(pid, 0)[1] == 0, "a worker broke"
            return [pickle.loads((Path(folder) / str(n)).read_bytes()) for n in range(self.workers)]

    def _run(
        self, items: Sequence[pytest.Item], wanted: Sequence[int], noted: Mapping[int, tuple[float, Hits]]
    ) -> bool:
        """Run these tests; whether none failed. The clock ends one that takes very much longer than it did."""
        self.failed = False
        for place, n in enumerate(wanted):
            random.seed(0)
            signal.setitimer(signal.ITIMER_REAL, 4 + 10 * noted[n][0])
            after = items[wanted[place + 1]] if place + 1 < len(wanted) else items[wanted[0]]
            items[n].config.hook.pytest_runtest_protocol(item=items[n], nextitem=after)
            if self.failed:
                return False
        return True

    def _note(self, items: Sequence[pytest.Item], mine: Sequence[int]) -> dict[int, tuple[float, Hits]]:
        """Each test's seconds (negative: it fails) and the functions it goes through."""
        noted: dict[int, tuple[float, Hits]] = {}
        places, file = {str(p) for p in modules().values()}, ""
        silence()
        for n, following in zip(mine, [*mine[1:], mine[0]], strict=True):
            if items[n].path != file:
                file = items[n].path
                forget()
            hits: set[tuple[str, str]] = set()

            def seen(frame: types.FrameType, event: str, _: Any, hits: set[tuple[str, str]] = hits) -> None:
                if event == "call" and frame.f_code.co_filename in places:
                    hits.add((frame.f_code.co_filename, frame.f_code.co_qualname))

            random.seed(0)
            self.failed = False
            began = time.monotonic()
            sys.setprofile(seen)
            items[n].config.hook.pytest_runtest_protocol(item=items[n], nextitem=items[following])
            sys.setprofile(None)
            noted[n] = (-1.0 if self.failed else time.monotonic() - began, frozenset(hits))
        return noted

    def _fate(
        self,
        items: Sequence[pytest.Item],
        mutant: Mutant,
        path: Path,
        through: Mapping[tuple[str, str], list[int]],
        noted: Mapping[int, tuple[float, Hits]],
    ) -> str:
        """What becomes of a mutant: killed, late (killed by the clock), survived, or unseen where no test goes through it."""
        if hasattr(mutant.owner, "args"):
            wanted = through.get((str(path), mutant.of), [])
        else:
            wanted = sorted(
                {n for (file, _), some in through.items() if file == str(path) for n in some}
            ) or list(noted)
        if not wanted:
            return "unseen"
        own = f"[{path.parent.name}: " if path.name == "rule.py" else path.stem
        mixed = random.Random(0).sample(wanted, len(wanted))
        wanted = sorted(mixed, key=lambda n: (own not in items[n].nodeid, noted[n][0] > 0.2))[:NEAREST]
        child = os.fork()
        if child == 0:
            silence()
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            code = 1
            try:
                forget()
                put_in_place(mutant, path)
                code = 0 if self._run(items, wanted, noted) else 1
            except Wrong:
                code = 2
            except BaseException:
                code = 1
            os._exit(code)
        ended = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(ended):
            return "late"
        return ("survived", "killed", "unseen")[os.WEXITSTATUS(ended)]


def silence() -> None:
    """What tests print is not wanted here."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def quick_examples() -> None:
    """Property tests try the same examples each time and do not look for the smallest failing one."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, max_examples=25, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")


def main() -> int:
    """Run, write, say."""
    ask = argparse.ArgumentParser(prog="make mutants", description=__doc__.split("\n")[0])
    ask.add_argument(
        "--only",
        default="",
        metavar="NAME",
        help="modules whose name begins so or holds it (core.money, education)",
    )
    ask.add_argument("--sample", type=int, default=0, metavar="N", help="so many mutants, drawn by the seed")
    ask.add_argument("--seed", type=int, default=random.randrange(2**32))
    ask.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    ask.add_argument(
        "--survivors",
        type=Path,
        help="also write the unlisted survivors there, in the form of survivors.yaml",
    )
    ask.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help="try these tests alone")
    given = ask.parse_args()
    os.chdir(ROOT)
    BUILD.mkdir(exist_ok=True)
    every = [
        m
        for name, path in modules().items()
        if given.only in name
        for m in mutants(path.read_text(encoding="utf-8"), name)
    ]
    drawn = random.Random(given.seed).sample(every, min(given.sample, len(every))) if given.sample else every
    began = time.monotonic()
    quick_examples()
    loop = Broken(lambda: drawn, given.workers)
    plugins = ["no:randomly", "no:cacheprovider", "no:timeout", "no:xdist", "no:terminal"]
    code = pytest.main(
        [
            "-s",
            *(w for p in plugins for w in ("-p", p)),
            "-o",
            "addopts=--import-mode=importlib",
            *given.tests,
        ],
        [loop],
    )
    if len(loop.results) != len(drawn):
        print(f"the tests could not be run ({code})")
        return 2
    return told(loop.results, given, len(every), time.monotonic() - began)


def told(results: Sequence[tuple[Mutant, str]], given: argparse.Namespace, of: int, seconds: float) -> int:
    """The figures, the survivors nobody listed and those listed that are killed; the exit code."""
    known = listed()
    fates: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, fate in results:
        fates[mutant.module][fate] += 1
    dead = sum(c["killed"] + c["late"] for c in fates.values())
    alive = sorted(
        (m for m, fate in results if fate in ("survived", "unseen")), key=lambda m: (m.module, m.line)
    )
    fresh = [m for m in alive if (m.module, m.of, m.text) not in known]
    killed = {(m.module, m.of, m.text) for m, fate in results if fate in ("killed", "late")}
    for module, c in sorted(fates.items()):
        print(
            f"{module:44}{c['killed'] + c['late']:5} of{sum(c.values()):5}   survived {c['survived']:3}   no test goes there {c['unseen']:3}"
        )
    unseen = {id(m) for m, fate in results if fate == "unseen"}
    for m in fresh:
        print(f"  {m.module}:{m.line} {m.of}: {m.text}{'  (no test goes there)' if id(m) in unseen else ''}")
    struck = sorted(killed & set(known))
    for module, of, text in struck:
        print(f"  listed but killed: {module} {of}: {text}")
    share = dead / len(results) if results else 0.0
    print(
        f"\nkilled {dead} of {len(results)} ({100 * share:.1f} %), {of} in all, seed {given.seed}, {seconds:.0f} s;"
        f" survivors: {len(alive)}, {len(fresh)} of them not in survivors.yaml"
    )
    (BUILD / "mutants.json").write_text(
        json.dumps(
            {"seed": given.seed, "of": of, "tried": len(results), "killed": dead, "survived": len(alive), "seconds": round(seconds),
             "modules": {m: dict(c) for m, c in sorted(fates.items())},
             "survivors": [[m.module, m.of, m.line, m.text, known.get((m.module, m.of, m.text), "")] for m in alive]},
            ensure_ascii=False, indent=1,
        ),
        encoding="utf-8",
    )  # fmt: skip
    if given.survivors:
        form: dict[str, dict[str, dict[str, list[str]]]] = {}
        for m in fresh:
            form.setdefault(m.module, {}).setdefault("?", {}).setdefault(m.of, []).append(m.text)
        given.survivors.write_text(
            yaml.safe_dump(form, allow_unicode=True, width=200, sort_keys=False), encoding="utf-8"
        )
    return 0 if share >= LEAST and not fresh else 1


if __name__ == "__main__":
    sys.exit(main())
