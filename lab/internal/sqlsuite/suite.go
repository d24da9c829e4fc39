package sqlsuite

import "testing"

// Test runs the whole suite as subtests of t.
func (d Database) Test(t *testing.T) {
	for _, part := range []struct {
		name string
		test func(*testing.T)
	}{
		{"Contract", d.testContract},
		{"Races", d.testRaces},
		{"Damaged", d.testDamaged},
		{"Schema", d.testSchema},
		{"SchemaAtOnce", d.testSchemaAtOnce},
		{"Check", d.testCheck},
		{"TablesAreApart", d.testTablesAreApart},
		{"Sweepers", d.testSweepers},
		{"SweepPassesOver", d.testSweepPassesOver},
		{"SweepLimits", d.testSweepLimits},
		{"ListNeighbours", d.testListNeighbours},
		{"Deadlock", d.testDeadlock},
		{"Plans", d.testPlans},
		{"MissingTable", d.testMissingTable},
		{"ReadOnly", d.testReadOnly},
		{"Outage", d.testOutage},
	} {
		t.Run(part.name, part.test)
	}
}
