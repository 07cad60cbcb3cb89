# cmake -DIN=FILE -DOUT=FILE.c -DNAME=name -P: a file as a C array, `name`, and `name_size`.
cmake_minimum_required(VERSION 3.25)
file(READ ${IN} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE ${OUT} "// Made by cmake/taut_embed.cmake.\n#include <stddef.h>\n\n"
  "extern const unsigned char ${NAME}[];\nextern const size_t ${NAME}_size;\n"
  "const unsigned char ${NAME}[] = {\n${hex}\n};\nconst size_t ${NAME}_size = sizeof ${NAME};\n")
