# Sourced by the other scripts: finds Python 3.11 or newer and makes a private environment in the folder given.
# Needs nothing prepared and no root.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed; found $(python3 --version 2>&1). Set PYTHON to the one to use."
    return 1
}

# Words to put before a command that needs root: nothing as root, sudo where it asks no password; fails otherwise.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Install Debian packages without starting their services.
install_debian() {
    command -v apt-get >/dev/null || return 1
    local policy=/usr/sbin/policy-rc.d made=''
    if [ ! -e "$policy" ]; then
        as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy" || return 1
        made=yes
    fi
    local status=0
    { as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        >/dev/null 2>&1 </dev/null || status=1
    [ -z "$made" ] || as_root rm -f "$policy"
    return $status
}

# The programs that some tests run, beside Python, and where Debian has them.
test_programs='dovecot postfix swaks openssl curl mutt tmux strace'
test_packages='dovecot-imapd dovecot-lmtpd postfix swaks openssl curl mutt tmux strace'

missing_programs() {
    local program
    for program in $test_programs; do
        command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || printf ' %s' "$program"
    done
}

# make_environment FOLDER: a virtual environment with pip in it.
make_environment() {
    local folder=$1 python
    [ -x "$folder/bin/pip" ] && return
    python=$(find_python) || return 1
    rm -rf "$folder"
    "$python" -m venv "$folder" >/dev/null 2>&1 && return
    # Debian keeps pip for environments in a package of its own (python3-venv). It can be had without installing it.
    rm -rf "$folder"
    if ! "$python" -m venv --without-pip "$folder" || ! pip_from_debian "$folder/bin/python"; then
        rm -rf "$folder"
        say "this Python cannot make a virtual environment; on Debian, 'apt-get install python3-venv' as root mends that"
        return 1
    fi
}

# pip_from_debian PYTHON: put pip into an environment, from Debian's package, without root.
pip_from_debian() {
    local python=$1 place status=0
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    place=$(mktemp -d)
    mkdir -p "$place/lists/partial" "$place/cache/archives/partial"
    (
        cd "$place"
        options="-qq -o Dir::State::lists=$place/lists -o Dir::Cache=$place/cache -o Debug::NoLocking=1"
        apt-get $options update
        apt-get $options download python3-pip-whl
        dpkg -x python3-pip-whl*.deb unpacked
        wheel=$(echo unpacked/usr/share/python-wheels/pip-*.whl)
        "$python" "$wheel/pip" install --quiet --disable-pip-version-check pip
    ) >/dev/null 2>&1 || status=1
    rm -rf "$place"
    return $status
}
