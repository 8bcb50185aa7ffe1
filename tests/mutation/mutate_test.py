#!/usr/bin/env python3
"""What is a mutant and what is none, on small sources; and a run over a toy tree of two files."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutants  # noqa: E402  (after the path is set)
import mutate  # noqa: E402


def broken(text, only="all"):
    """Each mutant of a source, as the source that it makes."""
    return [mutant.apply(text) for mutant in mutants.mutants_of("toy.cc", text, only)]


def kinds(text):
    return [mutant.kind for mutant in mutants.mutants_of("toy.cc", text)]


class MutantsTest(unittest.TestCase):
    def test_a_comparison_becomes_its_negation_and_its_neighbour(self):
        for operator, others in mutants.COMPARISONS.items():
            with self.subTest(operator=operator):
                self.assertCountEqual(broken(f"return a {operator} b;"), [f"return a {other} b;" for other in others])

    def test_a_comparison_at_the_end_of_a_line_is_one(self):
        self.assertEqual(broken("return a ==\n    b;"), ["return a !=\n    b;"])

    def test_what_only_looks_like_a_decision_is_left_alone(self):
        for text in ("#include <vector>\n#if A < B && !C\n#define D(x) \\\n  x < 1 && true\n",
                     "// if (a < b) return true;\n/* a && b\n || !c */\n",
                     'f("a < b && !c", R"x(if (a == ")" b) || true)x", \'!\', \'"\', u8"\\" < 1 ");',
                     "std::vector<std::pair<int, bool>> f(T&& x, auto&& y);",
                     "template <typename T>\nT Max(T<int>* p) { return p->x >> 1; }",
                     "bool operator==(const A& a) const = default;\nbool operator < (A b);",
                     "int f() { return 10'000 + 0x1'0 + x << 2; }",
                     "base::Invariant(a == b && !c, \"x\");\nstatic_assert(1 < 2);"):
            with self.subTest(text=text):
                self.assertEqual(broken(text), [])

    def test_a_binary_and_or_or_is_swapped_and_loses_each_operand(self):
        self.assertCountEqual(broken("x = f(a, b) && !c[0];", "comparisons"), [
            "x = ((f(a, b)) || (!c[0]));", "x = ((f(a, b)) || true) && !c[0];", "x = f(a, b) && ((!c[0]) || true);",
            "x = f(a, b) && c[0];"])
        self.assertCountEqual(broken("return p || q;"), [
            "return ((p) && (q));", "return ((p) && false) || q;", "return p || ((q) && false);"])

    def test_an_operand_ends_where_what_binds_less_tightly_begins(self):
        operands = [mutant.name for mutant in mutants.mutants_of("toy.cc", "return a && b(1, 2) || c ? d && e : f;")
                    if mutant.kind == "operand"]
        for operand in ("a", "b(1, 2)", "a && b(1, 2)", "c", "d", "e"):
            self.assertTrue(any(f"without the operand `{operand}`" in name for name in operands), (operand, operands))
        self.assertEqual(len(operands), 6)

    def test_an_operand_may_hold_a_lambda(self):
        self.assertIn("return a || ((any(x, [&](int n) { return n; })) && false);",
                      broken("return a || any(x, [&](int n) { return n; });"))

    def test_a_not_is_taken_out_and_a_literal_flipped(self):
        self.assertEqual(broken("return !a;"), ["return a;"])
        self.assertEqual(broken("f(true, is_true);"), ["f(false, is_true);"])

    def test_a_guard_never_holds_or_always(self):
        self.assertEqual(broken("if (f(x)) return nullopt;", "guards"), [
            "if ((f(x)) && false) return nullopt;", "if ((f(x)) || true) return nullopt;"])

    def test_a_guard_keeps_what_it_initialises_and_declares(self):
        self.assertEqual(broken("if (auto s = f(); g(s)) {", "guards"), [
            "if (auto s = f(); (g(s)) && false) {", "if (auto s = f(); (g(s)) || true) {"])
        self.assertEqual(broken("if (auto s = f(x == y)) return s;", "guards"), [
            "if (auto s = f(x == y); false) return s;", "if (auto s = f(x == y); true) return s;"])
        self.assertEqual(broken("if (f(); auto s = g()) return s;"), [])

    def test_a_decision_of_the_compiler_is_left_alone(self):
        self.assertEqual(broken("if constexpr (kWide) return 1;"), [])

    def test_passing_a_status_on_is_a_kind_of_its_own(self):
        for text in ("if (!x.ok()) return x;", "if (!x->y.ok()) return x->y;", "if (!x.ok()) return x.status();",
                     "if (auto x = f(); !x.ok()) {\n  return x;\n}", "if (!x.ok()) return faults.Absorb(x.status(), 1);"):
            with self.subTest(text=text):
                self.assertEqual(kinds(text), ["propagation"])
        for text in ("if (!x.ok()) return y;", "if (!x.ok()) { y(); return x; }", "if (x.ok()) return x;",
                     "if (!x.ok() || b) return x;"):
            with self.subTest(text=text):
                self.assertIn("guard", kinds(text))

    def test_a_call_or_an_assignment_that_stands_alone_is_left_out(self):
        for statement in ("f(x);", "a.b->c(x)[1].d();", "x = g(1, {2; 3});", "*a.b() += 2;", "++x;", "x.y++;", "std::move(a, b);"):
            with self.subTest(statement=statement):
                self.assertEqual(broken(f"int F(struct S& s) {{\n  {statement}\n}}", "statements"), ["int F(struct S& s) {\n  {}\n}"])
        for before in ("", "g();", "while (p) ", "for (A a : b) ", "switch (x) { case 1: ", "switch (x) { default: ", "{ int y = 1; } "):
            with self.subTest(before=before):
                self.assertIn(f"void F() {{ {before}{{}} }}", broken(f"void F() {{ {before}f(); }}", "statements"))

    def test_what_is_no_statement_of_this_kind_stays(self):
        for text in ("int x = f();", "auto& x = f();", "std::vector<int> x(3);", "T x;", "return f();", "break;", "delete x;",
                     "base::Invariant(f(), 1);", "using std::f;", "a < b;",
                     "all.reserve(f());"):
            with self.subTest(text=text):
                self.assertEqual(broken(f"void F() {{ {text} }}", "statements"), [])
        for text in ("f();", "namespace a {\nf();\n}", "class A : public B {\n  A();\n  public: A(int);\n};"):
            with self.subTest(text=text):
                self.assertEqual(broken(text, "statements"), [])

    def test_a_branch_that_is_left_out_is_an_if_that_never_holds(self):
        self.assertEqual(broken("void F() { if (p) f(); }", "statements"), [])
        self.assertEqual(broken("void F() { if (p) f(); else g(); }", "statements"), [
            "void F() { if (p) {} else g(); }", "void F() { if (p) f(); else {} }"])

    def test_a_name_outlives_the_lines_above_and_tells_twins_apart(self):
        text = "return a < b && b < c;\n"
        names = [mutant.name for mutant in mutants.mutants_of("toy.cc", text)]
        self.assertEqual(names, [mutant.name for mutant in mutants.mutants_of("toy.cc", "\n// new\n" + text)])
        self.assertEqual(len(set(names)), len(names))
        self.assertIn("toy.cc: `<` becomes `<=`: return a < b && b < c; (2)", names)


class EquivalentsTest(unittest.TestCase):
    def test_an_entry_has_a_reason(self):
        self.assertEqual(mutate.parse_equivalents("# a list\n\na.cc: x: y\n  because\n  it is\n"),
                         {"a.cc: x: y": "because it is "})

    def test_refuses_a_list_that_is_not_in_order(self):
        for text in ("a.cc: x: y\n", "  because\n", "a.cc: x: y\n  b\na.cc: x: y\n  b\n"):
            with self.subTest(text=text), self.assertRaises(mutate.CannotRun):
                mutate.parse_equivalents(text)

    def test_an_entry_of_no_mutant_is_stale_when_its_file_was_looked_at_or_is_gone(self):
        here = "tests/mutation/mutate.py"
        listed = [f"{here}: a: b", f"{here}: c: d", "gone.cc: a: b"]
        self.assertEqual(list(mutate.stale_entries(listed, {here}, {listed[0]})), listed[1:])
        self.assertEqual(list(mutate.stale_entries(listed, set(), set())), listed[2:])


# One function with every kind of decision, asked for every combination of what it is given.
DECISIONS = """
int F(int a, int b, bool p, bool q) {
  int found = 0;
  const bool flag = true;
  for (int i = 0; i < b && i < 4; ++i) found += i;
  if (int half = a / 2; half >= 1 && !p) found += 10;
  if (!p && q && a <= b) found += 20;
  else if (p || q || a > b) found += 40;
  if (a == b && (p || !q) && flag) return -found;
  if (p) { a = b; found += a; }
  switch (b) { case 1: ++found; break; default: found -= 1000; }
  const auto any = [&](int n) { return n != a && (n > b || q); };
  return found + (any(1) || any(2) ? 100 : 0);
}
"""
ASK_ALL = """
#include <cstdio>
int main() {
  int (*const all[])(int, int, bool, bool) = {ALL};
  for (const auto f : all) {
    for (int n = 0; n < 64; ++n) std::printf("%d ", f(n % 4, n / 4 % 4, n & 16, n & 32));
    std::printf("\\n");
  }
}
"""


STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wparentheses", "-Werror"]


class WeaveTest(unittest.TestCase):
    def answers(self, folder, name, source, functions, **environment):
        """What each function answers, a line each, of a program of this source."""
        program = os.path.join(folder, name)
        if not os.path.exists(program):
            mutate.write(program + ".h", source)
            mutate.write(program + ".cc", f'#include "{name}.h"\n' + ASK_ALL.replace("ALL", ", ".join(functions)))
            subprocess.run(["g++", *STRICT, "-o", program, program + ".cc"], check=True, timeout=120)
        return subprocess.run([program], env={**os.environ, **environment}, capture_output=True, text=True,
                              timeout=60).stdout.splitlines()

    def test_a_woven_mutant_does_what_the_mutant_alone_does(self):
        every = mutants.mutants_of("decisions.cc", DECISIONS)
        numbered = list(enumerate(every, 1))
        apart = "".join(f"namespace m{number} {{ {mutant.apply(DECISIONS)} }}\n" for number, mutant in numbered)
        with tempfile.TemporaryDirectory() as folder:
            expected = self.answers(folder, "apart", mutants.marked("x.cc", f"namespace m0 {{ {DECISIONS} }}\n{apart}"),
                                    [f"m{number}::F" for number in range(len(every) + 1)])
            woven = mutants.weave("decisions.cc", DECISIONS, numbered)
            for number in range(len(every) + 1):
                name = every[number - 1].name if number else "as it is"
                with self.subTest(name=name):
                    self.assertEqual(self.answers(folder, "woven", woven, ["F"], LIAISON_MUTANT=str(number)),
                                     [expected[number]])

    def test_a_name_of_a_file_stays_with_its_lines(self):
        woven = mutants.weave("a/b.cc", "return a < b;", list(enumerate(mutants.mutants_of("a/b.cc", "return a < b;"), 1)))
        self.assertIn('\n#line 1 "a/b.cc"\nreturn ', woven)


TOY = "bool Ok(int n) {\n  if (n > 3) return false;\n  return n != 7;\n}\n"
BUILD = f"g++ {' '.join(STRICT)} -o toy toy.cc main.cc"


def running_in(group):
    """The processes of a process group, without those that have ended and only wait to be reaped."""
    for process in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            fields = mutate.read(f"/proc/{process}/stat").rpartition(")")[2].split()
            if fields[2] == group and fields[0] != "Z":
                yield process


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def workshop(self, test, toy=TOY, build=BUILD, command="./toy"):
        """A toy and a test of it, which is the body of a main."""
        mutate.write(os.path.join(self.folder, "toy.cc"), toy)
        mutate.write(os.path.join(self.folder, "main.cc"), f"#include <unistd.h>\n#include <cstdio>\nbool Ok(int n);\nint main() {{ {test} }}\n")
        workshop = mutate.Workshop(self.folder, ["sh", "-c", build], [["sh", "-c", command]], slack=1, idle_seconds=2)
        workshop.prepare()
        return workshop

    def outcomes(self, test, toy=TOY, listed=(), limit=None):
        """The report of a run over the mutants of the toy, and what it printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            report = mutate.try_all(self.workshop(test, toy), mutants.mutants_of("toy.cc", toy), listed, limit)
            report.print()
        return report, printed.getvalue()

    def test_what_a_test_notices_is_killed_and_the_rest_survives(self):
        report, printed = self.outcomes("return Ok(1) ? 0 : 3;")
        self.assertEqual(report.complaints, 3)
        self.assertIn("killed by exit code 3: toy.cc:3 [comparison] `!=` becomes `==`: return n != 7;", printed)
        self.assertIn("SURVIVED toy.cc:2\n         toy.cc: `>` becomes `>=`: if (n > 3) return false;", printed)
        self.assertIn("                 3                 3                 0                 0                 0  all", printed)

    def test_a_test_that_knows_its_subject_kills_all(self):
        report, _ = self.outcomes("return Ok(3) && !Ok(4) ? 0 : 1;")
        self.assertEqual(report.complaints, 0)

    def test_puts_the_source_back(self):
        self.outcomes("return 0;")
        self.assertEqual(mutate.read(os.path.join(self.folder, "toy.cc")), TOY)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "toy.cc.mutant")))

    def test_names_the_test_that_failed_or_crashed(self):
        _, printed = self.outcomes('std::puts("[ RUN      ] ToyTest.Asks\\n[ RUN      ] ToyTest.Takes"); return Ok(1) ? 0 : 1;')
        self.assertIn("killed by ToyTest.Takes: toy.cc:3", printed)

    def test_names_the_test_that_failed_first_and_none_that_was_skipped_after_it(self):
        self.assertEqual(mutate.killer("[ RUN      ] A.Holds\n[       OK ] A.Holds (0 ms)\n[ RUN      ] A.Fails/0\nx.cc:1: Failure\n"
                                       "[  FAILED  ] A.Fails/0, where GetParam() = 1 (3 ms)\n[ RUN      ] A.Skipped\n"
                                       "[  SKIPPED ] A.Skipped (0 ms)\n[  FAILED  ] 1 test, listed below:\n"), "A.Fails/0")
        self.assertEqual(mutate.killer("[ RUN      ] A.Holds\n[       OK ] A.Holds (0 ms)\n[ RUN      ] A.Crashes\n"), "A.Crashes")
        self.assertEqual(mutate.killer("nothing\n"), "")

    def test_tries_alone_what_cannot_be_woven(self):
        report, printed = self.outcomes(
            "return Ok(1) && !Ok(4) ? 0 : 1;",
            "bool Ok(int n) {\n  if (int m = n / 4) return m < 0;\n  return n;\n}\nextern int one[true ? 1 : -1];\n")
        self.assertIn("killed by exit code 1: toy.cc:2 [guard] never holds `int m = n / 4`", printed)
        self.assertIn("does not compile: toy.cc:5 [literal] `true` becomes `false`", printed)
        self.assertIn("SURVIVED toy.cc:2\n         toy.cc: `<` becomes `<=`", printed)
        self.assertEqual(report.complaints, 1)

    def test_what_a_mutant_leaves_unused_is_no_error(self):
        report, printed = self.outcomes("return Ok(1) ? 0 : 1;", "static bool No() {\n  return false;\n}\nbool Ok(int n) {\n"
                                        "  if (bool no = n > 1 && No()) return !no;\n  return true;\n}\n")
        self.assertNotIn("does not compile: toy.cc", printed)

    def test_a_listed_survivor_is_no_complaint_and_a_listed_one_that_is_killed_is(self):
        name = "toy.cc: `!=` becomes `==`: return n != 7;"
        self.assertEqual(self.outcomes("return 0;", listed={name: "why"})[0].complaints, 5)
        report, printed = self.outcomes("return Ok(1) ? 0 : 1;", listed={name: "why"})
        self.assertEqual(report.complaints, 4)
        self.assertIn(f"STALE {name}", printed)

    def test_tries_none_after_its_time_and_says_so(self):
        report, printed = self.outcomes("return 0;", limit=-1)
        self.assertEqual(report.complaints, 6)
        self.assertEqual(printed.count("not tried: toy.cc"), 6)

    def test_ends_what_runs_for_ever_with_all_that_it_started(self):
        workshop = self.workshop("while (!Ok(1)) {} return 0;", command="echo $$ > shell; tail -f main.cc >&2 & ./toy")
        every = [one for one in mutants.mutants_of("toy.cc", TOY) if one.line == 3]
        self.assertEqual([outcome for _, outcome, _ in workshop.attempt("toy.cc", every)], ["killed"])
        self.assertEqual(list(running_in(mutate.read(os.path.join(self.folder, "shell")).strip())), [])

    def test_ends_what_waits_for_ever(self):
        workshop = self.workshop("while (!Ok(1)) pause(); return 0;")
        every = [one for one in mutants.mutants_of("toy.cc", TOY) if one.line == 3]
        self.assertEqual(list(workshop.attempt("toy.cc", every)), [(every[0], "killed", "exit code -9")])

    def test_refuses_a_tree_that_does_not_build_or_whose_tests_fail(self):
        with self.assertRaises(mutate.CannotRun):
            self.workshop("return 0;", build="false")
        with self.assertRaises(mutate.CannotRun):
            self.workshop("return 1;")


class ChoiceTest(unittest.TestCase):
    def choose(self, *arguments):
        return [mutant.name for mutant in mutate.choose(mutate.parse([*arguments, "daemon/base/ids.cc"]))[0]]

    def test_a_sample_is_the_same_for_the_same_seed(self):
        drawn = self.choose("--sample", "5", "--seed", "7")
        self.assertEqual(len(drawn), 5)
        self.assertEqual(drawn, self.choose("--sample", "5", "--seed", "7"))
        self.assertNotEqual(drawn, self.choose("--sample", "5", "--seed", "8"))

    def test_a_line_alone(self):
        chosen, _ = mutate.choose(mutate.parse(["daemon/base/ids.cc"]))
        line = chosen[0].line
        alone, _ = mutate.choose(mutate.parse([f"daemon/base/ids.cc:{line}"]))
        self.assertEqual(alone, [mutant for mutant in chosen if mutant.line == line])

    def test_refuses_a_source_that_is_not_there(self):
        with self.assertRaises(mutate.CannotRun):
            mutate.choose(mutate.parse(["daemon/base/nothing.cc"]))


class CopyTest(unittest.TestCase):
    def test_copies_what_changed_and_removes_what_is_gone(self):
        with tempfile.TemporaryDirectory() as root:
            for path in ("a.cc", "build/x.o", ".git/HEAD", "daemon/.git", "daemon/b.cc", "other/tree/c.cc"):
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                mutate.write(os.path.join(root, path), path)
            copy = os.path.join(root, "other", "tree")
            mutate.write(os.path.join(copy, "a.cc"), "a.cc")
            os.utime(os.path.join(copy, "a.cc"), (1, 1))
            mutate.copy_tree(root, copy, os.path.join(root, "other"))
            self.assertEqual(sorted(mutate.files_under(copy, None)), ["a.cc", "daemon/b.cc"])
            self.assertEqual(os.stat(os.path.join(copy, "a.cc")).st_mtime, 1)


class CommandTest(unittest.TestCase):
    def test_lists_without_building(self):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mutate.py")
        done = subprocess.run([sys.executable, program, "--list", "--only", "guards", "daemon/base/ids.cc"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("daemon/base/ids.cc:", done.stdout)
        self.assertNotIn("[comparison]", done.stdout)


if __name__ == "__main__":
    unittest.main()
