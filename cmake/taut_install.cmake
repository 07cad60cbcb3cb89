# Installation and the exported package: the command, its plugins and data, and what an outside project
# needs to build a plugin (find_package(taut) or pkg-config).
include(CMakePackageConfigHelpers)

# Beside the binary, wherever the prefix is: PREFIX/bin/taut looks into PREFIX/lib/taut/plugins and
# PREFIX/share/taut.
set(taut_plugin_dir lib/taut/plugins)
set(taut_data_dir ${CMAKE_INSTALL_DATADIR}/taut)
set(taut_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/taut)

install(FILES
  core/include/taut/plugin.h core/include/taut/roles.h core/include/taut/status.h
  core/include/taut/math.h core/include/taut/engine.h core/include/taut/timeline.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/taut)
foreach(library math engine)
  set_target_properties(taut_${library} PROPERTIES EXPORT_NAME ${library})
  install(TARGETS taut_${library} EXPORT taut-targets DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
if(TARGET taut)
  install(TARGETS taut EXPORT taut-targets DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
get_property(taut_plugins GLOBAL PROPERTY TAUT_PLUGINS)
if(taut_plugins)
  install(TARGETS ${taut_plugins} DESTINATION ${taut_plugin_dir})
endif()
install(DIRECTORY models scenarios DESTINATION ${taut_data_dir} FILES_MATCHING PATTERN "*.lua" PATTERN "*.json")
install(DIRECTORY data/layouts DESTINATION ${taut_data_dir})
install(FILES hil/taut_link.proto DESTINATION ${taut_data_dir})
install(DIRECTORY hil/bridge/examples DESTINATION ${taut_data_dir}/bridge FILES_MATCHING PATTERN "*.lua")
install(DIRECTORY hil/clients DESTINATION ${taut_data_dir} FILES_MATCHING
  PATTERN "*.py" PATTERN "leak_controller.c" PATTERN "*.mjs" PATTERN "package*.json")
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT taut-targets NAMESPACE taut:: DESTINATION ${taut_cmake_dir})
configure_package_config_file(cmake/taut-config.cmake.in taut-config.cmake
  INSTALL_DESTINATION ${taut_cmake_dir} PATH_VARS taut_plugin_dir taut_data_dir)
write_basic_package_version_file(taut-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/taut-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/taut-config-version.cmake cmake/taut_plugin.cmake
  DESTINATION ${taut_cmake_dir})

# The .pc file finds the prefix from its own place, so that an installed tree can be moved.
file(RELATIVE_PATH taut_pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/taut.pc.in taut.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/taut.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The client library is for projects that have nothing else of Taut, so it has a .pc file of its own.
if(TARGET taut_link)
  install(TARGETS taut_link DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(FILES hil/clients/c/taut_link.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  configure_file(cmake/taut_link.pc.in taut_link.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/taut_link.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
