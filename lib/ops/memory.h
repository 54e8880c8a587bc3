// How the process holds its memory.
#pragma once

namespace rapporteur::ops {

// Called once, by main, before there are threads. Documents come and go by the thousand, each a few hundred KB at the
// top of the heap. Left alone, glibc gives that back to the system after every one and has it cleared anew for the
// next, which took a third of a cold poll's digest. With this it keeps up to 8 MB for each arena. Does nothing with
// other C libraries.
void keep_freed_memory();
// Gives back what is free, between blocks in use as well: for when the work is done for a while. Any thread; takes some
// milliseconds after a large poll.
void give_back_memory();

}  // namespace rapporteur::ops
