package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	sampleKey = Key(strings.Repeat("k", 32))
	otherKey  = Key(strings.Repeat("o", 32))
)

func tag(key Key) string { return string(key[:recordTag]) }

// sampleSnapshot has something in every field that a record keeps.
func sampleSnapshot() *Snapshot {
	at := time.UnixMilli(1_800_000_000_123)
	return &Snapshot{
		Handle: Handle{1, 2, 3}, Subject: "alice", Created: at, Started: at.Add(time.Minute), Saved: at.Add(time.Hour),
		Lifetime: 24 * time.Hour, Idle: time.Hour, Until: at.Add(2 * time.Hour), Persistent: true,
		Address: "192.0.2.1", UserAgent: "test/1.0",
		Values: Values{list: []Value{{"theme", `"dark"`}, {"n", "1"}, {"", ""}, {"binary\x00", "\xff\x00"}}},
	}
}

// decodeSession opens a record of kind S.
func decodeSession(key Key, data string) (*Snapshot, error) {
	kind, r, err := openRecord(key, data)
	if err != nil {
		return nil, err
	}
	if kind != kindSession {
		return nil, unknownKind(kind)
	}
	s := &Snapshot{}
	return s, r.session(s)
}

func sameSnapshot(a, b *Snapshot) bool {
	return encodeSession(sampleKey, a) == encodeSession(sampleKey, b)
}

func TestMB19_RecordsComeBackAsTheyWere(t *testing.T) {
	for name, s := range map[string]*Snapshot{"full": sampleSnapshot(), "empty": {}, "no idle": {Lifetime: time.Hour, Created: time.UnixMilli(1)}} {
		back, err := decodeSession(sampleKey, encodeSession(sampleKey, s))
		if err != nil || !sameSnapshot(back, s) {
			t.Errorf("%s: %+v came back as %+v (%v)", name, s, back, err)
		}
		if back.Values.Len() != s.Values.Len() || back.Subject != s.Subject || !back.Started.Equal(s.Started) {
			t.Errorf("%s: fields differ", name)
		}
	}
}

// R18: a record cut short anywhere, or with more behind it, is broken and yields nothing.
func TestMB06_DamagedRecordsAreBroken(t *testing.T) {
	data := encodeSession(sampleKey, sampleSnapshot())
	for i := range data {
		if _, err := decodeSession(sampleKey, data[:i]); !errors.Is(err, ErrBroken) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := decodeSession(sampleKey, data+"x"); !errors.Is(err, ErrBroken) {
		t.Errorf("with a byte behind it: %v", err)
	}
}

// There is one format. What isn't in it is broken: no other decoder is tried.
func TestMB06_OtherFormatsAreBroken(t *testing.T) {
	data := encodeSession(sampleKey, sampleSnapshot())
	for name, other := range map[string]string{
		"format 0": "\x00" + data[1:], "format 2": "\x02" + data[1:],
		"unknown kind": data[:1] + "X" + data[2:],
		"a gate":       data[:1] + "G" + data[2:],
		"JSON":         `{"subject":"admin","values":{"role":"admin"},"more":"and more"}`,
		"empty":        "",
	} {
		if _, err := decodeSession(sampleKey, other); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A store that mixes up its answers is found out by the key in the record (go-redis
// CVE-2025-29923).
func TestR19_ARecordIsOfItsOwnKeyAlone(t *testing.T) {
	for _, data := range []string{encodeSession(otherKey, sampleSnapshot()), encodeMoved(otherKey, sampleKey, time.Now())} {
		if _, _, err := openRecord(sampleKey, data); !errors.Is(err, errRecordTag) || !errors.Is(wrap("load", err), ErrUnavailable) {
			t.Errorf("another session's record opens, or isn't the store's failure: %v", err)
		}
	}
	if _, _, err := openRecord("short", encodeSession(otherKey, sampleSnapshot())); !errors.Is(err, ErrBroken) {
		t.Errorf("a key of another form: %v", err)
	}
}

// FuzzRecord decodes arbitrary bytes. It must not panic, and:
//
//   - what it can't read is ErrBroken, or said to be another's;
//   - what it can read, it reads the same when that is written anew;
//   - it is never the record of another key.
//
// Records carry no signature: whoever can write to the store can write a session.
func FuzzRecord(f *testing.F) {
	f.Add(encodeSession(sampleKey, sampleSnapshot()))
	f.Add(encodeSession(sampleKey, &Snapshot{}))
	f.Add(encodeMoved(sampleKey, otherKey, time.UnixMilli(1)))
	f.Add(string([]byte{recordFormat, kindGate}) + tag(sampleKey) + "\x01" + strings.Repeat("h", 12) + "\x05")
	f.Add(string([]byte{recordFormat, kindSession}) + tag(sampleKey) + strings.Repeat("\xff", 40))
	f.Fuzz(func(t *testing.T, data string) {
		if _, _, err := openRecord(otherKey, data); err == nil && !strings.HasPrefix(data[2:], tag(otherKey)) {
			t.Fatal("opened the record of another key")
		}
		s, err := decodeSession(sampleKey, data)
		if err == nil {
			checkStable(t, s)
		} else if !errors.Is(err, ErrBroken) && !errors.Is(err, errRecordTag) {
			t.Fatalf("error %v", err)
		}
		checkOtherKinds(t, data)
	})
}

func checkStable(t *testing.T, s *Snapshot) {
	if size := s.Values.size(); size > 1<<24 {
		t.Fatalf("%d bytes of values", size)
	}
	again, err := decodeSession(sampleKey, encodeSession(sampleKey, s))
	if err != nil || !sameSnapshot(s, again) {
		t.Fatalf("%+v is read back as %+v (%v)", s, again, err)
	}
}

// checkOtherKinds reads what openRecord accepts as a moved record and as a gate.
func checkOtherKinds(t *testing.T, data string) {
	_, r, err := openRecord(sampleKey, data)
	if err != nil {
		return
	}
	gate := r
	if _, _, err := r.moved(); err != nil && !errors.Is(err, ErrBroken) {
		t.Fatalf("moved: error %v", err)
	}
	if places, err := gate.places(); err != nil && !errors.Is(err, ErrBroken) || len(places) > len(data) {
		t.Fatalf("gate: %d places, error %v", len(places), err)
	}
}

// FuzzRecordMutation changes one byte of a record. If it can still be read then the
// change was to the session's own data and to nothing else: the engine never takes
// it for another session's, another kind's or another format's.
func FuzzRecordMutation(f *testing.F) {
	f.Add("alice", "theme", `"dark"`, 0, byte(2))
	f.Add("", "", "", 5, byte('x'))
	f.Add("bob", "k", "v", 40, byte(0xff))
	f.Fuzz(func(t *testing.T, subject, key, raw string, at int, b byte) {
		s := sampleSnapshot()
		s.Subject, s.Values = subject, Values{list: []Value{{key, raw}}}
		data := []byte(encodeSession(sampleKey, s))
		i := int(uint(at) % uint(len(data)))
		if data[i] == b {
			return
		}
		data[i] = b
		changed, err := decodeSession(sampleKey, string(data))
		switch {
		case err != nil && !errors.Is(err, ErrBroken) && !errors.Is(err, errRecordTag):
			t.Fatalf("error %v", err)
		case err == nil && i < recordHead:
			t.Fatalf("a changed head at %d was accepted", i)
		case err == nil:
			checkStable(t, changed)
		}
	})
}

// A mapStore forgets nothing, not even what has expired.
type mapStore map[Key]Record

func (m mapStore) Load(_ context.Context, key Key) (Record, error) {
	rec, ok := m[key]
	if !ok {
		return rec, ErrNotFound
	}
	return rec, nil
}

func (m mapStore) Create(_ context.Context, key Key, rec Record) (uint64, error) {
	if _, ok := m[key]; ok {
		return 0, ErrConflict
	}
	rec.Version = 1
	m[key] = rec
	return 1, nil
}

func (m mapStore) Update(_ context.Context, key Key, old, rec Record) (uint64, error) {
	now, ok := m[key]
	switch {
	case !ok:
		return 0, ErrNotFound
	case now.Version != old.Version:
		return 0, ErrConflict
	}
	rec.Version = now.Version + 1
	m[key] = rec
	return rec.Version, nil
}

func (m mapStore) Delete(_ context.Context, key Key) error {
	delete(m, key)
	return nil
}

// R11: servers' clocks differ by minutes. A session made by one whose clock is ahead or
// behind is neither endless nor dead.
func TestR11_ClocksOfServersDiffer(t *testing.T) {
	e := NewServerEngine(mapStore{}, "")
	m, err := New(Config{Store: e.store})
	if err != nil {
		t.Fatal(err)
	}
	for _, skew := range []time.Duration{-5 * time.Minute, 0, 5 * time.Minute} {
		there := time.Now().Add(skew)
		s := Snapshot{ID: e.NewID(), Created: there, Started: there, Idle: time.Hour, Lifetime: 2 * time.Hour}
		s.stamp(there)
		token, err := e.Keep(t.Context(), &Snapshot{}, &s, 0)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := m.Open(t.Context(), Token(token))
		if err != nil {
			t.Fatalf("skew %v: %v", skew, err)
		}
		age, err := opened.ExpiryAge()
		if most := time.Hour + skew; err != nil || age > most || age < most-time.Minute {
			t.Errorf("skew %v: ends in %v (%v), want %v", skew, age, err, most)
		}
	}
}
