#include "base/outcome.h"

namespace rapporteur::base {

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::fresh:
      return "fresh";
    case Outcome::unchanged:
      return "unchanged";
    case Outcome::gone:
      return "gone";
    case Outcome::refused:
      return "refused";
    case Outcome::failed:
      return "failed";
    case Outcome::cancelled:
      return "cancelled";
    case Outcome::postponed:
      return "postponed";
  }
  return "failed";
}

}  // namespace rapporteur::base
