package mysql

import "testing"

func TestSuite(t *testing.T) { database.Test(t) }
