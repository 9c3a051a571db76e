package leadtocash_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/leadtocash/leadtocash/internal/testkit"
)

// TestEveryTransitionHasAnExample finds the transitions of the documents, what
// the services of the catalogue do and the scopes of a client in the source, and
// an example of each in the tests.
func TestEveryTransitionHasAnExample(t *testing.T) {
	t.Parallel()
	documents := []string{"Lead", "Opportunity", "Quote", "Order", "Invoice", "Payment", "CreditNote", "Refund"}
	catalogue := []string{"Products", "ProductRelationships", "UnitGroups", "PriceLists", "PriceListItems", "DiscountLists", "TransactionCurrencies"}
	examples := map[string]bool{}
	wanted := map[string]bool{}
	for _, name := range testkit.Sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() && f.Recv != nil {
				continue
			}
			receiver := receiverOf(f)
			switch {
			case receiver == "":
				examples[f.Name.Name] = true
			case slices.Contains(documents, receiver) && takesFacts(f):
				wanted["Example"+receiver+"_"+f.Name.Name] = true
			case slices.Contains(catalogue, receiver):
				wanted["Example"+receiver+"_"+f.Name.Name] = true
			case receiver == "*Client" && returns(f, "*Client"):
				wanted["ExampleClient_"+f.Name.Name] = true
			}
		}
	}
	for _, service := range catalogue { // promoted
		wanted["Example"+service+"_Delete"] = true
	}
	for _, service := range []string{"Products", "PriceLists", "DiscountLists", "TransactionCurrencies"} {
		wanted["Example"+service+"_Explain"] = true
	}
	if len(wanted) < 110 {
		t.Errorf("found only %d transitions, calls and scopes: %v", len(wanted), wanted)
	}
	for name := range wanted {
		if !examples[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// receiverOf returns the type of the receiver as it is written.
func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	return typeName(f.Recv.List[0].Type)
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + typeName(e.X)
	}
	return "?"
}

// takesFacts reports whether the function has the form of a transition: command
// and facts in, outcome or error out.
func takesFacts(f *ast.FuncDecl) bool {
	in := f.Type.Params.List
	return len(in) == 2 && strings.HasSuffix(typeName(in[1].Type), "Facts") && returns(f, "error")
}

// returns reports whether the last result of the function is of the type.
func returns(f *ast.FuncDecl, name string) bool {
	out := f.Type.Results
	return out != nil && len(out.List) > 0 && typeName(out.List[len(out.List)-1].Type) == name
}
