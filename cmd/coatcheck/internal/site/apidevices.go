package site

import (
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
)

// A deviceJSON is one of the list of GET /api/devices.
type deviceJSON struct {
	Handle    session.Handle `json:"handle"`
	Current   bool           `json:"current"`
	Created   time.Time      `json:"created"`
	LastSeen  time.Time      `json:"last_seen"`
	Expires   time.Time      `json:"expires"`
	Address   string         `json:"address"`
	UserAgent string         `json:"user_agent"`
}

func (s *site) apiDevices(w http.ResponseWriter, r *http.Request) error {
	list, err := s.devices(r)
	if err != nil {
		return err
	}
	answer := make([]deviceJSON, len(list))
	for i, d := range list {
		answer[i] = deviceJSON{
			Handle: d.Handle, Current: d.Current,
			Created: d.Created.UTC(), LastSeen: d.LastSeen.UTC(), Expires: d.Expires.UTC(),
			Address: d.Address, UserAgent: d.UserAgent,
		}
	}
	return writeJSON(w, answer)
}

func (s *site) apiDeviceEnd(w http.ResponseWriter, r *http.Request) error {
	found, err := s.endDevice(r, r.PathValue("handle"))
	if err != nil {
		return err
	}
	if !found {
		return &httpError{http.StatusNotFound, "You have no device with this handle."}
	}
	return noContent(w)
}

func (s *site) apiEndOthers(w http.ResponseWriter, r *http.Request) error {
	if _, err := endOthers(r); err != nil {
		return err
	}
	return noContent(w)
}
