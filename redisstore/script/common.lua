-- All scripts begin with this. A script is given the caller's time (milliseconds
-- since 1970) first. Versions are 8 bytes and compared as such: a number of Lua
-- has only 53 bits.

-- What a script answers; link.go knows them, too.
local DONE, NOT_FOUND, CONFLICT, BROKEN = 0, 1, 2, 3

-- A version that no record has.
local UNREADABLE = ''

-- version returns that of the live record under key, UNREADABLE if it can't be
-- read, and nil if there is none. record.go describes the bytes.
local function version(key, now)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return nil end
  if kind ~= 'string' then return UNREADABLE end
  local head = redis.call('GETRANGE', key, 0, 17)
  if #head < 18 or head:byte(1) ~= 1 or redis.call('STRLEN', key) < 18 + head:byte(18) then
    return UNREADABLE
  end
  local expires = 0
  for i = 10, 17 do expires = expires * 256 + head:byte(i) end
  if expires <= tonumber(now) then return nil end
  return head:sub(2, 9)
end

-- refusal tells why a write over the version old can't be: nil if it can.
local function refusal(found, old)
  if found == nil then return NOT_FOUND end
  if found == UNREADABLE then return BROKEN end
  if found ~= old then return CONFLICT end
end

-- taken tells whether a record is live: nothing may be created over it.
local function taken(found) return found and found ~= UNREADABLE end

-- belongs tells whether the record under key is subject's.
local function belongs(key, subject)
  return redis.call('GETRANGE', key, 17, 17 + #subject) == string.char(#subject) .. subject
end

-- An index of a subject is a sorted set of keys, the score is when the record's
-- time is over. Entries stay longer by this many milliseconds, since in a cluster the
-- record may be on another server, with another clock.
local SLACK = 60000

-- heal removes the entries of records whose time is over.
local function heal(index)
  local time = redis.call('TIME')
  redis.call('ZREMRANGEBYSCORE', index, '-inf', time[1] * 1000 - SLACK)
end

-- enter notes in an index that member lives until expires, at least. The index goes
-- with its last entry. ZADD is the first write: a server short of memory refuses that
-- one, and lets a script that has written already go on.
local function enter(index, member, expires)
  redis.call('ZADD', index, 'GT', expires, member)
  heal(index)
  local last = redis.call('ZREVRANGE', index, 0, 0, 'WITHSCORES')[2]
  redis.call('PEXPIREAT', index, last + SLACK)
end

-- put keeps value under key until expires, or ends the record if value is empty. An
-- empty member stands for none: the record is nobody's, or its index is elsewhere.
local function put(key, value, expires, index, member)
  if value == '' then
    redis.call('DEL', key)
    if member ~= '' then redis.call('ZREM', index, member) end
    return
  end
  if member ~= '' then enter(index, member, expires) end
  redis.call('SET', key, value, 'PXAT', expires)
end

-- finish deletes the record under key if it is subject's, or can't be read, and
-- returns how many it has deleted.
local function finish(key, subject)
  local found = version(key, 0)
  if found ~= UNREADABLE and not (found and belongs(key, subject)) then return 0 end
  return redis.call('DEL', key)
end
