-- KEYS: record, index, new record, new index. ARGV: now, old version, then value,
-- expires and member of the record, and the same of the new one.
local refused = refusal(version(KEYS[1], ARGV[1]), ARGV[2])
if refused then return refused end
if taken(version(KEYS[3], ARGV[1])) then return CONFLICT end
put(KEYS[3], ARGV[6], ARGV[7], KEYS[4], ARGV[8])
put(KEYS[1], ARGV[3], ARGV[4], KEYS[2], ARGV[5])
return DONE
