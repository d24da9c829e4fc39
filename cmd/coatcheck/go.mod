module github.com/coatcheck-go/session/cmd/coatcheck

go 1.26.0

require (
	github.com/bradfitz/gomemcache v0.0.0-20260422231931-4d751bb6e37c
	github.com/coatcheck-go/session v0.0.0
	github.com/coatcheck-go/session/compat/djangopassword v0.0.0
	github.com/coatcheck-go/session/memcachestore v0.0.0
	github.com/coatcheck-go/session/redisstore v0.0.0
	github.com/go-sql-driver/mysql v1.10.1
	github.com/jackc/pgx/v5 v5.12.0
	github.com/redis/rueidis v1.0.79
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/urfave/cli/v3 v3.14.0
	golang.org/x/term v0.47.0
	modernc.org/sqlite v1.60.0
)

require (
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	golang.org/x/crypto v0.55.0 // indirect
)

require (
	filippo.io/edwards25519 v1.2.0 // indirect
	github.com/coatcheck-go/session/jwt v0.0.0
	github.com/coatcheck-go/session/pgbus v0.0.0
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	modernc.org/libc v1.79.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)

replace github.com/coatcheck-go/session => ../..

replace (
	github.com/coatcheck-go/session/memcachestore => ../../memcachestore
	github.com/coatcheck-go/session/pgbus => ../../pgbus
	github.com/coatcheck-go/session/redisstore => ../../redisstore
)

replace github.com/coatcheck-go/session/jwt => ../../jwt

replace github.com/coatcheck-go/session/compat/djangopassword => ../../compat/djangopassword
