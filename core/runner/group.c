#include "runner/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

/// A case that shares a warm run, while they are sorted.
typedef struct member {
  const taut_item *item;
  size_t i_item;
} member;

static int compare_runs(const member *a, const member *b) {
  int order = strcmp(a->item->file, b->item->file);
  if (order == 0) order = strcmp(a->item->warm, b->item->warm);
  if (order == 0 && a->item->i_seed != b->item->i_seed)
    order = a->item->i_seed < b->item->i_seed ? -1 : 1;
  return order;
}

static int compare_members(const void *left, const void *right) {
  const member *a = left, *b = right;
  int order = compare_runs(a, b);
  if (order != 0) return order;
  return a->i_item < b->i_item ? -1 : a->i_item > b->i_item;
}

static int compare_groups(const void *left, const void *right) {
  const taut_group *a = left, *b = right;
  return a->items[0] < b->items[0] ? -1 : a->items[0] > b->items[0];
}

static taut_group make_group(const member *members, size_t n) {
  taut_group group = {.n = n};
  group.items = taut_memory_resize(NULL, n * sizeof *group.items);
  group.is_done = taut_memory_resize(NULL, n * sizeof *group.is_done);
  memset(group.is_done, 0, n * sizeof *group.is_done);
  for (size_t i = 0; i < n; i++) group.items[i] = members[i].i_item;
  return group;
}

taut_group *taut_groups_make(const taut_collection *collection, size_t *n_groups) {
  size_t n = 0;
  member *members = taut_memory_resize(NULL, (collection->n_items + 1) * sizeof *members);
  for (size_t i = 0; i < collection->n_items; i++) {
    const taut_item *item = &collection->items[i];
    bool is_shared = item->warm != NULL && item->warm[0] != '\0' && item->twin == NULL;
    if (is_shared) members[n++] = (member){item, i};
  }
  if (n > 1) qsort(members, n, sizeof *members, compare_members);
  taut_group *groups = taut_memory_resize(NULL, (n + 1) * sizeof *groups);
  *n_groups = 0;
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && end - first < TAUT_BRANCHES_MAX; end++) {
      if (compare_runs(&members[first], &members[end]) != 0) break;
    }
    if (end - first > 1) groups[(*n_groups)++] = make_group(&members[first], end - first);
  }
  if (*n_groups > 1) qsort(groups, *n_groups, sizeof *groups, compare_groups);
  free(members);
  return groups;
}

void taut_groups_free(taut_group *groups, size_t n_groups) {
  for (size_t i = 0; i < n_groups; i++) {
    free(groups[i].items);
    free(groups[i].is_done);
  }
  free(groups);
}

bool taut_group_job(const taut_group *group, const taut_collection *collection, taut_job *job) {
  const taut_item *items = collection->items;
  job->kind = TAUT_JOB_BRANCH;
  job->n_branches = 0;
  for (size_t i = 0; i < group->n; i++) {
    if (!group->is_done[i]) job->branches[job->n_branches++] = items[group->items[i]].i_case;
  }
  snprintf(job->file, sizeof job->file, "%s", items[group->items[0]].file);
  return job->n_branches > 1;
}

size_t taut_group_find(const taut_group *group, const taut_collection *collection, int64_t i_case) {
  for (size_t i = 0; i < group->n; i++) {
    if (!group->is_done[i] && collection->items[group->items[i]].i_case == i_case) return i;
  }
  return group->n;
}
