module github.com/coatcheck-go/session/memcachestore

go 1.25

require (
	github.com/bradfitz/gomemcache v0.0.0-20260422231931-4d751bb6e37c
	github.com/coatcheck-go/session v0.0.0
)

replace github.com/coatcheck-go/session => ../
