# Sourced: apt_install PACKAGE, as root or through sudo; says what to do where neither works or none is wanted.
apt_install() {
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        as_root="sudo"
    fi
    if [ "${SYSTEM_PACKAGES:-yes}" = "no" ] || ! command -v apt-get >/dev/null ||
        ! command -v "${as_root:-apt-get}" >/dev/null; then
        printf '%s\n' "Please have $1 installed (Debian: apt-get install $1, as root) and try again." >&2
        return 1
    fi
    if [ -n "$as_root" ]; then
        printf '%s\n' "Installing Debian's package $1 with sudo (SYSTEM_PACKAGES=no make … never does that)." >&2
    fi
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$1"
}
