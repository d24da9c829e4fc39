-- KEYS: record, index. ARGV: now, value, expires, member.
if taken(version(KEYS[1], ARGV[1])) then return CONFLICT end
put(KEYS[1], ARGV[2], ARGV[3], KEYS[2], ARGV[4])
return DONE
