#!/usr/bin/env bash
# Installs and starts the storage emulators that the tests talk to:
#
#   start.sh FOLDER [FIRST_PORT [NAME...]]
#
# Names are s3, s3-gofakes3, s3-s3s, gcs and azure; without any, all of them. They listen on
# 127.0.0.1, on five ports from FIRST_PORT (21100) on, and run until this script ends. Installed
# programs and logs go into FOLDER, and so does the file `endpoints` once all that can run here
# do. What cannot be installed or started is left out, with a word on standard error.
set -u

folder=${1:?usage: $0 FOLDER [FIRST_PORT [NAME...]]}
first=${2:-21100}
shift $(($# < 2 ? $# : 2))
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(s3 s3-gofakes3 s3-s3s gcs azure)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
blob=$folder/azurite/node_modules/azurite/dist/src/blob/main.js
children=()
trap '[ ${#children[@]} = 0 ] || kill -TERM -- "${children[@]}" 2>/dev/null' EXIT
trap 'exit 0' INT TERM HUP

# A registry that does not answer must not hold everything up.
bounded() {
  if command -v timeout >/dev/null; then timeout 300 "$@"; else "$@"; fi
}

# What proves that an emulator is installed.
program() {
  case $1 in
    s3) echo "$folder/moto/bin/moto_server" ;;
    s3-gofakes3) echo "$folder/bin/gofakes3" ;;
    s3-s3s) echo "$folder/bin/s3s-fs" ;;
    gcs) echo "$folder/bin/fake-gcs-server" ;;
    azure) echo "$blob" ;;
    *) return 1 ;;
  esac
}

fetch() {
  case $1 in
    s3)
      python3 -m venv "$folder/moto" &&
        bounded "$folder/moto/bin/pip" install --quiet --disable-pip-version-check \
          'moto[s3]==5.2.5' 'flask==3.1.3' 'flask-cors==6.0.5' 'werkzeug==3.1.9' ;;
    s3-gofakes3) go_install github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0 ;;
    s3-s3s)
      bounded cargo install --quiet --locked --root "$folder" s3s-fs@0.14.1 --features binary ;;
    gcs) go_install github.com/fsouza/fake-gcs-server@v1.55.1 ;;
    azure)
      bounded npm install --prefix "$folder/azurite" --no-save --no-audit --no-fund azurite@3.35.0 ;;
  esac
}

go_install() { GOBIN=$folder/bin bounded go install "$1"; }

install() {
  local program
  program=$(program "$1") || { echo "there is no emulator $1" >&2; return 1; }
  [ -e "$program" ] && return
  echo "installing $1" >&2
  fetch "$1" >"$folder/$1.install.log" 2>&1 && [ -e "$program" ] && return
  echo "$1 CANNOT BE INSTALLED, see $folder/$1.install.log" >&2
  return 1
}

launch() {
  local name=$1 port=$2 program
  program=$(program "$name")
  case $name in
    s3) "$program" -H 127.0.0.1 -p "$port" ;;
    s3-gofakes3) "$program" -host "127.0.0.1:$port" -backend memory ;;
    s3-s3s)
      mkdir -p "$folder/s3s-objects"
      "$program" --host 127.0.0.1 --port "$port" --access-key pixkey --secret-key pixsecret \
        "$folder/s3s-objects" ;;
    gcs)
      "$program" -scheme http -host 127.0.0.1 -port "$port" -backend memory \
        -public-host "127.0.0.1:$port" ;;
    azure)
      node "$program" --blobHost 127.0.0.1 --blobPort "$port" --inMemoryPersistence \
        --disableTelemetry --skipApiVersionCheck --silent ;;
  esac
}

answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  local name=$1 port=$2 child
  if answers "$port"; then
    echo "$name DOES NOT START, port $port is in use" >&2
    return 1
  fi
  # Its own process group, so that all of it can be ended.
  set -m
  launch "$name" "$port" >"$folder/$name.log" 2>&1 </dev/null &
  child=$!
  set +m
  children+=("-$child")
  for _ in $(seq 300); do
    if answers "$port"; then
      echo "$name=http://127.0.0.1:$port" >>"$folder/endpoints.new"
      return
    fi
    kill -0 "$child" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name DOES NOT START, see $folder/$name.log" >&2
}

rm -f "$folder/endpoints"
: >"$folder/endpoints.new"
installs=()
for name in "${names[@]}"; do
  install "$name" &
  installs+=($!)
done
for index in "${!names[@]}"; do
  wait "${installs[$index]}" && start "${names[$index]}" $((first + index))
done
mv "$folder/endpoints.new" "$folder/endpoints"
cat "$folder/endpoints"
wait
