#!/usr/bin/env bash
# Sourced: the builds of the determinism matrix. Every one lives in build-matrix/<name>, is kept between
# runs, and holds the command and its plugins only.
matrix=build-matrix

# variant_flags NAME: CMake arguments of a build.
variant_flags() {
  case "$1" in
    gcc-O[0-3]) echo "-DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-${1#gcc-}" ;;
    # Also shows that the product has no warnings with clang.
    clang-O[0-3]) echo "-DCMAKE_C_COMPILER=clang -DTAUT_WERROR=ON -DCMAKE_C_FLAGS=-${1#clang-}" ;;
    gcc-v3) echo "-DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-O3;-march=x86-64-v3" ;;
    aarch64-O[0-3])
      echo "-DCMAKE_TOOLCHAIN_FILE=$PWD/cmake/aarch64.cmake -DTAUT_SYSROOT=$PWD/$matrix/sysroot" \
        "-DCMAKE_C_FLAGS=-${1#aarch64-}"
      ;;
    contracted)
      echo "-DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-O3" \
        "-DCMAKE_C_COMPILER_LAUNCHER=$PWD/tests/determinism/contract.sh"
      ;;
    *)
      echo "no such variant: $1" >&2
      return 1
      ;;
  esac
}

# variant_build NAME: configures once, then builds what changed. Returns 77 when this machine cannot.
variant_build() {
  local folder=$matrix/$1 flags
  case "$1" in
    gcc-v3 | contracted)
      grep -qw fma /proc/cpuinfo || {
        echo "this processor has no fused multiply-add"
        return 77
      }
      ;;
    aarch64-*) bash tests/determinism/sysroot.sh "$matrix/sysroot" || return $? ;;
  esac
  mkdir -p "$folder"
  if [ ! -f "$folder/build.ninja" ]; then
    read -ra flags < <(variant_flags "$1")
    # A build type of its own: no flags but ours.
    cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Matrix -DTAUT_TESTS=OFF -DTAUT_WERROR=OFF \
      "${flags[@]//;/ }" >"$folder/configure.log" 2>&1 || {
      tail -n 20 "$folder/configure.log"
      rm -f "$folder/build.ninja"
      return 1
    }
  fi
  cmake --build "$folder" >"$folder/build.log" 2>&1 || {
    tail -n 20 "$folder/build.log"
    return 1
  }
}

# variant_command NAME: how to run it.
variant_command() {
  case "$1" in
    aarch64-*) echo "qemu-aarch64 -L /usr/aarch64-linux-gnu $matrix/$1/taut" ;;
    *) echo "$matrix/$1/taut" ;;
  esac
}
