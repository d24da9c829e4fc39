module github.com/coatcheck-go/session/jwt

go 1.25.0

require github.com/coatcheck-go/session v0.0.0


replace github.com/coatcheck-go/session => ../
