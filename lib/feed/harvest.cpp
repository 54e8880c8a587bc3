#include "feed/harvest.h"
