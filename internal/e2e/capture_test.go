package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// capture writes a picture of the whole page when COMFYDECK_CAPTURES is 1.
func (b *Tab) capture(t *testing.T, name, theme string, width int64) {
	t.Helper()
	if os.Getenv("COMFYDECK_CAPTURES") != "1" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("captures", 0o755); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("%s-%s-%d.png", fileName(name), theme, width)
	if err := os.WriteFile(filepath.Join("captures", file), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
