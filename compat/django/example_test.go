package django_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/kv/memkv"
)

// A Go page beside a Django site: the site's settings, its sessions and its users.
func Example() {
	settings, err := django.SettingsFromDiff(strings.NewReader(`+ SECRET_KEY = 'a key of some length'`))
	if err != nil {
		panic(err)
	}
	table := memkv.New() // in earnest a djangostore.Table on the site's database
	site, err := django.FromSettings(settings, django.Options{
		Backend: table,
		UserPassword: func(_ context.Context, id string) (string, error) {
			// SELECT password FROM auth_user WHERE id = ? AND is_active
			return map[string]string{"7": "pbkdf2_sha256$1$salt$hash="}[id], nil
		},
	})
	if err != nil {
		panic(err)
	}
	manager, err := session.New(site.Config)
	if err != nil {
		panic(err)
	}
	page := manager.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := session.From(r).Subject() // the primary key, as text
		items, _ := session.Get[[]string](session.From(r), "cart")
		messages, _ := site.Messages.Take(w, r)
		fmt.Println(user, items, messages)
	}))

	// What Django has left of a visitor who signed in.
	const key = "abcdefghijklmnopqrstuvwxyz012345"
	const row = ".eJxVjctuwyAQRX8FzdpCDuGRZNl9d90ZCw0wickDJGMvqqr_HiwlUruce8-c-wMO12Vya6XZpQgnMND9zTyGG-WtiFfMl8JDycucPN8Q_mor_yyR7h8v9p9gwjq1b-_3pA1GKYzvxW5vogkqkBZSyKj8WR9VlCFIIxXpXovDkTz6g1JGovBITRpwXuA0wELYrke632BsUw-qFS9U28gwWHDuWkt-pxY61ndMqI5Z-CJkqbKU2XdZZ7b5-AZYsDCO8PsEO3dWLg:4Mhaj2:yI7_jp5WgDidj7ey_rTi78M1dCi42SiYCqDoBlbFDyM"
	_ = table.Add(context.Background(), key, row, time.Hour)

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "sessionid="+key)
	page.ServeHTTP(httptest.NewRecorder(), r)
	// Output: 7 [tea milk] [{25  Tea is in your cart. false}]
}
