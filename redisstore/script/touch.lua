-- KEYS: record, index. ARGV: now, old version, subject, expires as 8 bytes, expires,
-- member. Another subject than the record's would be entered into the wrong index.
local refused = refusal(version(KEYS[1], ARGV[1]), ARGV[2])
if refused then return refused end
if not belongs(KEYS[1], ARGV[3]) then return CONFLICT end
if ARGV[6] ~= '' then enter(KEYS[2], ARGV[6], ARGV[5]) end
redis.call('SETRANGE', KEYS[1], 9, ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
return DONE
