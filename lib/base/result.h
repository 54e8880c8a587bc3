// Result<T, E>: how the world's disappointments travel (a 404, no XML, a bad option): as a value, never as an
// exception. Each module declares its own Error with a place and a sentence; callers look before they take.
// Our own ground giving way (disk full, corrupt store) is an exception instead; see the README, "Errors".
#pragma once

#include <boost/system/result.hpp>

namespace rapporteur {

template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace rapporteur
