// A fuzz target without its fuzzer: every file of the folders that are named goes through it once. So each input that
// was ever found is a test, and so is every fixture, with any compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** words) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (int i = 1; i < count; ++i) {
    if (!fs::exists(words[i])) continue;
    for (const auto& entry : fs::recursive_directory_iterator(words[i]))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    std::fprintf(stderr, "%s\n", path.c_str());  // the last line names the one that broke it
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    // Whole, and cut short at a few places: what breaks a reader is often the end.
    for (const std::size_t size : {bytes.size(), bytes.size() / 2, bytes.size() * 9 / 10})
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
  }
  std::printf("%zu inputs\n", files.size());
  return files.empty() ? 1 : 0;  // a folder that yields nothing tests nothing
}
