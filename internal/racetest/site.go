package racetest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/coatcheck-go/session"
)

// cookieName is that of the session cookie.
const cookieName = "__Host-Http-session"

// A site is what each process of the application under test serves:
//
//	/{what}?gate=…            does it, and is held at the gate before it is saved
//	/show                     the session, as a shown
//	/sessions?subject=…       how many sessions the subject has
//	/end-all?subject=…        ends them
//	/gate/wait?gate=…&n=…     returns when n requests are held
//	/gate/open?gate=…         lets them go on
type site struct {
	manager *session.Manager
	gates   gates
}

// NewSite returns one process of the application under test, on store. An idle
// touch is due on every request.
func NewSite(store session.Store) (http.Handler, error) {
	config := session.Config{
		Store: store, TouchEvery: time.Nanosecond, LoadTimeout: time.Minute, SaveTimeout: time.Minute,
		Cookie:       session.Cookie{Name: cookieName},
		ErrorHandler: tellError,
	}
	manager, err := session.New(config)
	config.RotateGrace = -1
	atOnce, err2 := session.New(config)
	config.TouchEvery = time.Hour
	untouched, err3 := session.New(config)
	if err = errors.Join(err, err2, err3); err != nil {
		return nil, err
	}
	s := &site{manager: manager}
	mux := http.NewServeMux()
	mux.Handle("/{what}", manager.Wrap(http.HandlerFunc(s.act)))
	mux.Handle("/rotate-at-once", atOnce.Wrap(http.HandlerFunc(s.act)))
	mux.Handle("/show", untouched.Wrap(http.HandlerFunc(s.show)))
	mux.HandleFunc("/sessions", s.sessions)
	mux.HandleFunc("/end-all", s.endAll)
	mux.HandleFunc("/gate/wait", s.wait)
	mux.HandleFunc("/gate/open", func(_ http.ResponseWriter, r *http.Request) {
		close(s.gates.get(r.FormValue("gate")).open)
	})
	return mux, nil
}

// tellError says what a test must know of its store.
func tellError(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, err.Error(), session.StatusCode(err))
}

// act is a request that reads its session and changes it, perhaps slowly.
func (s *site) act(w http.ResponseWriter, r *http.Request) {
	here := session.From(r)
	err := change(here, r)
	if name := r.FormValue("gate"); name != "" && err == nil {
		s.gates.get(name).pass(r.Context())
	}
	handle, err2 := here.Handle()
	reply(w, shown{Handle: handle.String()}, errors.Join(err, err2))
}

func change(s *session.Session, r *http.Request) error {
	switch what := r.URL.Path; what {
	case "/read":
		_, err := s.Get("key")
		return err
	case "/write":
		return s.Set(r.FormValue("key"), 1)
	case "/increment":
		return session.Update(s, "count", func(n *int) error { *n++; return nil })
	case "/rotate", "/rotate-at-once":
		return s.Rotate()
	case "/login":
		return s.Login(r.FormValue("subject"))
	case "/logout":
		return s.Logout()
	default:
		return errors.New("racetest: no such request: " + what)
	}
}

// A shown is a session as /show tells it.
type shown struct {
	Handle string         // "" if there is no session
	Values map[string]int // of the session
}

func (s *site) show(w http.ResponseWriter, r *http.Request) {
	var page shown
	here := session.From(r)
	handle, err := here.Handle()
	if (handle != session.Handle{}) {
		page.Handle = handle.String()
	}
	page.Values = map[string]int{}
	keys, err2 := here.Keys()
	for _, key := range keys {
		n, err3 := session.Get[int](here, key)
		page.Values[key], err = n, errors.Join(err, err3)
	}
	reply(w, page, errors.Join(err, err2))
}

func (s *site) sessions(w http.ResponseWriter, r *http.Request) {
	infos, err := s.manager.Sessions(r.Context(), r.FormValue("subject"))
	reply(w, len(infos), err)
}

func (s *site) endAll(w http.ResponseWriter, r *http.Request) {
	n, err := s.manager.EndAll(r.Context(), r.FormValue("subject"))
	reply(w, n, err)
}

func (s *site) wait(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("n"))
	if err == nil {
		s.gates.get(r.FormValue("gate")).wait(r.Context(), n)
	}
	reply(w, n, err)
}

func reply(w http.ResponseWriter, v any, err error) {
	if err != nil {
		http.Error(w, err.Error(), session.StatusCode(err))
		return
	}
	_ = json.NewEncoder(w).Encode(v) // the client has gone
}
