package djangostore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
)

// rowsToSweep are in each table, one of ten live.
const rowsToSweep = 5_000

// A sweep deletes what clearsessions would, in as many steps as one likes; for Django
// nothing is left to do.
func TestSweep(t *testing.T) {
	eachDjango(t, func(t *testing.T, python string, old bool) {
		if old {
			return // its statement is the same
		}
		site, _ := sites(t, python)
		for database := range describe {
			t.Run(database, func(t *testing.T) {
				k := kind{engine: "db", database: database}
				table := k.table(t)
				k.fillTable(t, rowsToSweep)
				deleted := 0
				for n := 1; n > 0; deleted += n {
					var err error
					n, err = table.Sweep(t.Context(), 1000)
					check(t, err)
				}
				if left := k.rows(t); deleted != rowsToSweep*9/10 || left != rowsToSweep/10 {
					t.Errorf("%d deleted, %d left", deleted, left)
				}
				app{site.in(t), k.question()}.do("clear", nil)
				if left := k.rows(t); left != rowsToSweep/10 {
					t.Errorf("%d left after clearsessions", left)
				}
			})
		}
	})
}

// fillTable makes rows as Django does, nine of ten expired.
func (k kind) fillTable(t testing.TB, rows int) {
	t.Helper()
	const batch = 1000
	now := time.Now().UTC()
	for from := 0; from < rows; from += batch {
		values := make([]string, batch)
		for i := range values {
			expires := now.Add(-time.Duration(from+i+1) * time.Second)
			if i%10 == 0 {
				expires = now.Add(time.Hour)
			}
			values[i] = fmt.Sprintf("('%032d', 'e30:1r31eq:I_lzTiPndLeCNM1aHTOTlBIASx97zx-I-h5XZ0FtLXg', '%s')", from+i, k.timeText(expires))
		}
		_, err := databases[k.database].ExecContext(t.Context(), "INSERT INTO django_session VALUES "+strings.Join(values, ", "))
		check(t, err)
	}
}

func (k kind) timeText(at time.Time) string {
	text := at.Format("2006-01-02 15:04:05.000000")
	if k.database == "postgres" {
		text += "+00:00"
	}
	return text
}

func (k kind) rows(t testing.TB) (n int) {
	t.Helper()
	check(t, databases[k.database].QueryRowContext(t.Context(), "SELECT COUNT(*) FROM django_session").Scan(&n))
	return n
}

// With USE_TZ off Django stores local times, and PostgreSQL's have their zone. Django
// and Go agree on who is expired, to the minute.
func TestLocalTimes(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kathmandu") // UTC+5:45
	check(t, err)
	eachDjango(t, func(t *testing.T, python string, _ bool) {
		site := startSite(t, python, map[string]any{"USE_TZ": false, "TIME_ZONE": zone.String()})
		for database := range describe {
			t.Run(database, func(t *testing.T) {
				k := kind{engine: "db", database: database}
				k.table(t)
				table, err := compat.NewTable(databases[database], compat.TableOptions{Dialect: dialects[database], Zone: zone})
				check(t, err)
				p := pair{app: app{site.in(t), k.question()}, kind: k, store: table}
				made := p.app.do("fill", map[string]any{"seed": 1, "expiry": 3600})
				payload, until, err := table.GetUntil(t.Context(), made.Key)
				if left := time.Until(until); err != nil || left > time.Hour || left < 59*time.Minute {
					t.Errorf("Go sees %v left, %v", left, err)
				}
				check(t, table.Swap(t.Context(), made.Key, payload, payload, time.Minute))
				p.sees(t, "Django reads what ends in a minute", made.Key, made.Dict)
				check(t, table.Swap(t.Context(), made.Key, payload, payload, time.Millisecond))
				time.Sleep(10 * time.Millisecond) // it was over before
				if p.app.look(made.Key).There {
					t.Error("Django sees what is over")
				}
				if n, err := table.Sweep(t.Context(), 10); n != 1 || err != nil {
					t.Errorf("swept %d, %v", n, err)
				}
			})
		}
	})
}
