# The chart library of report.html comes from npm once per build folder, pinned by package-lock.json. A build
# without network points TAUT_UPLOT_DIR at a folder that holds its two files and its licence.
set(TAUT_UPLOT_DIR "" CACHE PATH "folder with uPlot.iife.min.js, uPlot.min.css and LICENSE; empty: from npm")
set(web ${CMAKE_CURRENT_SOURCE_DIR}/report/web)
set(node ${CMAKE_CURRENT_BINARY_DIR}/report/web)

function(taut_install_uplot)
  set(lock ${web}/package-lock.json)
  if(EXISTS ${node}/installed.json)
    file(SHA256 ${lock} wanted)
    file(SHA256 ${node}/installed.json have)
    if(wanted STREQUAL have)
      return()
    endif()
  endif()
  find_program(TAUT_NPM npm)
  set(text "no npm was found")
  set(failed 1)
  if(TAUT_NPM)
    file(COPY ${web}/package.json ${lock} DESTINATION ${node})
    execute_process(COMMAND ${TAUT_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
      WORKING_DIRECTORY ${node} RESULT_VARIABLE failed ERROR_VARIABLE text OUTPUT_QUIET)
  endif()
  if(failed)
    message(FATAL_ERROR "uPlot, the chart library of report.html, could not be installed: ${text}\n"
      "Install npm (./dev does) and build with network once, or give -DTAUT_UPLOT_DIR=FOLDER with "
      "uPlot.iife.min.js and uPlot.min.css of the version in core/report/web/package.json and its LICENSE.")
  endif()
  configure_file(${lock} ${node}/installed.json COPYONLY)
endfunction()

if(TAUT_UPLOT_DIR)
  set(uplot_js ${TAUT_UPLOT_DIR}/uPlot.iife.min.js)
  set(uplot_css ${TAUT_UPLOT_DIR}/uPlot.min.css)
  set(uplot_license ${TAUT_UPLOT_DIR}/LICENSE)
else()
  taut_install_uplot()
  set(uplot_js ${node}/node_modules/uplot/dist/uPlot.iife.min.js)
  set(uplot_css ${node}/node_modules/uplot/dist/uPlot.min.css)
  set(uplot_license ${node}/node_modules/uplot/LICENSE)
endif()
foreach(file ${uplot_js} ${uplot_css} ${uplot_license})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "report.html needs ${file}, which does not exist (TAUT_UPLOT_DIR)")
  endif()
endforeach()

set(TAUT_WEB_SOURCE ${node}/web.c)
add_custom_command(OUTPUT ${TAUT_WEB_SOURCE}
  COMMAND ${CMAKE_COMMAND} -DOUT=${TAUT_WEB_SOURCE} -DUPLOT_JS=${uplot_js} -DUPLOT_CSS=${uplot_css}
    -DUPLOT_LICENSE=${uplot_license} -DWEB=${web} -P ${PROJECT_SOURCE_DIR}/cmake/taut_web_embed.cmake
  DEPENDS ${uplot_js} ${uplot_css} ${uplot_license} ${web}/report.js ${web}/population.js ${web}/report.css ${web}/template.html
    ${PROJECT_SOURCE_DIR}/cmake/taut_web_embed.cmake
  VERBATIM)
