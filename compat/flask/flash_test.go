package flask

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Messages have Flask's form, and come out equal.
func TestFlash_Form(t *testing.T) {
	var c Codec
	for _, v := range []struct {
		f, back session.Flash
		text    string
	}{
		{session.Flash{Message: "hi"}, session.Flash{Category: "message", Message: "hi"}, `{" t":["message","hi"]}`},
		{session.Flash{Level: session.Notice}, session.Flash{Level: session.Notice, Category: "info"}, `{" t":["info",""]}`},
		{session.Flash{Level: session.Error, Message: "no"}, session.Flash{Level: session.Error, Category: "error", Message: "no"}, `{" t":["error","no"]}`},
		{session.Flash{Level: session.Error, Category: "cart", Message: "no"}, session.Flash{Category: "cart", Message: "no"}, `{" t":["cart","no"]}`},
		{session.Flash{Category: "success", Message: "<b>", HTML: true}, session.Flash{Level: session.Success, Category: "success", Message: "<b>", HTML: true}, `{" t":["success",{" m":"<b>"}]}`},
	} {
		text, err := c.MarshalFlashes([]session.Flash{v.f})
		if err != nil || string(text) != "["+v.text+"]" {
			t.Errorf("%v: %s, %v", v.f, text, err)
		}
		for _, text := range []string{v.text, strings.NewReplacer(`{" t":[`, "[", "]}", "]").Replace(v.text)} { // Flask-Session has lists
			back, err := c.UnmarshalFlashes([]byte("[" + text + "]"))
			if err != nil || !slices.Equal(back, []session.Flash{v.back}) {
				t.Errorf("%s: %v, %v", text, back, err)
			}
		}
	}
}

func TestFlash_OtherThanText(t *testing.T) {
	var c Codec
	flashes, err := c.UnmarshalFlashes([]byte(`[{" t":["message",{"a":1.0}]}]`))
	if want := []session.Flash{{Category: "message", Message: `{"a":1.0}`}}; err != nil || !slices.Equal(flashes, want) {
		t.Errorf("%v, %v", flashes, err)
	}
	flashes, err = c.UnmarshalFlashes([]byte(`[{" t":["","hi"]}]`))
	if want := []session.Flash{{Category: "message", Message: "hi"}}; err != nil || !slices.Equal(flashes, want) {
		t.Errorf("%v, %v", flashes, err)
	}
	for _, text := range []string{"1", `["secret"]`, `[{" t":["secret"]}]`, `[{" t":[1,"secret"]}]`, `[{" t":["secret","b","c"]}]`, "{"} {
		if f, err := c.UnmarshalFlashes([]byte(text)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", text, f, err)
		}
	}
}

// A message of either side is shown once by the other.
func TestFlash_ShownOnce(t *testing.T) {
	s := newSite(t, newEngine(t, Options{}).Config(session.Config{}))
	token := s.do(seal(t, `{"_flashes":[{" t":["message","hi"]},{" t":["error",{" m":"<b>"}]}],"a":1}`, time.Now()), func(ss *session.Session) error {
		return ss.AddFlash(session.Flash{Level: session.Warning, Message: "ours"})
	})
	if got, want := dictOf(t, token), `{"_flashes":[{" t":["message","hi"]},{" t":["error",{" m":"<b>"}]},{" t":["warning","ours"]}],"a":1}`; got != want {
		t.Errorf("%s", got)
	}
	token = s.do(token, func(ss *session.Session) error {
		shown, err := ss.Flashes("message", "warning")
		if len(shown) != 2 || shown[0].Message != "hi" || shown[1].Message != "ours" {
			t.Errorf("%v", shown)
		}
		return err
	})
	if got := dictOf(t, token); got != `{"_flashes":[{" t":["error",{" m":"<b>"}]}],"a":1}` {
		t.Errorf("%s", got)
	}
	token = s.do(token, func(ss *session.Session) error { _, err := ss.Flashes(); return err })
	if got := dictOf(t, token); got != `{"a":1}` {
		t.Errorf("%s", got)
	}
}
