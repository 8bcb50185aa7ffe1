"""The mutants of a C++ source: each is the source with one decision changed. No compiler is asked, only tokens read.

It leans on the format of the tree: a comparison and a binary `&&` have blanks on both sides, the angle bracket of a
template and an rvalue reference have not. What is guessed wrongly does not compile, and is counted as that.

Most mutants can also be woven: one source holds them all, and the environment variable LIAISON_MUTANT picks one when
the program runs. So a file is compiled once, and not once for each of its mutants.
"""

import bisect
import re
from collections import Counter
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<directive>\#(?:\\\n|[^\n])*)
  | (?P<string>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"|(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])+')
  | (?P<number>\.?\d(?:'?[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign><=>|<<=|>>=|\.\.\.|->|::|\+\+|--|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%&|^]=|.)
    """, re.VERBOSE | re.DOTALL)
SKIPPED = ("blank", "comment", "directive")

CLOSING = {")": "(", "]": "[", "}": "{"}
# What each comparison becomes: its negation, and where there is an order also its neighbour.
COMPARISONS = {"==": ("!=",), "!=": ("==",), "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<")}
LOGIC = {"&&": "||", "||": "&&"}
LITERALS = {"true": "false", "false": "true"}
# Where an operand of `&&` or `||` begins or ends, beside a bracket.
EDGES = {",", ";", "?", ":", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "return", "case"}
# Calls that assert: a weaker assertion is no other decision.
ASSERTING = ("Invariant", "static_assert")
# What stands before a statement, or before the bracket that does; what begins one that is no call and no assignment.
LEADING = ("if", "for", "while", "switch", "constexpr")
OTHER = ("return", "if", "for", "while", "switch", "case", "default", "else", "do", "break", "continue", "goto", "using",
         "throw", "delete")
ASSIGNING = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
# A call that only makes room: without it everything is as it is, a little later.
ROOM = "reserve"
SCOPES = ("namespace", "class", "struct", "union", "enum")
NOT_OK = re.compile(r"!\s*(?P<name>\w+)[\w.>()-]*?(?:\.|->)ok\(\)")

# How a decision is woven: what stands before it, in place of its operator, and after it. `@` is the mutant's number.
NEVER = ("((", None, ") && !liaison_mutant::On(@))")
ALWAYS = ("((", None, ") || liaison_mutant::On(@))")
OPPOSITE = ("((", None, ") != liaison_mutant::On(@))")
SKIPPABLE = ("{ if (!liaison_mutant::On(@)) { ", None, " } }")
NOT_REMOVED = ("liaison_mutant::On(@) != ", None, "")
SWAPPED = {operator: (f"liaison_mutant::{name}(@, [&]() -> bool {{ return static_cast<bool>(",
                      "); }, [&]() -> bool { return static_cast<bool>(", "); })")
           for operator, name in (("&&", "And"), ("||", "Or"))}
NEIGHBOUR = {operator: (f"liaison_mutant::{name}(@, ", ", ", ")")
             for operator, name in (("<", "Less"), ("<=", "AtMost"), (">", "Greater"), (">=", "AtLeast"))}
PRELUDE = """#include <cstdlib>
namespace liaison_mutant {
inline bool On(int number) {
  static const char* const chosen = std::getenv("LIAISON_MUTANT");
  static const int chosen_number = chosen == nullptr ? 0 : std::atoi(chosen);
  return number == chosen_number;
}
template <typename A, typename B>
bool And(int number, A a, B b) { return On(number) ? a() || b() : a() && b(); }
template <typename A, typename B>
bool Or(int number, A a, B b) { return On(number) ? a() && b() : a() || b(); }
template <typename A, typename B>
bool Less(int number, const A& a, const B& b) { return On(number) ? !(b < a) : a < b; }
template <typename A, typename B>
bool AtMost(int number, const A& a, const B& b) { return On(number) ? !(b <= a) : a <= b; }
template <typename A, typename B>
bool Greater(int number, const A& a, const B& b) { return On(number) ? !(b > a) : a > b; }
template <typename A, typename B>
bool AtLeast(int number, const A& a, const B& b) { return On(number) ? !(b >= a) : a >= b; }
}  // namespace liaison_mutant
"""

KINDS = {
    "comparisons": ("comparison", "logic", "operand", "negation", "literal"),
    "guards": ("guard",),
    "propagations": ("propagation",),
    "statements": ("statement",),
}
KINDS["all"] = tuple(kind for kinds in KINDS.values() for kind in kinds)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mutant:
    path: str
    line: int
    kind: str
    start: int
    end: int
    text: str  # in place of what stands from start to end
    name: str  # the same while the line and what is changed in it are, wherever the line moves
    woven: tuple = None  # (start, end) of the decision, (start, end) of its operator or None, and the three pieces

    def apply(self, source):
        return source[:self.start] + self.text + source[self.end:]


def weave(path, source, numbered):
    """One source that holds all these mutants, (number, mutant) each; without one chosen it does what the source does."""
    insertions, ends = [], {}
    for number, mutant in numbered:
        (start, end), operator, pieces = mutant.woven
        before, between, after = (piece and piece.replace("@", str(number)) for piece in pieces)
        # Decisions lie one within the other: the outer opens first and closes last. Of two over the same text, the one
        # that is split at its operator is the inner.
        depth = (operator is not None, number)
        insertions.append((start, 1, -end, depth, before))
        insertions.append((end, 0, -start, (-depth[0], -number), after))
        if operator:
            insertions.append((operator[0], 2, 0, depth, between))
            ends[operator[0]] = operator[1]
    parts, at = [], 0
    for position, _, _, _, text in sorted(insertions):
        parts += [source[at:position], text]
        at = ends.get(position, position)
    return marked(path, "".join(parts) + source[at:]).replace("\n", "\n" + PRELUDE, 1)


def marked(path, source):
    """For a file that is included: as a system header, in which what a mutant leaves unused is no warning."""
    return f'#pragma GCC system_header\n#line 1 "{path}"\n{source}'


def tokens_of(source):
    return [Token(found.lastgroup, found.group(), found.start(), found.end())
            for found in TOKEN.finditer(source) if found.lastgroup not in SKIPPED]


def partners_of(tokens):
    """The index of the bracket that closes or opens each bracket."""
    partners, opened = {}, []
    for index, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in CLOSING.values():
            opened.append(index)
        elif token.text in CLOSING and opened and tokens[opened[-1]].text == CLOSING[token.text]:
            partners[index] = opened.pop()
            partners[partners[index]] = index
    return partners


def scopes_of(tokens):
    """The index of the bracket that each token stands in; None outside of all."""
    scopes, opened = [], []
    for index, token in enumerate(tokens):
        if token.kind == "sign" and token.text in CLOSING and opened:
            opened.pop()
        scopes.append(opened[-1] if opened else None)
        if token.kind == "sign" and token.text in CLOSING.values():
            opened.append(index)
    return scopes


class Source:
    """One file, read once; asked for its mutants."""

    def __init__(self, path, text):
        self._path = path
        self._text = text
        self._tokens = tokens_of(text)
        self._partners = partners_of(self._tokens)
        self._scopes = scopes_of(self._tokens)
        self._line_starts = [0] + [found.end() for found in re.finditer("\n", text)]
        self._changes = []  # start, end, kind, text, words, woven
        self._settled = self._asserted()  # indexes of tokens that are left alone or changed as a whole

    def mutants(self):
        for index in range(len(self._tokens)):
            self._change_if(index)
            self._change_statement(index)
        for index, token in enumerate(self._tokens):
            if index in self._settled:
                continue
            self._change_comparison(index, token)
            self._change_logic(index, token)
            span = (token.start, token.end)
            if token.kind == "sign" and token.text == "!":
                self._add("negation", span, "", "`!` is taken out", ((token.start, token.start), None, NOT_REMOVED))
            if token.kind == "word" and token.text in LITERALS:
                other = LITERALS[token.text]
                self._add("literal", span, other, f"`{token.text}` becomes `{other}`", (span, None, OPPOSITE))
        return self._named()

    def _add(self, kind, span, text, words, woven):
        change = (*span, kind, text, words, woven)
        if change not in self._changes:
            self._changes.append(change)

    def _span(self, first, last):
        """Where the tokens from one to another stand."""
        return self._tokens[first].start, self._tokens[last].end

    def _named(self):
        seen, mutants = Counter(), []
        for start, end, kind, text, words, woven in sorted(self._changes, key=lambda change: change[:5]):
            line = bisect.bisect_right(self._line_starts, start)
            beside = self._text[self._line_starts[line - 1]:].split("\n", 1)[0].strip()
            name = f"{self._path}: {words}: {beside}"
            seen[name] += 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            mutants.append(Mutant(self._path, line, kind, start, end, text, name, woven))
        return mutants

    def _between(self, first, last):
        """The text from a token to another, both included, in one line."""
        return " ".join(self._text[self._tokens[first].start:self._tokens[last].end].split())

    def _is(self, index, text):
        return 0 <= index < len(self._tokens) and self._tokens[index].text == text

    def _asserted(self):
        inside = set()
        for index, token in enumerate(self._tokens):
            if token.text in ASSERTING and self._is(index + 1, "("):
                inside.update(range(index + 1, self._partners.get(index + 1, index)))
        return inside

    def _stands_apart(self, token):
        return self._text[token.start - 1:token.start].isspace() and self._text[token.end:token.end + 1].isspace()

    def _is_comparison(self, index):
        token = self._tokens[index]
        return (token.kind == "sign" and token.text in COMPARISONS and self._stands_apart(token)
                and not self._is(index - 1, "operator"))

    def _change_comparison(self, index, token):
        if not self._is_comparison(index):
            return
        left, right = self._reach(index, -1), self._reach(index, 1)
        span, operator = self._span(left, right), (token.start, token.end)
        for other in COMPARISONS[token.text]:
            # What is not the negation is the neighbour, and that needs both sides.
            woven = ((span, operator, NEIGHBOUR[token.text]) if other in NEIGHBOUR and other[0] == token.text[0]
                     else (span, None, OPPOSITE))
            self._add("comparison", operator, other, f"`{token.text}` becomes `{other}`", woven)

    def _is_logic(self, index):
        token = self._tokens[index]
        return token.kind == "sign" and token.text in LOGIC and self._stands_apart(token)

    def _change_logic(self, index, token):
        if not self._is_logic(index):
            return
        left, right = self._reach(index, -1), self._reach(index, 1)
        span = self._span(self._reach(index, -1, whole=True), right)
        operator, other = (token.start, token.end), LOGIC[token.text]
        swapped = f"(({self._text[span[0]:token.start].rstrip()}) {other} ({self._text[token.end:span[1]].lstrip()}))"
        self._add("logic", span, swapped, f"`{token.text}` becomes `{other}`", (span, operator, SWAPPED[token.text]))
        for first, last in ((left, index - 1), (index + 1, right)):
            span = self._span(first, last)
            operand = self._text[span[0]:span[1]]
            text, pieces = (f"(({operand}) && false)", NEVER) if token.text == "||" else (f"(({operand}) || true)", ALWAYS)
            self._add("operand", span, text, f"without the operand `{self._between(first, last)}`", (span, None, pieces))

    def _ends_operand(self, index, of, whole):
        """Whether an operand of a comparison, of `&&` or of `||` ends before this token: they bind in this order. The
        whole left of `&&` or `||` has others of its kind in it."""
        token = self._tokens[index]
        if self._is_logic(index):
            return (of in COMPARISONS or (of == "&&" and token.text == "||") or (token.text == of and not whole))
        if self._is_comparison(index):
            return of in COMPARISONS
        return token.text in EDGES and token.kind in ("sign", "word")

    def _reach(self, operator, step, whole=False):
        """The first token of the operand before an operator (step -1), or the last of the one behind it (1)."""
        inward, outward = (CLOSING, CLOSING.values()) if step < 0 else (CLOSING.values(), CLOSING)
        index = operator
        while 0 <= index + step < len(self._tokens):
            text = self._tokens[index + step].text
            if text in outward or self._ends_operand(index + step, self._tokens[operator].text, whole):
                break
            index = self._partners.get(index + step, index + step) if text in inward else index + step
        return index

    def _change_if(self, index):
        """The branch is never taken, or always; what the condition does is still done."""
        if self._tokens[index].kind != "word" or not self._is(index, "if") or not self._is(index + 1, "("):
            return
        close = self._partners.get(index + 1)
        if close is None:
            return
        top = self._top_level(index + 2, close)
        first = max([at + 1 for at in top if self._is(at, ";")], default=index + 2)
        condition = self._text[self._tokens[first].start:self._tokens[close - 1].end]
        declares = any(self._is(at, "=") for at in top if at >= first)
        if declares and first > index + 2:
            return  # an initialiser and a declaration
        never = f"{condition}; false" if declares else f"({condition}) && false"
        always = f"{condition}; true" if declares else f"({condition}) || true"
        shown, span = self._between(first, close - 1), self._span(first, close - 1)
        hands_on = self._hands_on(condition, close)
        self._add("propagation" if hands_on else "guard", span, never, f"never holds `{shown}`",
                  None if declares else (span, None, NEVER))
        if hands_on:
            self._settled.update(range(first, close))
        else:
            self._add("guard", span, always, f"always holds `{shown}`", None if declares else (span, None, ALWAYS))

    def _change_statement(self, index):
        """A call or an assignment that stands alone is left out. A declaration is none."""
        if not self._begins_statement(index):
            return
        at = self._end_of_name(index)
        if at is None:
            return
        if self._tokens[at].text in ASSIGNING:
            while at < len(self._tokens) and not self._is(at, ";"):
                at = self._partners.get(at, at) + 1
        elif not self._is(at, ";") or not {self._tokens[at - 1].text, self._tokens[index].text}.intersection((")", "++", "--")):
            return
        if self._leads(index) == "if" and not self._is(at + 1, "else"):
            return  # the same as an `if` that never holds
        if any(self._is(place, ROOM) for place in range(index, at)):
            return
        span = self._span(index, at)
        self._add("statement", span, "{}", "without the statement", (span, None, SKIPPABLE))

    def _begins_statement(self, index):
        before = self._tokens[index - 1].text if index > 0 else ""
        if not self._is_block(self._scopes[index]):
            return False
        if before == ")":
            return self._leads(index) in LEADING
        if before == ":":
            return self._head_of(index - 1) in ("case", "default")
        return before in (";", "{", "}", "else")

    def _leads(self, index):
        """The word before the bracket that ends before a token."""
        opened = self._partners.get(index - 1, 0)
        return self._tokens[opened - 1].text if opened > 0 and self._is(index - 1, ")") else ""

    def _head_of(self, index):
        """The first word of what ends at a token."""
        while index > 0 and self._tokens[index - 1].text not in (";", "{", "}", ":"):
            index -= 1
        return self._tokens[index].text

    def _is_block(self, opened):
        """Whether a `{` begins statements: the body of no class and no namespace, and no list of values."""
        if opened is None or not self._is(opened, "{"):
            return False
        words = set()
        while opened > 0 and self._tokens[opened - 1].text not in (";", "{", "}"):
            opened -= 1
            words.add(self._tokens[opened].text)
        return "(" in words or not words.intersection(SCOPES)

    def _end_of_name(self, index):
        """What follows a name such as `a->b(c)[d].e`, or `*a.b()`, or `++a`; None where no name begins, or an assertion."""
        while self._tokens[index].text in ("*", "++", "--"):
            index += 1
        wants_word = True
        while index < len(self._tokens):
            token = self._tokens[index]
            if wants_word:
                if token.kind != "word" or token.text in OTHER + ASSERTING:
                    return None
                wants_word = False
            elif token.text in (".", "->", "::"):
                wants_word = True
            elif token.text in ("(", "["):
                index = self._partners.get(index, index)
            elif token.text not in ("++", "--"):
                return index
            index += 1
        return None

    def _top_level(self, first, close):
        """The indexes between two brackets that stand in no bracket further in."""
        index, found = first, []
        while index < close:
            found.append(index)
            index = self._partners.get(index, index) + 1 if self._tokens[index].text in CLOSING.values() else index + 1
        return found

    def _hands_on(self, condition, close):
        """Whether a branch only passes a Status on: `if (!x.ok()) return x;`, `… return x.status();`."""
        failed = NOT_OK.fullmatch(condition)
        start = close + 2 if self._is(close + 1, "{") else close + 1
        if not failed or not self._is(start, "return"):
            return False
        end = start
        while end < len(self._tokens) and not self._is(end, ";"):
            end += 1
        if self._is(close + 1, "{") and self._partners.get(close + 1) != end + 1:
            return False
        return any(self._is(index, failed["name"]) for index in range(start, end))


def mutants_of(path, text, only="all"):
    """Every mutant of a file, in order of place. `only`: a key of KINDS."""
    return [mutant for mutant in Source(path, text).mutants() if mutant.kind in KINDS[only]]
