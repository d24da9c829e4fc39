package redisstore

import (
	"context"
	"crypto/fips140"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// A link is the way to the server.
type link struct {
	client  rueidis.Client
	timeout time.Duration
}

const defaultTimeout = 5 * time.Second

func newLink(client rueidis.Client, o Options) (link, error) {
	switch {
	case client == nil:
		return link{}, errors.New("no client")
	case o.Timeout < 0:
		return link{}, errors.New("negative timeout")
	case o.Timeout == 0:
		o.Timeout = defaultTimeout
	}
	return link{client, o.Timeout}, nil
}

// do sends a command. The client tries reads again for as long as it may, so there
// must be an end.
func (l link) do(ctx context.Context, command rueidis.Completed) rueidis.RedisResult {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return l.client.Do(ctx, command)
}

// exec runs a script. They all take the time first.
func (l link) exec(ctx context.Context, script *rueidis.Lua, keys, args []string) rueidis.RedisResult {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	return script.Exec(ctx, l.client, keys, slices.Insert(args, 0, decimal(now())))
}

// run runs a script that returns one of the answers.
func (l link) run(ctx context.Context, script *rueidis.Lua, keys, args []string) error {
	return answer(l.exec(ctx, script, keys, args))
}

//go:embed script/common.lua
var commonText string

// newScript returns the script that the text makes with the common part. It is never
// retried by the client. The client names it by its SHA-1, which is no cryptography;
// where Go refuses to compute that, the server does.
func newScript(text string) *rueidis.Lua {
	return rueidis.NewLuaScript(commonText+text, rueidis.WithLoadSHA1(fips140.Enabled()))
}

// answers are what the scripts return, as script/common.lua numbers them.
var answers = []error{nil, session.ErrNotFound, session.ErrConflict, session.ErrBroken}

var errAnswer = errors.New("an answer that makes no sense")

// answer returns what a script has answered.
func answer(result rueidis.RedisResult) error {
	n, err := result.AsInt64()
	if err != nil {
		return err
	}
	if n < 0 || n >= int64(len(answers)) {
		return errAnswer
	}
	return answers[n]
}

// failure adds to an error what was being done, and the error of a context that
// is done: it may be the cause.
func failure(ctx context.Context, act string, err error) error {
	if done := ctx.Err(); done != nil && !errors.Is(err, done) {
		err = fmt.Errorf("%w: %w", done, err)
	}
	return fmt.Errorf("redisstore: %s: %w", act, err)
}
