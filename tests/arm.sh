#!/usr/bin/env bash
# usage: tests/arm.sh [ARGUMENTS of the test executable...]
# Runs the kernel tests as linux-arm64 under emulation, on an x64 machine of Debian's kind with qemu-aarch64 (package qemu-user). Some three
# minutes. What an Arm executable of .NET needs of the system is taken from the distribution's packages into artifacts/arm/root; nothing is
# installed. Tests whose data a clone lacks need CODERLSP_SHARED.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v qemu-aarch64 >/dev/null || { echo "qemu-aarch64 is missing: apt-get install qemu-user." >&2; exit 1; }
arm=$PWD/artifacts/arm
if [[ ! -e $arm/root/lib/ld-linux-aarch64.so.1 ]]; then
  apt=$arm/apt
  mkdir -p "$apt"/lists/partial "$apt"/cache/archives/partial "$apt"/packages
  options=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Dir::State::status=/dev/null
    -o APT::Sandbox::User="$(id -un)" -q)
  apt-get "${options[@]}" update
  (cd "$apt/packages" && apt-get "${options[@]}" download libc6 libgcc-s1 libstdc++6 libssl3)
  for package in "$apt"/packages/*.deb; do dpkg -x "$package" "$arm/root"; done
  rm -r "$apt"
fi
dotnet publish tests/CoderLsp.Kernels.Tests -c Release -r linux-arm64 --self-contained --artifacts-path "$arm/build" -v quiet -o "$arm/tests"
# The processor of Graviton 2, which has Dp. Code that is written anew while others run it is what emulation does not always notice.
export QEMU_LD_PREFIX=$arm/root DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0
exec qemu-aarch64 -cpu neoverse-n1 "$arm/tests/CoderLsp.Kernels.Tests" -parallel none -noColor "$@"
