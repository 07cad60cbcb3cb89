#include <lua.h>
#include <string.h>
#include <uv.h>

void bad_copy(char *to, const char *from) { strcpy(to, from); }
