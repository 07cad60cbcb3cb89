/// Status codes of every Taut function that can fail: 0 is success, a failure is negative.
#ifndef TAUT_STATUS_H
#define TAUT_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define TAUT_STATUS_MAP(X)                                            \
  X(OK, 0, "success")                                                 \
  X(EINVAL, -1, "a value, name or table is not valid")                \
  X(EREJECT, -2, "refused; state is unchanged")                       \
  X(EFAULT, -3, "a component is broken and the run cannot go on")     \
  X(ENOMEM, -4, "memory could not be allocated")                      \
  X(EABI, -5, "the library speaks another major version of the ABI")  \
  X(ENOTFOUND, -6, "no such instance, port, model or file")           \
  X(ELOOP, -7, "feedthrough outputs form an algebraic loop")          \
  X(EUNIT, -8, "units or kinds of two connected ports differ")        \
  X(EMISSING, -9, "an input that must be wired is not")               \
  X(ETRUTH, -10, "a truth port is wired to a role that may not know") \
  X(EFULL, -11, "a bounded buffer is full")                           \
  X(EIO, -12, "reading or writing failed")                            \
  X(ENUMBER, -13, "a port carries NaN or infinity")                   \
  X(EFPENV, -14, "the floating-point environment was changed")

typedef enum taut_status {
#define TAUT_STATUS_ENUM(name, value, text) TAUT_##name = (value),
  TAUT_STATUS_MAP(TAUT_STATUS_ENUM)
#undef TAUT_STATUS_ENUM
} taut_status;

/// The meaning of a status in plain words. Static storage. [any]
static inline const char *taut_status_text(taut_status status) {
  switch (status) {
#define TAUT_STATUS_CASE(name, value, text) \
  case TAUT_##name: return text;
    TAUT_STATUS_MAP(TAUT_STATUS_CASE)
#undef TAUT_STATUS_CASE
  }
  return "unknown status";
}

#ifdef __cplusplus
}
#endif
#endif
