package besidepython

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Serve prints the address and serves both sides there, until ctx is done.
func (o Options) Serve(ctx context.Context, python *url.URL, site http.Handler) error {
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s, where Go serves %s and %s the rest\n",
		listener.Addr(), cmp.Or(strings.Join(o.Moved, " "), "nothing"), o.Framework)
	server := &http.Server{Handler: o.Proxy(python, site), ReadHeaderTimeout: patience}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(late)
}
