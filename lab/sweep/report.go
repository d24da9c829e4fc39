package main

import "fmt"

// text is the result as Markdown.
func (r *result) text() string {
	return fmt.Sprintf("%d sessions, %d of them live; %d requests a second, one of ten writes. The sweep took %.0f s, for %.0f sessions a second.\n\n",
		r.rows, r.live, r.rate, r.Swept.Seconds(), float64(r.rows-r.live)/r.Swept.Seconds()) + r.Table("beside the sweep")
}
