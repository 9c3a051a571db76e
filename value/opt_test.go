package value_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/leadtocash/leadtocash/codes"
	"github.com/leadtocash/leadtocash/internal/testkit"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/value"
)

func ExampleOpt() {
	type offer struct {
		Discount value.Opt[money.Amount] `json:"discount,omitzero"`
	}
	none := offer{}
	zero := offer{Discount: value.Some(money.EUR.Zero())}
	for _, o := range []offer{none, zero} {
		text, _ := json.Marshal(o)
		discount, given := o.Discount.Get()
		fmt.Printf("%s given: %t, discount: %s\n", text, given, discount)
	}
	// Output:
	// {} given: false, discount: 0
	// {"discount":"0.00"} given: true, discount: 0.00
}

func TestOpt(t *testing.T) {
	t.Parallel()
	unset, set := value.None[int](), value.Some(0)
	if v, ok := unset.Get(); ok || v != 0 || !unset.IsZero() || unset.Or(7) != 7 {
		t.Errorf("unset: %d, %t, or 7: %d", v, ok, unset.Or(7))
	}
	if v, ok := set.Get(); !ok || v != 0 || set.IsZero() || set.Or(7) != 0 {
		t.Errorf("set: %d, %t, or 7: %d", v, ok, set.Or(7))
	}
}

func TestOptEqual(t *testing.T) {
	t.Parallel()
	if !testkit.Some("1.5").Equal(testkit.Some("1.50")) || !value.Some(testkit.Amount(t, "1.5")).Equal(testkit.Euro("1.50")) {
		t.Error("equal numbers of different form differ")
	}
	if testkit.Some("1.5").Equal(testkit.Some("1.6")) || testkit.Some("0").Equal(testkit.Number{}) || value.Some(1).Equal(value.Some(2)) {
		t.Error("different values are equal")
	}
	if !(testkit.Number{}).Equal(testkit.Number{}) || !value.Some("a").Equal(value.Some("a")) {
		t.Error("equal values differ")
	}
}

func TestOptJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"1.50"`: `"1.50"`, `"-0.0"`: `"0.0"`, `"0012"`: `"12"`, `null`: `null`,
		`"12345678901234567890.12345678901234567890"`: `"12345678901234567890.12345678901234567890"`,
	} {
		var o testkit.Number
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := testkit.Canonical(t, o); got != want {
			t.Errorf("%s is written as %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]error{
		`1.5`: codes.ErrInvalid, `"1e3"`: codes.ErrInvalid, `"1e400000000"`: codes.ErrInvalid, `"NaN"`: codes.ErrInvalid,
		`""`: codes.ErrInvalid, `{}`: codes.ErrInvalid, `"` + strings.Repeat("9", 21) + `"`: codes.ErrOutOfRange,
		`"0.` + strings.Repeat("0", 21) + `"`: codes.ErrOutOfRange,
	} {
		o := testkit.Some("7")
		if err := json.Unmarshal([]byte(text), &o); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
		if !o.Equal(testkit.Some("7")) {
			t.Errorf("%s: the refused text left %v", text, o)
		}
	}
	if text, err := json.Marshal(value.Some(decimal.New(1, 400000000))); !errors.Is(err, codes.ErrOutOfRange) {
		t.Errorf("an astronomic number is written as %.20s, %v", text, err)
	}
	for want, d := range map[string]decimal.Decimal{
		`"0.00000000000000000000"`: decimal.New(0, -400000000),
		`"0"`:                      decimal.New(0, 400000000),
		`"1500"`:                   decimal.New(15, 2),
	} {
		if text := testkit.Canonical(t, value.Some(d)); text != want {
			t.Errorf("%d × 10^%d is written as %s, want %s", d.CoefficientInt64(), d.Exponent(), text, want)
		}
	}
	var list value.Opt[[]int]
	if err := json.Unmarshal([]byte(`[1,2]`), &list); err != nil || testkit.Canonical(t, list) != `[1,2]` {
		t.Errorf("a list is read as %v, %v", list, err)
	}
	if err := json.Unmarshal([]byte(`"x"`), &list); err == nil {
		t.Error("a text was read as a list")
	}
}

func FuzzOptDecimal(f *testing.F) {
	for _, seed := range []string{`"1.50"`, `null`, `1`, `"1e9"`, `"-"`, `"9999999999999999999"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o testkit.Number
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			return
		}
		written, err := json.Marshal(o)
		if err != nil {
			t.Fatalf("%q is read and not written: %v", text, err)
		}
		var back testkit.Number
		if err := json.Unmarshal(written, &back); err != nil || !back.Equal(o) {
			t.Fatalf("%q is written as %s and read back as %v, %v", text, written, back, err)
		}
	})
}
