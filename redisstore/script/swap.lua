-- KEYS: value. ARGV: now (not used), old value, new value, time to live in
-- milliseconds.
local found = redis.call('GET', KEYS[1])
if not found then return NOT_FOUND end
if found ~= ARGV[2] then return CONFLICT end
if tonumber(ARGV[4]) > 0 then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
else
  redis.call('DEL', KEYS[1])
end
return DONE
