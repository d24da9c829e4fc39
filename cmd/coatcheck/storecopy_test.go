package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Who was signed in on the one store is signed in on the other.
func TestStoreCopy(t *testing.T) {
	dir := t.TempDir()
	from, to := "sqlite:"+filepath.Join(dir, "a.db"), "file:"+filepath.Join(dir, "b")
	old := startDemo(t, "--addr", "127.0.0.1:0", "--store", from)
	alice, gone := signIn(t, old), signIn(t, old)
	fetch(t, alice, "POST", old.url+"/api/session/rotate", "")
	fetch(t, gone, "POST", old.url+"/api/logout", "")
	old.stop()
	for _, want := range []string{"Copied 2 records; 0 were there already.\n", "Copied 0 records; 2 were there already.\n"} {
		code, out, errs := coatcheck(t, "store", "copy", "--from", from, "--to", to)
		if code != 0 || out != want || errs != "" {
			t.Errorf("code %d, %q%s, want %q", code, out, errs, want)
		}
	}
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", to)
	defer d.stop()
	if !signedIn(t, d, alice) || signedIn(t, d, gone) {
		t.Errorf("who was signed in is: %v; who had signed out is: %v", signedIn(t, d, alice), signedIn(t, d, gone))
	}
}

func TestStoreCopyErrors(t *testing.T) {
	dir := t.TempDir()
	for args, want := range map[string]string{
		"--from memory: --to file:" + dir:               "nothing here to copy",
		"--from cookie: --to file:" + dir:               "can't be copied",
		"--to file:" + dir:                              `"from" not set`,
		"--from file:" + dir + "/none --to file:" + dir: "name the folder of an existing store",
	} {
		code, _, errs := coatcheck(t, strings.Fields("store copy "+args)...)
		if code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%s: code %d, %s, want %q", args, code, errs, want)
		}
	}
}
