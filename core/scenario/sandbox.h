/// The Lua state of a scenario: whitelisted functions, bounded memory and instructions, nothing
/// that differs from run to run.
#ifndef TAUT_SCENARIO_SANDBOX_H
#define TAUT_SCENARIO_SANDBOX_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "taut/engine.h"

enum {
  TAUT_CHUNK_MAX = 56,           ///< bytes of a file's name in messages; Lua itself stops at 60
  TAUT_SOURCE_MAX = 1 << 20,     ///< bytes of a Lua file
  TAUT_MESSAGE_MAX = 1024,       ///< bytes of an error text
  TAUT_HOOK_INSTRUCTIONS = 1000  ///< instructions between two looks at the budget
};

typedef struct taut_sandbox {
  lua_State *L;
  const taut_allocator *allocator;
  size_t memory_used, memory_cap;
  int64_t instructions_left;
  uint64_t instructions;          ///< the whole budget, for the message
  bool is_exhausted;              ///< the budget was used up
  bool is_out_of_memory;          ///< the cap was reached at least once since the budget was set
  const char *data_dir;           ///< borrowed
  void (*install)(lua_State *L);  ///< adds globals to the table on top; may be NULL
  const taut_log_sink *log;       ///< borrowed, may be NULL: where print goes outside a script
  void (*on_input)(void *user, const char *path);  ///< hears every file that is read; may be NULL
  void *input_user;
  uint64_t seed;  ///< of math.random
  uint32_t n_draws;
  void *script;                    ///< the running taut_script, NULL while files are read
  char message[TAUT_MESSAGE_MAX];  ///< last error of a protected call
} taut_sandbox;

/// Opens the state. `box` fields allocator, memory_cap, data_dir and log are set by the caller.
/// ENOMEM, EFAULT (this process uses a power function other than taut_pow). [main]
taut_status taut_sandbox_open(taut_sandbox *box);
void taut_sandbox_close(taut_sandbox *box);

/// The sandbox of a state or coroutine. [any]
taut_sandbox *taut_sandbox_of(lua_State *L);

/// Grants `instructions` from now on; arms the hook of the main state.
void taut_sandbox_grant(taut_sandbox *box, uint64_t instructions);
/// Arms the hook of a coroutine; call it after lua_newthread.
void taut_sandbox_arm(lua_State *L);

/// Calls the function below `n_arguments` values, like lua_pcall. On failure the error text is in
/// box->message and nothing is left on the stack: EINVAL, EFULL (budget), ENOMEM.
taut_status taut_sandbox_call(taut_sandbox *box, lua_State *L, int n_arguments, int n_results);
/// Puts the error value on top of the stack into box->message, pops it and returns the status.
taut_status taut_sandbox_failed(taut_sandbox *box, lua_State *L, int lua_status);

/// Tells who listens that a file is about to be read, whether it is there or not. [run]
void taut_sandbox_tell_input(lua_State *L, const char *path);

/// Reads, compiles and runs a file and leaves its one result on the stack. Raises a Lua error.
void taut_sandbox_run_file(lua_State *L, const char *path);
/// The same for a file that messages call `shown`. [run]
void taut_sandbox_run_file_as(lua_State *L, const char *path, const char *shown);

/// Line of "name =" in a file that was read, at or after `line`; `line` itself when not found.
/// `chunk` is the name in messages.
int taut_sandbox_field_line(lua_State *L, const char *chunk, int line, const char *name);

/// Text of a file that was read, by the name it has in messages; NULL for none. Borrowed from the
/// state.
const char *taut_sandbox_source(lua_State *L, const char *chunk);
/// The name a file called `shown` has in messages: the end of it that fits.
const char *taut_sandbox_chunk(const char *shown);

/// Where the Lua code that called the running C function stands: `level` 1 is the direct caller.
void taut_sandbox_where(lua_State *L, int level, char chunk[TAUT_CHUNK_MAX + 4], int *line);

/// luaL_error for code that does not return a count: the place of the calling Lua code and a text.
__attribute__((noreturn)) void taut_fail(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/// Raises "chunk:line: text".
__attribute__((noreturn)) void taut_raise(lua_State *L, const char *chunk, int line,
                                          const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/// Pushes an array of the keys of the table at `index`: numbers, then strings, then booleans, each
/// ascending. Other kinds of keys have no order that is the same in every run and raise an error.
void taut_push_sorted_keys(lua_State *L, int index);

/// Installs the deterministic base, string, table, math and utf8 functions; the table of globals is
/// on top of the stack and stays there.
void taut_library_install(lua_State *L);

/// Replaces the table on top by a read-only view that raises an error for unknown names: "no X
/// 'name'". `what` is "global" or "function of string".
void taut_push_view(lua_State *L, const char *what);

/// Text of a value without addresses; pushes it like luaL_tolstring.
const char *taut_push_text(lua_State *L, int index);

#endif
