package djangostore

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // the contract's suite waits more than it works
	os.Exit(m.Run())
}
