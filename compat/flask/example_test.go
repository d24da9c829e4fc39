package flask_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// The settings of the Flask application, as json.dumps(dict(app.config), default=str)
// gives them, make a Manager that shares its cookie.
func Example() {
	dump := strings.NewReader(`{
		"SECRET_KEY": "a long random key",
		"PERMANENT_SESSION_LIFETIME": "31 days, 0:00:00",
		"SESSION_COOKIE_NAME": "session",
		"SESSION_COOKIE_SAMESITE": "Lax"
	}`)
	settings, err := flask.SettingsFromJSON(dump)
	if err != nil {
		fmt.Println(err)
		return
	}
	config, err := flask.FromConfig(settings, flask.Options{SubjectKey: "username"})
	if err != nil {
		fmt.Println(err)
		return
	}
	manager, err := session.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	page := manager.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := session.From(r).Subject()
		items, _ := session.Get[[]string](session.From(r), "cart") // a list or a tuple
		fmt.Println(user, items)
	}))

	// What a Flask view kept by session["username"] = "alice", session["cart"] = ("tea", "milk"):
	signer, _ := itsdangerous.NewURLSafeTimedSerializer([]string{"a long random key"},
		itsdangerous.Options{Salt: "cookie-session", KeyDerivation: itsdangerous.HMAC})
	cookie := signer.SealAt([]byte(`{"cart":{" t":["tea","milk"]},"username":"alice"}`), time.Now())
	request := httptest.NewRequest(http.MethodGet, "/cart", nil)
	request.AddCookie(&http.Cookie{Name: "session", Value: cookie})
	page.ServeHTTP(httptest.NewRecorder(), request)
	// Output: alice [tea milk]
}
