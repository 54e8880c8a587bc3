#include "config/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace rapporteur::config {

namespace {

constexpr std::size_t longest_secret = 4096;
constexpr const char* credential_prefix = "credential:";

Result<Secret, SecretError> read_open(int descriptor, const std::string& path) {
  const auto refuse = [&](std::string_view what) {
    return SecretError{"password file \"" + path + "\" " + std::string(what)};
  };
  Secret secret;
  struct stat facts {};
  if (fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) return refuse("is a folder");
  if (S_ISREG(facts.st_mode) && (facts.st_mode & (S_IROTH | S_IWOTH)) != 0)
    secret.warning = "password file \"" + path +
                     "\" can be read by everybody; chmod 0600, or 0640 with the group of the service, would be right";
  std::array<char, longest_secret + 1> buffer;
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = read(descriptor, buffer.data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > longest_secret) return refuse("is longer than a password: at most 4096 bytes");
  secret.text.assign(buffer.data(), size);
  while (!secret.text.empty() && (secret.text.back() == '\n' || secret.text.back() == '\r')) secret.text.pop_back();
  if (secret.text.empty()) return refuse("is empty");
  if (secret.text.find_first_of(std::string_view("\0\n\r", 3)) != std::string::npos)
    return refuse("must hold one line");
  return secret;
}

}  // namespace

Result<Secret, SecretError> read_secret(const std::string& name, const std::string& directory) {
  std::string path = name;
  if (name.empty()) return SecretError{"names no file"};
  if (name.starts_with(credential_prefix)) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    const std::string credential = name.substr(std::strlen(credential_prefix));
    if (credential.empty() || credential.find('/') != std::string::npos)
      return SecretError{"\"" + name + "\" is no credential's name"};
    if (!folder)
      return SecretError{"\"" + name + "\": no credentials here; the unit needs LoadCredential=" + credential +
                         ":/path"};
    path = std::string(folder) + "/" + credential;
  } else if (name.front() != '/' && !directory.empty()) {
    path = directory + "/" + name;
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) return SecretError{"password file \"" + path + "\" cannot be read: " + std::strerror(errno)};
  Result<Secret, SecretError> secret = read_open(descriptor, path);
  close(descriptor);
  return secret;
}

}  // namespace rapporteur::config
