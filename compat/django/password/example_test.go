package password_test

import (
	"fmt"

	"github.com/coatcheck-go/session/compat/django/password"
)

// A login page of Go's: encoded is what auth_user has of the user, "" if there is none.
func ExampleCheck() {
	hashers := []password.Hasher{password.PBKDF2{Iterations: 2000}} // in earnest password.Default
	encoded := "pbkdf2_sha256$1000$0123456789abcdefghijkl$E1pwsAFBnQsQpZ44Cq4zPPp7cJxZtE5dm8Cx4lgOqbU="

	ok, outdated, err := password.Check(hashers, "zoë's password", encoded)
	fmt.Println(ok, outdated, err)
	if ok && outdated { // made with fewer iterations than today
		encoded, err = password.Make(hashers, "zoë's password")
		fmt.Println(encoded[:len("pbkdf2_sha256$2000")], err) // to be written into auth_user
	}
	ok, _, err = password.Check(hashers, "anything", "")
	fmt.Println(ok, err)
	// Output:
	// true true <nil>
	// pbkdf2_sha256$2000 <nil>
	// false <nil>
}
