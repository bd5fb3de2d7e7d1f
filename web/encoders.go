package web

import (
	"io"
	"sync"

	"github.com/klauspost/compress/gzhttp/writer"
	"github.com/klauspost/compress/gzhttp/writer/zstdkp"
	"github.com/klauspost/compress/zstd"
)

const (
	keptEncoders = 4
	window       = 128 << 10 // how far back an encoder looks: a whole list
)

// encoders hands out encoders and keeps some of them for good: the pool of gzhttp makes new ones, of half a megabyte, whenever the heap was
// collected. What many people at once need besides goes then.
func encoders() writer.ZstdWriterFactory {
	kept := make(chan *zstd.Encoder, keptEncoders)
	var more sync.Pool
	take := func(level int) *zstd.Encoder {
		select {
		case e := <-kept:
			return e
		default:
		}
		if e, ok := more.Get().(*zstd.Encoder); ok {
			return e
		}
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.EncoderLevel(level)), zstd.WithWindowSize(window),
			zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // one of these options cannot be
		}
		return e
	}
	give := func(e *zstd.Encoder) {
		e.Reset(nil) // lets go of the answer
		select {
		case kept <- e:
		default:
			more.Put(e)
		}
	}
	return writer.ZstdWriterFactory{Levels: zstdkp.Levels, New: func(w io.Writer, level int) writer.ZstdWriter {
		e := take(level)
		e.Reset(w)
		return &encoder{Encoder: e, give: give}
	}}
}

// encoder compresses one answer.
type encoder struct {
	*zstd.Encoder
	give func(*zstd.Encoder)
}

// Close ends the answer and gives the encoder back.
func (e *encoder) Close() error {
	if e.Encoder == nil {
		return nil
	}
	err := e.Encoder.Close()
	e.give(e.Encoder)
	e.Encoder = nil
	return err
}
