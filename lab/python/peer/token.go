package peer

// A Setup says which serializer is meant.
type Setup struct {
	Kind       string `json:"kind"` // "itsdangerous" or "django"
	Key        string `json:"key"`
	Salt       string `json:"salt"`
	Derivation string `json:"derivation,omitempty"` // itsdangerous only
	Digest     string `json:"digest,omitempty"`
	ASCII      bool   `json:"ascii,omitempty"`    // itsdangerous only
	Compress   bool   `json:"compress,omitempty"` // django only
	Now        int64  `json:"now"`
	MaxAge     *int64 `json:"max_age,omitempty"`
}

// A Token is Python's answer: what it made, or the name of what it raised.
type Token struct {
	Token string `json:"token"`
	Error string `json:"error"`
}

type tokenQuestion struct {
	Setup

	Op    string `json:"op"`
	Token string `json:"token,omitempty"`
	Seed  int    `json:"seed,omitempty"`
}

// Again lets Python load a token and dump what it got.
func (p *Peer) Again(s Setup, token string) (t Token, err error) {
	return t, p.Ask(tokenQuestion{Setup: s, Op: "again", Token: token}, &t)
}

// Random lets Python dump a value of its own choice.
func (p *Peer) Random(s Setup, seed int) (t Token, err error) {
	return t, p.Ask(tokenQuestion{Setup: s, Op: "random", Seed: seed}, &t)
}

// Versions tells what runs.
func (p *Peer) Versions() (v string, err error) {
	return v, p.Ask(map[string]string{"op": "versions"}, &v)
}

// Bench returns how many nanoseconds Python takes for each dumps or loads of
// the JSON data, over n of them.
func (p *Peer) Bench(s Setup, what, data string, n int) (ns float64, err error) {
	return ns, p.Ask(struct {
		Setup

		Op   string `json:"op"`
		What string `json:"what"`
		Data string `json:"data"`
		N    int    `json:"n"`
	}{s, "bench", what, data, n}, &ns)
}
