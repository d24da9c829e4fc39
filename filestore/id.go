package filestore

import (
	"crypto/sha256"
	"encoding/hex"
)

// An id is the name of a record or a subject in the folder: a hash of its key or
// name. It is made of sixteen harmless characters, has one length, falls
// evenly on the parts, and may be seen in an error text.
type id [sha256.Size]byte

func idOf[T ~string](name T) id { return sha256.Sum256([]byte(name)) }

func (i id) String() string { return hex.EncodeToString(i[:]) }
func (i id) folder() string { return hex.EncodeToString(i[:1]) }
func (i id) path() string   { return i.folder() + "/" + i.String() }

// parseID is the inverse of String. Names of other files are not ok.
func parseID(name string) (i id, ok bool) {
	b, err := hex.DecodeString(name)
	if err != nil || len(b) != len(i) {
		return id{}, false
	}
	i = id(b)
	return i, i.String() == name
}
