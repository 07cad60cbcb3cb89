#include <lua.h>
#include <uv.h>
