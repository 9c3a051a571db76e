package record

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// DerivedID makes the id of a record that an action creates by the way. It
// depends on nothing but the parent, its version, the stamp and the purpose,
// so that the same command decides the same outcome. Two actions with numbers of
// their own in [Stamp] never make the same id; without, those of one instant on
// one version do. It is laid out like a version 7 UUID, so that ids sort by time;
// with such a number those of one instant sort by the parent's version.
func DerivedID(s Stamp, parent uuid.UUID, version int64, what string, n int) uuid.UUID {
	var buf [128]byte
	b := append(buf[:0], parent[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(version))
	b = binary.BigEndian.AppendUint64(b, uint64(s.At.UnixMicro()))
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	b = append(b, what...)
	drawn := s.Draw != (uuid.UUID{})
	if drawn {
		b = append(b, s.Draw[:]...)
	}
	sum := sha256.Sum256(b)
	var id uuid.UUID
	copy(id[6:], sum[:])
	ms := uint64(max(s.At.UnixMilli(), 0))
	id[0], id[1], id[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	id[3], id[4], id[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	if drawn {
		id[6], id[7] = byte(version>>4), byte(version<<4)|byte(min(n, 15))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// IDOr returns the given id, or one derived for the purpose.
func IDOr[K Kinded](given ID[K], s Stamp, parent uuid.UUID, version int64, what string) ID[K] {
	if !given.IsZero() {
		return given
	}
	return ID[K]{DerivedID(s, parent, version, what, 0)}
}
