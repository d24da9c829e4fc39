package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A size is how long a cookie's value is for some data.
type size struct {
	json    int
	cookies map[*stack]int
}

// measureSizes makes a session in the cookie for each amount of data.
func measureSizes() (sizes []size, err error) {
	for _, data := range [][]entry{small, medium, large} {
		text, err := json.Marshal(asMap(data))
		if err != nil {
			return nil, err
		}
		s := size{json: len(text), cookies: map[*stack]int{}}
		for _, st := range encrypted() {
			if s.cookies[st], err = cookieSize(st, data); err != nil {
				return nil, err
			}
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}

// encrypted are the stacks with an encrypted cookie.
func encrypted() []*stack { return []*stack{stackOf(coatcheckSealed), stackOf(gorillaAES)} }

func cookieSize(st *stack, data []entry) (int, error) {
	site, err := st.open(options{data: data})
	if err != nil {
		return 0, err
	}
	cookie, err := site.newSession()
	if err != nil {
		return 0, err
	}
	_, value, _ := strings.Cut(cookie, "=")
	return len(value), site.close()
}

// ratio is of the cookie's value to the JSON.
func (s size) ratio(st *stack) float64 { return float64(s.cookies[st]) / float64(s.json) }

func (s size) text(st *stack) string { return fmt.Sprintf("%d (%.2f)", s.cookies[st], s.ratio(st)) }
