package main

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"

	"github.com/gorilla/securecookie"
)

// A callVisitor calls a function in the place of a request.
type callVisitor func() error

func (v callVisitor) visit() bool        { return v() == nil }
func (callVisitor) setCookies() []string { return nil }
func (callVisitor) body() string         { return "" }

// tokenSite has visitors that call seal, or open what it has made.
func tokenSite(seal func() (string, error), open func(token string) error) (*site, error) {
	token, err := seal()
	if err != nil {
		return nil, err
	}
	return callSite(
		func() error { _, err := seal(); return err },
		func() error { return open(token) }), nil
}

// callSite has visitors that call a function.
func callSite(seal, open func() error) *site {
	calls := map[act]callVisitor{actSeal: seal, actOpen: open}
	return &site{
		visitor: func(a act, _ string) visitor { return calls[a] },
		close:   func() error { return nil },
	}
}

// asMap is how others keep the data.
func asMap(data []entry) map[string]any {
	values := make(map[string]any, len(data))
	for _, e := range data {
		values[e.key] = e.value
	}
	return values
}

// openSecureCookie is github.com/gorilla/securecookie, signing and encrypting.
func openSecureCookie(o options) (*site, error) {
	codec := securecookie.New(key(1), key(2))
	values := asMap(o.data)
	return tokenSite(
		func() (string, error) { return codec.Encode(sessionCookie, values) },
		func(token string) error {
			var opened map[string]any
			return codec.Decode(sessionCookie, token, &opened)
		})
}

// openRawGCM is the encryption alone, of the data's JSON.
func openRawGCM(o options) (*site, error) {
	plain, err := json.Marshal(asMap(o.data))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key(1))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	ciphertext := aead.Seal(nil, nil, plain, nil)
	sealed := make([]byte, 0, len(ciphertext))
	opened := make([]byte, 0, len(plain))
	return tokenSite(
		func() (string, error) {
			sealed = aead.Seal(sealed[:0], nil, plain, nil)
			return "", nil
		},
		func(string) (err error) {
			opened, err = aead.Open(opened[:0], nil, ciphertext, nil)
			return err
		})
}
