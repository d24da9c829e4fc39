package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cmd/coatcheck/internal/site"
	"github.com/coatcheck-go/session/compat/django/password"
	"github.com/coatcheck-go/session/compat/djangopassword"
)

// djangoUsers are the users of Django's contrib.auth. A subject is the number of a row.
type djangoUsers struct {
	db           *sql.DB
	byName, byID string // queries
}

const usersTable = "auth_user"

// openDjangoUsers returns the users in the database of b, nil if there are none.
func openDjangoUsers(ctx context.Context, b *backend) (*djangoUsers, error) {
	if b.foreign.db == nil {
		return nil, nil
	}
	there, err := hasTable(ctx, b, usersTable)
	if err != nil || !there {
		return nil, err
	}
	placeholder := "?"
	if b.kind == "postgres" {
		placeholder = "$1"
	}
	const query = "SELECT id, username, password, is_active FROM auth_user WHERE "
	return &djangoUsers{b.foreign.db, query + "username = " + placeholder, query + "id = " + placeholder}, nil
}

func (*djangoUsers) about() string {
	return "Who is signed in is Django’s _auth_user_id, compared with the password in auth_user at each request, as Django does it: " +
		"a change of the password signs out here, too. Sign in as one of the users there."
}

// A djangoUser is a row.
type djangoUser struct {
	id             int64
	name, password string
	active         bool
}

// user returns the row that a query finds, session.ErrNotFound if there is none.
func (u *djangoUsers) user(ctx context.Context, query string, arg any) (row djangoUser, err error) {
	err = u.db.QueryRowContext(ctx, query, arg).Scan(&row.id, &row.name, &row.password, &row.active)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return row, session.ErrNotFound
	case err != nil:
		return row, fmt.Errorf("%s: %w: %w", usersTable, session.ErrUnavailable, err)
	}
	return row, nil
}

func (u *djangoUsers) byNumber(ctx context.Context, id string) (djangoUser, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return djangoUser{}, session.ErrNotFound
	}
	return u.user(ctx, u.byID, n)
}

// password is django.Options.UserPassword.
func (u *djangoUsers) password(ctx context.Context, id string) (encoded string, err error) {
	row, err := u.byNumber(ctx, id)
	if err == nil && !row.active {
		err = session.ErrNotFound
	}
	return row.password, err
}

// Name implements site.Accounts.
func (u *djangoUsers) Name(ctx context.Context, subject string) (string, error) {
	row, err := u.byNumber(ctx, subject)
	if errors.Is(err, session.ErrNotFound) { // gone this very moment
		return subject, nil
	}
	return row.name, err
}

var hashers = slices.Concat(password.Default, []password.Hasher{
	djangopassword.Scrypt{}, djangopassword.Argon2{}, djangopassword.Bcrypt{}, djangopassword.Bcrypt{Plain: true},
})

// Check implements site.Accounts. It takes as long for a user who isn't there.
func (u *djangoUsers) Check(ctx context.Context, name, typed string) (subject string, err error) {
	row, err := u.user(ctx, u.byName, name)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		return "", err
	}
	ok, _, err := password.Check(hashers, typed, row.password)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", usersTable, err)
	case !ok || !row.active:
		return "", site.ErrWrongPassword
	}
	return strconv.FormatInt(row.id, 10), nil
}
