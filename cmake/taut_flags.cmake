# Flags of every target. The floating-point flags are part of the product: same inputs, same bytes on
# every compiler (docs/determinism.md).

# Assertions of the core stay on in release, so NDEBUG is not defined.
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_library(taut_flags INTERFACE)
target_compile_options(taut_flags INTERFACE
  ${TAUT_FLOAT_FLAGS}
  -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef
  -Wwrite-strings
  # clang also means NAN and the macros of libseccomp by these.
  $<$<C_COMPILER_ID:GNU>:-Wdouble-promotion>
  $<$<C_COMPILER_ID:Clang>:-Wno-missing-field-initializers>)
if(TAUT_WERROR)
  target_compile_options(taut_flags INTERFACE -Werror)
endif()
if(TAUT_SANITIZE)
  target_compile_options(taut_flags INTERFACE -fsanitize=${TAUT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(taut_flags INTERFACE -fsanitize=${TAUT_SANITIZE})
endif()
