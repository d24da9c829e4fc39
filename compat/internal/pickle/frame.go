package pickle

import (
	"encoding/binary"
	"slices"
)

// Protocol 4 cuts a pickle into frames of about 64 KiB, so that a reader of a file
// can fetch each with one call. Larger texts stand between frames.
const (
	noFrame     = -1
	frameHeader = 9
	frameTarget = 64 << 10
	frameLeast  = 4 // a smaller one isn't worth its header
)

// op writes an opcode with what belongs to it, into a frame.
func (w *writer) op(b ...byte) {
	if w.framing && w.frame == noFrame {
		w.frame = len(w.out)
		w.out = append(w.out, make([]byte, frameHeader)...)
	}
	w.out = append(w.out, b...)
}

// boundary is where a full frame may end.
func (w *writer) boundary() {
	if w.frame != noFrame && len(w.out)-w.frame-frameHeader >= frameTarget {
		w.closeFrame()
	}
}

func (w *writer) closeFrame() {
	if w.frame == noFrame {
		return
	}
	content := w.frame + frameHeader
	if size := len(w.out) - content; size >= frameLeast {
		w.out[w.frame] = 0x95
		binary.LittleEndian.PutUint64(w.out[w.frame+1:], uint64(size)) //nolint:gosec // it is positive
	} else {
		w.out = slices.Delete(w.out, w.frame, content)
	}
	w.frame = noFrame
}

// payload writes an opcode with text or bytes that may be too large for a frame.
func (w *writer) payload(header []byte, data string) {
	if w.framing && len(data) >= frameTarget {
		w.closeFrame()
		w.out = append(append(w.out, header...), data...)
		return
	}
	w.op(header...)
	w.op([]byte(data)...)
}
