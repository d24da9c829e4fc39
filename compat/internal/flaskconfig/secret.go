package flaskconfig

import "reflect"

const (
	secretKey          = "SECRET_KEY"
	secretKeyFallbacks = "SECRET_KEY_FALLBACKS"
)

// Keys returns SECRET_KEY, which must be set, and after it SECRET_KEY_FALLBACKS.
func (r *Reader) Keys() []string {
	key, ok := secret(r.Value(secretKey))
	if !ok {
		r.Fail(secretKey, "must be set, to text or bytes")
	}
	return append([]string{key}, r.fallbacks()...)
}

// fallbacks reads a list of keys.
func (r *Reader) fallbacks() (all []string) {
	v := reflect.ValueOf(r.Value(secretKeyFallbacks))
	if !v.IsValid() {
		return nil
	}
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() == reflect.Uint8 {
		r.Fail(secretKeyFallbacks, "must be a list of keys")
		return nil
	}
	for i := range v.Len() {
		key, ok := secret(v.Index(i).Interface())
		if !ok {
			r.Fail(secretKeyFallbacks, "a key must be text or bytes, and not empty")
		}
		all = append(all, key)
	}
	return all
}

func secret(v any) (key string, ok bool) {
	switch v := v.(type) {
	case string:
		key = v
	case []byte:
		key = string(v)
	}
	return key, key != ""
}
