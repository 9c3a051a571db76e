package pdf

import (
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// A code is a QR code: where it is dark.
type code struct {
	modules int // in a row
	symbol  barcode.Barcode
}

// quiet is how many modules around the code are free.
const quiet = 4

// codeOf is the code of a text, nil of none. Texts for payments are at most 331 bytes,
// which is version 13 with error correction M.
func codeOf(text string) *code {
	if text == "" {
		return nil
	}
	symbol, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return nil
	}
	return &code{symbol.Bounds().Dx(), symbol}
}

// module is the side of a module in millimetres.
func (c *code) module() float64 { return max(0.6, 26/float64(c.modules)) }

// side is the side of the code, what is free around it included.
func (c *code) side() float64 { return float64(c.modules+2*quiet) * c.module() }

// dark reports whether a module is.
func (c *code) dark(x, y int) bool {
	gray, _, _, _ := color.GrayModel.Convert(c.symbol.At(x, y)).RGBA()
	return gray < 0x8000
}

// draw draws the modules as squares, those side by side in one.
func (c *code) draw(l *sheet, x, y float64) {
	side := c.module()
	x, y = x+quiet*side, y+quiet*side
	for row := range c.modules {
		for from := 0; from < c.modules; from++ {
			to := from
			for to < c.modules && c.dark(to, row) {
				to++
			}
			if to > from {
				l.fill(x+float64(from)*side, y+float64(row)*side, float64(to-from)*side, side, Color{})
				from = to
			}
		}
	}
}
