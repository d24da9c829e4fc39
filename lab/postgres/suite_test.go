package postgres

import "testing"

func TestSuite(t *testing.T) { database.Test(t) }
