package djangosigning

import "testing"

// benchData is 143 bytes.
var benchData = []byte(`{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`)

func BenchmarkSign(b *testing.B) {
	s := timed(b, testKey, Options{})
	value := string(benchData)
	b.ReportAllocs()
	for b.Loop() {
		s.Sign(value)
	}
}

func BenchmarkUnsign(b *testing.B) {
	s := timed(b, testKey, Options{})
	signed := s.Sign(string(benchData))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.Unsign(signed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	u := timed(b, testKey, Options{Compress: true})
	b.ReportAllocs()
	for b.Loop() {
		u.Seal(benchData)
	}
}

func BenchmarkOpen(b *testing.B) {
	u := timed(b, testKey, Options{Compress: true})
	token := u.Seal(benchData)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := u.Open(token); err != nil {
			b.Fatal(err)
		}
	}
}

type benchItem struct {
	ID       int `json:"id"`
	Quantity int `json:"qty"`
}

func BenchmarkDumps(b *testing.B) {
	u := timed(b, testKey, Options{})
	v := map[string]any{"cart": []benchItem{{10001, 2}, {1002, 1}}, "csrf": "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "theme": "dark", "user_id": 12345, "username": "alice"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := u.Dumps(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoads(b *testing.B) {
	u := timed(b, testKey, Options{})
	token := u.Seal(benchData)
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if _, err := u.Loads(token, &v); err != nil {
			b.Fatal(err)
		}
	}
}
