package main

import (
	"strings"
	"testing"
)

// Tokens that Django 5.2 has made; the pre-3.1 sessions by its functions of that time.
const (
	djangoText       = "hello:Fa9H2WtKYsp70zFqQDtTLLzlizNtsIO7AFtQFwWk4H8"                // Signer().sign("hello")
	djangoTimedText  = "hello:there:1r31eq:3tEhYHND3CHJA5m_hWzmL71md-ekeTzs5rT1dG-647U"   // TimestampSigner(salt="extra").sign(...)
	djangoObject     = "eyJiIjoyfQ:RJuE4fx6dVENMJRpeEMkHR41mP_FFdwwQ_yOhXXHrJo"           // Signer().sign_object({"b": 2})
	djangoSetCookie  = "blue:1r31eq:1fgZ4s4dJsmP-9VJa0UlztwWpLX_YVHR0alOQlgXt2w"          // set_signed_cookie("color", "blue", salt="s")
	djangoPlain      = "blue:1r31eq:q7jp0IFCOGRauW3D1h-wbdlqdiQK5lwHq9sDqhVcRi8"          // set_signed_cookie("plain", "blue")
	djangoCSRF       = "svPahMx84ta6ZZBtsSUCWgdzPdkm8mU6QruyOHleQwwNVgZJsR05WyQ7YD2sKqic" // get_token(request)
	djangoCSRFSecret = "y6PyH5YgWdwR6ryqa9gDasNIjASgMeyg"                                 // the cookie of that
	djangoPickle     = "gASVEQAAAAAAAAB9lIwEY2FydJRLAUsChpRzLg:1r31eq:g2caui-DatvbSOgiRKLsVvKPFHoshRj63u0xLvUrJUo"
	djangoOld        = "MmFmNTVjYzYwMDk0NGM4ZTQxN2RmOTRlMGNjMTk4Y2JmYzRjODg4YTp7ImNhcnQiOnsiaGF0IjoxfX0="
	djangoOldPickle  = "NDIzNmUzMDJmNGFiZmIxZjkyNWQwM2NhMTQwMjM1ZGVkZmRkM2ZiZTqABJUWAAAAAAAAAH2UjARjYXJ0lH2UjANoYXSUSwFzcy4="
)

// Whatever Django signs is read, verified with its key and shown without.
func TestOpenDjango(t *testing.T) {
	for _, c := range []struct{ args, token, data, unverified string }{
		{"", djangoText, `"hello"`, `"hello"`},
		{"--salt extra", djangoTimedText, `"hello:there"`, `"hello:there:1r31eq"`},
		{"", djangoObject, `{"b":2}`, `"eyJiIjoyfQ"`},
		{"--cookie color --salt s", djangoSetCookie, `"blue"`, `"blue"`},
		{"--cookie plain", djangoPlain, `"blue"`, `"blue"`},
		{"", djangoPickle, `{"cart":[1,2]}`, `{"cart":[1,2]}`},
		{"", djangoOld, `{"cart":{"hat":1}}`, `{"cart":{"hat":1}}`},
		{"", djangoOldPickle, `{"cart":{"hat":1}}`, `{"cart":{"hat":1}}`},
	} {
		t.Setenv(secretVariable, vectorKey)
		code, got, errs := runOpen(t, append(strings.Fields(c.args), c.token)...)
		if code != 0 || errs != "" || !got.Verified || string(got.Data) != c.data {
			t.Errorf("%s: code %d, %s%+v %s, want %s", c.token, code, errs, got, got.Data, c.data)
		}
		t.Setenv(secretVariable, "another key")
		code, got, _ = runOpen(t, append(strings.Fields(c.args), c.token)...)
		if code != 1 || got.Verified || string(got.Data) != c.unverified || !strings.Contains(got.Problem, "none of the 1 secrets") {
			t.Errorf("%s with another key: code %d, %+v %s, want %s", c.token, code, got, got.Data, c.unverified)
		}
	}
}

// What isn't signed is told so: a CSRF token, with the secret that it masks, and random text.
func TestOpenDjangoUnsigned(t *testing.T) {
	code, got, _ := runOpen(t, djangoCSRF)
	if code != 1 || got.Verified || got.Format != "Django CSRF token" || string(got.Data) != `"`+djangoCSRFSecret+`"` {
		t.Errorf("code %d, %+v %s", code, got, got.Data)
	}
	code, got, _ = runOpen(t, djangoCSRFSecret)
	if code != 1 || !strings.Contains(got.Problem, "a session key or the secret of CSRF tokens") {
		t.Errorf("code %d, %+v", code, got)
	}
}

// What is sealed for Django's other places is what Django itself has made of it.
func TestSealDjango(t *testing.T) {
	t.Setenv(secretVariable, vectorKey)
	code, out, errs := coatcheck(t, "seal", "--as", "django-session-3.0", `{"cart":{"hat":1}}`)
	if code != 0 || errs != "" {
		t.Fatalf("code %d, %s", code, errs)
	}
	if _, got, _ := runOpen(t, strings.TrimSpace(out)); !got.Verified || got.Format != pre31Format || string(got.Data) != `{"cart":{"hat":1}}` {
		t.Errorf("%+v %s", got, got.Data)
	}
	_, out, _ = coatcheck(t, "seal", "--as", "django-messages", `[["__json_message",0,25,"Hi"]]`)
	if _, got, _ := runOpen(t, strings.TrimSpace(out)); !got.Verified || got.Salt != "django.contrib.messages" {
		t.Errorf("%+v", got)
	}
	if code, _, errs := coatcheck(t, "seal", "--as", "django-session-3.0", "--salt", "x", "{}"); code != 2 || !strings.Contains(errs, "takes no --salt") {
		t.Errorf("code %d, %s", code, errs)
	}
}
