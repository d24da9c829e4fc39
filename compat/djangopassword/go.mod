module github.com/coatcheck-go/session/compat/djangopassword

go 1.25.0

require github.com/coatcheck-go/session v0.0.0

require golang.org/x/sys v0.47.0 // indirect

// The newest that needs no newer Go than this module.
require golang.org/x/crypto v0.55.0

replace github.com/coatcheck-go/session => ../../
