#!/usr/bin/env bash
# Configures one build when it must be, and builds it. What is up to date is not built again.
#
#   deploy/build.sh release|asan|tsan [--configure-only] [TARGET…]
#
#   release  build/       GCC, what is shipped; programs under build/bin
#   asan     build-asan/  clang, AddressSanitizer and UndefinedBehaviorSanitizer
#   tsan     build-tsan/  clang, ThreadSanitizer; only the tests that hold no gRPC (target tsan_tests)
#
# LIAISON_JOBS sets the number of compilers at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${1:?release, asan or tsan}
shift
configure_only=no
if [[ ${1:-} == --configure-only ]]; then
  configure_only=yes
  shift
fi

case $configuration in
  release) folder=build options=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=g++) ;;
  asan) folder=build-asan options=(-DCMAKE_CXX_COMPILER=clang++ -DLIAISON_SANITIZE=address) ;;
  tsan) folder=build-tsan options=(-DCMAKE_CXX_COMPILER=clang++ -DLIAISON_SANITIZE=thread) ;;
  *) echo "deploy/build.sh: no configuration named $configuration" >&2; exit 2 ;;
esac

# A compiler with gRPC in it takes up to 1 GiB.
jobs() {
  local cores gibibytes
  cores=$(nproc)
  gibibytes=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  ((gibibytes < 1)) && gibibytes=1
  echo $((cores < gibibytes ? cores : gibibytes))
}

# What another user built (root, with sudo before the command) cannot be built upon.
foreign=$(find "$folder" -maxdepth 1 ! -writable -print -quit 2>/dev/null || true)
if [[ -n $foreign ]]; then
  echo "deploy/build.sh: $PWD/$foreign belongs to $(stat -c %U "$foreign")." >&2
  echo "Build as that user, or remove it: sudo rm -rf $PWD/$folder" >&2
  exit 1
fi

# A folder that was configured for another place (a copied tree) or did not finish is configured afresh.
if [[ -f $folder/CMakeCache.txt ]] &&
  ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$folder/CMakeCache.txt"; then
  cmake --fresh -S . -B "$folder" -G Ninja "${options[@]}" >"$folder/configure.log" ||
    { cat "$folder/configure.log" >&2; exit 1; }
elif [[ ! -f $folder/build.ninja ]]; then
  mkdir -p "$folder"
  cmake -S . -B "$folder" -G Ninja "${options[@]}" >"$folder/configure.log" ||
    { cat "$folder/configure.log" >&2; exit 1; }
fi
[[ $configure_only == yes ]] || exec ninja -C "$folder" -j "${LIAISON_JOBS:-$(jobs)}" "$@"
