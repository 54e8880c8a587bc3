#include "feed/source.h"
