package main

import "strings"

const csrfFormat = "Django CSRF token"

const (
	csrfChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	csrfSize  = 32 // of a secret; a masked one is a mask and the secret under it
)

// csrfSecret returns the secret that a CSRF token of Django's masks.
func csrfSecret(token string) (secret string, ok bool) {
	if len(token) != 2*csrfSize || strings.Trim(token, csrfChars) != "" {
		return "", false
	}
	plain := make([]byte, csrfSize)
	for i := range plain {
		mask, masked := strings.IndexByte(csrfChars, token[i]), strings.IndexByte(csrfChars, token[csrfSize+i])
		plain[i] = csrfChars[(masked-mask+len(csrfChars))%len(csrfChars)]
	}
	return string(plain), true
}

// unsigned tells what Django makes without signing it.
func unsigned(token string) (o opened, ok bool) {
	if secret, ok := csrfSecret(token); ok {
		const why = "Django doesn't sign its CSRF tokens: a form is accepted if this secret is that of the cookie"
		return opened{recipe: &recipe{Format: csrfFormat}, Data: secret, raw: []byte(secret), Problem: why}, true
	}
	if len(token) == csrfSize && strings.Trim(token, csrfChars) == "" {
		return opened{Problem: "this may be a session key or the secret of CSRF tokens of Django's: it is random, and says nothing by itself"}, true
	}
	return o, false
}

// unsafeText returns the text in what a signer of Django makes of text, whoever signed
// it. The signature is told by its length, which is that of SHA-256 or SHA-1.
func unsafeText(token string) (text string, ok bool) {
	i := strings.LastIndexByte(token, ':')
	size := len(token) - i - 1
	if i < 0 || size != 43 && size != 27 {
		return "", false
	}
	return token[:i], true
}
