#!/usr/bin/env python3
"""What a compiler does not check: the layout of the tree, the floors of the house, names, and things left behind.

    tests/tidy/tidy.py [ROOT]

Prints one line for each finding, "path:line: what is wrong", and exits 1 when there is one. Standard library only.
Each rule is a function that takes the tree and yields findings; tidy_test.py plants a violation of each.
"""

import os
import re
import sys
from collections import Counter

TOP_LEVEL = {"CMakeLists.txt", "README.md", "LICENSE", "certs-example", "clients", "daemon", "deploy", "proto", "tests"}

# The floors of the house, lowest first. Room: the rooms that it may include. An include goes down, never up, and
# sideways only where this table says so: message uses audit's receipts, partners checks keys with message, journal
# writes through store. Floors are narrower than they could be where a room has no business with a lower one:
# policy decides on facts alone, and gRPC stays behind rpc.
_BELOW_MESSAGE = {"base", "crypto", "payload", "audit"}
_BELOW_JOURNAL = _BELOW_MESSAGE | {"message", "store"}
_BELOW_OUTBOX = _BELOW_JOURNAL | {"policy", "ruling", "partners", "journal"}
_BELOW_PEER = _BELOW_OUTBOX | {"rpc", "outbox", "inbox", "witness", "schedule"}
FLOORS = {
    "base": set(),
    "crypto": {"base"},
    "rpc": {"base", "crypto"},
    "payload": {"base", "crypto"},
    "audit": {"base", "crypto"},
    "policy": {"base"},
    "ruling": {"base", "payload", "policy"},
    "message": _BELOW_MESSAGE,
    "store": {"base", "crypto", "audit"},
    "partners": _BELOW_MESSAGE | {"policy", "ruling", "message"},
    "journal": _BELOW_JOURNAL | {"policy"},
    "outbox": _BELOW_OUTBOX,
    "inbox": _BELOW_OUTBOX,
    "witness": _BELOW_OUTBOX,
    "schedule": _BELOW_OUTBOX,
    "peer": _BELOW_PEER,
    "desk": _BELOW_PEER,
    "app": _BELOW_PEER | {"peer", "desk"},
    "clients": _BELOW_MESSAGE | {"policy", "ruling", "message", "rpc"},
}

# The header with which state is changed, and the only rooms that may open it.
STORE_WRITER = "daemon/store/store.h"
STORE_WRITERS = {"store", "journal", "app"}

# Third parties: how an include of them begins, and the rooms that may have it. Others (the standard library,
# Abseil, the Protobuf runtime, the system) may stand anywhere.
FENCES = [
    (re.compile(r"openssl/"), {"crypto"}),
    (re.compile(r"sqlite3|libpq|postgresql/"), {"store"}),
    (re.compile(r"grpc(pp)?/"), {"rpc", "peer", "desk", "app", "clients"}),
    (re.compile(r".*\.grpc\.pb\.h"), {"peer", "desk", "app", "clients"}),
    (re.compile(r"utf8proc"), {"payload", "clients"}),
    (re.compile(r"spdlog/|prometheus/"), {"base"}),
    (re.compile(r"boost/"), {"app", "clients"}),
    (re.compile(r"CLI/"), {"app", "clients"}),
    (re.compile(r"(linux|netinet)/tcp\.h"), {"rpc"}),
]

# Messages that stand in a call without being its own: a preview asks and a stream repeats what Submit asks; what `show`
# and `partner show` print is the answer itself.
SHARED_MESSAGES = {
    ("Preview", "SubmitRequest"), ("SubmitStream", "SubmitRequest"), ("Submit", "SubmitRequest"),
    ("Get", "ShownMessage"), ("GetPartner", "Partner"),
}

LONGEST_FILE = 500
LONG_FILES_CHECKED = (".cc", ".h", ".py", ".sh", ".js", ".proto")
BANNED_NAMES = ("manager", "handler", "helper", "util", "utils", "processor")
# Spelled in pieces, so that this file does not hold what it looks for.
LEFT_BEHIND = re.compile(r"""(?<!["'\w])(TO""" + "DO|FIX" + "ME|X" + r"""XX)(?!["'\w])""")
ELSEWHERE = re.compile(r"\.\./sha" + r"red|/wo" + r"rk/|developer ses" + r"sion|the issue (asks|says)|design pa" + "ge",
                       re.IGNORECASE)
DROPPED = re.compile(r"\bIgnore" + r"Error\s*\(")
SLEEP = re.compile(r"\b(sleep|usleep|nanosleep|sleep_for|sleep_until|SleepFor)\s*\(")
SHELL_SLEEP = re.compile(r"^[^#]*\bsleep\s+[\d$]")
NOW = re.compile(r"\babsl::Now\s*\(|_clock::now\s*\(|\bGetCurrentTimeNanos\s*\(")


class Tree:
    """The files under a root, without what is built and what belongs to version control."""

    def __init__(self, root):
        self.root = root
        self._lines = {}
        self.files = []
        for folder, folders, names in os.walk(root):
            here = os.path.relpath(folder, root)
            folders[:] = sorted(
                name for name in folders
                if name != "__pycache__"
                and not (here == "." and (name.startswith("build") or name == ".git")))
            self.files += [os.path.normpath(os.path.join(here, name)) for name in sorted(names) if name != ".git"]

    def under(self, *folders, ends=()):
        """Files in these top-level folders (none named: anywhere) whose names end so."""
        return [path for path in self.files
                if (not folders or path.split(os.sep)[0] in folders) and path.endswith(tuple(ends))]

    def lines(self, path):
        """Numbered lines; what is not text has none."""
        if path not in self._lines:
            try:
                with open(os.path.join(self.root, path), encoding="utf-8") as file:
                    self._lines[path] = list(enumerate(file.read().splitlines(), 1))
            except (UnicodeDecodeError, FileNotFoundError):
                self._lines[path] = []
        return self._lines[path]

    def text(self, path):
        return "\n".join(line for _, line in self.lines(path))


def room_of(path):
    """daemon/<room>/… → room; clients/… → clients; else None."""
    parts = path.split("/")
    if parts[0] == "clients":
        return "clients"
    return parts[1] if parts[0] == "daemon" and len(parts) > 2 else None


def includes(tree, path):
    for number, line in tree.lines(path):
        found = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def top_level_is_fixed(tree):
    for name in sorted({path.split(os.sep)[0] for path in tree.files}):
        if not name.startswith(".") and name not in TOP_LEVEL:
            yield f"{name}:1: nothing else stands at the top level but dotfiles"


def includes_go_down(tree):
    for path in tree.under("daemon", "clients", ends=(".cc", ".h")):
        room = room_of(path)
        if room is None:  # the precompiled headers
            continue
        if room not in FLOORS:
            yield f"{path}:1: the room {room} has no floor; give it one in tests/tidy/tidy.py"
            continue
        for number, included in includes(tree, path):
            other = room_of(included)
            if other not in (None, room) and other not in FLOORS[room]:
                yield f"{path}:{number}: {room} may not include {other}"
            if included == STORE_WRITER and room not in STORE_WRITERS:
                yield f"{path}:{number}: only journal and app write to the store; read with daemon/store/reader.h"
            if included.startswith("tests/"):
                yield f"{path}:{number}: a room does not include tests"


def third_parties_stay_fenced(tree):
    for path in tree.under("daemon", "clients", ends=(".cc", ".h")):
        room = room_of(path)
        for number, included in includes(tree, path):
            for fence, rooms in FENCES:
                if room is not None and fence.match(included) and room not in rooms:
                    yield f"{path}:{number}: <{included}> belongs to {', '.join(sorted(rooms))}"


def files_are_short(tree):
    for path in tree.under(ends=LONG_FILES_CHECKED):
        length = len(tree.lines(path))
        if length > LONGEST_FILE:
            yield f"{path}:{length}: longer than {LONGEST_FILE} lines; split it by idea"


def names_say_what_a_thing_is(tree):
    for path in tree.under("daemon", "clients", "tests", "deploy", ends=(".cc", ".h", ".py", ".sh", ".js")):
        stem = os.path.basename(path).split(".")[0]
        for word in re.split(r"[_\-]", stem.lower()):
            if word in BANNED_NAMES:
                yield f"{path}:1: {word} names no thing of the domain"
        for number, line in tree.lines(path):
            found = re.match(r"\s*(?:class|struct|enum class)\s+(?:[A-Z_]+\(.*\)\s*)?(\w+)", line)
            words = re.findall(r"[A-Z][a-z]+", found.group(1)) if found else []
            for word in words:
                if word.lower() in BANNED_NAMES:
                    yield f"{path}:{number}: {word} names no thing of the domain"


def nothing_is_left_behind(tree):
    for path in tree.files:
        for number, line in tree.lines(path):
            if LEFT_BEHIND.search(line):
                yield f"{path}:{number}: a mark of unfinished work"
            if ELSEWHERE.search(line):
                yield f"{path}:{number}: the project speaks of itself alone"
            if path.endswith((".cc", ".h")) and DROPPED.search(line):
                yield f"{path}:{number}: a Status is dropped"


def tests_do_not_sleep(tree):
    for path in tree.under("tests", ends=(".cc", ".h")):
        for number, line in tree.lines(path):
            if SLEEP.search(line):
                yield f"{path}:{number}: a test that sleeps is slow or flaky; wait for the thing itself"
    for path in tree.under("tests", ends=(".sh", ".py")):
        sleeps = SHELL_SLEEP if path.endswith(".sh") else SLEEP
        for number, line in tree.lines(path):
            if sleeps.search(line) and "# bounded" not in line:
                yield f'{path}:{number}: a script sleeps only in a poll that says what bounds it ("# bounded: …")'


def time_comes_in_by_constructor(tree):
    for path in tree.under("daemon", ends=(".cc", ".h")):
        if room_of(path) in ("base", "rpc", "peer", "app"):  # a deadline of gRPC is wall-clock time
            continue
        for number, line in tree.lines(path):
            if NOW.search(line):
                yield f"{path}:{number}: ask the Clock for the time"


def guards_follow_paths(tree):
    for path in tree.under("daemon", "clients", "tests", ends=(".h",)):
        guard = "LIAISON_" + re.sub(r"\W", "_", path).upper() + "_"
        text = tree.text(path)
        if f"#ifndef {guard}\n#define {guard}\n" not in text or not text.endswith(f"#endif  // {guard}"):
            yield f"{path}:1: the include guard must be {guard}"


def sources_are_built(tree):
    """Every source is named in the CMakeLists.txt of its folder or of one above: a forgotten test passes for ever."""
    for path in tree.under("daemon", "clients", "tests", ends=(".cc",)):
        folder = os.path.dirname(path)
        while folder:
            listed = f"{folder}/CMakeLists.txt"
            name = re.escape(os.path.relpath(path, folder))
            if re.search(rf"(?<![\w/.-]){name}(?![\w.-])", tree.text(listed)):
                break
            folder = os.path.dirname(folder)
        else:
            if not re.search(re.escape(path), tree.text("daemon/build.cmake")):
                yield f"{path}:1: no CMakeLists.txt names it"


def calls_own_their_messages(tree):
    uses = Counter()
    calls = []
    for path in tree.under("proto", ends=(".proto",)):
        if path.startswith("proto/google/"):
            continue
        for found in re.finditer(r"\brpc\s+(\w+)\s*\(\s*(?:stream\s+)?([\w.]+)\s*\)\s*returns\s*\(\s*(?:stream\s+)?([\w.]+)\s*\)",
                                 tree.text(path)):
            number = tree.text(path)[:found.start()].count("\n") + 1
            calls.append((path, number) + found.groups())
            uses.update((f"{os.path.dirname(path)}:{kind}" for kind in found.groups()[1:]))
    for path, number, name, request, response in calls:
        for kind, ending in ((request, "Request"), (response, "Response")):
            own = kind.endswith(ending) and uses[f"{os.path.dirname(path)}:{kind}"] == 1
            if not own and (name, kind) not in SHARED_MESSAGES:
                yield f"{path}:{number}: {name} needs a {ending} of its own, not {kind}"


def enums_start_unspecified(tree):
    for path in tree.under("proto", ends=(".proto",)):
        if path.startswith("proto/google/"):
            continue
        text = re.sub(r"//[^\n]*", "", tree.text(path))
        for found in re.finditer(r"\benum\s+(\w+)\s*\{([^}]*)\}", text):
            zero = re.search(r"(\w+)\s*=\s*0\s*[;\[]", found.group(2))
            if not zero or not zero.group(1).endswith("_UNSPECIFIED"):
                number = text[:found.start()].count("\n") + 1
                yield f"{path}:{number}: the zero of {found.group(1)} must be …_UNSPECIFIED"


RULES = [
    top_level_is_fixed, includes_go_down, third_parties_stay_fenced, files_are_short, names_say_what_a_thing_is,
    nothing_is_left_behind, tests_do_not_sleep, time_comes_in_by_constructor, guards_follow_paths, sources_are_built,
    calls_own_their_messages, enums_start_unspecified,
]


def findings(root):
    tree = Tree(root)
    return [finding for rule in RULES for finding in rule(tree)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    found = findings(root)
    print("\n".join(found) if found else "tidy")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
