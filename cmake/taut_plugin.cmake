# taut_add_plugin(NAME SOURCE...): builds NAME.so with the flags a plugin must have, one exported symbol
# and the elementary functions of taut/math.h. Used by this project and by projects that find it.

# The floating-point flags of everything that takes part in a result. GCC 12 forms fused operations when it
# packs pairs of scalars into vectors (a*c - b*n beside b*c + a*n), even with -ffp-contract=off; so it must
# not pack them.
set(TAUT_FLOAT_FLAGS -ffp-contract=off -fno-fast-math -fno-math-errno -fno-tree-slp-vectorize
  $<$<C_COMPILER_ID:GNU>:-fexcess-precision=standard>)

function(taut_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON
    C_STANDARD 17 C_STANDARD_REQUIRED ON)
  target_compile_options(${name} PRIVATE ${TAUT_FLOAT_FLAGS})
  # Symbols of the static libraries inside stay inside: a plugin shows taut_query and nothing else.
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
  target_link_libraries(${name} PRIVATE taut::math)
endfunction()
