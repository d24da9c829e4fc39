-- KEYS: index. Returns its entries.
heal(KEYS[1])
return redis.call('ZRANGE', KEYS[1], 0, -1)
