// A device that looks at its link.
#include "hil/link.h"
