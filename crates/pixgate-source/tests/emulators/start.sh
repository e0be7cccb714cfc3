#!/bin/sh
# Installs and starts the storage emulators that tests/stores talks to:
#
#   tests/emulators/start.sh FOLDER [FIRST_PORT]
#
# They listen on 127.0.0.1, on five ports from FIRST_PORT (21100) on, and run until this script
# ends. Installed programs and logs go into FOLDER, and so does the file `endpoints` once all
# that can run here do. What cannot be installed is left out, with a word on standard error.
set -eu

folder=${1:?usage: $0 FOLDER [FIRST_PORT]}
first=${2:-21100}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
children=
trap 'kill $children 2>/dev/null || true' EXIT
trap 'exit 0' INT TERM HUP

# install NAME PROGRAM COMMAND...: runs COMMAND unless PROGRAM is there already.
install() {
    name=$1 program=$2
    shift 2
    [ -e "$program" ] && return
    echo "installing $name" >&2
    "$@" >"$folder/$name.install.log" 2>&1 && return
    echo "$name cannot be installed, see $folder/$name.install.log" >&2
    return 1
}

# start NAME PORT COMMAND...: starts COMMAND and waits for its port.
start() {
    name=$1 port=$2
    shift 2
    if curl -s -o "$folder/probe" "http://127.0.0.1:$port/"; then
        echo "$name does not start, port $port is in use" >&2
        return 1
    fi
    "$@" >"$folder/$name.log" 2>&1 &
    child=$!
    children="$children $child"
    tries=0
    until curl -s -o "$folder/probe" "http://127.0.0.1:$port/"; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 $child 2>/dev/null; then
            echo "$name does not start, see $folder/$name.log" >&2
            return 1
        fi
        sleep 0.1
    done
    echo "$name=http://127.0.0.1:$port" >>"$folder/endpoints.new"
}

moto() {
    python3 -m venv "$folder/moto" && "$folder/moto/bin/pip" install --quiet \
        'moto[s3]==5.2.5' 'flask==3.1.3' 'flask-cors==6.0.5' 'werkzeug==3.1.9'
}

go_install() { GOBIN="$folder/bin" go install "$1"; }

azurite() { npm install --prefix "$folder/azurite" --no-save --no-audit --no-fund azurite@3.35.0; }

s3s() { cargo install --quiet --locked --root "$folder" s3s-fs@0.14.1 --features binary; }

rm -f "$folder/endpoints"
: >"$folder/endpoints.new"
port=$first
install s3 "$folder/moto/bin/moto_server" moto &&
    start s3 "$port" "$folder/moto/bin/moto_server" -H 127.0.0.1 -p "$port" || true

port=$((first + 1))
install s3-gofakes3 "$folder/bin/gofakes3" \
    go_install github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0 &&
    start s3-gofakes3 "$port" "$folder/bin/gofakes3" -host "127.0.0.1:$port" -backend memory || true

port=$((first + 2))
mkdir -p "$folder/s3s-objects"
install s3-s3s "$folder/bin/s3s-fs" s3s &&
    start s3-s3s "$port" "$folder/bin/s3s-fs" --host 127.0.0.1 --port "$port" \
        --access-key pixkey --secret-key pixsecret "$folder/s3s-objects" || true

port=$((first + 3))
install gcs "$folder/bin/fake-gcs-server" go_install github.com/fsouza/fake-gcs-server@v1.55.1 &&
    start gcs "$port" "$folder/bin/fake-gcs-server" -scheme http -host 127.0.0.1 -port "$port" \
        -backend memory -public-host "127.0.0.1:$port" || true

port=$((first + 4))
blob="$folder/azurite/node_modules/azurite/dist/src/blob/main.js"
install azure "$blob" azurite &&
    start azure "$port" node "$blob" --blobHost 127.0.0.1 --blobPort "$port" \
        --inMemoryPersistence --disableTelemetry --skipApiVersionCheck --silent || true

mv "$folder/endpoints.new" "$folder/endpoints"
cat "$folder/endpoints"
wait
