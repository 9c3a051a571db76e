package schema

import "reflect"

// SettingKeys lists the keys of a setting, the default first; nil for another type.
func SettingKeys(t reflect.Type) (keys []string) {
	type setting interface {
		Valid() bool
		String() string
	}
	if t.Kind() != reflect.Uint8 || !t.Implements(reflect.TypeFor[setting]()) {
		return nil
	}
	for v := reflect.New(t).Elem(); v.Interface().(setting).Valid(); v.SetUint(v.Uint() + 1) {
		keys = append(keys, v.Interface().(setting).String())
	}
	return keys
}
