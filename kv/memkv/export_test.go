package memkv

// Held tells how many values take up room.
func (s *Store) Held() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values)
}
