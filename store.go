package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Record is what a [Store] keeps under a [Key]. To a store Data and Subject
// are opaque. They are strings since strings can't change: a record may be
// shared and handed out without copying.
type Record struct {
	// Data is the session in the engine's format: any bytes, perhaps none.
	// Every store takes at least 1 MiB.
	Data string

	// Subject is whose session it is, as the application names its users:
	// any UTF-8 text without NUL of up to 255 bytes. Empty: nobody's.
	Subject string

	// Expires is when the store may forget the record, to the millisecond.
	Expires time.Time

	// Version tells this state of the record from all others of its key. The
	// store chooses it; callers only pass it back.
	Version uint64
}

// A Store keeps records until they expire. It knows nothing of HTTP, cookies or
// codecs. This is the contract; storetest.Run checks every sentence of it:
//
//   - A record is there from Create to Delete or to its Expires, whichever is
//     first. After that it is absent: expired and never created look the same.
//   - There is no unconditional write. Create writes only where nothing live
//     is, Update only over the very record that was read. So a session that was
//     ended can't come back, whatever else is in flight.
//   - Of several concurrent writes over one read, exactly one succeeds.
//   - A write that returned nil is seen by every Load that begins after it, in
//     this process and in every other that shares the store. A write that returned one of
//     this package's sentinels changed nothing.
//   - Keys are compared byte by byte. Data and Subject come back unchanged.
//   - A version is never used twice for one key, not even when the key is
//     created anew.
//   - A context that is done makes a call return its error, and soon.
//   - No error's text holds a key, a subject or data.
//   - All methods are safe for concurrent use.
//
// A store with more abilities implements [Toucher], [Sweeper], [SubjectStore],
// [Lister] or [Replacer] besides; use them through this package's functions
// of those names, which know what to do without them. A store that wraps another must implement
// those it wants to pass on; where the other one lacks an ability, its method
// returns errors.ErrUnsupported before it does anything, and counts as missing.
type Store interface {
	// Load returns the record under key. ErrNotFound: there is no live one.
	// ErrBroken: there is one that can't be read.
	Load(ctx context.Context, key Key) (Record, error)

	// Create keeps rec under key and returns its version. ErrConflict: there
	// is a live record already. A dead or unreadable one is no hindrance and
	// is written over. A rec.Expires that has passed leaves nothing live.
	// rec.Version is ignored.
	Create(ctx context.Context, key Key, rec Record) (version uint64, err error)

	// Update puts rec in the place of old, which Load returned or whose
	// Version came from a write, and returns the new version. ErrNotFound:
	// there is no live record. ErrConflict: there is another than old.
	// ErrBroken: there is another that can't be read. rec.Version is ignored;
	// a rec.Expires that has passed ends the record.
	Update(ctx context.Context, key Key, old, rec Record) (version uint64, err error)

	// Delete removes the record under key, readable or not. It is no error
	// that there is none.
	Delete(ctx context.Context, key Key) error
}

// A Toucher is a [Store] that can move a record's expiry without rewriting it.
type Toucher interface {
	Store

	// Touch sets the expiry of the record that is still old, and leaves its
	// version. ErrNotFound, ErrConflict: as Update.
	Touch(ctx context.Context, key Key, old Record, expires time.Time) error
}

// Touch moves the expiry of the record under key, if it is still old, and
// returns its version. A store that is no [Toucher] gets the record again with the new
// expiry.
func Touch(ctx context.Context, s Store, key Key, old Record, expires time.Time) (version uint64, err error) {
	if t, ok := s.(Toucher); ok {
		if err = t.Touch(ctx, key, old, expires); !errors.Is(err, errors.ErrUnsupported) {
			return old.Version, err
		}
	}
	rec := old
	rec.Expires = expires
	return s.Update(ctx, key, old, rec)
}

// A Sweeper is a [Store] in which expired records take up room until they are
// swept out.
type Sweeper interface {
	Store

	// Sweep deletes at most limit expired records, and tells how many it did
	// delete; fewer than limit means that, for now, no more are left. A live
	// record is never deleted, even if its expiry is moved meanwhile. Safe
	// for any number of callers at once, in any number of processes.
	Sweep(ctx context.Context, limit int) (deleted int, err error)
}

// Sweep deletes at most limit expired records of s and tells how many it did
// delete. A store that forgets by itself is no [Sweeper]:
// errors.ErrUnsupported.
func Sweep(ctx context.Context, s Store, limit int) (deleted int, err error) {
	if sw, ok := s.(Sweeper); ok {
		return sw.Sweep(ctx, limit)
	}
	return 0, unsupported(s, "sweep")
}

// An Entry is a record with its key.
type Entry struct {
	Key    Key
	Record Record
}

// A SubjectStore is a [Store] that finds records by their Subject.
type SubjectStore interface {
	Store

	// BySubject returns the live records of subject, in no order, without
	// those that can't be read. subject is never empty.
	BySubject(ctx context.Context, subject string) ([]Entry, error)

	// DeleteBySubject deletes all records of subject, readable or not, but
	// those under the keys in except, and tells how many. When it returns, every record of the
	// subject that was there when it was called is gone, and so is every
	// record that replaced such a one meanwhile (see Replacer). subject is never empty.
	DeleteBySubject(ctx context.Context, subject string, except ...Key) (deleted int, err error)
}

// BySubject returns the live records of subject. errors.ErrUnsupported: s is no
// [SubjectStore].
func BySubject(ctx context.Context, s Store, subject string) ([]Entry, error) {
	if ss, ok := s.(SubjectStore); ok {
		return ss.BySubject(ctx, subject)
	}
	return nil, unsupported(s, "find sessions by subject")
}

// DeleteBySubject deletes all records of subject but those in except.
// errors.ErrUnsupported: s is no [SubjectStore], and nothing was deleted.
func DeleteBySubject(ctx context.Context, s Store, subject string, except ...Key) (deleted int, err error) {
	if ss, ok := s.(SubjectStore); ok {
		return ss.DeleteBySubject(ctx, subject, except...)
	}
	return 0, unsupported(s, "end sessions by subject")
}

// A Lister is a [Store] that can show all it holds, page by page.
type Lister interface {
	Store

	// List returns up to about limit live, readable records and where to go on: the
	// first page has cursor "", and next is "" after the last. A record that
	// is there throughout is listed once; one that comes, goes or changes
	// meanwhile may be missing.
	List(ctx context.Context, cursor string, limit int) (page []Entry, next string, err error)
}

// List returns a page of the live records of s. errors.ErrUnsupported: s is no
// [Lister].
func List(ctx context.Context, s Store, cursor string, limit int) (page []Entry, next string, err error) {
	if l, ok := s.(Lister); ok {
		return l.List(ctx, cursor, limit)
	}
	return nil, "", unsupported(s, "list sessions")
}

// A Replacer is a [Store] that can move a session to another key in one step.
type Replacer interface {
	Store

	// Replace creates newRec under newKey and puts rec in the place of old
	// under key, both or neither, and returns the version of newRec. Nobody
	// sees the one without the other. ErrNotFound, ErrConflict: as Update, for
	// key; ErrConflict also if there is a live record under newKey.
	Replace(ctx context.Context, key Key, old, rec Record, newKey Key, newRec Record) (version uint64, err error)
}

// Replace creates newRec under newKey and puts rec in the place of old under
// key, and returns the version of newRec. On a store that is no [Replacer] it
// creates first and takes the new record back when old is gone, so that at
// worst a record is left over of which nobody has the token.
func Replace(ctx context.Context, s Store, key Key, old, rec Record, newKey Key, newRec Record) (version uint64, err error) {
	if r, ok := s.(Replacer); ok {
		version, err = r.Replace(ctx, key, old, rec, newKey, newRec)
		if !errors.Is(err, errors.ErrUnsupported) {
			return version, err
		}
	}
	if version, err = s.Create(ctx, newKey, newRec); err != nil {
		return 0, err
	}
	_, err = s.Update(ctx, key, old, rec)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrConflict) {
		// After any other error rec may be in place, and then lead nowhere.
		return 0, errors.Join(err, s.Delete(ctx, newKey))
	}
	return version, err
}

func unsupported(s Store, what string) error {
	return fmt.Errorf("session: %T can't %s: %w", s, what, errors.ErrUnsupported)
}
