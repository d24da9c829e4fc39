-- KEYS: index, records. ARGV: now, subject, then each record's member. Returns how
-- many records it has deleted, and what entries are left.
local ended = 0
for i = 2, #KEYS do
  ended = ended + finish(KEYS[i], ARGV[2])
  redis.call('ZREM', KEYS[1], ARGV[i + 1])
end
heal(KEYS[1])
return {ended, redis.call('ZRANGE', KEYS[1], 0, -1)}
