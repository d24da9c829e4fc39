#!/bin/sh
# Installs what the tests need besides Go: a Chromium for the demo's pages, and the
# servers that sessions are kept in. The tests start the servers themselves; the
# packages' own services aren't needed. Does nothing where all is there already.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }
have_chromium() { have chromium || have chromium-browser || have google-chrome; }
have_postgres() { have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_mariadb() { [ -x /usr/sbin/mariadbd ] || have mariadbd; }

# Flask 2.2, Flask-Session 0.3.2 and Django 3.2 of Debian 12 are old ones, and their
# sessions must be read as well. Elsewhere, COATCHECK_DEBIAN_PYTHON can be a Python with
# these.
have_debian() { "${COATCHECK_DEBIAN_PYTHON:-/usr/bin/python3}" -c "import $1" 2>/dev/null; }

# missing prints the Debian packages of what isn't there.
missing() {
	have_chromium || echo chromium
	have_postgres || echo postgresql
	have_mariadb || echo mariadb-server
	have redis-server || echo redis-server
	have redis-sentinel || echo redis-sentinel
	have memcached || echo memcached
	have_debian flask || echo python3-flask
	have_debian flask_session || echo python3-flask-session
	have_debian redis || echo python3-redis
	have_debian pymemcache || echo python3-pymemcache
	have_debian flask_sqlalchemy || echo python3-flask-sqlalchemy
	have_debian django || echo python3-django
	have_debian django_redis || echo python3-django-redis
	have_debian pylibmc || echo python3-pylibmc
	have_debian lz4 || echo python3-lz4
	have_debian psycopg2 || echo python3-psycopg2
	have_debian MySQLdb || echo python3-mysqldb
}

"$(dirname "$0")/python-peers.sh" >/dev/null

packages=$(missing | tr '\n' ' ')
[ -n "$packages" ] || exit 0
if ! have apt-get; then
	echo "make test: install these, programs so that they are on the PATH, python3-... for COATCHECK_DEBIAN_PYTHON: $packages" >&2
	exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
	have sudo || { echo "make test: run as root: apt-get install $packages" >&2; exit 1; }
	as_root="sudo"
fi
echo "installing from Debian's packages: $packages"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	apt-get install -y -qq --no-install-recommends $packages >/dev/null
packages=$(missing | tr '\n' ' ')
[ -z "$packages" ] || { echo "make test: installed, but not found on the PATH or by COATCHECK_DEBIAN_PYTHON: $packages" >&2; exit 1; }
