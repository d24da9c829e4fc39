-- KEYS: index. ARGV: now, expires, member.
enter(KEYS[1], ARGV[3], ARGV[2])
return DONE
