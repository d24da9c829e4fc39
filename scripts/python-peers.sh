#!/bin/sh
# Makes a Python environment with the packages that Coatcheck is compared with:
# from the Python package index, or from Debian's packages where that can't be
# reached. Does nothing where it is there already. Prints the interpreter's path.
set -eu

# Where Go's os.UserCacheDir is.
case $(uname -s) in
Darwin) cache="$HOME/Library/Caches" ;;
*) cache="${XDG_CACHE_HOME:-$HOME/.cache}" ;;
esac
dir="$cache/coatcheck/python"
py="$dir/bin/python"
ready="import itsdangerous, flask, django, jwt, cryptography, flask_session, msgspec, redis, pymemcache, cachelib, flask_sqlalchemy, psycopg, pymysql, django_redis, pylibmc, lz4, pyzstd"

if [ -x "$py" ] && "$py" -c "$ready" 2>/dev/null; then
	echo "$py"
	exit 0
fi
if ! command -v python3 >/dev/null 2>&1; then
	echo "python-peers: Python 3 is missing; install it so that 'python3' is on the PATH" >&2
	exit 1
fi

# pylibmc comes built for Linux; elsewhere pip compiles it, and needs libmemcached.
from_index() {
	python3 -m venv --clear "$dir" >&2 &&
		"$dir/bin/pip" install --quiet --disable-pip-version-check \
			'itsdangerous==2.2.0' 'Flask==3.1.3' 'Django==5.2.*' 'PyJWT[crypto]==2.15.1' \
			'Flask-Session==0.8.*' 'msgspec==0.22.*' 'redis==8.*' 'pymemcache==4.*' 'cachelib==0.17.*' 'Flask-SQLAlchemy==3.1.*' \
			'psycopg[binary]==3.3.*' 'PyMySQL==1.2.*' 'django-redis==7.*' 'pylibmc==1.6.*' 'lz4==4.*' 'pyzstd==0.*' >&2
}

from_debian() {
	command -v apt-get >/dev/null 2>&1 || return 1
	as_root=""
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null 2>&1 || return 1
		as_root="sudo"
	fi
	$as_root apt-get update -qq >&2 &&
		DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
			python3-venv python3-itsdangerous python3-flask python3-django python3-jwt python3-cryptography >&2 &&
		/usr/bin/python3 -m venv --clear --system-site-packages --without-pip "$dir" >&2
}

from_index || {
	echo "python-peers: not from the package index; trying Debian's packages" >&2
	from_debian || { echo "python-peers: neither way worked" >&2; exit 1; }
}
"$py" -c "$ready" || { echo "python-peers: a package is missing, see above; Debian 12 doesn't have all of them, so the package index must be within reach" >&2; exit 1; }
echo "$py"
