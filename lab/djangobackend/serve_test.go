package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// ask sends lines to serve and returns its answers.
func ask(t *testing.T, lines ...string) (answers []answer) {
	t.Helper()
	var out bytes.Buffer
	if err := serve(t.Context(), strings.NewReader(strings.Join(lines, "\n")+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(&out); d.More(); {
		var a answer
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers
}

// of are settings for sessions in cookies, with more in JSON.
func of(more string) string {
	return `"settings":{"engine":"signed_cookies","secret_keys":["k"],"cookie_age":60,
		"serializer":"django.contrib.sessions.serializers.JSONSerializer"` + more + `}`
}

func line(settings, op string) string {
	return strings.ReplaceAll(`{"visit":1,`+settings+`,"op":"`+op+`","args":{"name":"a","value":"1"}}`, "\n", "")
}

func TestServe(t *testing.T) {
	answers := ask(t, line(of(""), "get"), line(of(""), "set"), line(of(""), "get"))
	if got := answers[2]; len(answers) != 3 || answers[0].Result != nil || got.Result != "1" || !got.Loaded || got.Key != "" || got.Error != "" {
		t.Errorf("%+v", answers)
	}
}

// Settings may change between two operations of one object; what it holds goes along.
func TestServe_OtherSettings(t *testing.T) {
	answers := ask(t, line(of(""), "set"), line(of(`,"browser_close":true`), "get"),
		line(of(`,"browser_close":true`), "get_expire_at_browser_close"))
	if answers[1].Result != "1" || answers[2].Result != true {
		t.Errorf("%+v", answers)
	}
}

// An object that is gone is forgotten: its number could be used again.
func TestServe_Gone(t *testing.T) {
	again := strings.Replace(line(of(""), "get"), "{", `{"gone":[1],`, 1)
	if answers := ask(t, line(of(""), "set"), again); answers[1].Result != nil {
		t.Errorf("%+v", answers)
	}
}

func TestServe_Errors(t *testing.T) {
	for _, test := range []struct{ question, kind, message string }{
		{line(of(""), "dance"), "ValueError", `no operation "dance"`},
		{line(of(`,"cookie_age":0`), "get"), "ImproperlyConfigured", "SESSION_COOKIE_AGE"},
		{line(of(`,"serializer":"own.Serializer"`), "get"), "ImproperlyConfigured", "SESSION_SERIALIZER"},
		{line(of(`,"zone":"Nowhere/Land"`), "get"), "ImproperlyConfigured", "Nowhere"},
		{line(of(`,"engine":"own"`), "get"), "ImproperlyConfigured", "own"},
		{line(of(`,"engine":"db"`), "get"), "ImproperlyConfigured", "the database is"},
		{line(of(`,"engine":"db","database":{"vendor":"sqlite","name":":memory:"}`), "get"), "ImproperlyConfigured", "in memory"},
		{line(of(`,"engine":"cache","cache":{"backend":"locmem.LocMemCache"}`), "get"), "ImproperlyConfigured", "LocMemCache"},
		{line(`"settings":7`, "get"), "ImproperlyConfigured", ""},
	} {
		if got := ask(t, test.question)[0]; got.Error != test.kind || !strings.Contains(got.Message, test.message) {
			t.Errorf("%s:\n%+v", test.question, got)
		}
	}
}

func TestServe_NoJSON(t *testing.T) {
	if err := serve(t.Context(), strings.NewReader("{\n"), &bytes.Buffer{}); err == nil {
		t.Error("no error")
	}
}
