#include "schedule/queue.h"
