#!/usr/bin/env bash
# Whether every source is laid out as .clang-format says. Prints the files that are not, and "N passed, M failed".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
passed=0 failed=0
while IFS= read -r file; do
  if clang-format "$file" | cmp -s - "$file"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not laid out: $file (clang-format -i $file)"; fi
done < <(git ls-files '*.cpp' '*.h')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
