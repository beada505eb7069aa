# shellcheck shell=bash
# What each part needs from the system, and how it gets there.

missing=()

# need PACKAGE CHECK…: notes the Debian package when its check fails.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

c_compiles() { cc -x c -o /dev/null - <<<'#include <stdio.h>
int main(void) { return puts("") < 0; }'; }
python_is_recent() { python3 -c 'import sys, tomllib; sys.exit(sys.version_info < (3, 11))'; }
python_makes_venvs() { python3 -c 'import ensurepip, venv'; }
vietnamese_can_be_drawn() { fc-list :lang=vi | grep -q .; }

zbar_is_there() { ldconfig -p | grep -q libzbar; }

needs_of() {
    command -v cargo >/dev/null || {
        echo "Rust is missing: install rustup, which then follows rust-toolchain.toml" >&2
        exit 1
    }
    need gcc c_compiles
    need libc6-dev c_compiles
    need python3 python_is_recent
    case $1 in
    unit) need postgresql postgres_home ;;
    journeys | release | instruments)
        need postgresql postgres_home
        need python3-venv python_makes_venvs
        need chromium command -v chromium
        need chromium-driver command -v chromedriver
        need fonts-noto-core vietnamese_can_be_drawn
        need poppler-utils command -v pdftoppm
        ;;&
    instruments)
        need libzbar0 zbar_is_there
        need curl command -v curl
        need jq command -v jq
        need wrk command -v wrk
        ;;
    esac
}

# Installs what was noted, or says exactly what to install when it may not.
install_missing() {
    ((${#missing[@]})) || return 0
    local packages as_root=() try
    mapfile -t packages < <(printf '%s\n' "${missing[@]}" | sort -u)
    local line="apt-get install --no-install-recommends ${packages[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "missing (Debian's names, take your system's): ${packages[*]}" >&2
        exit 1
    fi
    if ((EUID != 0)); then
        if sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        elif [[ -t 0 ]] && command -v sudo >/dev/null; then
            as_root=(sudo)
        else
            printf 'missing; as root:\n    apt-get update && %s\n' "$line" >&2
            exit 1
        fi
    fi

    printf '── installing: %s\n' "${packages[*]}"
    without_main_cluster "${as_root[@]}"
    for try in 1 2 3; do
        # A source that cannot be reached is no reason to stop: the packages may come from another.
        apt_get "${as_root[@]}" -- update || true
        if apt_get "${as_root[@]}" -- install --no-install-recommends "${packages[@]}"; then
            with_main_cluster "${as_root[@]}"
            return 0
        fi
        sleep $((try * 5))
    done
    with_main_cluster "${as_root[@]}"
    printf 'could not be installed; as root:\n    apt-get update && %s\n' "$line" >&2
    exit 1
}

# apt_get [SUDO…] -- ARGUMENT…: never asks, waits for another apt to finish.
apt_get() {
    local as_root=()
    while [[ $1 != -- ]]; do
        as_root+=("$1")
        shift
    done
    shift
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# Debian's postgresql makes and starts a cluster when installed; nobody asked for one.
no_cluster=/etc/postgresql-common/createcluster.d/khaosat-tests.conf

without_main_cluster() {
    "$@" mkdir -p "${no_cluster%/*}"
    echo 'create_main_cluster = false' | "$@" tee "$no_cluster" >/dev/null
}

with_main_cluster() { "$@" rm -f "$no_cluster"; }
