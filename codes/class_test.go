package codes_test

import (
	"slices"
	"testing"

	"github.com/leadtocash/leadtocash/codes"
)

// Every code has one class and a status of HTTP that belongs to it.
func TestEveryCodeHasAClass(t *testing.T) {
	t.Parallel()
	statuses := map[codes.Class][]int{
		codes.ClassInvalid: {400}, codes.ClassNotFound: {404, 410}, codes.ClassConflict: {409}, codes.ClassState: {409},
		codes.ClassPermission: {403}, codes.ClassLimit: {422, 413}, codes.ClassUnavailable: {503, 507, 502}, codes.ClassInternal: {500, 501},
	}
	if got := codes.Classes(); len(got) != len(statuses) {
		t.Errorf("the classes are %v", got)
	}
	for _, info := range codes.Codes() {
		if class := info.Code.Class(); !slices.Contains(statuses[class], info.Code.HTTPStatus()) {
			t.Errorf("%s is %q with the status %d", info.Code, class, info.Code.HTTPStatus())
		}
	}
	for class, of := range statuses {
		if class.HTTPStatus() != of[0] {
			t.Errorf("%s has the status %d, want %d", class, class.HTTPStatus(), of[0])
		}
	}
	for _, info := range codes.Notices() {
		if class := info.Code.Class(); class != "" {
			t.Errorf("the notice %s is %s", info.Code, class)
		}
	}
}

func TestClassesOfOtherCodes(t *testing.T) {
	t.Parallel()
	if c := codes.Code("credit_desk_closed"); c.Class() != codes.ClassState || c.HTTPStatus() != 409 {
		t.Errorf("the code of a guard is %s, %d", c.Class(), c.HTTPStatus())
	}
	if c := codes.Code(""); c.Class() != codes.ClassInternal || c.HTTPStatus() != 500 || codes.Class("").HTTPStatus() != 500 {
		t.Errorf("no code is %s, %d", c.Class(), c.HTTPStatus())
	}
	for code, status := range map[codes.Code]int{
		codes.ErrErased: 410, codes.ErrTooLarge: 413, codes.ErrStoreFull: 507, codes.ErrAdvisorFailed: 502, codes.ErrUnsupported: 501, codes.ErrNotFound: 404,
	} {
		if code.HTTPStatus() != status {
			t.Errorf("%s has the status %d, want %d", code, code.HTTPStatus(), status)
		}
	}
}
