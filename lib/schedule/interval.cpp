#include "schedule/interval.h"
