package payload

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"sync"
)

// An inflater decompresses a zlib stream (RFC 1950) that is in memory as a whole.
// Package compress/flate can't know that: it takes some microseconds to begin, and
// byte after byte through interfaces, which is most of the time that a session's
// cookie takes.
type inflater struct {
	bitReader

	out   []byte
	limit int

	literals, distances huffman
	all                 []coded // of the block, while its codes are read

	packed []byte // where Decode puts what it inflates
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// inflate decompresses at most limit bytes. What follows the stream is ignored,
// as zlib.decompress of Python does.
func (f *inflater) inflate(packed []byte, limit int) ([]byte, error) {
	body, err := zlibBody(packed)
	if err != nil {
		return nil, err
	}
	f.bitReader, f.out, f.limit = bitReader{src: body}, f.out[:0], limit
	defer func() { f.src = nil }()
	for last := false; !last; {
		if last, err = f.block(); err != nil {
			return nil, err
		}
	}
	if sum, ok := f.trailer(); !ok || sum != adler32.Checksum(f.out) {
		return nil, ErrZlib
	}
	return bytes.Clone(f.out), nil
}

// zlibBody returns what follows the header: deflate, in any window, without a
// dictionary.
func zlibBody(packed []byte) ([]byte, error) {
	if len(packed) < 2 || packed[0]&15 != 8 || packed[0]>>4 > 7 || packed[1]&0x20 != 0 ||
		binary.BigEndian.Uint16(packed)%31 != 0 {
		return nil, ErrZlib
	}
	return packed[2:], nil
}

// block reports whether the one that it decompresses is the last.
func (f *inflater) block() (last bool, err error) {
	last = f.take(1) == 1
	switch f.take(2) {
	case 0:
		err = f.stored()
	case 1:
		err = f.symbols(&fixedLiterals, &fixedDistances)
	case 2:
		if err = f.codes(); err == nil {
			err = f.symbols(&f.literals, &f.distances)
		}
	default:
		err = ErrZlib
	}
	if f.short {
		err = ErrZlib
	}
	return last, err
}

// stored copies a block as it is.
func (f *inflater) stored() error {
	f.align()
	n, check := f.take(16), f.take(16)
	data, ok := f.bytes(int(n)) //nolint:gosec // 16 bits
	switch {
	case f.short || !ok || n != check^0xffff:
		return ErrZlib
	case len(data) > f.limit-len(f.out):
		return ErrTooLarge
	}
	f.out = append(f.out, data...)
	return nil
}

// symbols decompresses a block in those codes.
func (f *inflater) symbols(literals, distances *huffman) error {
	for {
		f.fill()
		f.plain(literals)
		f.fill()
		symbol, n := literals.find(f.bits)
		f.drop(n)
		switch {
		case n == 0 || f.short || symbol > lastLength:
			return ErrZlib
		case symbol == endOfBlock:
			return nil
		case symbol < endOfBlock:
			if len(f.out) == f.limit {
				return ErrTooLarge
			}
			f.out = append(f.out, byte(symbol)) //nolint:gosec // under 256
		default:
			if err := f.match(symbol, distances); err != nil {
				return err
			}
		}
	}
}

// plain decompresses bytes that are neither copied nor have a long code, up to the last
// eight of the input: most of what there is, so it is done without calls.
func (f *inflater) plain(literals *huffman) {
	src, at, bits, n, out := f.src, f.at, f.bits, f.n, f.out
	for len(out) < f.limit {
		if n < fastBits {
			if len(src)-at < 8 {
				break
			}
			bits |= binary.LittleEndian.Uint64(src[at:]) << n
			at += (63 - n) >> 3
			n |= 56
		}
		e := literals.fast[bits&literals.mask&(1<<fastBits-1)]
		if e == 0 || e >= endOfBlock<<4 {
			break
		}
		out = append(out, byte(e>>4))
		bits >>= e & 15
		n -= int(e & 15)
	}
	f.at, f.bits, f.n, f.out = at, bits, n, out
}

// match copies what stands before. The symbol is that of its length.
func (f *inflater) match(symbol int, distances *huffman) error {
	l := lengthRanges[symbol-endOfBlock-1]
	length := l.first + int(f.peeked(l.extra)) //nolint:gosec // 5 bits
	symbol, n := distances.find(f.bits)
	f.drop(n)
	if n == 0 || symbol > lastDistance {
		return ErrZlib
	}
	d := distanceRanges[symbol]
	distance := d.first + int(f.peeked(d.extra)) //nolint:gosec // 13 bits
	switch {
	case f.short || distance > len(f.out):
		return ErrZlib
	case length > f.limit-len(f.out):
		return ErrTooLarge
	}
	for length > 0 { // what is copied may be part of what is to be copied
		from := f.out[len(f.out)-distance:]
		f.out = append(f.out, from[:min(length, distance)]...)
		length -= distance
	}
	return nil
}
