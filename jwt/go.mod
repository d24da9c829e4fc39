module github.com/coatcheck-go/session/jwt

go 1.25.0

require github.com/coatcheck-go/session v0.0.0

require github.com/golang-jwt/jwt/v5 v5.3.1

replace github.com/coatcheck-go/session => ../
