package journeytest

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/storage"
	"github.com/leadtocash/leadtocash/storage/storagetest"
)

// testReencode plays every scenario with a store that keeps nothing but bytes:
// what it hands out was written and read as JSON, which neither loses nor
// changes anything. Half of the random journeys go over such a store as well.
func testReencode(t *testing.T, open opener) {
	values := open(t)
	bytes := storagetest.Reencode(values)
	t.Run("scenarios", func(t *testing.T) {
		testScenarios(t, func(testing.TB) storage.Store { return bytes })
	})
	t.Run("the end is that of values", func(t *testing.T) {
		for _, sc := range append(slices.Clone(scenarios), compatScenario) {
			want, got := expected(t, values, sc), expected(t, bytes, sc)
			for n := range want {
				if got[n] != want[n] {
					t.Fatalf("%s, after step %d: as bytes there is\n%s\nas values\n%s", sc.name, n, got[n], want[n])
				}
			}
		}
	})
}
