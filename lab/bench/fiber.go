package main

import (
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/extractors"
	fibersession "github.com/gofiber/fiber/v3/middleware/session"
	"github.com/valyala/fasthttp"
)

// fiberLibrary is the session package of github.com/gofiber/fiber on its storage in
// memory. It isn't over net/http but fasthttp, which is faster by itself.
type fiberLibrary struct{ *fibersession.Store }

// fiberPaths are the routes of the acts.
var fiberPaths = map[act]string{
	actNothing: "/nothing", actRead: "/read", actWrite: "/write", actLogin: "/login", actFill: "/fill", actShow: "/show",
}

func openFiber(o options) (*site, error) {
	l := fiberLibrary{fibersession.NewStore(fibersession.Config{
		Extractor:    extractors.FromCookie(sessionCookie),
		CookieSecure: true, CookieHTTPOnly: true, CookieSessionOnly: true,
		IdleTimeout: 24 * time.Hour,
	})}
	app := l.app(o.data)
	h := app.Handler()
	s := &site{
		visitor: func(a act, cookie string) visitor { return newFastVisitor(h, a.method(), fiberPaths[a], cookie) },
		close:   l.Storage.Close,
		sweep:   func() error { return nil },
	}
	s.fillUntil = func(t time.Time) error { return l.fillUntil(app, o.data, t) }
	return s, nil
}

func (l fiberLibrary) app(data []entry) *fiber.App {
	app, writes := fiber.New(), 0
	app.Get(fiberPaths[actNothing], func(c fiber.Ctx) error { return fiberAnswer(c, true) })
	app.Get(fiberPaths[actRead], func(c fiber.Ctx) error { return fiberAnswer(c, l.get(c, nameKey) == name) })
	app.Post(fiberPaths[actWrite], func(c fiber.Ctx) error {
		writes++
		return fiberAnswer(c, l.set(c, themes[writes%2]) == nil)
	})
	app.Post(fiberPaths[actLogin], func(c fiber.Ctx) error { return fiberAnswer(c, l.login(c) == nil) })
	app.Post(fiberPaths[actFill], func(c fiber.Ctx) error { return fiberAnswer(c, l.set(c, data) == nil) })
	app.Get(fiberPaths[actShow], func(c fiber.Ctx) error { return c.SendString(l.get(c, themeKey)) })
	return app
}

func fiberAnswer(c fiber.Ctx, right bool) error {
	if !right {
		return c.SendStatus(http.StatusInternalServerError)
	}
	return c.Send(okText)
}

func (l fiberLibrary) get(c fiber.Ctx, key string) string {
	s, err := l.Get(c)
	if err != nil {
		return err.Error()
	}
	defer s.Release()
	text, _ := s.Get(key).(string)
	return text
}

func (l fiberLibrary) set(c fiber.Ctx, entries []entry) error {
	s, err := l.Get(c)
	if err != nil {
		return err
	}
	defer s.Release()
	return fiberSave(s, entries)
}

func fiberSave(s *fibersession.Session, entries []entry) error {
	for _, e := range entries {
		s.Set(e.key, e.value)
	}
	return s.Save()
}

func (l fiberLibrary) login(c fiber.Ctx) error {
	s, err := l.Get(c)
	if err != nil {
		return err
	}
	defer s.Release()
	if err := s.Regenerate(); err != nil {
		return err
	}
	return fiberSave(s, signIn)
}

func (l fiberLibrary) fillUntil(app *fiber.App, data []entry, t time.Time) error {
	c := app.AcquireCtx(&fasthttp.RequestCtx{})
	defer app.ReleaseCtx(c)
	s, err := l.Get(c)
	if err != nil {
		return err
	}
	defer s.Release()
	if !t.IsZero() {
		s.SetIdleTimeout(time.Until(t))
	}
	return errors.Join(err, fiberSave(s, data))
}
