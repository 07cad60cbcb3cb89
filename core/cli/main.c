#include "cli/cli.h"

int main(int argc, char **argv) {
  return taut_cli_main(argc, argv);
}
