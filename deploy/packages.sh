#!/usr/bin/env bash
# Installs the Debian 12 packages that Liaison is built, run and tested with, if they are missing.
#
#   deploy/packages.sh [-y] [--test]
#
# -y      ask nothing
# --test  also what the tests need beyond the build
#
# Works as root and as an ordinary user with sudo. When nothing is missing it says nothing and is done at once.
set -euo pipefail

build_packages=(
  cmake ninja-build ccache pkg-config g++
  protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libgrpc++-dev libabsl-dev
  libssl-dev libsqlite3-dev libspdlog-dev prometheus-cpp-dev libutf8proc-dev libboost-dev libcli11-dev
  libgtest-dev libgmock-dev
)
run_packages=(openssl jq curl python3)
test_packages=(clang libclang-rt-14-dev llvm shellcheck systemd)

say() { printf '%s\n' "$*" >&2; }

ask=yes
wanted=("${build_packages[@]}" "${run_packages[@]}")
for argument in "$@"; do
  case $argument in
    -y) ask=no ;;
    --test) wanted+=("${test_packages[@]}") ;;
    *) say "usage: deploy/packages.sh [-y] [--test]"; exit 2 ;;
  esac
done
[[ -t 0 && -t 2 ]] || ask=no

if ! command -v dpkg-query >/dev/null; then
  say "This is not Debian. Liaison needs the equivalents of: ${wanted[*]}"
  exit 1
fi

installed=" $(dpkg-query --show --showformat '${Package}=${db:Status-Status} ' "${wanted[@]}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
  [[ $installed == *" $package=installed "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

by_hand() { say "Run as root: apt-get install --no-install-recommends ${missing[*]}"; exit 1; }

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    say "Packages are missing, and there is no sudo to install them with."
    by_hand
  fi
  as_root=(sudo)
fi

say "Installing with apt: ${missing[*]}"
if [[ $ask == yes ]]; then
  read -r -p "Go on? [Y/n] " answer
  [[ ${answer:-y} == [Yy]* ]] || exit 1
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2; }
apt update || say "apt-get update failed; trying with the lists that are here"
apt install -y --no-install-recommends "${missing[@]}" || { say "The packages could not be installed."; by_hand; }
