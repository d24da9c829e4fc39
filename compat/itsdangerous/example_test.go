package itsdangerous_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// A link that is good for an hour, as Python's URLSafeTimedSerializer makes it.
func Example() {
	s, err := itsdangerous.NewURLSafeTimedSerializer([]string{"a long secret"}, itsdangerous.Options{Salt: "activate"})
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

	_, err = s.LoadsWithin(token+"x", time.Hour, &link)
	fmt.Println(errors.Is(err, itsdangerous.ErrBadSignature))
	// Output:
	// 42 <nil>
	// true
}

// A cookie that Flask wrote.
func Example_flask() {
	s, err := itsdangerous.NewURLSafeTimedSerializer([]string{"test-secret-key-0123456789"}, itsdangerous.Options{
		Salt:          "cookie-session",
		KeyDerivation: itsdangerous.HMAC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, at, err := s.Open("eyJfcGVybWFuZW50Ijp0cnVlLCJ1c2VyX2lkIjo3fQ.ZVPxAA.25IEHD8gQB5Gv_aOl2-clihUw40")
	fmt.Printf("%s, signed %s, %v\n", data, at.Format(time.RFC3339), err)
	// Output:
	// {"_permanent":true,"user_id":7}, signed 2023-11-14T22:13:20Z, <nil>
}
