"""Django session engines that leave every operation to Coatcheck, which is in Go.

    SESSION_ENGINE = "coatcheck_sessions.db"  # or file, cache, cached_db, signed_cookies

They read the same settings as Django's own engines. They are for tests: each operation
goes to a Go program by a pipe. See README.md beside this folder.
"""
