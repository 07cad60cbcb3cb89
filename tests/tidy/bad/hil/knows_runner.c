#include <zmq.h>

#include "runner/job.h"
