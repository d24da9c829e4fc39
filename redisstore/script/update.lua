-- KEYS: record, index. ARGV: now, old version, value, expires, member.
local refused = refusal(version(KEYS[1], ARGV[1]), ARGV[2])
if refused then return refused end
put(KEYS[1], ARGV[3], ARGV[4], KEYS[2], ARGV[5])
return DONE
