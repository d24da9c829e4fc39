package nearcache

import (
	"context"

	"github.com/coatcheck-go/session"
)

// A Bus is an ordered broadcast among the processes that cache one store: all
// listeners get all messages, in the same order and without a gap from Listening
// on. So there must be one place that orders them: a server that was cut off and
// goes on as a second primary breaks the promise, and with it that of the near
// cache. redisstore and pgbus have a Bus each.
type Bus interface {
	// Post sends message, up to 4 KiB of visible ASCII, to all listeners, the
	// sender's own among them. After nil it stands before every message that is
	// posted from then on, by whomever.
	Post(ctx context.Context, message string) error

	// Listen receives until ctx is done or a message may have been missed, for
	// instance since the connection was lost, and returns why. It calls
	// l.Listening once, when every message posted from then on will come, and
	// the other methods of l one at a time after that.
	Listen(ctx context.Context, l Listener) error
}

// A Listener is told what a [Bus] receives.
type Listener interface {
	// Listening says that from now on no message is missed.
	Listening()

	// Receive gets the messages in their order.
	Receive(message string)

	// Changed says that the record under key was changed by somebody, perhaps
	// one that knows nothing of the bus. Calls of it have no order with those of
	// Receive. A Bus that can't know of such changes never calls it.
	Changed(key session.Key)

	// ChangedAll says that any record may have been changed.
	ChangedAll()
}
