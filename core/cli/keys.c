/// `taut keys`: keys for links that leave the machine.
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "hil/socket.h"

static const taut_option options[] = {
    {"out", '\0', "FILE", "of new: where the pair goes (default: ~/.config/taut/keys)"},
    {NULL, '\0', NULL, NULL},
};

static void print_public(const char *path, const taut_credentials *pair) {
  char text[TAUT_KEY_TEXT], id[TAUT_KEY_ID];
  taut_key_text(&pair->public_key, text);
  taut_key_id(&pair->public_key, id);
  printf("file    %s\nid      %s\npublic  %s\n", path, id, text);
}

static int make_pair(const taut_verb *verb, const char *path) {
  char error[PATH_MAX + 256];
  taut_credentials pair = {0};
  if (!taut_socket_make_keys(&pair)) {
    fprintf(stderr, "taut keys: no keys can be made: libzmq was built without CURVE\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_status status = taut_keys_write(path, &pair, error, sizeof error);
  if (status == TAUT_OK) {
    print_public(path, &pair);
    printf("The file is secret, the public key is not: give that to the other side.\n");
  }
  taut_credentials_fini(&pair);
  if (status == TAUT_OK) return TAUT_EXIT_OK;
  if (status == TAUT_EREJECT) return taut_usage(verb, "%s", error);
  fprintf(stderr, "taut keys: %s\n", error);
  return TAUT_EXIT_OWN_FAULT;
}

static int show_pair(const taut_verb *verb, const char *path) {
  char error[PATH_MAX + 256];
  taut_credentials pair = {0};
  taut_status status = taut_keys_read(path, &pair, error, sizeof error);
  if (status == TAUT_OK) print_public(path, &pair);
  taut_credentials_fini(&pair);
  if (status == TAUT_OK) return TAUT_EXIT_OK;
  return taut_usage(verb, "%s%s", error,
                    status == TAUT_EIO ? "; make your keys: taut keys new" : "");
}

static int run_keys(const taut_verb *verb, const taut_arguments *arguments) {
  char usual[PATH_MAX];
  const char *what = arguments->n_words > 0 ? arguments->words[0] : "";
  const char *path = taut_arguments_value(arguments, "out");
  bool is_new = strcmp(what, "new") == 0, is_show = strcmp(what, "show") == 0;
  if (!is_new && !is_show) return taut_usage(verb, "say new or show");
  if (arguments->n_words > (is_show ? 2 : 1)) {
    return taut_usage(verb, "%s is one word too many%s", arguments->words[is_show ? 2 : 1],
                      is_new ? "; name the file with --out FILE" : "");
  }
  if (is_show && path != NULL) return taut_usage(verb, "--out is for new: taut keys show FILE");
  if (is_show && arguments->n_words == 2) path = arguments->words[1];
  if (path == NULL) {
    if (taut_keys_default_path(usual, sizeof usual) != TAUT_OK)
      return taut_usage(verb, "there is no home folder; name a file");
    path = usual;
  }
  return is_new ? make_pair(verb, path) : show_pair(verb, path);
}

const taut_verb taut_verb_keys = {
    .name = "keys",
    .summary = "make or show the keys of links that leave this machine",
    .usage = "taut keys new [--out FILE] | taut keys show [FILE]",
    .examples =
        "  taut keys new                  # once on each machine; prints its public key\n"
        "  taut keys show                 # prints it again\n"
        "  taut serve motor --listen tcp://0.0.0.0:5555 --keys ~/.config/taut/keys --allow PUBKEY\n"
        "  taut run --with motor=tcp://PUBKEY@192.168.0.7:5555\n",
    .notes =
        "Serving, PUBKEY is that of the harness, or a file with one a line; running, it is that "
        "of\n"
        "the peer. Both ends prove who they are, and nobody else can read or change what they "
        "say.\n",
    .options = options,
    .run = run_keys,
};
