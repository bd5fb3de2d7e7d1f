package views

import "context"

type madeKey struct{}

// As returns a context in which every form says that it was made under the account of a fingerprint. Without one, "", forms say
// nothing.
func As(ctx context.Context, fingerprint string) context.Context {
	return context.WithValue(ctx, madeKey{}, fingerprint)
}

func madeAs(ctx context.Context) string {
	fingerprint, _ := ctx.Value(madeKey{}).(string)
	return fingerprint
}
