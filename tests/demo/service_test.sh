#!/usr/bin/env bash
# systemd understands every line of the unit, and the service is confined as tightly as the threat model counts on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh
unit=deploy/systemd/liaisond.service

# Exposure from 0 to 10, in tenths; below 1.5.
expect_exit 0 systemd-analyze security --offline=yes --no-pager --threshold=14 "$unit"

# The program need not be installed to look at the unit.
sed 's#/usr/local/bin/liaisond#/bin/true#' "$unit" >"$work/liaisond.service"
expect_exit 0 systemd-analyze verify --man=no "$work/liaisond.service"
expect "nothing to say about the unit: $(<"$work/said")" bash -c "! grep -q liaisond '$work/said'"
