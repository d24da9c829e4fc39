package flask

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// A step is one thing that a view does: its name and its arguments.
type step []any

// An exchange is a request to the same application in both languages.
type exchange struct {
	config map[string]any // besides SECRET_KEY
	data   string         // what the visitor's cookie holds; "" for none, no JSON for a bad one
	age    time.Duration  // of the cookie
	steps  []step
}

// A reply is what of a response has to do with sessions.
type reply struct {
	Status  int
	Vary    string
	Cookies []string
	Body    string
}

// cookie is what the visitor sends.
func (x exchange) cookie(t *testing.T) string {
	t.Helper()
	if x.data == "" {
		return ""
	}
	name, _ := x.config["SESSION_COOKIE_NAME"].(string)
	if name == "" {
		name = "session"
	}
	if !strings.HasPrefix(x.data, "{") && !strings.HasPrefix(x.data, "[") {
		return name + "=" + x.data
	}
	return name + "=" + signer(t).SealAt([]byte(x.data), time.Now().Add(-x.age))
}

// cookieOf returns a fresh cookie that holds data.
func cookieOf(t testing.TB, data string) string { return signer(t).Seal([]byte(data)) }

// signer signs with peerKey unless there are other keys.
func signer(t testing.TB, keys ...string) *itsdangerous.URLSafeTimedSerializer {
	t.Helper()
	s, err := itsdangerous.NewURLSafeTimedSerializer(append([]string{peerKey}, keys...), itsdangerous.Options{Salt: "cookie-session", KeyDerivation: itsdangerous.HMAC})
	check(t, err)
	return s
}

// request lets Flask answer.
func (f *flask) request(x exchange, cookie string) (r reply) {
	f.t.Helper()
	config := x.config
	if config == nil {
		config = map[string]any{}
	}
	f.Ask(map[string]any{"op": "request", "config": config, "steps": append([]step{}, x.steps...), "cookie": cookie}, &r)
	return r
}

// inGo answers itself.
func (x exchange) inGo(t *testing.T, cookie string) reply {
	t.Helper()
	settings := map[string]any{"SECRET_KEY": peerKey}
	maps.Copy(settings, x.config)
	config, err := compat.FromConfig(settings, compat.Options{})
	check(t, err)
	m, err := session.New(config)
	check(t, err)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	m.Wrap(http.HandlerFunc(x.serve)).ServeHTTP(w, r)
	return reply{w.Code, strings.Join(w.Header()["Vary"], ", "), w.Header()["Set-Cookie"], w.Body.String()}
}

// serve is the view of peer.py.
func (x exchange) serve(w http.ResponseWriter, r *http.Request) {
	s, status, answers := session.From(r), http.StatusOK, []any{}
	for _, step := range x.steps {
		name, args := step[0].(string), step[1:]
		if name == "status" {
			status = args[0].(int)
			continue
		}
		answer, err := steps[name](s, args)
		if err != nil {
			http.Error(w, err.Error(), session.StatusCode(err))
			return
		}
		answers = append(answers, answer)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answers)
}

var steps = map[string]func(s *session.Session, args []any) (any, error){
	"set":    func(s *session.Session, args []any) (any, error) { return nil, s.Set(args[0].(string), args[1]) },
	"get":    func(s *session.Session, args []any) (any, error) { return s.Get(args[0].(string)) },
	"has":    func(s *session.Session, args []any) (any, error) { return s.Has(args[0].(string)) },
	"len":    func(s *session.Session, _ []any) (any, error) { return s.Len() },
	"delete": func(s *session.Session, args []any) (any, error) { return nil, s.Delete(args[0].(string)) },
	"clear":  func(s *session.Session, _ []any) (any, error) { return nil, s.Destroy() },
	"permanent": func(s *session.Session, args []any) (any, error) {
		return nil, s.SetPersistent(args[0].(bool))
	},
	"flash": func(s *session.Session, args []any) (any, error) {
		return nil, s.AddFlash(session.Flash{Message: args[0].(string), Category: args[1].(string)})
	},
	"flashed": func(s *session.Session, _ []any) (any, error) {
		flashes, err := s.Flashes()
		pairs := []any{}
		for _, f := range flashes {
			pairs = append(pairs, []string{f.Category, f.Message})
		}
		return pairs, err
	},
}

// normal makes replies comparable: cookies by their parts and what they hold; a date to
// come is as good as any other within some seconds; bodies as JSON.
func (r reply) normal(t *testing.T) string {
	t.Helper()
	var body any
	if json.Unmarshal([]byte(r.Body), &body) != nil {
		body = "no JSON"
	}
	cookies := []string{}
	for _, line := range r.Cookies {
		cookies = append(cookies, parts(t, line))
	}
	return fmt.Sprintf("%d\nVary: %s\n%s\n%v", r.Status, r.Vary, strings.Join(cookies, "\n"), body)
}

func parts(t *testing.T, line string) string {
	t.Helper()
	all := strings.Split(line, "; ")
	name, token, _ := strings.Cut(all[0], "=")
	attributes := map[string]string{"name": name}
	if token != "" {
		data, _, err := signer(t, "a newer key").Open(token)
		check(t, err)
		attributes["data"] = string(data)
	}
	for _, attribute := range all[1:] {
		key, value, _ := strings.Cut(attribute, "=")
		attributes[key] = value
	}
	if date, err := http.ParseTime(attributes["Expires"]); err == nil && time.Until(date) > 0 {
		attributes["Expires"] = "in " + time.Until(date).Round(time.Minute).String()
	}
	attributes["Domain"] = strings.TrimPrefix(attributes["Domain"], ".") // Werkzeug 2.2 writes one, and browsers take it off
	return fmt.Sprint(attributes)
}
