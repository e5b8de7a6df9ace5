# Sourced by the tests of tools/: a scratch folder and two expectations.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}

# accepts WHAT COMMAND...: the command succeeds.
accepts() {
  local what=$1
  shift
  "$@" >"$scratch/said" 2>&1 || {
    fail "$what is refused"
    cat "$scratch/said"
  }
}

# refuses WHAT WORDS COMMAND...: the command fails and says WORDS.
refuses() {
  local what=$1 words=$2
  shift 2
  if "$@" >"$scratch/said" 2>&1; then
    fail "$what is accepted"
  elif ! grep -qF -- "$words" "$scratch/said"; then
    fail "$what is refused without the words: $words"
    cat "$scratch/said"
  fi
}

finish() { [ "$failures" -eq 0 ]; }
