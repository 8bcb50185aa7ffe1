#!/usr/bin/env bash
# Every shell script passes shellcheck: errors and warnings. Its notes on style would take every jq program for a mistake.
set -euo pipefail
find . -path './build*' -prune -o -path ./.git -prune -o -type f \( -name '*.sh' -o -path ./.ci/run \) -print0 |
  xargs -0 shellcheck --severity=warning
