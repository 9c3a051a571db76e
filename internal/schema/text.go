package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// IsWireName reports whether a host may give something the name.
func IsWireName(name string) bool {
	return name != "" && len(name) <= 64 && name[0] >= 'a' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// KeyText is the text that a custom value is looked up by.
func KeyText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return Lookup(s)
	}
	return Lookup(string(raw))
}

// Lookup is a text as keys and claims hold it: stores limit them, so long ones
// are replaced by their hash.
func Lookup(text string) string {
	const limit = 512
	if len(text) <= limit {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
