/// Tables of ports: a model's as a message, a message's as a model, and the hash both sides
/// compare.
#ifndef TAUT_HIL_TABLE_H
#define TAUT_HIL_TABLE_H

#include "hil/wire.h"
#include "taut/engine.h"

/// The table of a model. Its memory is of `wire` (see taut_wire_take), its strings are the model's.
/// EFULL when the arena is too small.
taut_status taut_table_of_model(const taut_model *model, taut_wire *wire, Taut__Link__Table **out);

/// The table that every model of a role has at least: the ports of taut/roles.h, all optional
/// inputs included. EFULL.
taut_status taut_table_of_role(const taut_role *role, taut_wire *wire, Taut__Link__Table **out);

/// Fills the tables of `model` from a message: everything but name and functions. Memory is of
/// `wire`, strings are the message's, with what could drive a terminal replaced by '?'. EFULL. The
/// result is not checked; the registry does that (taut_model_validate).
taut_status taut_table_to_model(const Taut__Link__Table *table, taut_wire *wire, taut_model *model);

/// FNV-1a, 64 bits (Fowler, Noll, Vo 1991), over the table as text; docs/links.md has the form. Two
/// tables with the same hash have the same names, units, order, counts, labels, flags and periods.
/// [any]
uint64_t taut_table_hash(const Taut__Link__Table *table);

/// Number of values of a table of signals, counts included; 0 when it is out of any bound. [any]
size_t taut_table_slots(Taut__Link__Signal *const *signals, size_t n);

/// Replaces what is not printable ASCII by '?'. [any]
void taut_table_clean(char *text);

#endif
