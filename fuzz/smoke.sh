#!/usr/bin/env bash
# Runs every fuzz target for a while and fails on the first crash: fuzz/smoke.sh [SECONDS, 60]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}

rustup toolchain list | grep -q '^nightly' || rustup toolchain install nightly --profile minimal
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet

for target in $(cargo fuzz list); do
  echo "--- $target, $seconds s"
  options=(-max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 -seed=1 -print_final_stats=1)
  case $target in url_* | sign_*) options+=(-dict=dictionaries/url.dict) ;; esac
  mkdir -p "corpus/$target" "seeds/$target"
  # Pictures of the corpus are more than what seeds show; large ones only slow the run down.
  case $target in
    jpeg_* | vp8l_*) ;;
    *_decode)
      # Some libraries are slow under the sanitizer, on a busy machine more so.
      options+=(-max_len=32768 -timeout=30)
      if [ -n "${PIXGATE_CORPUS:-}" ]; then
        find "$PIXGATE_CORPUS" -iname "*.${target%_decode}" -size -32k -exec cp -n -t "corpus/$target" {} +
      fi
      ;;
  esac
  cargo fuzz run -O "$target" "corpus/$target" "seeds/$target" -- "${options[@]}" 2>&1 |
    grep -Ev '^(#|INFO:|\s*(Compiling|NEW_FUNC))|# Uses: [0-9]+$'
done
