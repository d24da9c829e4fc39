package mysql

import "testing"

func TestContract(t *testing.T)        { database.TestContract(t) }
func TestRaces(t *testing.T)           { database.TestRaces(t) }
func TestDamaged(t *testing.T)         { database.TestDamaged(t) }
func TestSchema(t *testing.T)          { database.TestSchema(t) }
func TestSchemaAtOnce(t *testing.T)    { database.TestSchemaAtOnce(t) }
func TestCheck(t *testing.T)           { database.TestCheck(t) }
func TestTablesAreApart(t *testing.T)  { database.TestTablesAreApart(t) }
func TestSweepers(t *testing.T)        { database.TestSweepers(t) }
func TestSweepPassesOver(t *testing.T) { database.TestSweepPassesOver(t) }
func TestSweepLimits(t *testing.T)     { database.TestSweepLimits(t) }
func TestListNeighbours(t *testing.T)  { database.TestListNeighbours(t) }
func TestDeadlock(t *testing.T)        { database.TestDeadlock(t) }
func TestPlans(t *testing.T)           { database.TestPlans(t) }
func TestMissingTable(t *testing.T)    { database.TestMissingTable(t) }
func TestReadOnly(t *testing.T)        { database.TestReadOnly(t) }
func TestOutage(t *testing.T)          { database.TestOutage(t) }
