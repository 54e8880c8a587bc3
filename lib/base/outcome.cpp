#include "base/outcome.h"
