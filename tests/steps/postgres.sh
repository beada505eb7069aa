# shellcheck shell=bash disable=SC2154
# A PostgreSQL of our own: in a temporary directory, on a free port of the loopback interface, gone at the end.

postgres_directory=
postgres_job=
# Further settings, as `-c name=value`: a test starts a server that khaosat must refuse.
postgres_settings=()

# The directory of the newest PostgreSQL ≥ 15 with a server.
postgres_home() {
    local bin version
    for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr) \
        "$(dirname "$(command -v initdb || echo none/none)")"; do
        [[ -x $bin/initdb && -x $bin/postgres ]] || continue
        version=$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
        ((version >= 15)) || continue
        echo "$bin"
        return 0
    done
    return 1
}

# PostgreSQL refuses to run as root; its other user may not be let into our directory.
as_server() {
    if ((EUID == 0)); then
        (cd / && exec runuser -u "$(server_user)" -- "$@")
    else
        "$@"
    fi
}

server_user() { id -un postgres 2>/dev/null || echo nobody; }

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the server and exports KHAOSAT_TEST_POSTGRES; keeps a server that the caller brings by that variable.
#
# Text sorts by Vietnamese rules here, so that a query that leans on the order of bytes differs from SQLite and
# is noticed. fsync stays on: khaosat refuses a server without it.
start_postgres() {
    [[ -z ${KHAOSAT_TEST_POSTGRES:-} ]] || return 0
    local bin password port began=$SECONDS
    bin=$(postgres_home)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    postgres_directory=$(mktemp -d "${TMPDIR:-/tmp}/khaosat-postgres.XXXXXX")
    echo "$password" >"$postgres_directory/password"
    ((EUID != 0)) || chown -R "$(server_user)" "$postgres_directory"
    mkdir -p "$target"

    as_server "$bin/initdb" --pgdata="$postgres_directory/data" --username=khaosat \
        --pwfile="$postgres_directory/password" --auth=scram-sha-256 --encoding=UTF8 --locale=C \
        --locale-provider=icu --icu-locale=vi >"$target/postgres.log" 2>&1 || postgres_failed
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        as_server "$bin/postgres" -D "$postgres_directory/data" -p "$port" -k "$postgres_directory" \
            -c listen_addresses=127.0.0.1 -c max_connections=300 \
            "${postgres_settings[@]}" >>"$target/postgres.log" 2>&1 </dev/null &
        postgres_job=$!
        if postgres_answers "$bin" "$port"; then
            export KHAOSAT_TEST_POSTGRES="postgres://khaosat:$password@127.0.0.1:$port/postgres"
            printf '\n── PostgreSQL %s on port %s after %d s\n' \
                "$("$bin/postgres" --version | grep -oE '[0-9.]+' | head -n 1)" "$port" $((SECONDS - began))
            return 0
        fi
    done
    postgres_failed
}

postgres_answers() {
    local bin=$1 port=$2 tenth
    for ((tenth = 0; tenth < 300; tenth++)); do
        kill -0 "$postgres_job" 2>/dev/null || return 1
        if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then return 0; fi
        sleep 0.1
    done
    return 1
}

postgres_failed() {
    echo "PostgreSQL did not start:" >&2
    tail -n 20 "$target/postgres.log" >&2
    exit 1
}

# SIGINT is PostgreSQL's fast shutdown; the process is known by the file it keeps itself.
stop_postgres() {
    [[ $postgres_directory ]] || return 0
    local pid
    if pid=$(head -n 1 "$postgres_directory/data/postmaster.pid" 2>/dev/null); then
        as_server kill -INT "$pid" 2>/dev/null || true
    fi
    [[ -z $postgres_job ]] || wait "$postgres_job" 2>/dev/null || true
    rm -rf "$postgres_directory"
    postgres_directory=
}
