package site

import "net/http"

// home asks who is logged in. For a visitor without a cookie that is no I/O at
// all.
func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	p, err := s.newPage(w, r, "home", "Home")
	if err != nil {
		return err
	}
	p.Data = s.Options
	return s.render(w, r, p)
}
