#!/usr/bin/env bash
# packages.sh asks apt for what is missing and for nothing else, and says what to type where it cannot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh

# Stand-ins for the system's programs: dpkg-query knows $work/installed, the others write down how they were called.
mkdir "$work/bin" "$work/no-sudo"
stand_in() { printf '#!/bin/bash\n%s\n' "$2" >"$work/$1"; chmod 755 "$work/$1"; }
stand_in bin/dpkg-query "cat $work/installed"
stand_in bin/apt-get "echo apt-get \"\$@\" >>$work/calls; [[ ! -e $work/offline || \$* != *install* ]]"
cp "$work"/bin/* "$work/no-sudo/"
stand_in bin/sudo "echo sudo >>$work/calls; exec \"\$@\""
cp deploy/packages.sh "$work/"
: >"$work/calls"
chmod 777 "$work" "$work/calls"

# packages FOLDER ARGUMENT…: runs it with the stand-ins of this folder alone, and not as root, who needs no sudo.
packages() {
  local folder=$work/$1
  shift
  : >"$work/calls"
  as_ordinary_user env PATH="$folder:/nowhere" "$BASH" "$work/packages.sh" "$@" </dev/null
}
asked_for() { sed -n 's/^apt-get .*--no-install-recommends //p' "$work/calls"; }
ln -s "$(command -v env)" "$work/bin/env"
ln -s "$(command -v cat)" "$work/bin/cat"
ln -s "$(command -v cat)" "$work/no-sudo/cat"

# Nothing is installed: everything is asked for, through sudo.
: >"$work/installed"
expect_exit 0 packages bin -y
read -r -a build <<<"$(asked_for)"
expect "a compiler is asked for" bash -c "[[ ' ${build[*]} ' == *' g++ '* ]]"
expect "through sudo" grep -qx sudo "$work/calls"
expect_exit 0 packages bin -y --test
read -r -a all <<<"$(asked_for)"
expect "the tests need more" [ "${#all[@]}" -gt "${#build[@]}" ]

# Everything is installed: not a word, and nobody is called.
printf '%s=installed ' "${all[@]}" >"$work/installed"
expect_exit 0 packages bin -y --test
expect "it says nothing" [ ! -s "$work/said" ]
expect "it calls nobody" [ ! -s "$work/calls" ]

# One was removed and left its configuration; one is not there, and another has a name that ends like it.
printf '%s=installed ' "${all[@]}" | sed 's/ jq=installed / jq=config-files /; s/ curl=installed / lib-curl=installed /' \
  >"$work/installed"
expect_exit 0 packages bin
expect "those two are asked for" [ "$(asked_for)" = "jq curl" ]

# Where it cannot install, it says how to.
by_hand="Run as root: apt-get install --no-install-recommends jq curl"
touch "$work/offline"
expect_exit 1 packages bin -y
expect "when apt fails" grep -qxF "$by_hand" "$work/said"
expect_exit 1 packages no-sudo -y
expect "when there is no sudo" grep -qxF "$by_hand" "$work/said"
expect "apt is not called without sudo" [ ! -s "$work/calls" ]

expect_exit 2 packages bin --unknown
