#include "ops/memory.h"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace rapporteur::ops {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kept_bytes = 8 << 20;
  constexpr int mapped_from_bytes = 1 << 20;
  mallopt(M_TRIM_THRESHOLD, kept_bytes);
  mallopt(M_MMAP_THRESHOLD, mapped_from_bytes);
  mallopt(M_MXFAST, 0);  // each larger block would first merge all small free ones: a twelfth of a quiet poll
#endif
}

void give_back_memory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace rapporteur::ops
