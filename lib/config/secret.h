// Reads a password from where it may stand: a file, or a credential that systemd gave to the service (systemd.exec(5),
// LoadCredential). Never logged, never in a fault. Reads the file system and CREDENTIALS_DIRECTORY.
#pragma once

#include <string>

#include "base/result.h"

namespace rapporteur::config {

struct Secret {
  std::string text;     // without the line end of the file
  std::string warning;  // "" or a sentence: others may read the file
};

struct SecretError {
  std::string text;  // a sentence, never with the secret in it
};

// `name`: a path, relative to `directory`, or "credential:NAME".
[[nodiscard]] Result<Secret, SecretError> read_secret(const std::string& name, const std::string& directory);

}  // namespace rapporteur::config
