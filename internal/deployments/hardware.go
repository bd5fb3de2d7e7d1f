package deployments

import "fmt"

// Hardware is one SKU of the document's "Hardware SKUs". GPU names come from the vendor's pages: the machine behind a SKU
// may differ by region, the memory does not.
type Hardware struct {
	SKU      string
	GPU      string // GPU in words, as "RTX A6000"
	MemoryGB int    // GPU memory
	Machine  string // the vendor's name of the machine size
}

// Catalogue lists the SKUs the document knows, smallest first.
func Catalogue() []Hardware {
	return []Hardware{
		{"TURING_16", "T4 / A4000", 16, "Medium"},
		{"AMPERE_24", "A10G / A5000", 24, "Large"},
		{"AMPERE_48", "A6000", 48, "X-Large"},
		{"ADA_48_PLUS", "L40S / L40", 48, "X-Large Plus"},
		{"AMPERE_80", "A100", 80, "2X-Large"},
		{"ADA_80_PLUS", "H100", 80, "2X-Large Plus"},
		{"HOPPER_141", "H200", 141, "3X-Large"},
	}
}

var bySKU = func() map[string]Hardware {
	m := map[string]Hardware{}
	for _, h := range Catalogue() {
		m[h.SKU] = h
	}
	return m
}()

// hardwareWords is what a SKU is searched by beside itself.
func hardwareWords(sku string) string {
	h, ok := bySKU[sku]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %d GB", h.GPU, h.MemoryGB)
}

// FindHardware looks a SKU up; the API may name some the document does not know.
func FindHardware(sku string) (Hardware, bool) {
	h, ok := bySKU[sku]
	return h, ok
}
