package postgres

import "testing"

func TestContract(t *testing.T) { database.TestContract(t) }
func TestRaces(t *testing.T)    { database.TestRaces(t) }
