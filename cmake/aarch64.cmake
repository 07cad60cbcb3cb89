# Cross build for 64-bit ARM with Debian's compiler. TAUT_SYSROOT holds the libraries that the tool
# links (tests/determinism/sysroot.sh fills it); the C library comes with the compiler.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TAUT_SYSROOT)

set(CMAKE_FIND_ROOT_PATH ${TAUT_SYSROOT} /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY BOTH)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_C_STANDARD_INCLUDE_DIRECTORIES ${TAUT_SYSROOT}/usr/include/aarch64-linux-gnu)

# pkg-config looks into the sysroot and nowhere else, and prefixes what it finds there.
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${TAUT_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${TAUT_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig)

# The libraries' own libraries are there too: for the linker, and, by the kind of rpath that also holds for
# them, for the emulator.
set(taut_sysroot_libraries ${TAUT_SYSROOT}/usr/lib/aarch64-linux-gnu:${TAUT_SYSROOT}/lib/aarch64-linux-gnu)
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-Wl,--disable-new-dtags,-rpath,${taut_sysroot_libraries},-rpath-link,${taut_sysroot_libraries}")
