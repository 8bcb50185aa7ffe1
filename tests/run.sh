#!/usr/bin/env bash
# Builds Liaison and runs every test, the cheapest and most telling first, and stops at the first layer that fails.
# The last line is the summary: "N passed, N failed". Exit code 0: all passed.
#
#   tests/run.sh [-y] [--quick] [--long]
#
# -y       ask nothing
# --quick  the Release build alone: no sanitizers, no demo
# --long   also the tests with the label "long", and the long form of those that have one
#
# tests/README.md explains the layers. LIAISON_JOBS sets the number of compilers and tests at a time.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

ask=()
quick=no
long=no
limit=300  # of one test, in seconds
layers_apart='integration|release|demo|tidy|long'
for argument in "$@"; do
  case $argument in
    -y) ask=(-y) ;;
    --quick) quick=yes ;;
    --long) long=yes limit=3600 ;;
    *) echo "usage: tests/run.sh [-y] [--quick] [--long]" >&2; exit 2 ;;
  esac
done
jobs=${LIAISON_JOBS:-$(nproc)}

passed=0
failed=0
work=$(mktemp -d)
# What a step leaves behind is found by its process group, and by this mark in its environment when it left the group.
mark=LIAISON_TEST_RUN=$$-$RANDOM
# The long form of the tests, in the environment of a step; under a sanitizer they would take hours.
form=(-u LIAISON_LONG)
group=

marked() { grep -lzsxF "$mark" /proc/[0-9]*/environ | cut -d/ -f3; }
running() { { [[ -n $group ]] && kill -0 -- "-$group" 2>/dev/null; } || [[ -n $(marked) ]]; }

# True when every process of the steps has ended; waits up to ten seconds for it.
all_ended() {
  for _ in {1..100}; do
    running || return 0
    sleep 0.1  # bounded: 100 times
  done
  return 1
}

signal_all() {
  [[ -z $group ]] || kill "-$1" -- "-$group" 2>/dev/null
  # shellcheck disable=SC2046  # one argument for each process
  kill "-$1" $(marked) 2>/dev/null
}

stop_all() {
  signal_all TERM
  all_ended || signal_all KILL
}

finish() {
  trap - EXIT INT TERM HUP
  stop_all
  rm -rf "$work"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  exit "$1"
}
trap 'finish 130' INT
trap 'finish 143' TERM HUP

# step LIMIT COMMAND…: runs a command for at most that long. In the background, because a trap runs only while the
# shell waits; in a job of its own (-m), because a plain background command would ignore SIGINT and so would the tests.
step() {
  set -m
  env "${form[@]}" "$mark" timeout --kill-after=10 "$@" </dev/null &
  group=$!
  set +m
  wait $!
}

fail() {
  printf '\nFAILED: %s\n' "$1" >&2
  ((failed > 0)) || failed=1
  finish 1
}

title() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

build() {
  title "build: $*"
  step 60m deploy/build.sh "$@" || fail "build $*"
}

# tests TITLE FOLDER CTEST-OPTIONS…: runs one layer and counts it.
tests() {
  local name=$1 folder=$2 result
  shift 2
  title "$name"
  step 60m ctest --test-dir "$folder" --output-on-failure --no-tests=error --timeout "$limit" \
    --output-log "$work/ctest" "$@"
  result=$?
  if [[ $(<"$work/ctest") =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    failed=$((failed + BASH_REMATCH[1]))
    passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1]))
  fi
  ((result == 0)) || fail "$name"
  all_ended || fail "$name left processes running: $(marked | tr '\n' ' ')"
}

# In the foreground, because apt and sudo may ask on the terminal.
deploy/packages.sh --test "${ask[@]}" || fail "packages"

step 5m deploy/build.sh release --configure-only || fail "configure"
tests "layout and style" build -L tidy
build release
[[ $long == no ]] || form=(LIAISON_LONG=1)
tests "rooms" build -LE "$layers_apart" -j "$jobs"
form=(-u LIAISON_LONG)
if [[ $quick == no ]]; then
  build asan
  tests "rooms, ASan and UBSan" build-asan -LE "$layers_apart" -j "$jobs"
  build tsan tsan_tests
  tests "rooms, TSan" build-tsan -L tsan -j "$jobs"
fi
integration_build=build-asan
[[ $quick == no ]] || integration_build=build
tests "integration" "$integration_build" -L integration
[[ $long == no ]] || form=(LIAISON_LONG=1)
tests "Release only" build -L release
[[ $long == no ]] || tests "long" build -L long --no-tests=ignore
form=(-u LIAISON_LONG)
[[ $quick == yes ]] || tests "demo" build -L demo
finish 0
