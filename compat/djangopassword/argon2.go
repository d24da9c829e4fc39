package djangopassword

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/coatcheck-go/session/compat/django/password"
)

// Argon2 is Argon2PasswordHasher: Argon2id, version 19. A zero field is Django's
// default. Passwords by Argon2i, of Django before 3.2, are checked as well; those of
// Argon2d are not.
type Argon2 struct {
	TimeCost    int // rounds; default 2
	MemoryCost  int // KiB; default 102400
	Parallelism int // 1 to 255; default 8

	// MaxMemory is how many KiB may be used to check a password, and MaxTime how many
	// rounds are gone through, so that a damaged row can't exhaust the machine.
	// Default 1 GiB and 64.
	MaxMemory, MaxTime int
}

var _ password.Hasher = Argon2{}

const (
	argon2Size           = 32
	defaultMaxArgon2     = 1 << 20 // KiB
	defaultMaxArgon2Time = 64
)

// A variety is how an Argon2 password was made.
type variety struct {
	name    string // argon2id or argon2i
	version int
	m, t, p int
}

func (a Argon2) variety() variety {
	return variety{"argon2id", argon2.Version, or(a.MemoryCost, 102400), or(a.TimeCost, 2), or(a.Parallelism, 8)}
}

// Algorithm is "argon2".
func (Argon2) Algorithm() string { return "argon2" }

// Encode implements password.Hasher. An error: the salt, or a cost out of bounds.
func (a Argon2) Encode(text, salt string) (encoded string, err error) {
	if err := password.CheckSalt(salt); err != nil {
		return "", err
	}
	v := a.variety()
	if v.t < 1 || v.m < 1 || v.p < 1 || v.p > math.MaxUint8 || int64(v.m) > math.MaxUint32 || int64(v.t) > math.MaxUint32 {
		return "", fmt.Errorf("djangopassword: TimeCost, MemoryCost or Parallelism of Argon2 is out of bounds")
	}
	key := v.key(text, []byte(salt), argon2Size)
	return fmt.Sprintf("argon2$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", v.name, v.version, v.m, v.t, v.p,
		base64.RawStdEncoding.EncodeToString([]byte(salt)), base64.RawStdEncoding.EncodeToString(key)), nil
}

// key computes the hash. v is within bounds.
func (v variety) key(text string, salt []byte, size int) []byte {
	hash := argon2.IDKey
	if v.name == "argon2i" {
		hash = argon2.Key
	}
	return hash([]byte(text), salt, uint32(v.t), uint32(v.m), uint8(v.p), uint32(size)) //nolint:gosec // checked
}

// Verify implements password.Hasher.
func (a Argon2) Verify(text, encoded string) (ok bool, err error) {
	v, salt, key, err := parseArgon2(encoded)
	switch {
	case err != nil:
		return false, err
	case v.m > or(a.MaxMemory, defaultMaxArgon2) || v.t > or(a.MaxTime, defaultMaxArgon2Time):
		return false, errTooMuch
	}
	return subtle.ConstantTimeCompare(v.key(text, salt, len(key)), key) == 1, nil
}

// Outdated implements password.Hasher: another cost or kind of Argon2, or a short salt.
func (a Argon2) Outdated(encoded string) bool {
	v, salt, key, err := parseArgon2(encoded)
	return err != nil || v != a.variety() || len(key) != argon2Size || password.ShortSalt(string(salt))
}

// parseArgon2 reads argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash.
func parseArgon2(encoded string) (v variety, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "argon2" {
		return v, nil, nil, errDamaged
	}
	v.name = parts[1]
	_, errVersion := fmt.Sscanf(parts[2], "v=%d", &v.version)
	_, errCost := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &v.m, &v.t, &v.p)
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	key, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	known := (v.name == "argon2id" || v.name == "argon2i") && v.version == argon2.Version
	bounded := v.m > 0 && v.t > 0 && v.p > 0 && v.p <= math.MaxUint8 && int64(v.m) <= math.MaxUint32 && int64(v.t) <= math.MaxUint32
	if errVersion != nil || errCost != nil || errSalt != nil || errKey != nil || !known || !bounded || len(key) < 4 || len(key) > 1024 {
		return v, nil, nil, errDamaged
	}
	return v, salt, key, nil
}
