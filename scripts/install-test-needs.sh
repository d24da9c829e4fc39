#!/bin/sh
# Installs what the tests need besides Go: a Chromium for the demo's pages.
# Does nothing where it is there already.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }

if have chromium || have chromium-browser || have google-chrome; then
	exit 0
fi
if ! have apt-get; then
	echo "make test: the browser tests need Chromium; install it so that 'chromium' is on the PATH" >&2
	exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
	have sudo || { echo "make test: to install Chromium run as root: apt-get install chromium" >&2; exit 1; }
	as_root="sudo"
fi
echo "installing Chromium from Debian's packages"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
have chromium || { echo "make test: Chromium was installed but is not on the PATH" >&2; exit 1; }
