#!/usr/bin/env bash
# build.sh says whose the build folder is, and how to get rid of it, when it may not write there: somebody put sudo before
# ./deploy/demo.sh once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh

mkdir -p "$work/tree/deploy" "$work/tree/build"
cp deploy/build.sh "$work/tree/deploy/"
chmod 755 "$work"
: >"$work/tree/build/build.ninja"  # as if it had been configured
expect_exit 0 "$work/tree/deploy/build.sh" release --configure-only

chmod 555 "$work/tree/build"
expect_exit 1 as_ordinary_user "$BASH" "$work/tree/deploy/build.sh" release
expect "whose it is" grep -qF "$work/tree/build belongs to $(id -un)." "$work/said"
expect "what to do" grep -qF "sudo rm -rf $work/tree/build" "$work/said"
