// How the process holds its memory. Called once, by main, before there are threads.
#pragma once

namespace rapporteur::ops {

// Documents come and go by the thousand, each a few hundred KB at the top of the heap. Left alone, glibc gives that
// back to the system after every one and has it cleared anew for the next, which took a third of a cold poll's digest.
// With this it keeps up to 8 MB for each arena. Does nothing with other C libraries.
void keep_freed_memory();

}  // namespace rapporteur::ops
