#!/usr/bin/env python3
"""Breaks the source one decision at a time, and says which changes no test notices.

    tests/mutation/mutate.py --build FOLDER --target TEST… [OPTION…] SOURCE…

SOURCE is a .cc file, a folder with such files, or FILE:LINE. The tree is copied into FOLDER and built there; the working
tree is never changed. The mutants of a file (mutants.py) are woven into one source, which is built once; then the test
binaries run for each mutant until one fails: it is killed. What cannot be woven is built alone. One that survives is a
line that no test protects, or a line of no effect.

  --build FOLDER       build-mutation/ when left out
  --target TEST        a test binary of build/bin, as ninja names it; more than one may be given
  --only KINDS         comparisons (and && || ! true false), guards (an `if` that never or always holds),
                       propagations (a Status not passed on), statements (a call or an assignment left out), or all
  --sample N --seed S  N of the mutants, drawn
  --limit-seconds N    tries none after that time; says how many are left
  --equivalent FILE    mutants that no test can kill, each with its reason; an entry that names no mutant, or one that
                       a test kills, is an error
  --list               prints the mutants, builds nothing

Exit code 0: all were tried, and none survived that is not listed; 1: one did, was left, or an entry is stale; 2: nothing
could be tried.
Standard library only.
"""

import argparse
import contextlib
import math
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutants  # noqa: E402  (after the path is set)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A mutant may loop for ever, allocate without end or fill the disk.
MOST_MEMORY = 8 << 30
MOST_FILE = 1 << 30
LONGEST_BUILD = 3600
# The seed of the tests that draw at random: what is killed once is killed again.
TEST_SEED = "1"
# What tests write is thrown away: in memory, where it can be, none of them waits for a disk.
SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# The source is included from a file of this name, where it stands.
INCLUDED = ".mutant"
OUTCOMES = ("killed", "survived", "equivalent", "does not compile", "not tried")


class CannotRun(Exception):
    """The sources, the build or the tests are not in order before anything is changed."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- The copy


def files_under(root, without):
    """Relative paths, without what is built and what belongs to version control."""
    for folder, folders, names in os.walk(root):
        here = os.path.relpath(folder, root)
        folders[:] = [name for name in folders
                      if name != "__pycache__" and os.path.join(folder, name) != without
                      and not (here == "." and (name.startswith("build") or name == ".git"))]
        yield from (os.path.normpath(os.path.join(here, name)) for name in names if name != ".git")


def same(one, other):
    try:
        with open(one, "rb") as a, open(other, "rb") as b:
            return a.read() == b.read()
    except FileNotFoundError:
        return False


def copy_tree(root, copy, without):
    """Makes the copy equal to the tree. What is equal keeps its time, so that it is not built again."""
    wanted = set(files_under(root, without))
    for path in wanted:
        source, target = os.path.join(root, path), os.path.join(copy, path)
        if not same(source, target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(source, target)
    for path in set(files_under(copy, None)) - wanted:
        os.remove(os.path.join(copy, path))


# --- Building and running


def limit_resources(cpu_seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cpu_of_group(group):
    """Clock ticks that the processes of a group have used."""
    ticks = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = read(f"/proc/{process}/stat").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if fields[2] == str(group) else 0
    return ticks


def output_of(process, seconds, idle_seconds):
    """What a process says until it ends; it also ends when the time is over, or when it has done nothing for long."""
    begin = active = time.monotonic()
    used = -1
    while True:
        try:
            return process.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired as late:
            now, before, used = time.monotonic(), used, cpu_of_group(process.pid)
            active = now if used != before else active
            if now - begin > seconds or now - active > idle_seconds:
                os.killpg(process.pid, signal.SIGKILL)
                return (late.stdout or b"").decode(errors="replace")


def run(command, folder, seconds, cpu_seconds=None, idle_seconds=float("inf"), **environment):
    """Exit code and output. Its whole process group ends with it."""
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                               start_new_session=True,
                               preexec_fn=(lambda: limit_resources(cpu_seconds)) if cpu_seconds else None)
    try:
        output = output_of(process, seconds, idle_seconds)
        return process.wait(), output
    finally:
        # SIGTERM first: ninja passes it on to its compilers, which are in groups of their own.
        for ending in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, ending)
                process.communicate(timeout=5)


@dataclass
class Test:
    """A command, and how long it may take: several times what it takes on the tree as it is. The time of the processor
    counts, because the machine may be busy; that of the clock only where nothing happens."""

    command: list
    cpu_seconds: int = 3600
    seconds: float = 3600


def time_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Workshop:
    """The copied tree and how it is built and tested. `build` and `tests` are commands, run in the copy."""

    def __init__(self, tree, build, tests, slack=10, idle_seconds=30):
        self.tree = tree
        self._build = build
        self._tests = [Test(command) for command in tests]
        self._slack = slack  # seconds beside a multiple of what a test takes
        self._idle_seconds = idle_seconds

    def prepare(self):
        """Builds the tree as it is, and takes the time of its tests, which must pass."""
        code, output = run(self._build, self.tree, LONGEST_BUILD)
        if code != 0:
            raise CannotRun(f"the tree does not build:\n{output[-4000:]}")
        for test in self._tests:
            begin, cpu = time.monotonic(), time_of_children()
            failure = self._run_test(test)
            if failure:
                raise CannotRun(f"{' '.join(test.command)} fails before anything is changed: {failure}")
            test.cpu_seconds = math.ceil(self._slack + 5 * (time_of_children() - cpu))
            test.seconds = 60 * self._slack + 10 * (time.monotonic() - begin)

    def attempt(self, path, mutants_of_file):
        """What became of each mutant of one file: (mutant, outcome, what killed it)."""
        source = read(os.path.join(self.tree, path))
        try:
            yield from self._attempt_woven(path, source, [mutant for mutant in mutants_of_file if mutant.woven])
            for mutant in mutants_of_file:
                if not mutant.woven:
                    yield self._attempt_alone(path, source, mutant)
        finally:
            write(os.path.join(self.tree, path), source)
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(self.tree, path + INCLUDED))

    def _attempt_woven(self, path, source, group):
        """All in one source; when that does not build, or does not do what the source does, in two halves."""
        if not group:
            return
        numbered = list(enumerate(group, 1))
        if self._builds(path, mutants.weave(path, source, numbered)) and not self._failure():
            for number, mutant in numbered:
                failure = self._failure(number)
                yield mutant, "killed" if failure else "survived", failure
        elif len(group) == 1:
            yield self._attempt_alone(path, source, group[0])
        else:
            print(f"in two halves: {len(group)} mutants of {path}, which woven together do not build or fail a test", flush=True)
            yield from self._attempt_woven(path, source, group[:len(group) // 2])
            yield from self._attempt_woven(path, source, group[len(group) // 2:])

    def _attempt_alone(self, path, source, mutant):
        if not self._builds(path, mutants.marked(path, mutant.apply(source))):
            return mutant, "does not compile", ""
        failure = self._failure()
        return mutant, "killed" if failure else "survived", failure

    def _builds(self, path, text):
        write(os.path.join(self.tree, path), f'#include "{os.path.basename(path)}{INCLUDED}"\n')
        write(os.path.join(self.tree, path + INCLUDED), text)
        # What is built here is built once; in the cache it would take the place of what is built again.
        return run(self._build, self.tree, LONGEST_BUILD, CCACHE_DISABLE="1")[0] == 0

    def _failure(self, number=0):
        """What fails first with this mutant of a woven source; empty when every test passes."""
        for test in self._tests:
            failure = self._run_test(test, number)
            if failure:
                return failure
        return ""

    def _run_test(self, test, number=0):
        with tempfile.TemporaryDirectory(prefix="liaison-mutate.", dir=SCRATCH) as scratch:
            code, output = run(test.command, self.tree, test.seconds, test.cpu_seconds, self._idle_seconds, TMPDIR=scratch,
                               LIAISON_SEED=TEST_SEED, LIAISON_MUTANT=str(number))
        if code == 0:
            return ""
        return killer(output) or f"exit code {code}"


def killer(output):
    """The test that failed first; without one that which began last, because it ended the program."""
    failed = re.findall(r"^\[  FAILED  \] ([^\s,]+\.[^\s,]+)", output, re.MULTILINE)
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    return failed[0] if failed else begun[-1] if begun else ""


def workshop_in(folder, targets):
    """The copy, built as deploy/build.sh builds the tree, so that the compiler's cache serves both."""
    os.makedirs(folder, exist_ok=True)
    copy_tree(ROOT, folder, os.path.abspath(folder))
    tests = [[os.path.join("build", "bin", target), "--gtest_fail_fast"] for target in targets]
    return Workshop(folder, ["deploy/build.sh", "release", *targets], tests)


# --- Which mutants


def sources_of(arguments):
    """(path, line or None) of each argument, relative to the root; a folder stands for its .cc files."""
    for argument in arguments:
        path, _, line = argument.partition(":")
        path = os.path.relpath(os.path.join(ROOT, path), ROOT)
        if os.path.isdir(os.path.join(ROOT, path)):
            yield from ((os.path.join(path, name), None) for name in sorted(os.listdir(os.path.join(ROOT, path)))
                        if name.endswith(".cc"))
        elif os.path.isfile(os.path.join(ROOT, path)):
            yield path, int(line) if line else None
        else:
            raise CannotRun(f"no source {argument}")


def choose(options):
    """The mutants to try, and the names of all that the files have."""
    chosen, names = [], set()
    for path, line in sources_of(options.sources):
        every = mutants.mutants_of(path, read(os.path.join(ROOT, path)))
        names.update(mutant.name for mutant in every)
        chosen += [mutant for mutant in every
                   if mutant.kind in mutants.KINDS[options.only] and line in (None, mutant.line)]
    if options.sample and options.sample < len(chosen):
        drawn = set(random.Random(options.seed).sample(range(len(chosen)), options.sample))
        chosen = [mutant for place, mutant in enumerate(chosen) if place in drawn]
    return chosen, names


def parse_equivalents(text):
    """The names of a list: a line each, and below it, indented, the reason."""
    reasons, name = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            name = line.strip()
            if name in reasons:
                raise CannotRun(f"line {number} of the list of equivalents: a second entry for {name}")
            reasons[name] = ""
        elif name is None:
            raise CannotRun(f"line {number} of the list of equivalents: a reason without a mutant")
        else:
            reasons[name] += line.strip() + " "
    for name, reason in reasons.items():
        if not reason:
            raise CannotRun(f"the list of equivalents gives no reason for {name}")
    return reasons


def stale_entries(listed, paths, names):
    """Entries that name no mutant of these files, or a file that is gone."""
    for name in listed:
        path = name.split(":", 1)[0]
        if name not in names and (path in paths or not os.path.isfile(os.path.join(ROOT, path))):
            yield name


# --- The run


class Report:
    """Counts for each file, and the lines that are told at once."""

    def __init__(self, listed):
        self._listed = listed
        self._counts = {}
        self.complaints = 0
        self.tried = 0

    def stale(self, name, why):
        self.complaints += 1
        print(f"STALE {name}\n      {why}", flush=True)

    def add(self, mutant, outcome, by=""):
        if mutant.name in self._listed and outcome == "survived":
            outcome = "equivalent"
        self._counts.setdefault(mutant.path, Counter())[outcome] += 1
        self.tried += outcome not in ("does not compile", "not tried")
        self.complaints += outcome in ("survived", "not tried")
        if outcome == "survived":
            print(f"SURVIVED {mutant.path}:{mutant.line}\n         {mutant.name}", flush=True)
        elif outcome != "equivalent":
            print(f"{outcome}{' by ' if by else ''}{by}: {mutant.path}:{mutant.line} [{mutant.kind}] "
                  f"{mutant.name.split(': ', 1)[1]}", flush=True)
        if mutant.name in self._listed and outcome == "killed":
            self.stale(mutant.name, "a test kills it")

    def print(self):
        total = sum(self._counts.values(), Counter())
        print("\n" + "".join(f"{outcome:>18}" for outcome in OUTCOMES))
        for path, counts in [*self._counts.items(), ("all", total)]:
            print("".join(f"{counts[outcome]:>18}" for outcome in OUTCOMES) + "  " + path)


def try_all(workshop, chosen, listed, limit):
    report = Report(listed)
    end = time.monotonic() + limit if limit else float("inf")
    for path in dict.fromkeys(mutant.path for mutant in chosen):
        group = [mutant for mutant in chosen if mutant.path == path]
        tried = set()
        with contextlib.closing(workshop.attempt(path, group)) as attempts:
            while time.monotonic() < end:
                mutant, outcome, by = next(attempts, (None, "", ""))
                if mutant is None:
                    break
                report.add(mutant, outcome, by)
                tried.add(mutant)
        for mutant in group:
            if mutant not in tried:
                report.add(mutant, "not tried")
    return report


def parse(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--build", default=os.path.join(ROOT, "build-mutation"))
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--only", choices=mutants.KINDS, default="all")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit-seconds", type=float)
    parser.add_argument("--equivalent")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("sources", nargs="+")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    chosen, names = choose(options)
    if options.list:
        print("\n".join(f"{mutant.path}:{mutant.line} [{mutant.kind}] {mutant.name.split(': ', 1)[1]}"
                        for mutant in chosen))
        return 0
    listed = parse_equivalents(read(options.equivalent)) if options.equivalent else {}
    stale = list(stale_entries(listed, {path for path, _ in sources_of(options.sources)}, names))
    workshop = workshop_in(os.path.abspath(options.build), options.target)
    with tempfile.TemporaryDirectory(prefix="liaison-mutate.", dir=SCRATCH) as kept:
        os.environ["LIAISON_KEPT"] = kept  # what the test programs need not make again for each mutant
        workshop.prepare()
        print(f"{len(chosen)} mutants, seed {options.seed}", flush=True)
        report = try_all(workshop, chosen, listed, options.limit_seconds)
    for name in stale:
        report.stale(name, "there is no such mutant")
    report.print()
    if chosen and not report.tried:
        raise CannotRun("not one mutant was tried")
    return 1 if report.complaints else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends what was started, and puts the source back
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as reason:
        print(f"mutate.py: {reason}", file=sys.stderr)
        sys.exit(2)
