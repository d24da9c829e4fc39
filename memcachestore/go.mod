module github.com/coatcheck-go/session/memcachestore

go 1.25

require github.com/coatcheck-go/session v0.0.0

replace github.com/coatcheck-go/session => ../
