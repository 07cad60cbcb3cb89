#include "runner/zygote.h"
