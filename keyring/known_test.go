package keyring_test

// Made by testdata/derive.py.
const (
	knownID     = "c7cb7eba"
	knownSubkey = "b863317f9ce688f667cc670e514430a42211e85ffe5f49c60fb8e0765219dab5ef23ac74beaea8a69ad903b474ed585c"
)
