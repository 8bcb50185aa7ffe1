# shellcheck shell=bash
# What the shell tests say "it must be so" with; sourced. Makes $work, a folder that goes when the test ends.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

# expect WHAT COMMAND…: the command succeeds.
expect() {
  local what=$1
  shift
  "$@" || fail "$what"
}

# expect_exit CODE COMMAND…: the command ends with this code; what it said is shown only when it does not.
expect_exit() {
  local wanted=$1 result=0
  shift
  "$@" >"$work/said" 2>&1 || result=$?
  ((result == wanted)) || { cat "$work/said" >&2; fail "exit code $result instead of $wanted: $*"; }
}

# as_ordinary_user COMMAND…: as nobody when the tests run as root, who may do everything.
as_ordinary_user() {
  local ordinary=()
  ((EUID != 0)) || ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  "${ordinary[@]}" "$@"
}
