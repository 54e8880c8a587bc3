#include "base/site.h"

#include <libpsl.h>

namespace rapporteur::base {

std::string site_of(std::string_view host) {
  const std::string name(host);
  const bool is_address = name.find(':') != name.npos || name.find_first_not_of("0123456789.") == name.npos;
  const psl_ctx_t* suffixes = psl_builtin();
  if (is_address || !suffixes) return name;
  const char* registered = psl_registrable_domain(suffixes, name.c_str());
  return registered ? registered : name;
}

}  // namespace rapporteur::base
