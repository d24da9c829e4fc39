package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/coatcheck-go/session/keyring"
)

// secretSource is where the secret keys of another framework are.
type secretSource struct {
	keys  []string // the first signs
	place string   // for people
	lasts bool
}

// openSecrets reads a file with one key a line, the first of which signs, or else the
// environment; without either it makes a key for this run.
func openSecrets(file string) (secretSource, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return secretSource{}, err
		}
		keys := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' || r == '\r' })
		if len(keys) == 0 {
			return secretSource{}, fmt.Errorf("%s: there is no secret in it: put SECRET_KEY on its first line", file)
		}
		return secretSource{keys, "the secret in " + file, true}, nil
	}
	if key := os.Getenv(secretVariable); key != "" {
		return secretSource{[]string{key}, "the secret in " + secretVariable, true}, nil
	}
	return secretSource{[]string{fmt.Sprintf("%x", []byte(keyring.Generate()))}, "a secret made for this run", false}, nil
}
