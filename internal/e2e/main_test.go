package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/comfydeck/comfydeck/internal/e2e/chromium"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/static"
)

// TestMain starts the one browser. What is missing is said in one line and fails the suite; nothing is skipped.
func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if _, ok := static.HTMX(); !ok {
		return 1, fmt.Errorf("static/lib is empty: run make assets first")
	}
	if _, err := os.Stat("node_modules/axe-core/axe.min.js"); err != nil {
		return 1, fmt.Errorf("axe-core is missing: run make setup first")
	}
	ctx, stop, err := chromium.Start(context.Background())
	if err != nil {
		return 1, err
	}
	browser = ctx
	code = pgtest.Main(m)
	return code, stop()
}
