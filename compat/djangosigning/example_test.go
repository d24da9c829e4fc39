package djangosigning_test

import (
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/djangosigning"
)

// What Django's signing.dumps signs, signing.loads reads, and the other way round.
func Example() {
	s, err := djangosigning.NewTimestampSigner("SECRET_KEY", djangosigning.Options{Salt: djangosigning.DumpsSalt})
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := s.Dumps(map[string]any{"user": 42})
	if err != nil {
		fmt.Println(err)
		return
	}
	var link struct{ User int }
	_, err = s.LoadsWithin(token, time.Hour, &link)
	fmt.Println(link.User, err)
	// Output: 42 <nil>
}

// A row of django_session.
func Example_session() {
	s, err := djangosigning.NewTimestampSigner("test-secret-key-0123456789", djangosigning.Options{
		Salt:     djangosigning.SessionSalt,
		Compress: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, _, err := s.Open("eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM")
	fmt.Printf("%s %v\n", data, err)
	// Output: {"a":1} <nil>
}

// The cookie that response.set_signed_cookie("theme", "dark") sets.
func Example_signedCookie() {
	s, err := djangosigning.NewTimestampSigner("test-secret-key-0123456789", djangosigning.Options{
		Salt:      djangosigning.CookieSalt("theme", ""),
		KeyPrefix: djangosigning.CookieKeyPrefix,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.SignAt("dark", time.Unix(1700000000, 0)))
	// Output: dark:1r31eq:F1acwvBw8yZP1KWOknADw8Y9bJOyvC7Ag9zhFIIrN28
}
