package djangostore

import (
	"fmt"

	"github.com/coatcheck-go/session"
)

// errBroken is for what isn't of the form that Django gives it.
var errBroken = fmt.Errorf("not of Django's form: %w", session.ErrBroken)

// failed adds to an error what was being done.
func failed(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("djangostore: %s: %w", act, err)
}
