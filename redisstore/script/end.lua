-- KEYS: record. ARGV: now, subject. Returns how many it has deleted.
return finish(KEYS[1], ARGV[2])
